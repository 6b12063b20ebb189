//! Errors of the API: which code goes with which status, and how each becomes the body of an answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tournee_core::wire::{ApiError, ErrorCode};

use crate::glpi::GlpiError;
use crate::store::StoreError;

/// A failed request. The middleware that knows the request's id makes the body of it.
#[derive(Clone, Debug)]
pub struct Failure {
    code: ErrorCode,
    detail: Option<String>,
    retry_after: Option<u32>,
}

/// What handlers answer.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A failure that its code says all about.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            detail: None,
            retry_after: None,
        }
    }

    /// No session, or an expired one.
    pub fn not_signed_in() -> Self {
        Self::new(ErrorCode::NotSignedIn)
    }

    /// Not of the protocol's form.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..Self::new(ErrorCode::BadRequest)
        }
    }

    /// Too many attempts.
    pub fn too_many_attempts(retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(ErrorCode::TooManyAttempts)
        }
    }

    /// The body of the answer.
    pub fn body(&self, request_id: &str) -> ApiError {
        ApiError {
            code: self.code,
            detail: self.detail.clone(),
            retry_after: self.retry_after,
            request_id: request_id.to_owned(),
        }
    }

    /// The answer, given the request's id.
    pub fn answer(&self, request_id: &str) -> Response {
        let mut response = (status(self.code), axum::Json(self.body(request_id))).into_response();
        if let Some(seconds) = self.retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

fn status(code: ErrorCode) -> StatusCode {
    use ErrorCode as C;
    match code {
        C::NotSignedIn | C::WrongPassword | C::WrongToken => StatusCode::UNAUTHORIZED,
        C::AccountLocked | C::NoProfile | C::PasswordsOff | C::WrongOrigin | C::DeviceRevoked => {
            StatusCode::FORBIDDEN
        }
        C::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        C::GlpiUnreachable
        | C::GlpiApiDisabled
        | C::AppTokenMissing
        | C::AppTokenWrong
        | C::AddressNotAllowed
        | C::GlpiUnexpected
        | C::GmailUnreachable => StatusCode::BAD_GATEWAY,
        C::UnknownSource
        | C::UnknownTicket
        | C::UnknownAsset
        | C::UnknownMailbox
        | C::UnknownDocument
        | C::UnknownDevice
        | C::UnknownRule => StatusCode::NOT_FOUND,
        C::BadRequest => StatusCode::BAD_REQUEST,
        C::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
        C::ProtocolMismatch | C::MailboxReconnect | C::RuleUntried => StatusCode::CONFLICT,
        C::Internal | C::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(self.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        // Words of the database may quote content: they go to the log's error field alone, as SQLite says them.
        match error {
            // Said once, where it was noticed.
            StoreError::Full { .. } => Self::new(ErrorCode::NoRoom),
            error => {
                tracing::error!(%error, "the store failed");
                Self::new(ErrorCode::Internal)
            }
        }
    }
}

impl From<GlpiError> for Failure {
    fn from(error: GlpiError) -> Self {
        let retry_after = match &error {
            GlpiError::Throttled { retry_after } => *retry_after,
            _ => None,
        };
        Self {
            code: error.code(),
            detail: error.detail(),
            retry_after,
        }
    }
}
