//! The pages of the first login: plain HTML that works without scripts, in both languages.

use std::fmt::Write;

use super::html::{Card, alert, escape, focus, languages};
use crate::said;
use crate::words::{Lang, Said};

/// Where the pages are.
pub const ENROL: &str = "/enrol";
/// Where the rules are told, after the first login.
pub const RULES: &str = "/enrol/rules";

/// Who comes, as the second page shows it.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Name of the unit.
    pub unit: String,
    /// The login of somebody who was here before.
    pub login: Option<String>,
}

/// The first page: the code.
#[must_use]
pub fn code(lang: Lang, office: &str, code: &str, fault: Option<&str>) -> String {
    let label = said!("Код с листка", "The code from the slip");
    let hint = said!("Двенадцать знаков, например 7KQM-2XVD-9RTA", "Twelve signs, such as 7KQM-2XVD-9RTA");
    let form = format!(
        r#"<label for="code">{}</label>
<input id="code" name="code" value="{}" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="64" required aria-describedby="hint"{}>
<p id="hint" class="door-hint">{}</p>
{}<button class="primary" type="submit">{}</button>"#,
        label.text(lang),
        escape(code),
        focus(fault.is_none()),
        hint.text(lang),
        alert(fault),
        said!("Дальше", "Next").text(lang),
    );
    let title = said!("Первый вход", "First login");
    card(
        lang,
        &title,
        office,
        &languages(lang, ENROL),
        &format!("<form method=\"post\" action=\"{ENROL}?lang={}\">{form}</form>", lang.word()),
    )
}

/// The second page: a login and a password of one's own.
#[must_use]
pub fn account(lang: Lang, office: &str, code: &str, who: &Newcomer, login: &str, fault: Option<&str>) -> String {
    let mut form = String::new();
    let _ = write!(form, r#"<input type="hidden" name="code" value="{}">"#, escape(code));
    let label = said!("Имя для входа: буквы, цифры и знаки . _ -", "A name to log in with: letters, digits, and . _ -");
    let (value, fixed) = who.login.as_ref().map_or((login, ""), |login| (login.as_str(), " readonly"));
    let _ = write!(
        form,
        r#"<label for="login">{}</label>
<input id="login" name="login" value="{}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required{fixed}{}>"#,
        label.text(lang),
        escape(value),
        focus(fixed.is_empty()),
    );
    let first =
        said!("Придумайте пароль: не меньше {n} знаков", "Make up a password: {n} signs at least", n = crate::office::MIN_PASSWORD_CHARS);
    let again = said!("Пароль ещё раз", "The password once more");
    for (name, label) in [("password", first), ("again", again)] {
        let _ = write!(
            form,
            r#"<label for="{name}">{}</label>
<input id="{name}" name="{name}" type="password" autocomplete="new-password" minlength="{}" required>"#,
            label.text(lang),
            crate::office::MIN_PASSWORD_CHARS,
        );
    }
    let _ = write!(form, r#"{}<button class="primary" type="submit">{}</button>"#, alert(fault), said!("Войти", "Log in").text(lang));
    let whose = format!("<p class=\"card-office\">{}, {}<br>{}</p>", escape(&who.name), escape(&who.position), escape(&who.unit));
    let not_me = said!(
        "Это не вы? Не входите и верните листок администратору.",
        "Not you? Do not log in, and give the slip back to the administrator."
    );
    let body = format!(
        "{whose}<form method=\"post\" action=\"{ENROL}?lang={}\">{form}</form><p class=\"door-hint\">{}</p>",
        lang.word(),
        not_me.text(lang)
    );
    card(lang, &said!("Ваши логин и пароль", "Your login and password"), office, "", &body)
}

/// The last page: three rules.
#[must_use]
pub fn rules(lang: Lang, office: &str) -> String {
    let rules = [
        (
            said!("«Ознакомлен(а)» — это ваша подпись", "\"Acknowledged\" is your signature"),
            said!(
                "Нажимайте, когда прочитали и поняли. Кто и когда ознакомился, видно автору, и от вашего имени никто другой этого не сделает.",
                "Press it when you have read and understood. The author sees who did and when, and nobody else can do it in your name."
            ),
        ),
        (
            said!("«Ждёт связи» — ничего не потеряно", "\"Waiting for a link\": nothing is lost"),
            said!(
                "Сообщение записано в вашем отделении и уйдёт само, как только появится путь. Отправлять второй раз не нужно.",
                "The message is kept at your office and leaves by itself as soon as there is a way. Do not send it twice."
            ),
        ),
        (
            said!("Кому звонить", "Whom to call"),
            said!(
                "Забыли пароль, заметили чужой вход или что-то не работает — звоните администратору узла вашего отделения. Пароль не называйте никому, и ему тоже.",
                "If you forgot the password, notice somebody else's login, or something does not work: call the administrator of your office's node. Tell nobody your password, not them either."
            ),
        ),
    ];
    let mut list = String::from("<ol class=\"rules\">");
    for (title, text) in rules {
        let _ = write!(list, "<li><b>{}</b><br>{}</li>", title.text(lang), text.text(lang));
    }
    let _ = write!(list, "</ol><p><a class=\"primary\" href=\"/\">{}</a></p>", said!("К сообщениям", "To the messages").text(lang));
    card(lang, &said!("Три правила", "Three rules"), office, &languages(lang, RULES), &list)
}

fn card(lang: Lang, title: &Said, office: &str, top: &str, body: &str) -> String {
    Card { lang, title, office, top, body }.linked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_person_wrote_becomes_a_tag_or_an_attribute() {
        let bad = "\"><script>alert(1)</script><b a='\u{202e}";
        let who = Newcomer { name: bad.to_owned(), position: bad.to_owned(), unit: bad.to_owned(), login: Some(bad.to_owned()) };
        for page in [code(Lang::Ru, bad, bad, Some(bad)), account(Lang::En, bad, bad, &who, bad, Some(bad)), rules(Lang::Ru, bad)] {
            assert!(!page.contains("<script") && !page.contains("<b a=") && !page.contains('\u{202e}'), "{page}");
            assert!(page.contains("&quot;&gt;&lt;script&gt;"), "{page}");
        }
    }

    #[test]
    fn no_page_needs_a_script() {
        let who = Newcomer { name: "Дежурный".into(), position: "Дежурный".into(), unit: "Отдел".into(), login: None };
        for lang in [Lang::Ru, Lang::En] {
            for page in [code(lang, "Отделение", "", None), account(lang, "Отделение", "", &who, "", None), rules(lang, "Отделение")]
            {
                assert!(!super::super::html::runs(&page), "{page}");
                assert!(page.contains(&format!("<html lang=\"{}\">", lang.word())));
            }
        }
    }
}
