//! The answer to an office's request on paper: which district it is in now, and where to fetch its documents.
//!
//! Nothing in it is signed: the district's identity is the hash of its first charter, and documents that do not fit it are
//! refused, wherever they come from. Whoever types it compares the words of the fingerprint.

use crate::bounds::{MAX_ADDRESS, MAX_ADDRESSES};
use crate::codec::{self, Decode, Encode};
use crate::ids::DistrictId;
use crate::paper::{self, Kind, PaperError};

/// What a new office must know to begin.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// The district.
    pub district: DistrictId,
    /// Where offices listen that have its documents, as multiaddr text without the peer.
    pub addresses: Vec<String>,
}

impl Answer {
    /// The lines of the paper; `None` when the addresses are too long for one.
    #[must_use]
    pub fn lines(&self) -> Option<Vec<String>> {
        paper::write(Kind::Answer, &codec::encode(self))
    }

    /// Reads what was typed or read from codes.
    ///
    /// # Errors
    /// [`PaperError`].
    pub fn read(text: &str) -> Result<Self, PaperError> {
        let bytes = paper::read(Kind::Answer, text)?;
        let answer: Self = codec::decode_canonical(&bytes, paper::MAX_BYTES).map_err(|_| PaperError::Mixed)?;
        let good = answer.addresses.len() <= MAX_ADDRESSES && answer.addresses.iter().all(|address| address.len() <= MAX_ADDRESS);
        if good { Ok(answer) } else { Err(PaperError::Mixed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Hash32;

    #[test]
    fn an_answer_takes_few_lines_and_reads_back() {
        let addresses = ["/ip4/192.0.2.11/tcp/7600", "/ip4/192.0.2.12/tcp/7600"].map(str::to_owned).to_vec();
        let answer = Answer { district: DistrictId(Hash32([7; 32])), addresses };
        let lines = answer.lines().unwrap();
        assert!(lines.len() <= 6, "{}", lines.len());
        assert_eq!(Answer::read(&lines.join("\n")), Ok(answer));
    }
}
