//! A person is taken in while the power fails: the move is whole, or can be made again, and nobody is there twice.
//!
//! The test runs itself again as the node that dies, once for each step of taking somebody in.

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::process::Command;

use okrug_node::office::Refused;
use okrug_node::office::view::{ChatId, Receive};
use okrug_protocol::ids::{OfficeId, PersonId, Topic, UnitId};
use okrug_protocol::sample;

use crate::offices::{self, District, until};

const DIR: &str = "OKRUG_MOVING_DIR";
const PERSON: &str = "OKRUG_MOVING_PERSON";
const STEP: &str = "OKRUG_MOVING_STEP";
/// More than there are steps.
const MANY: u32 = 40;
/// What the child ends with when the person was taken in and nobody told so.
const WHOLE: i32 = 7;

fn wish(login: &str) -> Receive {
    Receive { unit: UnitId(2), position: None, login: Some(login.to_owned()) }
}

#[test]
fn child_that_dies_while_it_takes_somebody_in() {
    let (Ok(dir), Ok(person), Ok(step)) = (std::env::var(DIR), std::env::var(PERSON), std::env::var(STEP)) else { return };
    let (person, step): (PersonId, u32) = (person.parse().unwrap(), step.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let engine = offices::open(Path::new(&dir), &sample::district(2), 2).await;
        let mut receiving = pin!(engine.office.receive(person, wish("ann")));
        let mut at = 0;
        let mut dies = move || {
            if at == step {
                // Without a word and without an end of anything, like a process that is killed.
                std::process::abort();
            }
            at += 1;
        };
        // Before a step what it needs is on the disk; behind it the ledger has been asked, and is at work.
        let received = poll_fn(|cx| {
            dies();
            let done = receiving.as_mut().poll(cx);
            if done.is_pending() {
                dies();
            }
            done
        });
        received.await.unwrap();
        std::process::exit(WHOLE);
    });
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() { copy(&entry.path(), &to) } else { std::fs::copy(entry.path(), to).map(drop).unwrap() }
    }
}

/// Runs the node in its folder until it dies in a step; says whether it had done all there is to do.
fn dies_in(dir: &Path, person: PersonId, step: u32) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "moving_cut::child_that_dies_while_it_takes_somebody_in", "--nocapture"]);
    let ended = child.env(DIR, dir).env(PERSON, person.to_string()).env(STEP, step.to_string()).output().unwrap();
    let whole = ended.status.code() == Some(WHOLE);
    assert!(whole || ended.status.code().is_none(), "step {step}: {}", String::from_utf8_lossy(&ended.stderr));
    whole
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_power_fails_a_person_is_taken_in_or_can_be_and_is_there_once() {
    let mut district = District::start(2).await;
    let (ann, eve) = (district.person(1, "ann", 2).await, district.person(1, "eve", 2).await);
    let (number, to_ann, to_eve) = (ann.person, ChatId::Person(ann.person), ChatId::Person(eve.person));
    eve.say(to_ann, "до перехода").await;
    ann.say(to_eve, "ответ").await;
    district.office(1).release(number, OfficeId(2)).await.unwrap();
    until(|| district.office(2).arrivals_of_people().unwrap().iter().any(|one| one.id == number && one.login.is_some())).await;
    let handed = |at: u32| {
        let all = district.heads(at, 1).into_iter().filter(|head| head.log.topic == Topic::Inbox(OfficeId(2)));
        all.map(|head| head.seq.0).sum::<u64>()
    };
    // An epoch, the account and two letters.
    until(|| handed(1) >= 4 && handed(2) == handed(1)).await;
    drop((ann, eve));
    district.switch_off(2).await;
    district.switch_off(1).await;

    let (mut taken, mut again, mut last) = (0, 0, None);
    for step in 0..MANY {
        let folder = tempfile::tempdir().unwrap();
        copy(district.folder(2), folder.path());
        let whole = dies_in(folder.path(), number, step);
        let engine = offices::open(folder.path(), district.sample(), 2).await;
        let office = &engine.office;
        let waits = office.arrivals_of_people().unwrap().iter().any(|one| one.id == number);
        let [here, nowhere] = if waits {
            again += 1;
            // Whoever does it again may give another login.
            office.receive(number, wish("anna")).await.unwrap();
            ["anna", "ann"]
        } else {
            taken += 1;
            ["ann", "anna"]
        };
        assert!(!whole || !waits, "step {step}: it was done, and is to be done");
        assert!(office.arrivals_of_people().unwrap().is_empty(), "step {step}");
        let refused = office.receive(number, wish("third")).await;
        assert!(matches!(refused, Err(Refused::NotReleased)), "step {step}: {refused:?}");
        for login in [nowhere, "third"] {
            assert!(matches!(office.login(login, offices::PASSWORD).await, Err(Refused::WrongLogin)), "step {step}: {login} is there too");
        }
        let session = office.login(here, offices::PASSWORD).await.unwrap();
        assert_eq!(office.who(session).unwrap().person.id, number, "step {step}");
        let page = office.history(session, to_eve, None, 100).unwrap();
        assert_eq!(page.messages.into_iter().map(|message| message.text).collect::<Vec<_>>(), ["до перехода", "ответ"], "step {step}");
        let people = office.whole_tree().people.into_iter().filter(|person| person.id == number);
        assert_eq!(people.map(|person| person.office).collect::<Vec<_>>(), [OfficeId(2)], "step {step}");
        engine.stop().await.unwrap();
        last = Some(folder);
        if whole {
            break;
        }
        assert!(step + 1 < MANY, "it never came to an end");
    }
    // Both things happened, so the power failed on both sides of what decides.
    assert!(taken > 1 && again > 1, "{taken} taken in, {again} again");

    // The old office hears of it as of any move.
    copy(last.unwrap().path(), district.folder(2));
    district.switch_on(1).await;
    district.switch_on(2).await;
    until(|| district.office(1).whole_tree().people.iter().any(|person| person.id == number && person.office == OfficeId(2))).await;
    let (ann, eve) = (district.log_in(2, "ann").await, district.log_in(1, "eve").await);
    eve.say(to_ann, "после перехода").await;
    ann.reads(to_eve, &["до перехода", "ответ", "после перехода"]).await;
    district.stop().await;
}
