//! By what a district is known: its identity, in one of the forms in which people have it.

use std::path::Path;

use okrug_protocol::ids::{DistrictId, Hash32, unhex};
use okrug_protocol::trust::DistrictFile;
use okrug_protocol::words::Spoken;

use crate::authority::archive::MAX_DISTRICT_FILE;
use crate::files;
use crate::problem::{Exit, Problem};
use crate::words::said;

/// What is known of the district from elsewhere.
#[derive(Debug)]
pub enum Anchor {
    /// All of its identity.
    Id(DistrictId),
    /// Its fingerprint in words.
    Words(Spoken),
}

impl Anchor {
    /// Reads 64 hexadecimal digits, a fingerprint in words, or a district file.
    ///
    /// # Errors
    /// None of them.
    pub fn read(word: &str) -> Result<Self, Problem> {
        if let Some(bytes) = unhex(word.trim()).and_then(|bytes| bytes.try_into().ok()) {
            return Ok(Self::Id(DistrictId(Hash32(bytes))));
        }
        if Path::new(word).exists() {
            return Ok(Self::Id(DistrictFile::decode(&files::read(Path::new(word), MAX_DISTRICT_FILE)?)?.district()?));
        }
        Spoken::read(word).map(Self::Words).map_err(|_| {
            Problem::new(
                "no_charter",
                Exit::Usage,
                said!("«{word}»: ни отпечаток, ни файл округа", "\"{word}\" is neither a fingerprint nor a district file"),
            )
            .hint(said!("okrug authority show покажет отпечаток", "okrug authority show shows the fingerprint"))
        })
    }

    /// The district, if the documents of a file are of the one that is meant.
    ///
    /// # Errors
    /// They are of another.
    pub fn district(&self, file: &DistrictFile) -> Result<DistrictId, Problem> {
        let theirs = file.district()?;
        let fits = match self {
            Self::Id(ours) => *ours == theirs,
            Self::Words(words) => words.fits(&theirs.0),
        };
        if fits {
            return Ok(theirs);
        }
        let theirs = theirs.0.to_hex();
        Err(Problem::new(
            "evidence_foreign",
            Exit::BadSignature,
            said!("файл другого округа: {theirs}", "the file is of another district: {theirs}"),
        ))
    }
}
