//! The chain of charters.

use okrug_protocol::bounds::{MAX_CHARTERS, MAX_DISTRICT_FILE};
use okrug_protocol::charter::{Charter, Role};
use okrug_protocol::document::{DocumentError, Signed};
use okrug_protocol::ids::{Hash32, Version};
use okrug_protocol::sample::signed;
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::{DistrictFile, Trust, TrustError};

use crate::cases;
use crate::rig::{Kind, Rig, next_charter, stranger, threshold, wrong};

/// A root role of these keys, all of which must sign.
fn root_of(keys: &[&SecretKey]) -> Role {
    let mut public: Vec<_> = keys.iter().map(|key| key.public()).collect();
    public.sort();
    Role { threshold: u8::try_from(public.len()).unwrap(), keys: public }
}

/// So many charters after the first, each of which replaces one of three root keys.
fn long_chain(rig: &Rig, count: usize) -> Vec<Vec<u8>> {
    let mut trust = rig.s.trust.clone();
    let mut keys: Vec<SecretKey> = rig.s.charter_keys.clone();
    let mut chain = Vec::new();
    for n in 0..count {
        let before = keys.clone();
        keys[n % 3] = stranger(u32::try_from(n).unwrap() + 100);
        let mut public: Vec<_> = keys.iter().map(SecretKey::public).collect();
        public.sort();
        let charter = next_charter(&trust, |charter| charter.root = Role { keys: public, threshold: 2 });
        let stay: Vec<&SecretKey> = (0..3).filter(|at| *at != n % 3).map(|at| &before[at]).collect();
        let signed = signed(charter, &stay).encode();
        trust.accept_charter(&signed).unwrap();
        chain.push(signed);
    }
    chain
}

cases! {
    a_new_root_that_the_old_one_did_not_sign: "new root keys name themselves" => {
        let mut rig = Rig::new();
        let (a, b) = (stranger(1), stranger(2));
        let bytes = rig.charter(|charter| charter.root = root_of(&[&a, &b]), &[&a, &b]);
        assert_eq!(rig.refuses(Kind::Charter, &bytes), threshold(Kind::Charter, 0, 2));
    }
    a_new_root_that_does_not_sign_itself: "the old root names keys that nobody has: the district would have no root" => {
        let mut rig = Rig::new();
        let (a, b) = (stranger(1), stranger(2));
        let bytes = rig.charter(|charter| charter.root = root_of(&[&a, &b]), &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &bytes), threshold(Kind::Charter, 0, 2));
    }
    both_thresholds: "the old root and the new one both sign: taken, and from then on the new one counts" => {
        let mut rig = Rig::new();
        let (a, b) = (stranger(1), stranger(2));
        let bytes = rig.charter(|charter| charter.root = root_of(&[&a, &b]), &[&rig.s.charter_keys[0], &rig.s.charter_keys[1], &a, &b]);
        rig.publish(Kind::Charter, &bytes);
        let by_old = rig.charter(|charter| charter.name.push('а'), &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &by_old), threshold(Kind::Charter, 0, 2));
    }
    a_charter_of_the_charter_before_last: "the root that was replaced two charters ago signs the next one" => {
        let mut rig = Rig::new();
        let (a, b) = (stranger(1), stranger(2));
        let bytes = rig.charter(|charter| charter.root = root_of(&[&a, &b]), &[&rig.s.charter_keys[0], &rig.s.charter_keys[1], &a, &b]);
        rig.publish(Kind::Charter, &bytes);
        let next = rig.charter(|charter| charter.name.push('а'), &[&a, &b]);
        rig.publish(Kind::Charter, &next);
        let by_old = rig.charter(|charter| charter.name.push('б'), &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &by_old), threshold(Kind::Charter, 0, 2));
    }
    a_step_left_out: "the charter after next, before the next one" => {
        let mut rig = Rig::new();
        let chain = long_chain(&rig, 2);
        assert!(matches!(rig.refuses(Kind::Charter, &chain[1]), TrustError::Ahead { .. }));
        rig.takes(Kind::Charter, &chain[0]);
        rig.takes(Kind::Charter, &chain[1]);
    }
    a_step_that_follows_another: "a charter that names another one as the one before" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| charter.head.previous = Hash32([7; 32]), &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &bytes), TrustError::BrokenChain(Version(2)));
    }
    a_role_that_changes_in_its_epoch: "another directory key in the same epoch: a stolen one could go on" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| charter.directory.keys = vec![stranger(1).public()], &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &bytes), TrustError::BrokenChain(Version(2)));
    }
    an_epoch_that_falls: "a charter that takes an epoch back, so that what a thief signed counts again" => {
        let mut rig = Rig::new();
        rig.replace_directory_key(&stranger(1));
        let bytes = rig.charter(|charter| { charter.directory.keys = vec![stranger(2).public()]; charter.directory_epoch = 0; }, &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &bytes), TrustError::BrokenChain(Version(3)));
    }
    another_suite: "a charter that demands weaker cryptography" => {
        let mut rig = Rig::new();
        let bytes = rig.charter(|charter| charter.suite = 0, &rig.two());
        assert_eq!(rig.refuses(Kind::Charter, &bytes), wrong(Kind::Charter, DocumentError::Suite(0)));
    }
    a_chain_in_the_wrong_order: "a file whose charters stand in another order" => {
        let rig = Rig::new();
        let mut file = rig.node.to_file();
        file.charters.extend(long_chain(&rig, 2));
        assert!(Trust::from_file(None, &file).is_ok());
        file.charters.swap(1, 2);
        assert!(matches!(Trust::from_file(None, &file), Err(TrustError::BrokenChain(_))));
    }
    a_chain_without_its_first: "a file whose chain begins in the middle" => {
        let rig = Rig::new();
        let charters = long_chain(&rig, 2);
        let file = DistrictFile { charters, ..rig.node.to_file() };
        assert!(Trust::from_file(Some(rig.s.id()), &file).is_err());
    }
    the_longest_chain: "a node that was away for 1023 changes of keys takes them one by one, and starts from them" => {
        let mut rig = Rig::new();
        let chain = long_chain(&rig, MAX_CHARTERS - 1);
        chain.iter().for_each(|charter| rig.takes(Kind::Charter, charter));
        assert_eq!(rig.version(Kind::Charter), 1_024);
        let bytes = rig.node.to_file().encode();
        assert!(bytes.len() < MAX_DISTRICT_FILE, "{} bytes", bytes.len());
        let again = Trust::from_file(Some(rig.s.id()), &DistrictFile::decode(&bytes).unwrap()).unwrap();
        assert_eq!(again.versions(), rig.node.versions());
        // One more is one too many, whoever signs it.
        let keys: Vec<SecretKey> = (1_020..1_023).map(|n| stranger(n + 100)).collect();
        let more = next_charter(&rig.node, |_| ());
        let more = signed(more, &keys.iter().collect::<Vec<_>>()).encode();
        assert!(matches!(rig.refuses(Kind::Charter, &more), TrustError::Ahead { .. }));
    }
    the_largest_charter_fits: "the largest charter there may be, with all its signatures, is within its bound" => {
        let rig = Rig::new();
        let keys: Vec<SecretKey> = (0..32).map(stranger).collect();
        let role = |from: usize| root_of(&keys[from..from + 16].iter().collect::<Vec<_>>());
        let charter = Charter { name: "я".repeat(128), root: role(0), directory: role(0), revocations: role(16), ..rig.s.trust.charter().doc().clone() };
        let bytes = signed(charter, &keys.iter().collect::<Vec<_>>()).encode();
        assert!(Signed::<Charter>::decode(&bytes).is_ok(), "{} bytes", bytes.len());
    }
}
