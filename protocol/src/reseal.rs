//! Sealing an old epoch's key again, for a member whose own key is gone.
//!
//! A member that cannot open an epoch any more asks its writer, in a log for the writer's inbox; the writer
//! answers in a log for the asker's. Both bodies are plain, so that neither needs a key that may be gone as well.
//! An office that has lost its keys with its machine asks the readers of what it wrote itself.
//! What the answer carries must open the commitment in the rekey entry, which the asker has.
//!
//! Source:  FORMAT.md, section 5.11.

use rand_core::CryptoRngCore;

use crate::bounds::MAX_BODY;
use crate::codec::{self, Decode, Encode};
use crate::epoch::{EpochError, Place, Rekey};
use crate::ids::{Epoch, LogId, OfficeId, Version};
use crate::labels;
use crate::seal::{OpenKey, SharedKey};
use crate::sealing::SealingKey;

/// Epochs in one request or one answer.
pub const MAX_EPOCHS: usize = 256;

/// Asks for the keys of epochs that this office cannot open: the body of an entry of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ResealRequest {
    /// To which key the asker wants them sealed: its newest.
    pub to: SealingKey,
    /// Which; sorted, each once, all in logs of the office that is asked or all in logs of the asker.
    pub epochs: Vec<(LogId, Epoch)>,
}

/// The keys of epochs, sealed once more: the body of an entry of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Reseal {
    /// Sorted by log and epoch, each once.
    pub boxes: Vec<AgainBox>,
}

/// An epoch's key, sealed again to one member.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AgainBox {
    /// The log.
    pub log: LogId,
    /// The epoch in it.
    pub epoch: Epoch,
    /// Which of the asker's sealing keys opens it.
    pub key: u32,
    /// 80 bytes: ephemeral, key, tag.
    pub sealed: [u8; 80],
}

impl ResealRequest {
    /// Reads the body of an entry.
    ///
    /// # Errors
    /// [`EpochError::Malformed`], also when epochs are out of order or a key is no key.
    pub fn decode(body: &[u8]) -> Result<Self, EpochError> {
        let read: Self = codec::decode_canonical(body, MAX_BODY).map_err(|_| EpochError::Malformed)?;
        SealingKey::decode(&read.to.encode()).map_err(|_| EpochError::Malformed)?;
        let sorted = read.epochs.is_sorted_by(|a, b| a < b) && (1..=MAX_EPOCHS).contains(&read.epochs.len());
        let of_one = read.epochs.first().is_some_and(|(first, _)| read.epochs.iter().all(|(log, _)| log.office == first.office));
        if sorted && of_one { Ok(read) } else { Err(EpochError::Malformed) }
    }

    /// The body as it is signed and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

impl Reseal {
    /// Reads the body of an entry.
    ///
    /// # Errors
    /// [`EpochError::Malformed`], also when boxes are out of order.
    pub fn decode(body: &[u8]) -> Result<Self, EpochError> {
        let read: Self = codec::decode_canonical(body, MAX_BODY).map_err(|_| EpochError::Malformed)?;
        let sorted = read.boxes.is_sorted_by(|a, b| (a.log, a.epoch) < (b.log, b.epoch));
        if sorted && (1..=MAX_EPOCHS).contains(&read.boxes.len()) { Ok(read) } else { Err(EpochError::Malformed) }
    }

    /// The body as it is signed and sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

impl AgainBox {
    /// Seals an epoch's key for a member once more.
    ///
    /// Shapes:  `directory` is the chart version of the entry that will carry it.
    ///
    /// # Errors
    /// A weak sealing key.
    pub fn seal(
        place: &Place,
        key: &SharedKey,
        reader: OfficeId,
        to: &SealingKey,
        directory: Version,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, EpochError> {
        let sealed = to.key.seal(&prologue(place, reader, to.number, directory), key.bytes(), rng).map_err(|_| EpochError::Sealed)?;
        let sealed = sealed.try_into().map_err(|_| EpochError::Sealed)?;
        Ok(Self { log: place.log, epoch: place.epoch, key: to.number, sealed })
    }

    /// Opens what was sealed again for `reader`, and holds it against the rekey entry that began the epoch.
    ///
    /// Shapes:  `place` is the box's own; `directory` is the chart version in the header of the entry that carries it.
    ///
    /// # Errors
    /// [`EpochError::Sealed`] or [`EpochError::Commitment`].
    pub fn open(
        &self,
        place: &Place,
        reader: OfficeId,
        directory: Version,
        secret: &OpenKey,
        began: &Rekey,
    ) -> Result<SharedKey, EpochError> {
        let opened = secret.open(&prologue(place, reader, self.key, directory), &self.sealed).map_err(|_| EpochError::Sealed)?;
        let key = SharedKey::from_bytes(opened.as_slice().try_into().map_err(|_| EpochError::Sealed)?);
        if began.promises(place, &key) { Ok(key) } else { Err(EpochError::Commitment) }
    }
}

fn prologue(place: &Place, reader: OfficeId, key: u32, directory: Version) -> Vec<u8> {
    let mut bytes = labels::RESEAL.to_vec();
    codec::encode_into(&(place, reader, key, directory), &mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::entry::tests::log;
    use crate::ids::{DistrictId, Hash32};

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([4; 32])
    }

    fn place() -> Place {
        Place { district: DistrictId(Hash32([5; 32])), log: log(), epoch: Epoch(2) }
    }

    #[test]
    fn a_key_sealed_again_opens_for_its_member_in_its_place_and_must_be_the_promised_one() {
        let (old, fresh) = (OpenKey::from_seed(&[1; 32]), OpenKey::from_seed(&[2; 32]));
        let (key, to) = (SharedKey::from_bytes([9; 32]), SealingKey { number: 7, key: fresh.public() });
        let began = Rekey::seal(&place(), &key, &[(OfficeId(3), 0, old.public())], Version(1), &mut rng()).unwrap();
        let again = AgainBox::seal(&place(), &key, OfficeId(3), &to, Version(4), &mut rng()).unwrap();
        assert_eq!(again.open(&place(), OfficeId(3), Version(4), &fresh, &began), Ok(key));
        let sealed = Err(EpochError::Sealed);
        assert_eq!(again.open(&place(), OfficeId(3), Version(4), &old, &began), sealed);
        assert_eq!(again.open(&place(), OfficeId(4), Version(4), &fresh, &began), sealed);
        assert_eq!(again.open(&place(), OfficeId(3), Version(5), &fresh, &began), sealed);
        assert_eq!(again.open(&Place { epoch: Epoch(3), ..place() }, OfficeId(3), Version(4), &fresh, &began), sealed);
        let other = AgainBox::seal(&place(), &SharedKey::from_bytes([8; 32]), OfficeId(3), &to, Version(4), &mut rng()).unwrap();
        assert_eq!(other.open(&place(), OfficeId(3), Version(4), &fresh, &began), Err(EpochError::Commitment));
    }

    #[test]
    fn requests_and_answers_out_of_order_or_without_a_key_are_refused() {
        let to = SealingKey { number: 7, key: OpenKey::from_seed(&[2; 32]).public() };
        let request = |to, epochs| ResealRequest { to, epochs };
        let good = request(to, vec![(log(), Epoch(1)), (log(), Epoch(2))]);
        assert_eq!(ResealRequest::decode(&good.encode()), Ok(good));
        let elsewhere = LogId { office: OfficeId(4), ..log() };
        for bad in [
            request(to, vec![]),
            request(to, vec![(log(), Epoch(2)), (log(), Epoch(1))]),
            request(to, vec![(log(), Epoch(1)), (log(), Epoch(1))]),
            request(to, vec![(log(), Epoch(1)), (elsewhere, Epoch(1))]),
            request(to, (1..=257).map(|n| (log(), Epoch(n))).collect()),
            request(SealingKey { number: 0, ..to }, vec![(log(), Epoch(1))]),
        ] {
            assert_eq!(ResealRequest::decode(&bad.encode()), Err(EpochError::Malformed));
        }
        let again = AgainBox { log: log(), epoch: Epoch(1), key: 7, sealed: [1; 80] };
        let good = Reseal { boxes: vec![again.clone()] };
        assert_eq!(Reseal::decode(&good.encode()), Ok(good));
        for boxes in [vec![], vec![again.clone(), again]] {
            assert_eq!(Reseal::decode(&Reseal { boxes }.encode()), Err(EpochError::Malformed));
        }
    }

    #[test]
    fn the_longest_answer_fits_into_an_entry() {
        let again = AgainBox { log: log(), epoch: Epoch(u32::MAX), key: u32::MAX, sealed: [1; 80] };
        assert!(Reseal { boxes: vec![again; MAX_EPOCHS] }.encode().len() + 16 * MAX_EPOCHS < MAX_BODY);
    }
}
