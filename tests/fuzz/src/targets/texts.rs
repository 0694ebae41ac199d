//! What people type or photograph: requests, answers, invitations of the page's key, words read out.

use okrug_node::api::outside::{cookie, token};
use okrug_node::certs::Grant;
use okrug_node::office::outside::slip;
use okrug_node::rfc3339::Utc;
use okrug_protocol::answer::Answer;
use okrug_protocol::pagekey::PageRequest;
use okrug_protocol::request::Request;
use okrug_protocol::words::{List, Spoken, say};

use super::Target;
use crate::fixture::district;

pub(super) const TARGETS: &[Target] = &[
    Target::new("request", requests, |bytes| {
        text(bytes).is_some_and(|text| {
            if let Ok(request) = Request::from_paper(text) {
                let _ = Request::read(&request);
            }
            Request::read(text).is_ok()
        })
    })
    .costs(4),
    Target::new("answer", answers, |bytes| {
        let Some(Ok(answer)) = text(bytes).map(Answer::read) else { return false };
        let again = answer.lines().map(|lines| Answer::read(&lines.join("\n")));
        assert_eq!(again, Some(Ok(answer)), "an answer that was read cannot be written");
        true
    }),
    Target::new("page_request", page_requests, |bytes| text(bytes).is_some_and(|text| PageRequest::read(text).is_ok())).costs(4),
    Target::new("spoken", spoken, |bytes| {
        let Some(Ok(words)) = text(bytes).map(Spoken::read) else { return false };
        for list in [List::Russian, List::English] {
            assert_eq!(Spoken::read(&words.say(list)).as_ref(), Ok(&words), "what is said is not what was heard");
        }
        true
    })
    // Every word is looked for in both lists.
    .costs(40),
    Target::new("ids", ids, |bytes| {
        text(bytes).is_some_and(|text| {
            let digits = okrug_protocol::ids::unhex(text);
            assert!(digits.as_ref().is_none_or(|bytes| bytes.len() * 2 == text.len()));
            digits.is_some()
        })
    }),
    Target::new("slip", slips, |bytes| {
        let code = text(bytes).and_then(slip);
        assert!(code.as_ref().is_none_or(|code| slip(code).as_ref() == Some(code)), "a code that was read cannot be written");
        code.is_some()
    }),
    Target::new(
        "tokens",
        || vec![b"7f".repeat(32), [b"a=b; okrug-uray=".to_vec(), b"7f".repeat(32), b"; c".to_vec()].concat()],
        |bytes| {
            let found = text(bytes).and_then(token).or_else(|| cookie(bytes));
            assert!(found.as_ref().is_none_or(|found| found.len() == 64));
            found.is_some()
        },
    ),
    Target::new(
        "times",
        || vec![b"2026-11-27T10:00:00.5Z".to_vec(), b"0000-03-01T00:00:00Z".to_vec(), b"9999-12-31T23:59:59.999999999Z".to_vec()],
        |bytes| {
            let time = text(bytes).and_then(|text| text.parse::<Utc>().ok());
            assert!(time.is_none_or(|time| time.to_string().parse() == Ok(time)));
            time.is_some()
        },
    ),
    Target::new("page_grant", grants, |bytes| {
        text(bytes).and_then(|text| Grant::read(text).ok()).is_some_and(|grant| {
            assert_eq!(Grant::read(&grant.write()).ok(), Some(grant), "a grant that was read cannot be written");
            true
        })
    })
    .costs(2),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn requests() -> Vec<Vec<u8>> {
    let sample = district();
    let seal = sample.open_keys[0].public();
    let request = Request::write("o9", "Отделение № 9", &sample.sign_keys[0], &sample.peer_keys[0], seal).expect("it keeps the rules");
    let paper = Request::to_paper(&request).expect("it was written").join("\n");
    vec![request.into_bytes(), paper.into_bytes()]
}

fn answers() -> Vec<Vec<u8>> {
    let answer = Answer { district: district().id(), addresses: vec!["/ip4/10.0.3.7/tcp/4001".to_owned()] };
    vec![answer.lines().expect("it is short").join("\n").into_bytes()]
}

fn page_requests() -> Vec<Vec<u8>> {
    vec![PageRequest::write("o1", &[4; 65], &district().sign_keys[0]).into_bytes()]
}

/// One code: its last sign checks the others, and one of the signs is right.
fn slips() -> Vec<Vec<u8>> {
    let codes = "23456789ABCDEFGHJKMNPQRSTUVWXYZ".chars().filter_map(|check| slip(&format!("КВ3 7-abcd-xyz{check}")));
    codes.map(String::into_bytes).collect()
}

/// Two certificates that are none to look at; a grant takes them by their form alone.
fn grants() -> Vec<Vec<u8>> {
    let body = "MIIBszCCAWWgAwIBAgIUBqTz\n".repeat(3);
    let one = format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n");
    let head = "okrug page certificate 1\noffice uray\naddress 10.0.0.1\naddress fd00::1\nuntil 2027-11-27T10:00:00.000Z\n";
    vec![format!("{head}{one}{one}").into_bytes()]
}

fn spoken() -> Vec<Vec<u8>> {
    [List::Russian, List::English].map(|list| say(&district().id().0, list).into_bytes()).into()
}

fn ids() -> Vec<Vec<u8>> {
    vec![okrug_protocol::ids::hex(&district().id().0.0).into_bytes()]
}
