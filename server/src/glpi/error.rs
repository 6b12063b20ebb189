//! What can go wrong with a GLPI, and which of the API's error codes says so.

use thiserror::Error;
use tournee_core::wire::ErrorCode;

use super::transport::TransportError;

/// Why a read or a sign-in failed. Words are GLPI's own, as plain text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GlpiError {
    /// `ERROR_GLPI_LOGIN`. Never try the same password again: it would lock the Active Directory account.
    #[error("GLPI refuses login and password: {words}")]
    WrongPassword {
        /// GLPI's words.
        words: String,
    },
    /// `ERROR_GLPI_LOGIN_USER_TOKEN`.
    #[error("GLPI refuses the personal token: {words}")]
    WrongToken {
        /// GLPI's words.
        words: String,
    },
    /// `ERROR_GLPI_LOGIN` with words that say the account is locked, disabled or not authorised.
    #[error("the account is locked or disabled: {words}")]
    AccountLocked {
        /// GLPI's words.
        words: String,
    },
    /// No profile that can work on tickets.
    #[error("the account has no profile that can work on tickets")]
    NoProfile,
    /// The REST API is there, but takes no passwords: a personal token does.
    #[error("GLPI's API takes no passwords: {words}")]
    PasswordsOff {
        /// GLPI's words.
        words: String,
    },
    /// GLPI does not answer.
    #[error("GLPI does not answer: {0}")]
    Unreachable(#[from] TransportError),
    /// The REST API is switched off.
    #[error("the API is switched off in GLPI: {words}")]
    ApiDisabled {
        /// GLPI's words.
        words: String,
    },
    /// The API client in GLPI wants an application token; none is configured.
    #[error("GLPI wants an application token: {words}")]
    AppTokenMissing {
        /// GLPI's words.
        words: String,
    },
    /// The configured application token is refused.
    #[error("GLPI refuses the application token: {words}")]
    AppTokenWrong {
        /// GLPI's words.
        words: String,
    },
    /// No API client in GLPI admits our address.
    #[error("GLPI admits no requests from this server's address: {words}")]
    AddressNotAllowed {
        /// GLPI's words.
        words: String,
    },
    /// The session is not, or no longer, known: sign in again and repeat.
    #[error("the session at GLPI has expired")]
    SessionExpired,
    /// The profile lacks a right (401 in 9.2, 403 in 10).
    #[error("a right is missing: {words}")]
    Rights {
        /// GLPI's words.
        words: String,
    },
    /// No such item.
    #[error("GLPI has no such item")]
    NotFound,
    /// GLPI refuses.
    #[error("GLPI refuses ({code}): {words}")]
    Refused {
        /// GLPI's code.
        code: String,
        /// GLPI's words.
        words: String,
    },
    /// GLPI, or what stands before it, asks to wait.
    #[error("GLPI asks to wait")]
    Throttled {
        /// Seconds.
        retry_after: Option<u32>,
    },
    /// Not GLPI's API: a proxy's page, a PHP error, an empty answer.
    #[error("not an answer of GLPI's API (HTTP {status}): {what}")]
    Unexpected {
        /// HTTP status.
        status: u16,
        /// What came, without its content.
        what: String,
    },
}

impl GlpiError {
    /// The code of the API that says it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::WrongPassword { .. } => ErrorCode::WrongPassword,
            Self::WrongToken { .. } => ErrorCode::WrongToken,
            Self::AccountLocked { .. } => ErrorCode::AccountLocked,
            Self::NoProfile => ErrorCode::NoProfile,
            Self::PasswordsOff { .. } => ErrorCode::PasswordsOff,
            Self::Unreachable(_) | Self::Throttled { .. } => ErrorCode::GlpiUnreachable,
            Self::ApiDisabled { .. } => ErrorCode::GlpiApiDisabled,
            Self::AppTokenMissing { .. } => ErrorCode::AppTokenMissing,
            Self::AppTokenWrong { .. } => ErrorCode::AppTokenWrong,
            Self::AddressNotAllowed { .. } => ErrorCode::AddressNotAllowed,
            Self::SessionExpired => ErrorCode::NotSignedIn,
            Self::Rights { .. }
            | Self::NotFound
            | Self::Refused { .. }
            | Self::Unexpected { .. } => ErrorCode::GlpiUnexpected,
        }
    }

    /// Whether it is the same for everybody and every call, until an administrator mends it: GLPI is silent, or turns this
    /// server away.
    pub fn keeps_everybody_out(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::ApiDisabled { .. }
                | Self::AppTokenMissing { .. }
                | Self::AppTokenWrong { .. }
                | Self::AddressNotAllowed { .. }
        )
    }

    /// Whether it may be what was asked for that GLPI fails at: an error, a worker that died over it or takes too long.
    pub fn may_be_of_one(&self) -> bool {
        matches!(
            self,
            Self::Unexpected { .. }
                | Self::Unreachable(TransportError::Unknown(_))
                | Self::Throttled { retry_after: None }
        )
    }

    /// The same where it came in place of a session: whoever asked for something else must not take it for the answer to that.
    pub(crate) fn of_no_session(self) -> Self {
        let status = match &self {
            Self::NotFound => 404,
            Self::Rights { .. } => 403,
            Self::Refused { .. } => 400,
            _ => return self,
        };
        Self::Unexpected {
            status,
            what: format!("no session: {self}"),
        }
    }

    /// What GLPI, or what stands in its place, said: the code says the rest in the reader's language. Never a secret.
    pub fn detail(&self) -> Option<String> {
        let said = match self {
            Self::WrongPassword { words }
            | Self::WrongToken { words }
            | Self::AccountLocked { words }
            | Self::PasswordsOff { words }
            | Self::ApiDisabled { words }
            | Self::AppTokenMissing { words }
            | Self::AppTokenWrong { words }
            | Self::AddressNotAllowed { words }
            | Self::Rights { words }
            | Self::Refused { words, .. } => words.clone(),
            Self::Unexpected { status, what } => format!("HTTP {status}, {what}"),
            Self::NoProfile
            | Self::Unreachable(_)
            | Self::SessionExpired
            | Self::NotFound
            | Self::Throttled { .. } => String::new(),
        };
        Some(said).filter(|said| !said.is_empty())
    }
}

/// Why a write is not known to be in GLPI.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// GLPI refused; nothing was written.
    #[error("GLPI refuses ({code}): {words}")]
    Refused {
        /// GLPI's code.
        code: String,
        /// GLPI's words; may be empty.
        words: String,
    },
    /// The profile lacks a right. (A missing right may also come as [`WriteError::Refused`]: GLPI says it in words only.)
    #[error("a right is missing: {words}")]
    Rights {
        /// GLPI's words.
        words: String,
    },
    /// The item is not there.
    #[error("GLPI has no such item")]
    NotFound,
    /// Sign in again; nothing was written.
    #[error("the session at GLPI has expired")]
    SessionExpired,
    /// It may be written or not: look (`find_mark`, `refresh`) before repeating. Also a 404 or 5xx of a GLPI that may
    /// have done the work all the same.
    #[error("the outcome is unknown: {what}")]
    Unknown {
        /// What came instead of an answer.
        what: String,
    },
    /// It never left: repeat at will.
    #[error("the request was not sent: {what}")]
    NotSent {
        /// Why.
        what: String,
    },
    /// Nothing was written; wait.
    #[error("GLPI asks to wait")]
    Throttled {
        /// Seconds.
        retry_after: Option<u32>,
    },
}
