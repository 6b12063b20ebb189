//! What can go wrong with Gmail, and which of the API's error codes says so.

use thiserror::Error;
use tournee_core::wire::ErrorCode;

use crate::glpi::TransportError;
use crate::store::StoreError;

/// Why something did not come about at Google.
#[derive(Debug, Error)]
pub enum GmailError {
    /// Gmail is not set up, or there is no such mailbox.
    #[error("there is no such mailbox")]
    NoMailbox,
    /// `invalid_grant`: the refresh token is dead. It is not tried again until the mailbox is connected anew.
    #[error("Google gives no access to the mailbox any more: {words}")]
    Reconnect {
        /// Google's words.
        words: String,
    },
    /// Google does not answer.
    #[error("Google does not answer: {0}")]
    Unreachable(#[from] TransportError),
    /// The minute's units are spent, or too many requests are in flight.
    #[error("Google asks to wait")]
    Throttled {
        /// Seconds.
        retry_after: Option<u32>,
    },
    /// It is not there, or not any more.
    #[error("Google has no such thing")]
    NotFound,
    /// It is there already.
    #[error("there is one already")]
    Exists,
    /// Google refuses.
    #[error("Google refuses ({status} {reason}): {words}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Google's word for it.
        reason: String,
        /// Google's words.
        words: String,
    },
    /// Not Google's API: a proxy's page, an empty answer.
    #[error("not an answer of Google's API (HTTP {status})")]
    Unexpected {
        /// HTTP status.
        status: u16,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl GmailError {
    /// The code of the API that says it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoMailbox | Self::NotFound => ErrorCode::UnknownMailbox,
            Self::Reconnect { .. } => ErrorCode::MailboxReconnect,
            Self::Store(_) => ErrorCode::Internal,
            _ => ErrorCode::GmailUnreachable,
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Throttled { .. } => true,
            Self::Unexpected { status } => *status >= 500,
            _ => false,
        }
    }
}
