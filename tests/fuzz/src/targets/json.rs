//! Bodies of requests to the API, and texts in its paths and queries: what a page, a script or a stranger sends.

use okrug_node::office::view::{
    ChatId, ClientId, Cursor, Dismissal, Enrol, Invite, Login, MadeBackup, MessageId, Move, NewBackup, NewBundle, NewDeputy, NewHolder,
    NewPassword, NewPerson, NewRole, PersonChange, PingWish, Post, Read, Receive, Reset,
};
use serde::de::DeserializeOwned;

use super::Target;

pub(super) const TARGETS: &[Target] = &[
    Target::new("json_body", bodies, |bytes| {
        // A route reads its own; whichever it is, each must stand all of them.
        READ.iter().filter(|read| read(bytes)).count() > 0
    })
    .costs(8),
    Target::new("view_ids", ids, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        same::<ChatId>(text) | same::<MessageId>(text) | same::<Cursor>(text) | same::<ClientId>(text)
    }),
];

const READ: [fn(&[u8]) -> bool; 19] = [
    read::<Dismissal>,
    read::<Enrol>,
    read::<Invite>,
    read::<Login>,
    read::<MadeBackup>,
    read::<Move>,
    read::<NewBackup>,
    read::<NewBundle>,
    read::<NewDeputy>,
    read::<NewHolder>,
    read::<NewPassword>,
    read::<NewPerson>,
    read::<NewRole>,
    read::<PersonChange>,
    read::<PingWish>,
    read::<Post>,
    read::<Read>,
    read::<Receive>,
    read::<Reset>,
];

fn read<T: DeserializeOwned>(bytes: &[u8]) -> bool {
    serde_json::from_slice::<T>(bytes).is_ok()
}

/// What is read of a text is written so that it is read as the same.
fn same<T: std::str::FromStr + ToString>(text: &str) -> bool {
    text.parse::<T>().is_ok_and(|id| {
        let written = id.to_string();
        assert_eq!(written.parse::<T>().ok().map(|again| again.to_string()), Some(written.clone()));
        true
    })
}

fn bodies() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"login":"dezhurny","password":"пароль из слов"}"#,
        r#"{"text":"Принято","client_id":"01890a5d-ac96-774b-bcce-b302099a8057","precedence":"flash"}"#,
        r#"{"to":["uray"],"purpose":"messages","max_bytes":1000000,"only":"flash","all":false,"since":null}"#,
        r#"{"key":"00ff","keys_only":true}"#,
        r#"{"made":"2026-11-27T10:00:00Z","bytes":1}"#,
        r#"{"office":"uray","wait_s":5}"#,
        r#"{"name":"Дежурный","unit":"u2","position":"Дежурный","login":"dezhurny","active":false}"#,
        r#"{"upto":"o1.77.u12.routine.5","message":"o1.77.u12.routine.5"}"#,
        r#"{"old":"a","new":"b","reason":"\u043f","person":"o1p1","until":"2026-12-01T00:00:00Z"}"#,
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn ids() -> Vec<Vec<u8>> {
    ["d", "u2", "g7", "p10002", "r10001", "r10001.p10002", "o1.77.u12.routine.5", "01890a5d-ac96-774b-bcce-b302099a8057", "0"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}
