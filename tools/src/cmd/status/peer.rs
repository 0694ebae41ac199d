//! One other office, in full.

use okrug_node::office::view::{NodeStatus, Peer};
use serde_json::json;

use super::{links, show};
use crate::cmd::waits;
use crate::context::Context;
use crate::print;
use crate::problem::{Problem, nothing};
use crate::time;
use crate::words::said;

/// The other office that a word means: short name, number, or full name.
pub(in crate::cmd) fn find<'a>(status: &'a NodeStatus, word: &str) -> Result<&'a Peer, Problem> {
    let wanted = word.trim().to_lowercase();
    let is_it = |peer: &&Peer| peer.slug == wanted || peer.office.to_string() == wanted || peer.name.to_lowercase() == wanted;
    status.peers.iter().find(is_it).ok_or_else(|| {
        let names: Vec<String> = status.peers.iter().flat_map(|peer| [peer.slug.clone(), peer.name.clone()]).collect();
        nothing("no_such_office", word, &names, said!("другого отделения «{word}» нет", "there is no other office \"{word}\""))
    })
}

/// Shows it.
pub(super) fn show(context: &Context, status: &NodeStatus, word: &str) -> Result<(), Problem> {
    let (lang, peer) = (context.lang, find(status, word)?);
    if context.json {
        return context.object(json!({ "peer": show::peer_object(peer, status) }));
    }
    let (way, seen) = (show::way(peer, status, lang), show::seen(peer, status, lang));
    if context.plain {
        let row = [&*peer.slug, show::state(peer, status), &peer.queue.messages.to_string(), peer.address.as_deref().unwrap_or("-")];
        return print::line(&row.join("\t"));
    }
    let row = |ru: &str, en: &str, text: &str| print::line(&format!("{:<13}{text}", lang.pick(ru, en)));
    row("Отделение", "Office", &format!("{} ({}), {}", peer.slug, peer.name, peer.office))?;
    row("Связь", "Link", &way)?;
    row("Последняя", "Last", &seen)?;
    if let Some(entry) = peer.last_entry {
        row("Запись", "Entry", &time::ago(status.clock.now.since(entry), lang))?;
    }
    row("Адрес", "Address", peer.address.as_deref().unwrap_or("-"))?;
    if let Some(line) = links::line(peer, lang) {
        row("Линия", "Line", &line)?;
    }
    if let Some(coming) = links::coming(peer, lang) {
        row("Ещё придёт", "To come", &coming)?;
    }
    let queued = match peer.queue.oldest_s {
        Some(oldest) => {
            let (count, oldest) = (show::messages(&peer.queue, lang), time::span(oldest.saturating_mul(1_000), lang));
            lang.pick(format!("{count}; самое старое {oldest}"), format!("{count}; the oldest {oldest}"))
        }
        None => lang.pick("пусто", "empty").to_owned(),
    };
    row("Очередь", "Queue", &queued)?;
    peer.why.as_ref().map_or(Ok(()), |why| row("Почему ждёт", "It waits", &waits::reason(why, lang)))
}
