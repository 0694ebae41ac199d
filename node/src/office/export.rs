//! Exporting: messages of a conversation, and acts, as files of evidence.
//!
//! A person shows what they themselves read; the text of a direct message only as one of its sides. What is exported
//! opens those entries and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use okrug_protocol::act::SealedAct;
use okrug_protocol::behalf::Behalf;
use okrug_protocol::clock::Millis;
use okrug_protocol::entry::Kind;
use okrug_protocol::evidence::{Exhibit, Run, Shown};
use okrug_protocol::ids::{EntryId, LogId, PersonId, Seq, Topic};
use okrug_protocol::message::{Between, Content, End, Letter, Message, Setting, Side};
use okrug_protocol::opening::Opening;
use okrug_protocol::seal::SharedKey;
use okrug_protocol::timeline::Position;

use super::Refused;
use super::chat::ChatKey;
use super::desk::Desk;
use super::handle::Handle;
use super::index::Standing;
use super::sessions::{SessionId, Unlocked};
use super::view::{ChatId, MessageId};
use crate::store::Stored;

/// Messages in one file.
const MAX_MESSAGES: usize = 10_000;

/// Which part of a conversation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part {
    /// This message alone.
    pub message: Option<MessageId>,
    /// Not earlier than this.
    pub from: Option<Millis>,
    /// Before this.
    pub to: Option<Millis>,
}

/// What is shown, by log and place, and what is needed for it.
#[derive(Default)]
struct Stack {
    exhibits: BTreeMap<(LogId, Seq), (EntryId, Exhibit)>,
    people: BTreeSet<PersonId>,
    /// For whom messages are, with the lowest edition that one names.
    behalves: BTreeMap<Behalf, u32>,
}

impl Handle {
    /// A message, or a part of a conversation, as a file of evidence.
    ///
    /// # Errors
    /// [`Refused::NoSuchMessage`] when there is nothing to show.
    pub fn evidence(&self, session: SessionId, chat: ChatId, part: Part) -> Result<Vec<u8>, Refused> {
        let (keys, chat) = self.seen_chat(session, chat)?;
        let mut stack = Stack::default();
        for position in self.desk().part(&chat, &part)? {
            self.desk().take(&mut stack, position, &keys);
        }
        if stack.exhibits.is_empty() {
            return Err(Refused::NoSuchMessage);
        }
        let mut runs = self.desk().runs(stack.exhibits)?;
        let last: Vec<(LogId, Seq)> = runs.iter().filter_map(|run| run.exhibits.last()).map(|e| (e.header.log, e.header.seq)).collect();
        runs.extend(self.desk().supports(&stack.people, &stack.behalves, &last)?);
        self.desk().evidence_of(runs).encode().map_err(|_| Refused::TooMany)
    }

    /// All acts of this office's administrators, in the whole of its logs for the district.
    ///
    /// # Errors
    /// [`Refused::NoSuchMessage`] when there is none.
    pub fn acts_evidence(&self) -> Result<Vec<u8>, Refused> {
        let desk = self.desk();
        let (act_desk, mut runs) = (desk.act_desk(), Vec::new());
        for (log, _) in desk.store.logs()?.into_iter().filter(|(log, _)| log.office == desk.me && log.topic == Topic::District) {
            let (mut run, mut acts) = (Run { previous: EntryId::ZERO, exhibits: Vec::new() }, false);
            desk.each_entry(&log, |stored| {
                let sealed = (stored.entry.header.kind == Kind::ACT).then(|| SealedAct::decode(&stored.entry.body).ok()).flatten();
                let key = sealed.map(|sealed| (sealed.key(&act_desk, self.act_key()), sealed));
                let opened = key.filter(|(key, sealed)| sealed.open(&act_desk, key).is_ok());
                acts |= opened.is_some();
                run.exhibits.push(match opened {
                    Some((key, _)) => Exhibit::of(&stored.entry, |body| Shown::Act(body, *key.bytes())),
                    None => Exhibit::closed(&stored.entry),
                });
            })?;
            if acts {
                runs.push(run);
            }
        }
        if runs.is_empty() { Err(Refused::NoSuchMessage) } else { desk.evidence_of(runs).encode().map_err(|_| Refused::TooMany) }
    }
}

impl Desk {
    /// The places of a part of a conversation, oldest first.
    fn part(&self, chat: &ChatKey, part: &Part) -> Result<Vec<Position>, Refused> {
        let rows = self.rows_before(chat, None, usize::MAX)?;
        let wanted = |position: &Position| {
            let time = position.time.millis();
            part.message.is_none_or(|id| id.log == position.log && id.seq == position.seq)
                && part.from.is_none_or(|from| time >= from)
                && part.to.is_none_or(|to| time < to)
        };
        let holds = rows.into_iter().filter(|(position, row)| row.standing == Standing::Holds && wanted(position));
        let found: Vec<_> = holds.map(|(position, _)| position).collect();
        if found.len() > MAX_MESSAGES { Err(Refused::TooMany) } else { Ok(found) }
    }

    /// Takes in a message that `viewer` reads; one that they cannot open stays closed.
    fn take(&self, stack: &mut Stack, position: Position, viewer: &Unlocked) {
        let Some((stored, opening, message)) = self.opened_message(&position) else { return };
        let setting = self.setting(&position.log);
        let text = match &message.content {
            Content::Text(_) | Content::Unknown { .. } => None,
            Content::Direct(direct) => {
                let between = Between { setting, from: message.person, to: direct.to };
                let side = if direct.to == viewer.person { Side::Addressee } else { Side::Writer };
                Some(direct.key(&between, side, &viewer.open).ok())
            }
            Content::Letter(letter) => Some(self.letter_key(letter, &setting, message.person, viewer)),
        };
        let exhibit = match text {
            None => Exhibit::of(&stored.entry, |body| Shown::Opened(body, opening)),
            Some(Some(key)) => Exhibit::of(&stored.entry, |body| Shown::Twice(body, opening, *key.bytes())),
            Some(None) => return,
        };
        stack.people.insert(message.person);
        if let Some(on) = message.on_behalf {
            let lowest = stack.behalves.entry(on.of).or_insert(on.version);
            *lowest = on.version.min(*lowest);
            if let Behalf::Person(absent) = on.of {
                stack.people.insert(absent);
            }
        }
        stack.exhibits.insert((position.log, position.seq), (stored.previous, exhibit));
    }

    /// The key of a letter's text, for the person at its one end and for whoever has the duty at the other.
    pub(crate) fn letter_key(&self, letter: &Letter, setting: &Setting, from: PersonId, viewer: &Unlocked) -> Option<SharedKey> {
        let own = (letter.with == viewer.person).then(|| letter.key(setting, from, End::Person, &viewer.open).ok()).flatten();
        own.or_else(|| {
            let secret = self.role_secret(letter.role, letter.edition, viewer)?;
            letter.key(setting, from, End::Role, &secret).ok()
        })
    }

    fn opened_message(&self, position: &Position) -> Option<(Stored, Opening, Message)> {
        let stored = self.store.entry(&position.log, position.seq).ok()??;
        let (opening, plain) = self.opening(&stored.entry)?;
        Some((stored, opening, Message::decode(&plain).ok()?))
    }
}
