//! `okrug-node key`: what may be known of the keys.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use okrug_protocol::ids::{Hash32, hex};
use okrug_protocol::request::Request;

use super::settings::Place;
use super::{Context, init, line};
use crate::help::Row;
use crate::home::Locked;
use crate::keyring::Renewal;
use crate::keys::{KeyFolder, Unlock};
use crate::problem::Problem;
use crate::rest::Rest;
use crate::run::StartError;
use crate::said;
use crate::words::{Lang, Said};

/// What the command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show {
        #[command(flatten)]
        place: Place,
        #[arg(long, value_name = "FILE")]
        request: Option<PathBuf>,
    },
    Renew {
        #[command(flatten)]
        place: Place,
        #[arg(long, value_name = "FILE")]
        request: PathBuf,
    },
}

pub(super) const HELP: &[Row] = &[
    ("key", "What may be known of the keys", "Что можно знать о ключах"),
    ("key.show", "The public keys, their fingerprint and what locks them", "Открытые ключи, их отпечаток и чем они заперты"),
    ("key.show.request", "Write the request for the authority again", "Ещё раз записать заявку для администратора округа"),
    (
        "key.renew",
        "Make a new sealing key for the chart, and the request for the authority; the node must stand still",
        "Создать новый ключ печати для справочника и заявку администратору округа; узел должен быть остановлен",
    ),
    ("key.renew.request", "Where to write the request", "Куда записать заявку"),
];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    match args.command {
        Command::Show { place, request } => show(context, place, request),
        Command::Renew { place, request } => renew(context, place, &request),
    }
}

/// A new key beside the one that the chart lists: both open until the old one's term has passed.
fn renew(context: Context, place: Place, to: &Path) -> Result<(), Problem> {
    let config = place.load(context)?.config;
    let (folder, unlock) = (KeyFolder::of(&config.data), Unlock::of_process(config.keys.passphrase_file.clone()));
    let keys = folder.open(&unlock)?;
    // A node that runs would not know of it, and could not open what the others seal to it.
    let _locked = Locked::take(&config.data).map_err(StartError::from)?;
    let file = init::create_new(to)?;
    let made = Renewal::begin(&config.data.join("keys").join("sealing"), &Rest::new(&keys.at_rest));
    let renewal = made.map_err(StartError::from)?;
    let text = folder.request_with(&keys, renewal.key().public())?;
    init::write(file, to, &text)?;
    let (fingerprint, to) = (Request::read(&text).map(|request| request.fingerprint()).unwrap_or(Hash32::ZERO), to.display());
    let (words, digits) = (Said::fingerprint(&fingerprint), fingerprint.to_hex());
    if context.json {
        let object = serde_json::json!({
            "type": "key_renewal", "v": 1, "request": to.to_string(), "fingerprint": digits, "words": words.text(context.lang), "seal": hex(&renewal.key().public().0),
        });
        return line(&object.to_string());
    }
    let (ru, en) = (words.text(Lang::Ru), words.text(Lang::En));
    let said = said!(
        "OK: новый ключ печати создан; прежний действует, пока справочник не назовёт новый и не пройдёт срок хранения.\nЗаявка: {to}, отпечаток:\n{ru}\n{digits}\nДальше: запустите узел; администратор округа: okrug office enrol ФАЙЛ, okrug authority sign",
        "OK: the new sealing key was made; the old one stays until the chart lists the new one and its term has passed.\nRequest: {to}, fingerprint:\n{en}\n{digits}\nNext: start the node; the authority: okrug office enrol FILE, okrug authority sign",
    );
    line(said.text(context.lang))
}

fn show(context: Context, place: Place, again: Option<PathBuf>) -> Result<(), Problem> {
    let home = KeyFolder::of(&place.load(context)?.config.data);
    let (lock, (text, request)) = (home.lock()?, home.request()?);
    if let Some(path) = again {
        init::write(init::create_new(&path)?, &path, &text)?;
    }
    let fingerprint = request.fingerprint();
    let (sign, peer, seal) = (hex(&request.sign.0), hex(&request.peer.0), hex(&request.seal.0));
    let (slug, name) = (&request.slug, &request.name);
    if context.json {
        let object = serde_json::json!({
            "type": "keys", "v": 1, "slug": slug, "name": name, "fingerprint": fingerprint.to_hex(), "words": Said::fingerprint(&fingerprint).text(context.lang), "sign": sign, "peer": peer, "seal": seal,
        });
        return line(&object.to_string());
    }
    let words = Said::fingerprint(&fingerprint);
    let (digits, spoken) = (fingerprint.to_hex(), words.text(context.lang));
    let shown = said!(
        "Отделение   {slug} ({name})\nОтпечаток   {spoken}\n            {digits}\nПодпись     {sign}\nУзел сети   {peer}\nПечать      {seal}",
        "Office       {slug} ({name})\nFingerprint  {spoken}\n             {digits}\nSign         {sign}\nPeer         {peer}\nSeal         {seal}",
    );
    line(shown.text(context.lang))?;
    line(lock.said().text(context.lang))
}
