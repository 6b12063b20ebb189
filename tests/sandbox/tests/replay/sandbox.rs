//! The one place that knows how the sandbox is made and who lives in it.

use std::sync::Arc;

use axum::Router;
use tournee_sandbox::clock::ManualClock;

use super::recording::Glpi;

pub const APP_TOKEN: &str = "recorded-app-token";

pub fn router(_glpi: Glpi, _clock: Arc<ManualClock>) -> Router {
    Router::new()
}

pub fn base(_glpi: Glpi) -> &'static str {
    ""
}

pub fn account(role: &str) -> (&'static str, &'static str) {
    match role {
        "self-service" => ("user01", "user01"),
        "super-admin" => ("glpi", "glpi"),
        _ => ("croumieux", "croumieux"),
    }
}

pub fn user_token(_glpi: Glpi) -> String {
    String::new()
}
