//! What is around every request: its id, its line in the log, and the headers that browsers obey.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tournee_core::wire::ErrorCode;
use tracing::Instrument as _;

use super::errors::Failure;
use crate::app::Server;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Nothing inline and nothing from elsewhere; wasm is the one thing that is compiled at run time. Pictures may come over
/// HTTPS: those of a mail, which the app fetches only once somebody asked for them (HTML reaches it without a `src`).
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob: https:; connect-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Gives the request an id, which its answer, its errors and its log lines carry.
pub async fn request_id(State(server): State<Server>, request: Request, next: Next) -> Response {
    let id = server.chance.uuid().simple().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", id = %id);
    let started = tokio::time::Instant::now();
    async move {
        let mut response = next.run(request).await;
        if let Some(failure) = response.extensions_mut().remove::<Failure>() {
            let ApiCode(code) = ApiCode::of(&failure, &id);
            tracing::info!(?code, "refused");
            let mut answer = failure.answer(&id);
            for (name, value) in response.headers() {
                if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
                    answer.headers_mut().insert(name.clone(), value.clone());
                }
            }
            response = answer;
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let milliseconds = started.elapsed().as_millis();
        tracing::info!(%method, %path, status = response.status().as_u16(), milliseconds, "answered");
        response
    }
    .instrument(span)
    .await
}

/// Carries a request to its end also where who asked has left: what it has begun, here and at a GLPI, is done and known.
pub async fn to_its_end(State(server): State<Server>, request: Request, next: Next) -> Response {
    let answer = server.guests.see_out(next.run(request)).await;
    answer.unwrap_or_else(|| Failure::new(ErrorCode::Internal).into_response())
}

struct ApiCode(ErrorCode);

impl ApiCode {
    fn of(failure: &Failure, id: &str) -> Self {
        Self(failure.body(id).code)
    }
}

/// The headers that browsers obey.
pub async fn security_headers(
    State(server): State<Server>,
    request: Request,
    next: Next,
) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if is_api {
        // Data, never a page: the short policy, since a phone pays for every byte of every exchange.
        set(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        );
        set(header::CACHE_CONTROL, "no-store");
    } else {
        set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        set(header::REFERRER_POLICY, "no-referrer");
        set(header::X_FRAME_OPTIONS, "DENY");
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        set(
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(self), microphone=()",
        );
    }
    if server.config.is_https() {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}
