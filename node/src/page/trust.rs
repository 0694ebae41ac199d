//! The page that tells a machine to trust the district: in one piece, without scripts, also over plain HTTP and on paper.

use std::fmt::Write;

use okrug_protocol::ids::Hash32;
use sha2::{Digest, Sha256};

use super::html::{Card, escape, languages, styles};
use crate::certs::base64;
use crate::qr::Qr;
use crate::said;
use crate::words::{Lang, Said};

/// Where the page is.
pub const TRUST: &str = "/trust";
/// The root certificate as Windows, Android and iOS take it (DER).
pub const ROOT_DER: &str = "/trust/root.crt";
/// The root certificate as text (PEM).
pub const ROOT_PEM: &str = "/trust/root.pem";
/// The picture that only a browser shows that trusts the district.
pub const SEEN: &str = "/trust/seen.svg";
/// The page that a browser opens without a warning when it trusts the district.
pub const CHECK: &str = "/trust/check";

/// What the page says.
#[derive(Debug, Clone)]
pub struct Trust<'a> {
    /// The name of the office.
    pub office: &'a str,
    /// The root of the district, where this office's page stands under one.
    pub root: Option<Hash32>,
    /// The node's own certificate, where TLS is spoken.
    pub own: Option<Hash32>,
    /// The page itself as it is reached, such as `http://10.4.0.5:7680`.
    pub here: &'a str,
    /// The page under TLS, such as `https://kotlas.okrug.internal:7680`; none where TLS is not spoken.
    pub secure: Option<&'a str>,
    /// Whether it is for paper: all steps are open, nothing is to be clicked.
    pub print: bool,
}

/// What a browser lets the page do: show itself, and one picture from the secure side.
#[must_use]
pub fn policy(secure: Option<&str>) -> String {
    let picture = secure.map_or_else(|| "'none'".to_owned(), escape);
    let digest = base64(&Sha256::digest(styles().as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src {picture}; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    )
}

/// The page.
#[must_use]
pub fn page(lang: Lang, trust: &Trust<'_>) -> String {
    let mut body = String::new();
    let qr = Qr::of(&format!("{}{TRUST}", trust.here)).map(|qr| qr.svg()).unwrap_or_default();
    let _ = write!(body, "<div class=\"qr\">{qr}<p>{}{TRUST}</p></div>", escape(trust.here));
    match trust.root {
        Some(root) => body.push_str(&steps(lang, trust, &root)),
        None => body.push_str(&without(lang, trust)),
    }
    let title = said!("Доверие к странице отделения", "Trusting the office's page");
    let top = if trust.print { String::new() } else { languages(lang, TRUST) };
    Card { lang, title: &title, office: trust.office, top: &top, body: &body }.whole()
}

/// A fingerprint in words and digits.
fn fingerprint(lang: Lang, hash: &Hash32) -> String {
    let hex = hash.to_hex();
    let pairs: Vec<&str> = (0..hex.len()).step_by(8).map(|at| &hex[at..at + 8]).collect();
    format!("<p class=\"words\">{}</p><p class=\"digits\">SHA-256: {}</p>", Said::fingerprint(hash).text(lang), pairs.join(" "))
}

fn without(lang: Lang, trust: &Trust<'_>) -> String {
    let said = said!(
        "У этого отделения ещё нет сертификата округа: браузер будет предупреждать, что соединение не проверено. Выдать его может администратор округа: okrug tls issue.",
        "This office has no certificate of the district yet: browsers will warn that the connection is not verified. The authority can issue one: okrug tls issue."
    );
    let mut out = format!("<p class=\"note\">{}</p>", said.text(lang));
    if let Some(own) = trust.own {
        let compare = said!(
            "Пока его нет, сверьте отпечаток сертификата в браузере (замок или «Не защищено» → «Сертификат») с этим, спросив его у администратора узла:",
            "Until then compare the fingerprint of the certificate in the browser (the lock or \"Not secure\", then \"Certificate\") with this one, as the node's administrator reads it out:"
        );
        let _ = write!(out, "<p>{}</p>{}", compare.text(lang), fingerprint(lang, &own));
    }
    out
}

fn steps(lang: Lang, trust: &Trust<'_>, root: &Hash32) -> String {
    let say = |said: Said| said.text(lang).to_owned();
    let mut out = String::new();
    let why = said!(
        "После этих шагов браузер сам узнаёт страницы всех отделений округа и не показывает предупреждений. Сертификат действует только для имён округа и его внутренних адресов: чужие сайты он не подтверждает.",
        "After these steps the browser knows the pages of all offices of the district by itself and shows no warnings. The certificate holds for the district's names and internal addresses only: it vouches for no other site."
    );
    let _ = write!(out, "<p class=\"lead\">{}</p>", say(why));
    let _ = write!(out, "<h2>1. {}</h2>", say(said!("Скачайте сертификат", "Download the certificate")));
    if trust.print {
        let _ = write!(out, "<p>{}{ROOT_DER}</p>", escape(trust.here));
    } else {
        let _ = write!(out, "<p><a class=\"primary\" href=\"{ROOT_DER}\" download>okrug-root.crt</a></p>");
        let _ = write!(
            out,
            "<p class=\"door-hint\"><a href=\"{ROOT_PEM}\" download>okrug-root.pem</a> {}</p>",
            say(said!("— для Linux", "for Linux"))
        );
    }
    let _ = write!(out, "<h2>2. {}</h2>", say(said!("Сверьте отпечаток", "Compare the fingerprint")));
    let compare = said!(
        "Слова должны совпасть с листком у администратора узла. Если нет — не устанавливайте и позвоните ему.",
        "The words must be those on the administrator's paper. If they are not, do not install it, and call them."
    );
    let _ = write!(out, "<p>{}</p>{}", say(compare), fingerprint(lang, root));
    let own = said!(
        "Сам файл: Windows — certutil -hashfile okrug-root.crt SHA256, Linux — sha256sum okrug-root.crt.",
        "The file itself: on Windows certutil -hashfile okrug-root.crt SHA256, on Linux sha256sum okrug-root.crt."
    );
    let _ = write!(out, "<p class=\"door-hint\">{}</p>", say(own));
    let _ = write!(out, "<h2>3. {}</h2>", say(said!("Установите", "Install it")));
    for (name, lines) in systems() {
        let open = if trust.print { " open" } else { "" };
        let _ = write!(out, "<details{open}><summary>{}</summary><ol>", say(name));
        for line in lines {
            let _ = write!(out, "<li>{}</li>", escape(&say(line)));
        }
        out.push_str("</ol></details>");
    }
    let _ = write!(out, "<h2>4. {}</h2>", say(said!("Проверьте", "Check")));
    out + &check(lang, trust)
}

fn check(lang: Lang, trust: &Trust<'_>) -> String {
    let Some(secure) = trust.secure.map(escape) else { return String::new() };
    if trust.print {
        let open = said!("Откройте без предупреждения:", "It must open without a warning:");
        return format!("<p>{} {secure}{CHECK}</p>", open.text(lang));
    }
    let not = said!("Здесь ещё не доверено, либо имя не находится", "Not trusted here yet, or the name is not found");
    let open = said!("Открыть проверку; предупреждения быть не должно", "Open the check; there must be no warning");
    format!(
        "<p><img class=\"seen\" src=\"{secure}{SEEN}?lang={word}\" alt=\"{not}\"></p><p><a href=\"{secure}{CHECK}?lang={word}\">{open}</a></p>",
        word = lang.word(),
        not = not.text(lang),
        open = open.text(lang),
    )
}

/// What to do on which system.
fn systems() -> Vec<(Said, Vec<Said>)> {
    vec![
        (
            said!("Windows (Chrome, Edge, Яндекс Браузер)", "Windows (Chrome, Edge, Yandex Browser)"),
            vec![
                said!(
                    "Откройте okrug-root.crt и нажмите «Установить сертификат».",
                    "Open okrug-root.crt and press \"Install Certificate\"."
                ),
                said!(
                    "Выберите «Текущий пользователь»; для всех на этом компьютере — «Локальный компьютер».",
                    "Choose \"Current User\"; for everybody on this computer \"Local Machine\"."
                ),
                said!(
                    "«Поместить все сертификаты в следующее хранилище» → «Доверенные корневые центры сертификации».",
                    "\"Place all certificates in the following store\", then \"Trusted Root Certification Authorities\"."
                ),
                said!(
                    "«Готово», согласитесь с вопросом, перезапустите браузер.",
                    "\"Finish\", agree to the question, restart the browser."
                ),
            ],
        ),
        (
            said!("Android", "Android"),
            vec![
                said!(
                    "Настройки → Безопасность → Шифрование и учётные данные → Установка сертификата → Сертификат ЦС (в разных версиях названия отличаются; есть поиск по настройкам: «сертификат»).",
                    "Settings, Security, Encryption & credentials, Install a certificate, CA certificate (names differ between versions; search the settings for \"certificate\")."
                ),
                said!("«Всё равно установить» и выберите okrug-root.crt.", "\"Install anyway\", and choose okrug-root.crt."),
                said!("Телефон может потребовать блокировку экрана.", "The phone may ask for a screen lock."),
            ],
        ),
        (
            said!("iPhone, iPad", "iPhone, iPad"),
            vec![
                said!(
                    "Откройте okrug-root.crt в Safari и разрешите загрузку профиля.",
                    "Open okrug-root.crt in Safari and allow the profile to be downloaded."
                ),
                said!(
                    "Настройки → Основные → VPN и управление устройством → профиль «Okrug» → Установить.",
                    "Settings, General, VPN & Device Management, the profile \"Okrug\", Install."
                ),
                said!(
                    "Настройки → Основные → Об этом устройстве → Доверие сертификатам → включите его.",
                    "Settings, General, About, Certificate Trust Settings: turn it on."
                ),
            ],
        ),
        (
            said!("Linux: Astra, Debian, Ubuntu", "Linux: Astra, Debian, Ubuntu"),
            vec![
                Said::same("sudo cp okrug-root.pem /usr/local/share/ca-certificates/okrug-root.crt"),
                Said::same("sudo update-ca-certificates"),
                said!("Браузерам этого мало: см. ниже.", "Browsers need more: see below."),
            ],
        ),
        (
            said!("Linux: ALT, РЕД ОС, Fedora", "Linux: ALT, RED OS, Fedora"),
            vec![
                Said::same("sudo cp okrug-root.pem /etc/pki/ca-trust/source/anchors/okrug-root.pem"),
                Said::same("sudo update-ca-trust"),
                said!("Браузерам этого может не хватить: см. ниже.", "Browsers may need more: see below."),
            ],
        ),
        (
            said!("Chromium и Яндекс Браузер в Linux", "Chromium and Yandex Browser on Linux"),
            vec![
                said!(
                    "Нужна программа certutil: пакет libnss3-tools (Astra, Debian) или nss-utils (ALT, РЕД ОС).",
                    "It needs the program certutil: the package libnss3-tools (Astra, Debian) or nss-utils (ALT, RED OS)."
                ),
                Said::same("certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Okrug -i okrug-root.pem"),
                said!("Перезапустите браузер.", "Restart the browser."),
            ],
        ),
        (
            said!("Firefox (везде)", "Firefox (everywhere)"),
            vec![
                said!(
                    "Настройки → Приватность и защита → Сертификаты → Просмотр сертификатов → Центры сертификации → Импортировать.",
                    "Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import."
                ),
                said!("Отметьте «Доверять при идентификации веб-сайтов».", "Tick \"Trust this CA to identify websites\"."),
            ],
        ),
    ]
}

/// The picture that says that the browser trusts the district: it is shown only if it does.
#[must_use]
pub fn seen(lang: Lang) -> String {
    let said = said!("Здесь доверено", "Trusted here");
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="220" height="36" viewBox="0 0 220 36"><rect width="220" height="36" rx="8" fill="#1c7048"/><path d="M14 19l6 6 11-13" fill="none" stroke="#fff" stroke-width="3"/><text x="42" y="24" fill="#fff" font-family="sans-serif" font-size="17">{}</text></svg>"##,
        said.text(lang)
    )
}

/// What is seen where the check was opened.
#[must_use]
pub fn checked(lang: Lang, office: &str, is_tls: bool) -> String {
    let said = if is_tls {
        said!(
            "Если браузер открыл эту страницу без предупреждения, он доверяет округу. Больше ничего делать не нужно.",
            "If the browser opened this page without a warning, it trusts the district. Nothing else is to be done."
        )
    } else {
        said!("Эта страница открыта без TLS: проверить нечего.", "This page was opened without TLS: there is nothing to check.")
    };
    let open = said!("К сообщениям", "To the messages");
    let body = format!("<p class=\"lead\">{}</p><p><a class=\"primary\" href=\"/\">{}</a></p>", said.text(lang), open.text(lang));
    let title = said!("Проверка доверия", "Check of trust");
    Card { lang, title: &title, office, top: &languages(lang, CHECK), body: &body }.whole()
}

#[cfg(test)]
mod tests {
    use super::super::html::runs;
    use super::*;

    fn trust(root: Option<Hash32>, print: bool) -> Trust<'static> {
        let own = Some(Hash32([9; 32]));
        Trust {
            office: "Отделение <b a=",
            root,
            own,
            here: "http://10.4.0.5:7680",
            secure: Some("https://kotlas.okrug.internal:7680"),
            print,
        }
    }

    #[test]
    fn the_page_tells_all_in_one_piece_and_without_scripts() {
        let root = Hash32([7; 32]);
        for lang in [Lang::Ru, Lang::En] {
            for print in [false, true] {
                let page = page(lang, &trust(Some(root), print));
                assert!(!runs(&page) && !page.contains("<b a=") && !page.contains("<link"), "{page}");
                assert!(page.contains(Said::fingerprint(&root).text(lang)) && page.contains("SHA-256: 07070707 07070707"), "{page}");
                for system in ["Windows", "Android", "iPhone", "Astra", "ALT", "certutil", "Firefox", "update-ca-trust"] {
                    assert!(page.contains(system), "{system}");
                }
                assert!(page.contains("<svg") && page.contains("http://10.4.0.5:7680/trust"));
                assert_eq!(page.contains("<details open>"), print);
            }
        }
    }

    #[test]
    fn without_a_root_the_nodes_own_fingerprint_is_told() {
        let page = page(Lang::Ru, &trust(None, false));
        assert!(page.contains("okrug tls issue") && page.contains("09090909") && !page.contains(ROOT_DER), "{page}");
    }

    #[test]
    fn the_policy_lets_only_its_own_styles_and_one_picture_in() {
        let policy = policy(Some("https://kotlas.okrug.internal:7680"));
        assert!(policy.contains("default-src 'none'") && policy.contains("img-src https://kotlas.okrug.internal:7680;"), "{policy}");
        assert!(!policy.contains("unsafe") && super::policy(None).contains("img-src 'none'"));
        let (page, style) = (page(Lang::En, &trust(Some(Hash32([7; 32])), false)), styles());
        assert!(page.contains(&format!("<style>{style}</style>")));
    }
}
