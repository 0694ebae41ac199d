//! Logging in without scripts, and what is seen then.

use crate::said;
use crate::words::Lang;

use super::html::{Card, alert, escape, focus, languages};

/// Where the page is.
pub const LOGIN: &str = "/login";
/// Where one leaves.
pub const LOGOUT: &str = "/logout";

/// The form.
#[must_use]
pub fn form(lang: Lang, office: &str, login: &str, fault: Option<&str>) -> String {
    let body = format!(
        r#"<form method="post" action="{LOGIN}?lang={lang}">
<label for="login">{name}</label>
<input id="login" name="login" value="{login}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required{first}>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{second}>
{fault}<button class="primary" type="submit">{enter}</button>
</form>
<p class="door-hint"><a href="/enrol?lang={lang}">{enrol}</a></p>"#,
        lang = lang.word(),
        name = said!("Имя для входа", "Login").text(lang),
        login = escape(login),
        first = focus(login.is_empty()),
        password = said!("Пароль", "Password").text(lang),
        second = focus(!login.is_empty()),
        fault = alert(fault),
        enter = said!("Войти", "Log in").text(lang),
        enrol = said!("Первый вход с листком", "The first login, with a slip").text(lang),
    );
    Card { lang, title: &said!("Вход", "Log in"), office, top: &languages(lang, LOGIN), body: &body }.linked()
}

/// Who is logged in, for browsers that do not run scripts.
#[must_use]
pub fn inside(lang: Lang, office: &str, name: &str, position: &str) -> String {
    let body = format!(
        r#"<p class="note">{noscript}</p>
<p class="lead">{who}<br>{position}</p>
<p><a class="primary" href="/">{open}</a></p>
<form method="post" action="{LOGOUT}?lang={lang}"><button class="danger" type="submit">{leave}</button></form>
<p class="door-hint">{kept}</p>"#,
        lang = lang.word(),
        noscript = said!(
            "Вы вошли. Сообщения показывает страница, которой нужен JavaScript: включите его в настройках браузера и откройте сообщения.",
            "You are logged in. Messages are shown by a page that needs JavaScript: turn it on in the browser's settings, then open the messages."
        )
        .text(lang),
        who = escape(name),
        position = escape(position),
        open = said!("Открыть сообщения", "Open the messages").text(lang),
        leave = said!("Выйти", "Log out").text(lang),
        kept = said!(
            "Если JavaScript запрещён, прочитать и написать можно с другого компьютера отделения; сообщения хранятся на узле, а не в браузере.",
            "Where JavaScript is forbidden, read and write on another computer of the office: messages are kept by the node, not by the browser."
        )
        .text(lang),
    );
    Card { lang, title: &said!("Вы вошли", "You are logged in"), office, top: &languages(lang, LOGIN), body: &body }.linked()
}

#[cfg(test)]
mod tests {
    use super::super::html::runs;
    use super::*;

    #[test]
    fn nothing_of_a_person_becomes_a_tag_and_nothing_needs_a_script() {
        let bad = "\"><script>alert(1)</script><b a='\u{202e}";
        for lang in [Lang::Ru, Lang::En] {
            for page in [form(lang, bad, bad, Some(bad)), inside(lang, bad, bad, bad)] {
                assert!(!runs(&page) && !page.contains("<b a=") && !page.contains('\u{202e}'), "{page}");
                assert!(page.contains("&quot;&gt;&lt;script&gt;") && page.contains(&format!("<html lang=\"{}\">", lang.word())));
            }
        }
    }
}
