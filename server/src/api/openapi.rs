//! The protocol as an OpenAPI document, made from the types of `core`.

use axum::response::{IntoResponse as _, Response};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tournée",
        description = "The protocol between phone and server. PROTOCOL.md walks through an exchange.",
        license(name = "MIT OR Apache-2.0")
    ),
    components(schemas(tournee_core::wire::ApiError))
)]
struct Head;

/// The part that is not a route.
pub(super) fn head() -> utoipa::openapi::OpenApi {
    Head::openapi()
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    super::routes().into_openapi()
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "health",
    responses((status = 200, description = "This document", body = serde_json::Value)))]
pub async fn show() -> Response {
    // Made at each request: it is asked for by people, rarely, and would sit in memory otherwise.
    axum::Json(document()).into_response()
}
