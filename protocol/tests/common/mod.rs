//! A history of documents, and every parser that they can be given to.

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::Chart;
use okrug_protocol::charter::{Charter, Role};
use okrug_protocol::codec;
use okrug_protocol::document::{Document, DocumentKind, Head, Signed};
use okrug_protocol::ids::{Hash32, PersonId, Version};
use okrug_protocol::person::SignedPerson;
use okrug_protocol::revocations::{Revocations, RevokedPerson};
use okrug_protocol::sample::{self, SampleDistrict, signed, signing};
use okrug_protocol::sign::SecretKey;
use okrug_protocol::trust::{Conflict, DistrictFile, Trust};
use okrug_protocol::vault::Vault;

/// A document as it travels.
pub(crate) type Envelope = (DocumentKind, Vec<u8>);

/// A head that follows `held` in epoch `epoch`.
pub(crate) fn follow(held: &Head, hash: Hash32, version: u32) -> Head {
    Head { version: Version(version), previous: hash, ..*held }
}

/// A district's history: three charters, of which the second replaces the directory's key and the third
/// the root keys; charts and bootstrap lists before and after; revocations. In the order of signing.
pub(crate) fn history(sample: &SampleDistrict) -> Vec<Envelope> {
    let (old, new) = (&sample.charter_keys, [signing("charter", 10), signing("charter", 11)]);
    let directory_keys = [sample.directory_key.clone(), signing("directory", 1)];
    let mut out = Vec::new();

    let mut charter = sample.trust.charter().clone();
    let mut charters = Vec::new();
    for version in [2, 3] {
        let mut next: Charter = charter.doc().clone();
        next.head = Head { district: sample.id(), ..follow(&next.head, charter.hash(), version) };
        let mut keys: Vec<&SecretKey> = vec![&old[0], &old[1]];
        if version == 2 {
            next.directory = Role { keys: vec![directory_keys[1].public()], threshold: 1 };
            next.directory_epoch = 1;
        } else {
            next.root = Role { keys: new.iter().map(SecretKey::public).collect(), threshold: 2 };
            keys.extend(&new);
        }
        charter = signed(next, &keys);
        charters.push((DocumentKind::Charter, charter.encode()));
    }

    let mut chart = sample.trust.chart().clone();
    let mut list = sample.trust.bootstrap_list().unwrap().clone();
    for (epoch, version) in [(0, 2), (0, 3), (1, 65_536), (1, 65_537)] {
        let mut next = chart.doc().clone();
        next.head = follow(&next.head, chart.hash(), version);
        next.units[1].name = format!("Канцелярия {version}");
        chart = signed(next, &[&directory_keys[epoch]]);
        out.push((DocumentKind::Chart, chart.encode()));
        let mut next = list.doc().clone();
        next.head = follow(&next.head, list.hash(), version);
        list = signed(next, &[&directory_keys[epoch]]);
        out.push((DocumentKind::Bootstrap, list.encode()));
        if version == 3 {
            out.append(&mut charters);
        }
    }

    let mut previous = Hash32::ZERO;
    for version in 1..=3 {
        let head = Head { version: Version(version), previous, ..sample::head(sample.id(), Version(1), Hash32::ZERO) };
        let persons =
            (1..=version)
                .map(|n| RevokedPerson { person: PersonId(10_000 + n), reason: "Увольнение".to_owned(), since: Version(n) });
        let list = signed(Revocations { head, offices: Vec::new(), persons: persons.collect() }, &[&sample.revocation_key]);
        previous = list.hash();
        out.push((DocumentKind::Revocations, list.encode()));
    }
    out
}

/// Gives bytes to every parser that a peer, a file or a stick can reach.
pub(crate) fn read_as_everything(sample: &SampleDistrict, bytes: &[u8]) {
    fn read<D: Document>(bytes: &[u8]) {
        if let Ok(signed) = Signed::<D>::decode(bytes) {
            assert_eq!(signed.encode(), bytes, "{} has two encodings", D::KIND);
        }
    }
    read::<Charter>(bytes);
    read::<Chart>(bytes);
    read::<Revocations>(bytes);
    read::<Bootstrap>(bytes);
    let mut trust = sample.trust.clone();
    for kind in DocumentKind::ALL {
        let _ = trust.accept(kind, bytes);
    }
    if let Ok(file) = DistrictFile::decode(bytes) {
        assert_eq!(file.encode(), bytes, "a district file has two encodings");
        let _ = Trust::from_file(None, &file);
        let _ = trust.accept_file(&file);
    }
    let _ = SignedPerson::read(bytes, sample.id());
    let _ = Vault::decode(bytes);
    let _ = codec::decode::<Conflict>(bytes, bytes.len());
}
