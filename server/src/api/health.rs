//! Whether the server lives, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::Server;

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain")))]
pub async fn live() -> &'static str {
    "ok"
}

/// Whether the database answers and the app's files are there.
#[utoipa::path(get, path = "/readyz", tag = "health", responses(
    (status = 200, description = "It can work", body = String, content_type = "text/plain"),
    (status = 503, description = "It can't, and why", body = String, content_type = "text/plain")))]
pub async fn ready(State(server): State<Server>) -> (StatusCode, &'static str) {
    if !server.store.answers().await {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        )
    } else if !server.assets.are_there() {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the app's files are missing",
        )
    } else {
        (StatusCode::OK, "ok")
    }
}
