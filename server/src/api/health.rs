//! Whether the server lives, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;
use tournee_core::time::{Instant, Seconds};

use crate::app::Server;
use crate::glpi::Down;

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "health",
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain")))]
pub async fn live() -> &'static str {
    "ok"
}

/// Whether the database answers and the app's files are there. A GLPI that does not answer is named: the server works
/// all the same.
#[utoipa::path(get, path = "/readyz", tag = "health", responses(
    (status = 200, description = "It can work; then a line for each GLPI that does not answer", body = String, content_type = "text/plain"),
    (status = 503, description = "It can't, and why", body = String, content_type = "text/plain")))]
pub async fn ready(State(server): State<Server>) -> (StatusCode, String) {
    let (status, first) = if !server.store.answers().await {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        )
    } else if !server.store.has_room() {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "no room on the disk for the database: nothing is acknowledged until there is",
        )
    } else if !server.assets.are_there() {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the app's files are missing",
        )
    } else {
        (StatusCode::OK, "ok")
    };
    let mut text = first.to_owned();
    for down in server.links.down() {
        text.push('\n');
        text.push_str(&in_words(&down, server.clock.now()));
    }
    (status, text)
}

fn in_words(down: &Down, now: Instant) -> String {
    let Down {
        source, why, next, ..
    } = down;
    let seconds = i64::try_from(down.since.as_secs()).unwrap_or(i64::MAX);
    let since = jiff::Timestamp::from_second((now - Seconds(seconds)).0);
    let since = since.map_or_else(|_| String::new(), |since| format!(" since {since}"));
    let next = match next.as_secs() {
        0 => "as soon as somebody needs it".to_owned(),
        seconds => format!("in {seconds} s"),
    };
    format!("GLPI {source} has not answered{since} ({why}); it is asked again {next}")
}
