//! The one place that knows how the sandbox is made and who lives in it.

use std::sync::Arc;

use axum::Router;
use tournee_sandbox::accounts;
use tournee_sandbox::clock::ManualClock;
use tournee_sandbox::{Glpi as Sandbox, Options, Version};

use super::recording::Glpi;

pub const APP_TOKEN: &str = "recorded-app-token";

/// As many tickets as the recorded GLPIs had: the recorded ranges go beyond a thousand.
const TICKETS: usize = 3040;

pub fn router(glpi: Glpi, clock: Arc<ManualClock>) -> Router {
    let options = match glpi {
        Glpi::V9_2 => Options::glpi_9_2(),
        Glpi::V10_0 => Options::glpi_10(),
    };
    let app_token = Some(APP_TOKEN.to_owned());
    let options = Options {
        tickets: TICKETS,
        clock,
        app_token,
        ..options
    };
    Sandbox::new(options).router()
}

/// Where each stands under its host.
pub fn base(glpi: Glpi) -> &'static str {
    match glpi {
        Glpi::V9_2 => "/glpi",
        Glpi::V10_0 => "",
    }
}

pub fn account(role: &str) -> (&'static str, &'static str) {
    let login = match role {
        "self-service" => accounts::SELF_SERVICE,
        "super-admin" => accounts::SUPER_ADMIN,
        _ if role.starts_with("colleague") => COLLEAGUE,
        _ => accounts::TECHNICIAN,
    };
    (login, accounts::PASSWORD)
}

/// A technician beside the first.
const COLLEAGUE: &str = "etremolieres";

pub fn user_token(glpi: Glpi) -> String {
    let version = match glpi {
        Glpi::V9_2 => Version::V9_2,
        Glpi::V10_0 => Version::V10_0,
    };
    accounts::api_token(version, accounts::TECHNICIAN)
}
