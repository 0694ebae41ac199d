//! Too few keys, the same key twice, keys of another role.

use okrug_protocol::charter::Role;
use okrug_protocol::document::{Document, DocumentError, Row};
use okrug_protocol::ids::UnitId;
use okrug_protocol::sample::{signed, signing};
use okrug_protocol::sign::PublicKey;
use okrug_protocol::trust::{DistrictFile, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, SUB, enveloped, forged, next_chart, stranger, threshold, wrong};

cases! {
    one_of_two: "a charter signed by one key where two must sign" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| charter.name.push('а'), &[&rig.s.charter_keys[0]]);
        assert_eq!(rig.refuses(Kind::Charter, &bytes), threshold(Kind::Charter, 1, 2));
    }
    nobody: "documents without any signature" => {
        let mut rig = Rig::delegated();
        let (charter, chart, list, sub) = (rig.charter(|_| (), &[]), rig.chart_by(|_| (), &[]), forged(rig.s.trust.bootstrap_list().unwrap().doc(), &[]), rig.subchart_by(|_| (), &[]));
        rig.refuses(Kind::Charter, &charter);
        assert_eq!(rig.refuses(Kind::Chart, &chart), threshold(Kind::Chart, 0, 1));
        assert_eq!(rig.node.accept_bootstrap(&list), Ok(okrug_protocol::trust::Accepted::Same), "what is held already needs no signature again");
        assert_eq!(rig.refuses(SUB, &sub), threshold(SUB, 0, 1));
    }
    the_same_key_twice: "one key that signed twice, to fill a threshold of two" => {
        let mut rig = Rig::new();
        let charter = crate::rig::next_charter(&rig.s.trust, |_| ());
        let body = okrug_protocol::codec::encode(&charter);
        let key = &rig.s.charter_keys[0];
        let pair = (key.public(), key.sign(<okrug_protocol::charter::Charter as Document>::LABEL, &body));
        assert_eq!(rig.refuses(Kind::Charter, &enveloped(&body, &[pair, pair])), wrong(Kind::Charter, DocumentError::SignatureOrder));
    }
    the_same_key_twice_in_a_role: "a charter that lists one key twice in a role, so that its holder counts as two" => {
        let mut rig = Rig::new();
        let key = rig.s.charter_keys[0].public();
        let bytes = rig.charter(|charter| charter.root = Role { keys: vec![key, key], threshold: 2 }, &rig.two());
        assert!(matches!(rig.refuses(Kind::Charter, &bytes), TrustError::Threshold { .. } | TrustError::Document { .. }));
    }
    a_threshold_of_nobody: "a role whose threshold is zero: everybody could sign" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| { charter.directory.threshold = 0; charter.directory_epoch = 1; }, &rig.two());
        let error = DocumentError::Threshold { role: Row::Role("directory"), threshold: 0, keys: 1 };
        assert_eq!(rig.refuses(Kind::Charter, &bytes), wrong(Kind::Charter, error));
    }
    a_threshold_above_all: "a role whose threshold nobody can reach, to end the district" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| { charter.directory.threshold = 2; charter.directory_epoch = 1; }, &rig.two());
        assert!(matches!(rig.refuses(Kind::Charter, &bytes), TrustError::Document { .. }));
    }
    the_root_key_on_a_chart: "a key of the root role signs the directory, which is not its to sign" => {
        let mut rig = Rig::new();
        let bytes = rig.chart_by(|_| (), &[&rig.s.charter_keys[0], &rig.s.charter_keys[1]]);
        assert_eq!(rig.refuses(Kind::Chart, &bytes), threshold(Kind::Chart, 0, 1));
    }
    the_directory_key_on_a_charter: "the directory's key signs a charter that gives it everything" => {
        let mut rig = Rig::new();
        let key = rig.s.directory_key.clone();
        let bytes = rig.charter(|charter| charter.root = Role { keys: vec![key.public()], threshold: 1 }, &[&key]);
        assert_eq!(rig.refuses(Kind::Charter, &bytes), threshold(Kind::Charter, 0, 2));
    }
    a_key_in_two_roles_is_two_roles: "one key in several roles signs each kind for itself: a signature of one does not serve another" => {
        let mut rig = Rig::new();
        let key = rig.s.directory_key.clone();
        let charter = rig.charter(|charter| { charter.revocations.keys = vec![key.public()]; charter.revocations_epoch = 1; }, &rig.two());
        rig.publish(Kind::Charter, &charter);
        let chart = next_chart(&rig.s.trust, |_| ());
        let body = okrug_protocol::codec::encode(&chart);
        let signature = key.sign(okrug_protocol::labels::REVOCATIONS, &body);
        assert!(matches!(rig.refuses(Kind::Chart, &enveloped(&body, &[(key.public(), signature)])), TrustError::Document { .. }));
    }
    a_false_signature_beside_enough_true_ones: "a superfluous signature that does not hold: nothing may be changed on the way" => {
        let mut rig = Rig::new();
        let chart = next_chart(&rig.s.trust, |_| ());
        let body = okrug_protocol::codec::encode(&chart);
        let label = <okrug_protocol::chart::Chart as Document>::LABEL;
        let (key, other) = (&rig.s.directory_key, stranger(1));
        let mut rows = vec![(key.public(), key.sign(label, &body)), (other.public(), other.sign(label, b"something else"))];
        rows.sort_by_key(|(key, _)| *key);
        assert_eq!(rig.refuses(Kind::Chart, &enveloped(&body, &rows)), wrong(Kind::Chart, DocumentError::BadSignature(other.public())));
    }
    strangers_beside_too_few: "many signatures of strangers beside too few that count" => {
        let mut rig = Rig::new();
        let strangers: Vec<_> = (0..9).map(stranger).collect();
        let mut keys: Vec<_> = strangers.iter().collect();
        keys.push(&rig.s.charter_keys[2]);
        let bytes = rig.charter(|_| (), &keys);
        assert_eq!(rig.refuses(Kind::Charter, &bytes), threshold(Kind::Charter, 1, 2));
    }
    a_weak_key_in_a_role: "a key of small order, under which a signature fits every message" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| { charter.directory.keys = vec![PublicKey([0; 32])]; charter.directory_epoch = 1; }, &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &bytes), wrong(Kind::Charter, DocumentError::WeakKey(Row::Role("directory"))));
    }
    a_threshold_of_a_subtree: "a subtree of two of two keys, and one of them signs" => {
        let mut rig = Rig::delegated();
        let (one, two) = (signing("delegate", 2), stranger(4));
        let mut keys = vec![one.public(), two.public()];
        keys.sort();
        let chart = rig.chart(|chart| { chart.delegations[0].role = Role { keys, threshold: 2 }; chart.delegations[0].epoch = 1; });
        rig.publish(Kind::Chart, &chart);
        rig.s.trust.clone_from(&Rig::delegated().s.trust);
        let sub = |keys: &[&okrug_protocol::sign::SecretKey]| rig.subchart_by(|chart| chart.head.version = okrug_protocol::ids::Version(65_536), keys);
        let (few, enough) = (sub(&[&one]), sub(&[&one, &two]));
        assert_eq!(rig.refuses(SUB, &few), threshold(SUB, 1, 2));
        rig.takes(SUB, &enough);
    }
    a_founding_charter_of_strangers: "a district file whose first charter is not signed by its own threshold" => {
        let rig = Rig::new();
        let charter = rig.s.trust.charter().doc().clone();
        let file = DistrictFile { charters: vec![signed(charter, &[&rig.s.charter_keys[0]]).encode()], ..rig.node.to_file() };
        assert_eq!(Trust::from_file(Some(rig.s.id()), &file).unwrap_err(), threshold(Kind::Charter, 1, 2));
    }
    the_districts_key_for_a_subtree: "the district's own directory key signs for a subtree that it has given away" => {
        let mut rig = Rig::delegated();
        let bytes = rig.subchart_by(|_| (), &[&rig.s.directory_key]);
        assert_eq!(rig.refuses(SUB, &bytes), threshold(SUB, 0, 1));
    }
    a_subtrees_key_on_the_chart: "the key of a subtree signs the district's chart" => {
        let mut rig = Rig::delegated();
        let bytes = rig.chart_by(|_| (), &[&signing("delegate", 2)]);
        assert_eq!(rig.refuses(Kind::Chart, &bytes), threshold(Kind::Chart, 0, 1));
        assert_eq!(rig.node.subcharts()[&UnitId(2)].version().0, 1);
    }
}
