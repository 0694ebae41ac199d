//! `okrug tls`: the certificates of the offices' pages.

mod init;
mod issue;
mod node;
mod page;
mod show;
mod store;

use clap::Subcommand;

use crate::context::Context;
use crate::help::Row;
use crate::problem::Problem;

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Init(init::Args),
    Issue(issue::Args),
    Show(show::Args),
    Request(node::Request),
    Import(node::Import),
    Page(page::Args),
    Trust(store::Args),
    Untrust(store::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("tls", "The certificates of the offices' pages", "Сертификаты страниц отделений"),
    ("tls.init", "Make the root certificate of the district's pages", "Создать корневой сертификат страниц округа"),
    ("tls.init.passphrase_file", "A file with the passphrase of its key", "Файл с паролем его ключа"),
    ("tls.init.now", "The time to begin with, if the clock is wrong", "Время начала, если часы неверны"),
    ("tls.issue", "Issue an office's certificate by its node's request", "Выдать отделению сертификат по заявке его узла"),
    ("tls.issue.request", "The request: the file of `okrug tls request`", "Заявка: файл от `okrug tls request`"),
    (
        "tls.issue.address",
        "An address in the office's network that the page may be opened by; may be repeated",
        "Адрес в сети отделения, по которому открывают страницу; можно повторять",
    ),
    ("tls.issue.valid", "For how long; 730d by default", "На какой срок; по умолчанию 730d"),
    ("tls.issue.out", "Where to write the certificate", "Куда записать сертификат"),
    ("tls.issue.passphrase_file", "A file with the passphrase of the root's key", "Файл с паролем корневого ключа"),
    ("tls.issue.now", "The time to issue with, if the clock is wrong", "Время выдачи, если часы неверны"),
    (
        "tls.show",
        "Show the root in the authority's folder, or how a node's certificate stands",
        "Показать корневой сертификат папки или состояние сертификата узла",
    ),
    ("tls.show.qr", "Show the fingerprint as a QR code too", "Показать отпечаток и кодом QR"),
    ("tls.request", "Write this node's request for a certificate", "Записать заявку этого узла на сертификат"),
    ("tls.request.out", "Where to write it", "Куда записать"),
    ("tls.import", "Give the node the certificate that was issued", "Передать узлу выданный сертификат"),
    ("tls.import.file", "The file of `okrug tls issue`", "Файл от `okrug tls issue`"),
    ("tls.page", "Write the page that says how to trust, for the printer", "Записать для печати страницу о том, как установить доверие"),
    ("tls.page.out", "Where to write it", "Куда записать"),
    ("tls.page.address", "Where people open the office's page", "Где сотрудники открывают страницу отделения"),
    ("tls.page.office", "The office's name, for the heading", "Название отделения для заголовка"),
    ("tls.trust", "Make this machine trust the district's root", "Установить доверие к корню округа на этой машине"),
    ("tls.trust.root", "The root certificate: okrug-root.pem or okrug-root.crt", "Корневой сертификат: okrug-root.pem или okrug-root.crt"),
    (
        "tls.trust.fingerprint",
        "Its fingerprint in words, as the administrator reads it out",
        "Его отпечаток словами, как его назвал администратор",
    ),
    ("tls.trust.system", "The folder that stands for / (for images of disks)", "Папка вместо / (для образов дисков)"),
    ("tls.untrust", "Take the district's root off this machine", "Убрать корень округа с этой машины"),
    (
        "tls.untrust.root",
        "The root certificate: okrug-root.pem or okrug-root.crt",
        "Корневой сертификат: okrug-root.pem или okrug-root.crt",
    ),
    (
        "tls.untrust.fingerprint",
        "Its fingerprint in words, as the administrator reads it out",
        "Его отпечаток словами, как его назвал администратор",
    ),
    ("tls.untrust.system", "The folder that stands for / (for images of disks)", "Папка вместо / (для образов дисков)"),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Init(args) => init::run(context, &args),
        Action::Issue(args) => issue::run(context, &args),
        Action::Show(args) => show::run(context, &args),
        Action::Request(args) => node::request(context, &args),
        Action::Import(args) => node::import(context, &args),
        Action::Page(args) => page::run(context, &args),
        Action::Trust(args) => store::trust(context, &args),
        Action::Untrust(args) => store::untrust(context, &args),
    }
}
