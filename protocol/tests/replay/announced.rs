//! What entries hold beside messages: editions of roles and deputies, sealing keys, keys sealed again, handovers; and proofs
//! that somebody signed two truths.

use okrug_protocol::behalf::Term;
use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::clock::Millis;
use okrug_protocol::codec;
use okrug_protocol::deputy::DeputyRecord;
use okrug_protocol::document::DocumentKind;
use okrug_protocol::handover::{Account, Handover};
use okrug_protocol::ids::{Epoch, OfficeId, RoleId, UnitId, Version};
use okrug_protocol::reseal::{AgainBox, Reseal, ResealRequest};
use okrug_protocol::role::RoleRecord;
use okrug_protocol::sample;
use okrug_protocol::seal::SealKey;
use okrug_protocol::sealing::SealingKey;
use okrug_protocol::trust::Conflict;
use okrug_protocol::vault::{Cost, Vault};

use crate::scene::{At, Scene, home, rng};

/// The old node's share in the vault that is handed over.
const SHARE: [u8; 32] = [8; 32];

impl Scene {
    /// The second edition of a role, or the first; the writer holds it.
    fn role(&self, version: u32) -> RoleRecord {
        let person = self.from.signed.record.person;
        let record = RoleRecord {
            role: RoleId(10_001),
            unit: UnitId(1),
            title: "Дежурный".to_owned(),
            version,
            since: Millis(5),
            active: true,
            holders: vec![Term { person, from: Millis(5), until: None }],
            seal: SealKey([0; 32]),
            boxes: Vec::new(),
            before: None,
        };
        let own = |version| sample::opening("role", version);
        let before = (version > 1).then(|| own(version - 1));
        record.lock(self.district.id(), &own(version), &[(person, self.from.signed.record.seal)], before.as_ref(), &mut rng()).unwrap()
    }

    fn newest_key(&self) -> SealingKey {
        SealingKey { number: 7, key: self.district.open_keys[0].public() }
    }

    fn sealed_again(&self) -> Reseal {
        let again = AgainBox::seal(&self.place(&home()), &self.epoch_key, OfficeId(1), &self.newest_key(), Version(1), &mut rng());
        Reseal { boxes: vec![again.unwrap()] }
    }

    fn conflict(&self) -> Conflict {
        let ours = self.district.trust.bootstrap_list().unwrap();
        let theirs = Bootstrap { rows: Vec::new(), ..ours.doc().clone() };
        let theirs = sample::signed(theirs, &[&self.district.directory_key]).encode();
        Conflict { kind: DocumentKind::Bootstrap, version: ours.version(), ours: ours.encode(), theirs, by: Vec::new() }
    }

    /// One of each: its name and its bytes.
    pub(crate) fn announced(&self) -> Vec<(&'static str, Vec<u8>)> {
        let person = self.from.signed.record.person;
        let term = Term { person: self.to.signed.record.person, from: Millis(5), until: Some(Millis(6)) };
        let deputy = DeputyRecord { person, office: OfficeId(1), version: 1, since: Millis(5), deputy: vec![term] };
        let vault = Vault::seal_at(Cost::LEAST, "пароль", &SHARE, b"keys", &mut rng()).unwrap().encode();
        let account = Account { person, login: "duty".to_owned(), vault, share: SHARE };
        vec![
            ("role", self.role(2).encode()),
            ("deputy", deputy.encode()),
            ("sealing key", self.newest_key().encode()),
            ("request to seal again", ResealRequest { to: self.newest_key(), epochs: vec![(home().log, Epoch(1))] }.encode()),
            ("key sealed again", self.sealed_again().encode()),
            ("handover", Handover::Account(account).encode()),
            ("conflict", codec::encode(&self.conflict())),
        ]
    }

    /// As [`Scene::takes`]; `None` for the gate of something else.
    pub(crate) fn takes_announced(&self, gate: &str, bytes: &[u8], at: &At) -> Option<bool> {
        let district = self.district.id();
        let office = usize::try_from(at.reader.0).unwrap() - 1;
        Some(match gate {
            "role" => {
                let who = if at.reader == OfficeId(1) { &self.from } else { &self.to };
                RoleRecord::read(bytes).is_ok_and(|role| {
                    let own = role.open(district, who.signed.record.person, &who.open_key);
                    own.is_some_and(|own| role.open_before(district, &own, &self.role(1)).is_some())
                })
            }
            "deputy" => DeputyRecord::read(bytes).is_ok(),
            "sealing key" => SealingKey::decode(bytes).is_ok(),
            "request to seal again" => ResealRequest::decode(bytes).is_ok(),
            "key sealed again" => Reseal::decode(bytes).is_ok_and(|reseal| {
                let opens = |one: &AgainBox| {
                    one.open(&self.place(at), OfficeId(1), Version(1), &self.district.open_keys[office], &self.rekey(2)).is_ok()
                };
                // A box names its place: it is looked for there, and elsewhere it does not open either.
                reseal.boxes.iter().all(|one| (one.log, one.epoch) == (home().log, home().epoch) && opens(one))
            }),
            "handover" => match Handover::decode(bytes) {
                Ok(Handover::Account(account)) => {
                    Vault::decode(&account.vault).is_ok_and(|vault| vault.open("пароль", &account.share).is_ok())
                }
                _ => false,
            },
            "conflict" => {
                let conflict = codec::decode_canonical::<Conflict>(bytes, 1 << 16);
                conflict.is_ok_and(|conflict| self.district.trust.clone().remember(conflict).is_ok())
            }
            _ => return None,
        })
    }
}
