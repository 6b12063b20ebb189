//! Errors of the API. The app has words for each code in both languages; `detail` carries GLPI's own.

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// What happened.
    pub code: ErrorCode,
    /// GLPI's words, or what an administrator needs to know. Never a secret.
    pub detail: Option<String>,
    /// Seconds to wait, where waiting helps.
    pub retry_after: Option<u32>,
    /// The request's id in the server's log.
    pub request_id: String,
}

/// What can go wrong between phone and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No session, or an expired one: everything is kept, sign in again. 401.
    NotSignedIn,
    /// GLPI refused login and password. 401.
    WrongPassword,
    /// GLPI refused the personal token. 401.
    WrongToken,
    /// The technician revoked this device: it may hand over what it holds unsent, and nothing else. 403.
    DeviceRevoked,
    /// The account is locked or disabled in GLPI. 403.
    AccountLocked,
    /// The account has no profile that can work on tickets. 403.
    NoProfile,
    /// GLPI's API takes no passwords, only personal tokens. 403.
    PasswordsOff,
    /// Too many attempts; see `retry_after`. 429.
    TooManyAttempts,
    /// GLPI does not answer. 502.
    GlpiUnreachable,
    /// GLPI answers, but its REST API is switched off. 502.
    GlpiApiDisabled,
    /// GLPI's API client wants an application token that the configuration lacks. 502.
    AppTokenMissing,
    /// GLPI refuses the configured application token. 502.
    AppTokenWrong,
    /// GLPI refuses requests from the server's address. 502.
    AddressNotAllowed,
    /// GLPI answered something that is not its API. 502.
    GlpiUnexpected,
    /// No GLPI of that name is configured. 404.
    UnknownSource,
    /// There is no such ticket, or his rights don't reach it. 404.
    UnknownTicket,
    /// He has no such device. 404.
    UnknownDevice,
    /// There is no such asset, or his rights don't reach it. 404.
    UnknownAsset,
    /// He has no such rule. 404.
    UnknownRule,
    /// A rule is switched on only once it was tried as it is. 409.
    RuleUntried,
    /// Mails are not set up, or there is no such mailbox. 404.
    UnknownMailbox,
    /// No such document on that ticket, or his rights don't reach it. 404.
    UnknownDocument,
    /// The mailbox has to be connected again. 409.
    MailboxReconnect,
    /// Gmail does not answer, or not as it should. 502.
    GmailUnreachable,
    /// The request is not of the protocol's form. 400.
    BadRequest,
    /// The request is larger than the server takes. 413.
    TooLarge,
    /// The server's disk is full: nothing of the request was kept, and the phone keeps it all. 507.
    NoRoom,
    /// This app is older or newer than the server's protocol: reload. 409.
    ProtocolMismatch,
    /// The request came from another site. 403.
    WrongOrigin,
    /// The server is at fault; the request id tells which log line. 500.
    Internal,
    /// An error code that this version does not know yet.
    #[serde(other)]
    Unknown,
}
