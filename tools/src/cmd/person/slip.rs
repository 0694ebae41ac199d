//! The slip: what a person takes along to their first login.
//!
//! One sheet of plain HTML without scripts or anything from elsewhere, in both languages, to be printed and given by hand.

use std::fmt::Write;
use std::path::Path;

use okrug_node::office::view::Invited;
use okrug_node::page::{escape, sheet};

use crate::files::{self, Access};
use crate::problem::Problem;
use crate::qr::Qr;
use crate::time;
use crate::words::{Lang, said};

/// The address that a code leads to, with the code filled in.
pub(super) fn address(page: &str, code: &str) -> String {
    format!("{}/enrol?code={code}", page.trim_end_matches('/'))
}

/// Writes the slip, for the owner's eyes only.
pub(super) fn write(path: &Path, invited: &Invited, page: &str) -> Result<(), Problem> {
    files::write(path, html(invited, page).as_bytes(), Access::Owner)
}

fn html(invited: &Invited, page: &str) -> String {
    let invitation = &invited.invitation;
    let code = invited.code.reveal();
    let door = format!("{}/enrol", page.trim_end_matches('/'));
    let qr = Qr::of(&address(page, code)).map(|qr| qr.svg()).unwrap_or_default();
    let who = format!("{}, {} · {}", invitation.name, invitation.position, invitation.unit_name);
    let title = said!("Приглашение в «Округ»", "Invitation to Okrug");
    let mut out = format!("<div class=\"qr\">{qr}</div>\n");
    for lang in [Lang::Ru, Lang::En] {
        let until = time::shown(invitation.ends, lang);
        let until = said!("Код действует до {until}, один раз.", "The code holds until {until}, once.");
        let login = invitation.login.as_ref().map(|login| escape(login));
        let steps = [
            said!(
                "Откройте страницу {door} или наведите камеру на квадрат.",
                "Open the page {door}, or point a camera at the square.",
                door = escape(&door)
            ),
            said!("Введите код.", "Type the code."),
            match login {
                Some(login) => said!(
                    "Ваше имя для входа прежнее: {login}. Придумайте новый пароль.",
                    "Your login stays: {login}. Make up a new password."
                ),
                None => said!("Придумайте имя для входа и пароль.", "Make up a login and a password."),
            },
            said!("Порвите листок.", "Tear up this slip."),
        ];
        let _ = writeln!(out, "<section lang=\"{}\">", lang.word());
        if lang == Lang::En {
            let _ = writeln!(out, "<h2>{}</h2>", title.text(lang));
        }
        let _ = writeln!(out, "<p>{}</p>\n<p class=\"code\">{}</p>\n<p>{}</p>\n<ol>", escape(&who), escape(code), until.text(lang));
        for step in &steps {
            let _ = writeln!(out, "<li>{}</li>", step.text(lang));
        }
        out.push_str("</ol>\n</section>\n");
    }
    sheet(Lang::Ru, &title, &invited.office_name, &out)
}

#[cfg(test)]
mod tests {
    use okrug_node::office::view::Invitation;
    use okrug_protocol::clock::Millis;
    use okrug_protocol::ids::{PersonId, UnitId};

    use super::*;

    #[test]
    fn a_slip_says_all_in_both_languages_and_fetches_nothing() {
        let invitation = Invitation {
            id: PersonId(10_001),
            name: "Инспектор <script>".to_owned(),
            position: "Инспектор".to_owned(),
            unit: UnitId(2),
            unit_name: "Отдел".to_owned(),
            login: None,
            ends: Millis(1_790_000_000_000),
        };
        let invited = Invited { invitation, code: "7KQM-2XVD-9RTA".to_owned().into(), office_name: "Отделение".to_owned() };
        let html = html(&invited, "https://kotlas.example/");
        assert_eq!(html.matches("<p class=\"code\">7KQM-2XVD-9RTA</p>").count(), 2);
        assert!(html.contains("https://kotlas.example/enrol ") && html.contains("Порвите листок") && html.contains("Tear up this slip"));
        // The rules are those of all plain pages; that a browser fetches nothing for them is seen in one (tests/page/browser/plain.mjs).
        let (_, body) = html.split_once("</style>").unwrap();
        assert!(body.contains("<svg") && !html.contains("<script") && !body.contains("src=") && !body.contains("url("), "{body}");
        assert_eq!(address("https://kotlas.example/", "A"), "https://kotlas.example/enrol?code=A");
    }
}
