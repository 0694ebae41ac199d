//! The one cookie: which browser has which session.

use axum::http::{HeaderMap, HeaderValue, header};

use super::token::Token;

/// The name and the attributes of the cookie of this node.
#[derive(Debug, Clone)]
pub(crate) struct Cookie {
    name: String,
    attributes: &'static str,
}

impl Cookie {
    /// Under TLS the browser itself enforces by `__Host-` that no other site or path set it. Without TLS several nodes of
    /// one machine share their cookies, whatever the port: there the name says whose it is.
    pub(crate) fn new(slug: &str, is_tls: bool) -> Self {
        match is_tls {
            true => Self { name: "__Host-okrug".to_owned(), attributes: "Path=/; HttpOnly; SameSite=Strict; Secure" },
            false => Self { name: format!("okrug-{slug}"), attributes: "Path=/; HttpOnly; SameSite=Strict" },
        }
    }

    /// The token that a browser shows; `None` when there is none, or more than one.
    pub(crate) fn read(&self, headers: &HeaderMap) -> Option<Token> {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
        let mut found = pairs.filter_map(|pair| pair.trim().strip_prefix(&self.name)?.strip_prefix('='));
        let value = found.next()?;
        found.next().is_none().then(|| Token::read(value))?
    }

    /// Gives the browser a token.
    pub(crate) fn set(&self, token: &Token) -> HeaderValue {
        self.header(&token.text(), "")
    }

    /// Takes it back.
    pub(crate) fn clear(&self) -> HeaderValue {
        self.header("", "; Max-Age=0")
    }

    fn header(&self, value: &str, more: &str) -> HeaderValue {
        let text = format!("{}={value}; {}{more}", self.name, self.attributes);
        HeaderValue::try_from(text).expect("a slug, hexadecimal digits and constants are visible ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cookie: &Cookie, text: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(text).unwrap())]);
        cookie.read(&headers).map(|token| token.text())
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let token = Token::fresh();
        let plain = Cookie::new("kotlas", false).set(&token);
        assert_eq!(plain.to_str().unwrap(), format!("okrug-kotlas={}; Path=/; HttpOnly; SameSite=Strict", token.text()));
        let tls = Cookie::new("kotlas", true).set(&token);
        assert_eq!(tls.to_str().unwrap(), format!("__Host-okrug={}; Path=/; HttpOnly; SameSite=Strict; Secure", token.text()));
        assert!(Cookie::new("kotlas", true).clear().to_str().unwrap().starts_with("__Host-okrug=; "));
    }

    #[test]
    fn only_our_own_cookie_is_read_and_only_when_there_is_one() {
        let cookie = Cookie::new("kotlas", false);
        let text = Token::fresh().text();
        assert_eq!(shown(&cookie, &format!("a=b; okrug-kotlas={text}; c=d")), Some(text.clone()));
        for other in [
            format!("okrug-urai={text}"),
            format!("okrug-kotlas2={text}"),
            format!("okrug-kotlas={text}; okrug-kotlas={text}"),
            "okrug-kotlas=".to_owned(),
            "okrug-kotlas=zz".to_owned(),
            format!("okrug-kotlas={text}0"),
        ] {
            assert_eq!(shown(&cookie, &other), None, "{other}");
        }
    }
}
