//! A JSON body, refused in the API's own words.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use tournee_core::wire::ErrorCode;

use super::errors::Failure;

/// A body of type `T`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Failure::new(ErrorCode::TooLarge)
            } else {
                Failure::bad_request("the body did not arrive whole")
            }
        })?;
        // Where it is wrong, not what it says: bodies hold passwords and people's words.
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Failure::bad_request(format!(
                "the body is not of the protocol's form (line {}, column {})",
                error.line(),
                error.column()
            ))
        })
    }
}
