//! Why the office does not do what it is asked.

use okrug_protocol::message::MessageError;
use okrug_protocol::transfer::TransferError;

use super::bundle::BundleRefused;
use crate::documents::DocumentsError;
use crate::ledger::WriteError;
use crate::store::StoreError;

/// Why the office does not do what it is asked. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such login, or another password: nobody is told which.
    #[error("wrong login or password")]
    WrongLogin,
    /// No session, or one that has ended.
    #[error("not logged in, or the session has ended")]
    NoSession,
    /// Too many passwords are being checked.
    #[error("busy; try again in a moment")]
    Busy,
    /// The node is being stopped.
    #[error("the node is stopping")]
    Stopping,
    /// No conversation of that name that this person sees.
    #[error("no such conversation")]
    NoSuchChat,
    /// No message at that place.
    #[error("no such message")]
    NoSuchMessage,
    /// More than one file holds.
    #[error("more than one file holds")]
    TooMany,
    /// Somebody without the right to see the state of the node.
    #[error("no right to see the state of the node")]
    NotKeeper,
    /// Nobody of that number.
    #[error("no such person")]
    NoSuchPerson,
    /// No such role, or one that is closed.
    #[error("no such role, or it is closed")]
    NoSuchRole,
    /// Somebody who is not of this office, or has left.
    #[error("the person is not of this office, or has left")]
    NotOurPerson,
    /// No right to speak for that role or person now.
    #[error("no right to speak for them now")]
    MayNotSpeakFor,
    /// Nobody stands in for the person.
    #[error("nobody stands in for the person")]
    NoDeputy,
    /// A term that ends before it begins, or is over, or somebody in their own place.
    #[error("the term ends before it begins, or is over")]
    BadTerm,
    /// More holders than a role may have.
    #[error("the role has as many holders as it may have")]
    TooManyHolders,
    /// A title that cannot be announced.
    #[error("a title is empty, too long or has control characters")]
    BadTitle,
    /// No such unit in this office.
    #[error("this office has no people of that unit")]
    NoSuchUnit,
    /// The person may not write there.
    #[error("no right to write here")]
    MayNotPost,
    /// The office is suspended: its people read, and nothing is written.
    #[error("this office is suspended: it reads, and nothing was written")]
    Suspended,
    /// The directory does not let this office enrol people.
    #[error("the directory does not let this office enrol people")]
    MayNotEnrol,
    /// The office has given all of its numbers.
    #[error("the office has no number left for another person")]
    NoNumberLeft,
    /// A text with nothing in it.
    #[error("the text is empty")]
    EmptyText,
    /// A text that is longer than a message may be.
    #[error("the text is longer than a message may be")]
    TooLong,
    /// Somebody has that login.
    #[error("the login is taken")]
    LoginTaken,
    /// A login of other characters, or too long.
    #[error("a login is 1 to 64 letters, digits, and . _ -")]
    BadLogin,
    /// A name or a position that cannot be signed.
    #[error("a name or a position is empty, too long or has control characters")]
    BadName,
    /// A password that is too short.
    #[error("the password is too short")]
    WeakPassword,
    /// A code that never was, was used, or has ended: nobody is told which.
    #[error("wrong code")]
    WrongCode,
    /// The old password is another.
    #[error("wrong password")]
    WrongPassword,
    /// A time that cannot be.
    #[error("a time out of bounds")]
    BadTime,
    /// The person is another office's, or on the way there.
    #[error("the person is another office's")]
    NotOurs,
    /// The person has left.
    #[error("the person has left")]
    HasLeft,
    /// No other office of that number.
    #[error("no such office")]
    NoSuchOffice,
    /// The person's office has not let them go to this one, as far as is known here.
    #[error("the person has not been let go to this office")]
    NotReleased,
    /// What their office hands over has not come yet.
    #[error("the account has not come yet")]
    NotArrived,
    /// A move as a file that cannot be taken.
    #[error(transparent)]
    Transfer(TransferError),
    /// A move as a file that has served.
    #[error("the move was made already: the person has a newer record")]
    TransferUsed,
    /// No session of that name.
    #[error("no such session")]
    NoSuchSession,
    /// District documents that are not to be believed.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// A bundle that is not made, or not read.
    #[error(transparent)]
    Bundle(#[from] BundleRefused),
    /// The ledger did not take the entry.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key of the directory or of a person cannot be used.
    #[error("a key cannot be used")]
    BadKey,
}

impl From<MessageError> for Refused {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::TooLong => Self::TooLong,
            _ => Self::BadKey,
        }
    }
}
