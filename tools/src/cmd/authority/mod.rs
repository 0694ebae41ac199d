//! `okrug authority`: the district's keys and signatures.

mod init;
mod show;
mod sign;
mod verify;

use clap::Subcommand;

use crate::context::Context;
use crate::help::Row;
use crate::problem::Problem;

pub use show::documents;
pub use sign::{Signing, What, sign};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Init(init::Args),
    Show(show::Args),
    Sign(Signing),
    Verify(verify::Args),
}

/// Its texts.
pub const HELP: &[Row] = &[
    ("authority", "The district's keys and signatures", "Ключи и подписи округа"),
    ("authority.init", "Found a district: keys, charter, first directory", "Основать округ: ключи, устав, первый справочник"),
    ("authority.init.name", "The district's name", "Название округа"),
    ("authority.init.keys", "How many keys; 3 by default", "Сколько ключей; по умолчанию 3"),
    ("authority.init.threshold", "How many of them must sign; 2 by default", "Сколько из них должны подписать; по умолчанию 2"),
    ("authority.init.out_dir", "Where to put the key files; DIR/keys by default", "Куда положить файлы ключей; по умолчанию DIR/keys"),
    (
        "authority.init.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("authority.init.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("authority.show", "Show the district, its keys and its documents", "Показать округ, его ключи и документы"),
    ("authority.show.qr", "Show its fingerprint as a QR code too", "Показать отпечаток и кодом QR"),
    ("authority.sign", "Sign what has changed, and write the district file", "Подписать изменения и записать файл округа"),
    ("authority.sign.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "authority.sign.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("authority.sign.valid", "Until when a newer edition is promised; 365d by default", "На какой срок; по умолчанию 365d"),
    ("authority.sign.renew", "Sign a new edition even if nothing has changed", "Подписать новую редакцию, даже если ничего не изменилось"),
    ("authority.sign.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("authority.verify", "Verify a district file", "Проверить файл округа"),
    ("authority.verify.file", "The file", "Файл"),
    (
        "authority.verify.district",
        "The identity that the district must have; that of the authority's folder by default",
        "Каким должен быть идентификатор округа; по умолчанию как в папке администратора",
    ),
];

/// Runs it.
///
/// # Errors
/// Whatever stops it; nothing is half done then.
pub fn run(context: &Context, args: Args) -> Result<(), Problem> {
    match args.action {
        Action::Init(args) => init::run(context, &args),
        Action::Show(args) => show::run(context, &args),
        Action::Sign(args) => sign(context, &args, What::All),
        Action::Verify(args) => verify::run(context, &args),
    }
}
