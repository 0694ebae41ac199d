//! What is proven, as JSON.

use okrug_node::office::view::{self, RightCode};
use okrug_protocol::evidence::{Closed, Counts, Place, Said, ShownAct, ShownMessage};
use serde_json::{Value, json};

use crate::time;

fn id(place: &Place) -> String {
    view::MessageId { log: place.log, seq: place.seq }.to_string()
}

fn place(place: &Place) -> Value {
    json!({
        "entry": id(place),
        "hash": place.id.0.to_hex(),
        "written": time::text(place.time.millis()),
        "directory": place.directory.0,
        "revocations": place.revocations.0,
    })
}

fn counts(counts: Counts) -> &'static str {
    match counts {
        Counts::Yes => "yes",
        Counts::BeforeCutOff => "before_cut_off",
        Counts::AfterCutOff => "after_cut_off",
        Counts::Unwitnessed => "unwitnessed",
    }
}

pub(super) fn message(message: &ShownMessage) -> Value {
    let record = &message.speaker.record;
    let (kind, to, text) = match &message.said {
        Said::Text(text) => ("text", None, text.as_str()),
        Said::Direct { to, text } => ("direct", Some(to.to_string()), text.as_str()),
        Said::Letter { role, text, .. } => ("letter", Some(role.to_string()), text.as_str()),
        Said::Newer(_) => ("newer", None, ""),
    };
    let on_behalf = message.on_behalf.as_ref().map(|shown| {
        json!({
            "id": view::BehalfId(shown.on.of).to_string(),
            "name": shown.name,
            "edition": shown.on.version,
            "right": RightCode::from(shown.right),
            "announced": shown.announced.as_ref().map(id),
            "newest": shown.newest,
        })
    });
    json!({
        "place": place(&message.place),
        "office": { "id": message.place.log.office.to_string(), "name": message.office_name },
        "person": {
            "id": record.person.to_string(),
            "name": record.name,
            "position": record.position,
            "unit": record.unit.to_string(),
            "record": record.version,
            "recorded": id(&message.speaker.recorded),
            "serves": message.speaker.newest.active,
            "revoked": message.speaker.revoked,
        },
        "on_behalf": on_behalf,
        "counter": message.counter,
        "said_at": time::text(message.time),
        "reply_to": message.reply_to.map(|to| view::MessageId { log: to.log, seq: to.seq }.to_string()),
        "kind": kind,
        "to": to,
        "text": text,
        "counts": counts(message.counts),
        "witnessed": message.witnessed.iter().map(|one| json!({ "office": one.office.to_string(), "place": place(&one.place) })).collect::<Vec<_>>(),
    })
}

pub(super) fn act(act: &ShownAct) -> Value {
    json!({
        "place": place(&act.place),
        "office": { "id": act.place.log.office.to_string(), "name": act.office_name },
        "act": view::Act::from(act.act.clone()),
        "counts": counts(act.counts),
    })
}

pub(super) fn run(run: &Closed) -> Value {
    json!({ "log": run.log.to_string(), "first": run.first.0, "last": run.last.0, "closed": run.closed })
}
