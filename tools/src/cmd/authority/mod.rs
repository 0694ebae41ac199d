//! `okrug authority`: the district's keys and signatures.

mod cosign;
mod delegate;
mod import;
mod init;
mod key;
mod log;
mod rotate;
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
    Cosign(cosign::Args),
    Verify(verify::Args),
    Log(log::Args),
    Rotate(rotate::Rotate),
    Recover(rotate::Recover),
    Key(key::Args),
    Delegate(delegate::Args),
    Import(import::Args),
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
    (
        "authority.init.directory_keys",
        "How many keys of their own sign the directory; those of the root by default",
        "Сколько отдельных ключей подписывают справочник; по умолчанию те же, что и устав",
    ),
    (
        "authority.init.directory_threshold",
        "How many of those must sign; as for the root by default",
        "Сколько из них должны подписать; по умолчанию как для устава",
    ),
    (
        "authority.init.revocation_keys",
        "How many keys of their own sign revocations; those of the root by default",
        "Сколько отдельных ключей подписывают отзыв; по умолчанию те же, что и устав",
    ),
    ("authority.init.revocation_threshold", "How many of those must sign; 1 by default", "Сколько из них должны подписать; по умолчанию 1"),
    (
        "authority.init.under",
        "Prepare the folder of a subtree of this district, by its district file",
        "Подготовить папку ветви округа по его файлу",
    ),
    ("authority.init.unit", "The unit whose subtree it is, by name or number", "Отдел, ветвь которого поручается: название или номер"),
    ("authority.cosign", "See what is to be signed, and add a signature", "Посмотреть, что подписывается, и добавить подпись"),
    ("authority.cosign.files", "The files that wait for signatures", "Файлы, которые ждут подписей"),
    ("authority.cosign.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "authority.cosign.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    (
        "authority.cosign.district",
        "The district file to compare with; DIR/district.okrug by default",
        "Файл округа для сравнения; по умолчанию DIR/district.okrug",
    ),
    ("authority.log", "Show the chain of what was signed", "Показать цепь подписанного"),
    ("authority.log.limit", "Only the last N", "Только последние N"),
    ("authority.log.changes", "What each edition changed", "Что изменила каждая редакция"),
    ("authority.rotate", "Sign a new charter: other keys, other thresholds", "Подписать новый устав: другие ключи, другие пороги"),
    (
        "authority.rotate.role",
        "root, directory or revocations; all that have the key by default",
        "root, directory или revocations; по умолчанию все, где есть ключ",
    ),
    ("authority.rotate.add", "A key to add: its file or its digits; may be repeated", "Добавить ключ: файл или цифры; можно повторять"),
    (
        "authority.rotate.remove",
        "A key to remove: its file or its first digits; may be repeated",
        "Убрать ключ: файл или первые цифры; можно повторять",
    ),
    ("authority.rotate.threshold", "How many must sign from now on", "Сколько должны подписывать с этого времени"),
    ("authority.recover", "Take a lost or stolen key out of every role", "Исключить потерянный или похищенный ключ из всех ролей"),
    ("authority.recover.lost", "The key: its file or its first digits; may be repeated", "Ключ: файл или первые цифры; можно повторять"),
    (
        "authority.recover.new",
        "A key in its place: its file or its digits; may be repeated",
        "Ключ взамен: файл или цифры; можно повторять",
    ),
    ("authority.recover.threshold", "How many must sign from now on", "Сколько должны подписывать с этого времени"),
    ("authority.key", "The keys of the roles", "Ключи ролей"),
    ("authority.key.list", "Show the keys and where they lie", "Показать ключи и где они лежат"),
    ("authority.key.new", "Make a key for a holder", "Создать ключ для хранителя"),
    ("authority.key.new.file", "Where to put it", "Куда положить"),
    ("authority.key.new.passphrase_file", "A file with the passphrase", "Файл с паролем"),
    ("authority.key.add", "Add keys to a role", "Добавить ключи в роль"),
    ("authority.key.add.role", "root, directory or revocations", "root, directory или revocations"),
    ("authority.key.add.keys", "Key files, or their digits", "Файлы ключей или их цифры"),
    ("authority.key.add.threshold", "How many must sign from now on", "Сколько должны подписывать с этого времени"),
    ("authority.key.remove", "Remove keys from a role", "Убрать ключи из роли"),
    ("authority.key.remove.role", "root, directory or revocations", "root, directory или revocations"),
    ("authority.key.remove.keys", "Key files, or their digits", "Файлы ключей или их цифры"),
    ("authority.key.remove.threshold", "How many must sign from now on", "Сколько должны подписывать с этого времени"),
    ("authority.rotate.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "authority.rotate.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("authority.rotate.valid", "Until when a newer charter is promised; 1825d by default", "На какой срок; по умолчанию 1825d"),
    ("authority.rotate.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("authority.recover.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "authority.recover.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("authority.recover.valid", "Until when a newer charter is promised; 1825d by default", "На какой срок; по умолчанию 1825d"),
    ("authority.recover.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("authority.key.add.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "authority.key.add.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("authority.key.add.valid", "Until when a newer charter is promised; 1825d by default", "На какой срок; по умолчанию 1825d"),
    ("authority.key.add.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("authority.key.remove.key", "A key file; those in DIR/keys by default", "Файл ключа; по умолчанию все из DIR/keys"),
    (
        "authority.key.remove.passphrase_file",
        "A file with the passphrase; one for all keys, or one for each in turn",
        "Файл с паролем: один на все ключи или по одному на каждый",
    ),
    ("authority.key.remove.valid", "Until when a newer charter is promised; 1825d by default", "На какой срок; по умолчанию 1825d"),
    ("authority.key.remove.now", "The time to sign with, if the clock is wrong", "Время подписи, если часы неверны"),
    ("authority.delegate", "Give a subtree to others, or take it back", "Поручить ветвь другим или забрать её"),
    ("authority.delegate.unit", "The unit: name or number", "Отдел: название или номер"),
    ("authority.delegate.keys", "Its public keys: authority.pub of the other folder", "Открытые ключи ветви: authority.pub из её папки"),
    ("authority.delegate.units", "How many numbers for units; 1000 by default", "Сколько номеров для отделов; по умолчанию 1000"),
    ("authority.delegate.offices", "How many numbers for offices; 200 by default", "Сколько номеров для отделений; по умолчанию 200"),
    ("authority.delegate.withdraw", "Take it back", "Забрать ветвь"),
    ("authority.import", "Take newer documents from a district file", "Взять более новые документы из файла округа"),
    ("authority.import.file", "The district file", "Файл округа"),
    ("authority.verify", "Verify a district file, or one edition", "Проверить файл округа или одну редакцию"),
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
        Action::Cosign(args) => cosign::run(context, &args),
        Action::Verify(args) => verify::run(context, &args),
        Action::Log(args) => log::run(context, &args),
        Action::Rotate(args) => rotate::rotate(context, &args),
        Action::Recover(args) => rotate::recover(context, &args),
        Action::Key(args) => key::run(context, &args),
        Action::Delegate(args) => delegate::run(context, &args),
        Action::Import(args) => import::run(context, &args),
    }
}
