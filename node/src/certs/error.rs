//! Why there is no certificate.

use std::io;
use std::path::PathBuf;

use crate::problem::{Exit, Problem};
use crate::said;
use crate::words::Said;

/// A certificate cannot be made or taken.
#[derive(Debug, thiserror::Error)]
pub enum CertsError {
    /// The library refused.
    #[error("no certificate could be made: {0}")]
    Making(#[from] rcgen::Error),
    /// A file is no certificate of an office, or a damaged one.
    #[error("this is not a certificate of an office, or a damaged one")]
    NotAGrant,
    /// It is for another office.
    #[error("the certificate is for the office {0}")]
    OtherOffice(String),
    /// The district's chart names no root.
    #[error("the district's directory names no root certificate")]
    NoRoot,
    /// The root is not the one that the district's chart names.
    #[error("the root certificate is not the one that the district's directory names")]
    OtherRoot,
    /// It was issued for another key than this node's.
    #[error("the certificate was issued for another key than this node's")]
    OtherKey,
    /// A client that trusts the root would refuse it.
    #[error("a client that trusts the root refuses {name}: {reason}")]
    Refused {
        /// Which name it asked for.
        name: String,
        /// Why.
        reason: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl CertsError {
    /// What happened, in words.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Self::File { path, source } => Said::same(format!("{}: {source}", path.display())),
            Self::Making(reason) => said!("сертификат не создан: {reason}", "no certificate could be made: {reason}"),
            Self::NotAGrant => {
                said!("это не сертификат отделения, либо файл повреждён", "this is not a certificate of an office, or a damaged one")
            }
            Self::OtherOffice(slug) => said!("сертификат выдан отделению {slug}", "the certificate is for the office {slug}"),
            Self::NoRoot => {
                said!("в справочнике округа корневого сертификата нет", "the district's directory names no root certificate")
            }
            Self::OtherRoot => said!(
                "корневой сертификат не тот, что назван в справочнике округа",
                "the root certificate is not the one that the district's directory names"
            ),
            Self::OtherKey => {
                said!("сертификат выдан для другого ключа, не этого узла", "the certificate was issued for another key than this node's")
            }
            Self::Refused { name, reason } => {
                said!("браузер не примет его для {name}: {reason}", "a browser would refuse it for {name}: {reason}")
            }
        }
    }
}

impl From<CertsError> for Problem {
    fn from(error: CertsError) -> Self {
        if let CertsError::File { path, source } = &error {
            return Self::io(path, source);
        }
        Self::new("page_certificate", Exit::Failed, error.said())
    }
}
