//! A signed edition of any kind, as it is carried between the holders of keys.

use std::path::Path;

use okrug_protocol::bootstrap::Bootstrap;
use okrug_protocol::chart::Chart;
use okrug_protocol::charter::{Charter, Role};
use okrug_protocol::document::{Document, DocumentKind, Head, Signed};
use okrug_protocol::ids::{DistrictId, Hash32, Version};
use okrug_protocol::revocations::Revocations;
use okrug_protocol::sign::{PublicKey, SecretKey};
use okrug_protocol::subchart::Subchart;
use okrug_protocol::trust::{Trust, TrustError};

use super::Folder;
use crate::problem::{Exit, Problem};
use crate::words::said;

/// An edition with whatever signatures it has so far.
#[derive(Debug, Clone)]
pub enum Paper {
    /// A charter.
    Charter(Signed<Charter>),
    /// A list of revocations.
    Revocations(Signed<Revocations>),
    /// A directory.
    Chart(Signed<Chart>),
    /// A bootstrap list.
    Bootstrap(Signed<Bootstrap>),
    /// A delegated directory.
    Subchart(Signed<Subchart>),
}

/// Does the same with whatever it is.
macro_rules! each {
    ($paper:expr, $signed:ident => $what:expr) => {
        match $paper {
            Paper::Charter($signed) => $what,
            Paper::Revocations($signed) => $what,
            Paper::Chart($signed) => $what,
            Paper::Bootstrap($signed) => $what,
            Paper::Subchart($signed) => $what,
        }
    };
}

/// How far one role is with signing.
#[derive(Debug, Clone)]
pub struct Count {
    /// Who may sign.
    pub role: Role,
    /// How many of them have.
    pub have: usize,
}

impl Count {
    /// Whether enough have signed.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.have >= self.role.need()
    }
}

impl Paper {
    /// Reads an edition of this district; its kind is the one that it reads as and whose signatures hold.
    ///
    /// # Errors
    /// No document, one that was changed after it was signed, or of another district.
    pub fn read(path: &Path, bytes: &[u8], district: DistrictId) -> Result<Self, Problem> {
        fn of<D: Document>(bytes: &[u8], to: fn(Signed<D>) -> Paper) -> Option<Paper> {
            let signed = Signed::<D>::decode(bytes).ok()?;
            signed.verify(&[]).is_ok().then(|| to(signed))
        }
        let found = of(bytes, Self::Charter)
            .or_else(|| of(bytes, Self::Chart))
            .or_else(|| of(bytes, Self::Bootstrap))
            .or_else(|| of(bytes, Self::Revocations))
            .or_else(|| of(bytes, Self::Subchart));
        let at = path.display();
        let paper = found.ok_or_else(|| {
            let message = said!(
                "{at}: это не подписанный документ округа, либо его изменили после подписания; ничего не изменено",
                "{at}: no signed document of a district, or it was changed after it was signed; nothing was changed"
            );
            Problem::new("signature", Exit::BadSignature, message)
                .hint(said!("возьмите файл ещё раз у того, кто его подписал", "take the file again from whoever signed it"))
        })?;
        let theirs = match &paper {
            Self::Charter(charter) => charter.district(),
            other => other.head().district,
        };
        if theirs == district { Ok(paper) } else { Err(TrustError::ForeignDistrict { kind: paper.kind(), ours: district, theirs }.into()) }
    }

    /// What kind of document it is.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        each!(self, signed => signed.kind())
    }

    /// What it begins with.
    #[must_use]
    pub fn head(&self) -> &Head {
        each!(self, signed => signed.doc().head())
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.head().version
    }

    /// Who has signed.
    #[must_use]
    pub fn signers(&self) -> Vec<PublicKey> {
        each!(self, signed => signed.signers().copied().collect())
    }

    /// Names this edition, whoever signed it.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        each!(self, signed => signed.hash())
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        each!(self, signed => signed.encode())
    }

    /// Adds a signature.
    pub fn sign(&mut self, key: &SecretKey) {
        each!(self, signed => signed.sign(key));
    }

    /// Takes over the signatures of another copy; gives how many were new.
    pub fn merge(&mut self, other: &Self) -> usize {
        match (self, other) {
            (Self::Charter(ours), Self::Charter(theirs)) => ours.merge(theirs),
            (Self::Revocations(ours), Self::Revocations(theirs)) => ours.merge(theirs),
            (Self::Chart(ours), Self::Chart(theirs)) => ours.merge(theirs),
            (Self::Bootstrap(ours), Self::Bootstrap(theirs)) => ours.merge(theirs),
            (Self::Subchart(ours), Self::Subchart(theirs)) => ours.merge(theirs),
            _ => 0,
        }
    }

    /// How far each role is that must sign it; the next charter, if one waits, names the roles of its own epochs.
    #[must_use]
    pub fn counts(&self, trust: &Trust, next: Option<&Charter>) -> Vec<Count> {
        let held = trust.charter().doc();
        let charters = || [Some(held), next].into_iter().flatten();
        let epoch = self.version().epoch();
        let roles: Vec<&Role> = match self {
            Self::Charter(charter) => vec![&held.root, &charter.doc().root],
            Self::Chart(_) | Self::Bootstrap(_) => {
                charters().filter(|charter| charter.directory_epoch == epoch).map(|charter| &charter.directory).take(1).collect()
            }
            Self::Revocations(_) => {
                charters().filter(|charter| charter.revocations_epoch == epoch).map(|charter| &charter.revocations).take(1).collect()
            }
            Self::Subchart(subchart) => {
                let rows = trust.chart().doc().delegations.iter().filter(|row| row.unit == subchart.doc().unit && row.epoch == epoch);
                rows.map(|row| &row.role).collect()
            }
        };
        let have = |role: &Role| each!(self, signed => signed.signed_by(&role.keys));
        roles.into_iter().map(|role| Count { have: have(role), role: role.clone() }).collect()
    }

    /// Offers it to what is held, by the gate that every node has.
    ///
    /// # Errors
    /// As the gate.
    pub fn offer(&self, trust: &mut Trust) -> Result<(), TrustError> {
        trust.accept(self.kind(), &self.encode()).map(|_| ())
    }

    /// Keeps it until it has enough signatures.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn wait(&self, folder: &Folder) -> Result<(), Problem> {
        each!(self, signed => folder.wait(signed))
    }
}
