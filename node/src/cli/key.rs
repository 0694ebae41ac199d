//! `okrug-node key`: what may be known of the keys.

use std::path::PathBuf;

use clap::Subcommand;
use okrug_protocol::ids::hex;

use super::settings::Place;
use super::{Context, init, line};
use crate::help::Row;
use crate::keys::KeyFolder;
use crate::problem::Problem;
use crate::said;
use crate::words::Said;

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
}

pub(super) const HELP: &[Row] = &[
    ("key", "What may be known of the keys", "Что можно знать о ключах"),
    ("key.show", "The public keys, their fingerprint and what locks them", "Открытые ключи, их отпечаток и чем они заперты"),
    ("key.show.request", "Write the request for the authority again", "Ещё раз записать заявку для администратора округа"),
];

/// Runs the command.
pub(super) fn run(context: Context, args: Args) -> Result<(), Problem> {
    let Command::Show { place, request: again } = args.command;
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
