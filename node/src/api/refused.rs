//! What the office refuses, as rows of the table.

use okrug_protocol::transfer::TransferError;
use okrug_protocol::trust::TrustError;

use super::code::Code;
use super::problem::Refusal;
use crate::documents::DocumentsError;
use crate::ledger::WriteError;
use crate::office::{BundleRefused, Refused};
use crate::problem::Problem;
use crate::store::StoreError;

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let code = Code::from(&refused);
        if code == Code::Internal {
            tracing::error!(event = "request_failed", error = %refused, "a request failed");
        }
        match refused {
            Refused::Documents(DocumentsError::Trust(error)) => Self::from(code).told(Problem::from(error).message),
            Refused::Documents(DocumentsError::NoFile(error)) => Self::from(code).told(Problem::from(error).message),
            Refused::Bundle(BundleRefused::TooSmall(bytes)) => Self::from(code).more(format!("{bytes} B")),
            Refused::Bundle(BundleRefused::KeyGone(number)) => Self::from(code).more(number.to_string()),
            Refused::Bundle(BundleRefused::Forged(office) | BundleRefused::Revoked(office)) => Self::from(code).more(office.to_string()),
            _ => Self::from(code),
        }
    }
}

impl From<&Refused> for Code {
    fn from(refused: &Refused) -> Self {
        match refused {
            Refused::WrongLogin => Code::WrongLogin,
            Refused::NoSession => Code::NotLoggedIn,
            Refused::Busy => Code::Busy,
            Refused::Stopping => Code::Stopping,
            Refused::NoSuchChat => Code::NoSuchChat,
            Refused::NoSuchMessage => Code::NoSuchMessage,
            Refused::NotKeeper => Code::NotKeeper,
            Refused::NoSuchPerson => Code::NoSuchPerson,
            Refused::NoSuchRole => Code::NoSuchRole,
            Refused::NotOurPerson => Code::NotOurPerson,
            Refused::MayNotSpeakFor => Code::MayNotSpeakFor,
            Refused::NoDeputy => Code::NoDeputy,
            Refused::BadTerm => Code::BadTerm,
            Refused::TooManyHolders => Code::TooManyHolders,
            Refused::BadTitle => Code::BadTitle,
            Refused::NoSuchUnit => Code::NoSuchUnit,
            Refused::MayNotPost => Code::MayNotPost,
            Refused::Suspended => Code::OfficeSuspended,
            Refused::MayNotEnrol => Code::MayNotEnrol,
            Refused::NoNumberLeft => Code::NoNumberLeft,
            Refused::EmptyText => Code::EmptyText,
            Refused::TooLong => Code::TextTooLong,
            Refused::TooMany => Code::TooMany,
            Refused::LoginTaken => Code::LoginTaken,
            Refused::BadLogin => Code::BadLogin,
            Refused::BadName => Code::BadName,
            Refused::WeakPassword => Code::WeakPassword,
            Refused::WrongCode => Code::WrongCode,
            Refused::WrongPassword => Code::WrongPassword,
            Refused::BadTime => Code::BadTime,
            Refused::NotOurs => Code::NotOurs,
            Refused::HasLeft => Code::HasLeft,
            Refused::NoSuchSession => Code::NoSuchSession,
            Refused::NoSuchOffice => Code::NoSuchOffice,
            Refused::NotReleased => Code::NotReleased,
            Refused::NotArrived => Code::NotArrived,
            Refused::Transfer(TransferError::Elsewhere) => Code::TransferElsewhere,
            Refused::Transfer(TransferError::TooLong) => Code::TooLarge,
            Refused::Transfer(_) => Code::TransferRefused,
            Refused::TransferUsed => Code::TransferUsed,
            Refused::Documents(error) => of_documents(error),
            Refused::Bundle(refused) => of_bundle(refused),
            Refused::Write(error) => of_write(error),
            Refused::Store(StoreError::Full) => Code::NoSpace,
            Refused::Store(_) | Refused::BadKey => Code::Internal,
        }
    }
}

fn of_documents(error: &DocumentsError) -> Code {
    match error {
        DocumentsError::Trust(TrustError::Older { .. }) => Code::DocumentOlder,
        DocumentsError::Trust(TrustError::Conflict { .. }) => Code::DocumentConflict,
        DocumentsError::Trust(TrustError::Threshold { .. }) => Code::DocumentThreshold,
        DocumentsError::Trust(TrustError::ForeignDistrict { .. }) => Code::DocumentForeign,
        DocumentsError::Trust(_) | DocumentsError::NoFile(_) => Code::DocumentMalformed,
        DocumentsError::File { source, .. } if crate::disk::is_full(source) => Code::NoSpace,
        DocumentsError::File { .. } => Code::Internal,
    }
}

fn of_bundle(refused: &BundleRefused) -> Code {
    match refused {
        BundleRefused::ForWhom => Code::BundleForWhom,
        BundleRefused::Revoked(_) => Code::BundleForRevoked,
        BundleRefused::TooSmall(_) => Code::BundleTooSmall,
        BundleRefused::NoSuchBundle => Code::NoSuchBundle,
        BundleRefused::Unreadable(_) => Code::BundleUnreadable,
        BundleRefused::NotForUs => Code::BundleNotForUs,
        BundleRefused::KeyGone(_) => Code::BundleKeyGone,
        BundleRefused::Foreign => Code::DocumentForeign,
        BundleRefused::Forged(_) => Code::BundleForged,
    }
}

fn of_write(error: &WriteError) -> Code {
    match error {
        WriteError::NotListed(_) | WriteError::MayNotWrite(_) => Code::MayNotPost,
        WriteError::Suspended => Code::OfficeSuspended,
        WriteError::TooLong => Code::TextTooLong,
        WriteError::Full => Code::NoSpace,
        WriteError::OverQuota { .. } => Code::OverQuota,
        WriteError::Unavailable => Code::Stopping,
        WriteError::Epoch(_) | WriteError::Refused(_) => Code::Internal,
    }
}
