//! One GLPI: its configuration, its transport, and what was found out about it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tournee_core::domain::{LARGEST_FILE, Level, PriorityMatrix};
use tournee_core::ids::SourceId;
use tournee_core::time::Instant;
use url::Url;

use super::answer::answer;
use super::call::{Call, Proof};
use super::dates::Zone;
use super::dialect::{self, Dialect};
use super::error::GlpiError;
use super::json;
use super::names::Names;
use super::secret::Secret;
use super::transport::Transport;
use crate::clock::SharedClock;

/// A GLPI of the configuration.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// Its id.
    pub id: SourceId,
    /// Its name on screen.
    pub name: String,
    /// Its colour on screen, `#rrggbb`.
    pub color: String,
    /// Its web address, with or without the last slash.
    pub url: Url,
    /// The application token of its API client.
    pub app_token: Option<Secret>,
    /// Its zone, where it is not to be detected.
    pub timezone: Option<String>,
}

impl SourceConfig {
    pub(crate) fn api_base(&self) -> String {
        format!("{}/apirest.php", self.url.as_str().trim_end_matches('/'))
    }
}

/// The one client for all versions of GLPI. Never repeats a write by itself; keeps no credentials.
pub struct Client {
    config: SourceConfig,
    transport: Arc<dyn Transport>,
    clock: SharedClock,
    found: Mutex<Found>,
    names: Names,
}

#[derive(Clone, Default)]
struct Found {
    version: Option<String>,
    zone: Option<Zone>,
    skew: Option<i64>,
    /// What its clock showed in its last answer.
    clock: Option<Instant>,
    matrix: Option<PriorityMatrix>,
    /// The largest document, in bytes, where it says so.
    largest_file: Option<u64>,
}

/// What is known of a GLPI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// Its version; only a session is told it.
    pub version: Option<String>,
    /// The dialect that will be spoken ("9.2", "10.0"); before the first sign-in only where refusals give it away.
    pub dialect: Option<&'static str>,
    /// Whether that version was measured; an unknown one is spoken to in the newest dialect.
    pub known: bool,
    /// The zone of its dates, configured or found at a sign-in.
    pub zone: Option<String>,
    /// How many seconds its clock is ahead of ours.
    pub clock_skew: Option<i64>,
    /// What an administrator should look at.
    pub warnings: Vec<Warning>,
}

/// What `tournee check` warns of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// This version was not measured; the newest dialect is used.
    UnknownVersion(String),
    /// The configured zone is not in the database.
    UnknownZone(String),
    /// Its clock differs from ours by so many seconds.
    ClockSkew(i64),
    /// Passwords would travel in the clear.
    PlainHttp,
    /// It admits every address without an application token.
    NoAppTokenWanted,
}

impl Client {
    /// A client for one GLPI.
    pub fn new(config: SourceConfig, transport: Arc<dyn Transport>, clock: SharedClock) -> Self {
        Self {
            config,
            transport,
            clock,
            found: Mutex::default(),
            names: Names::default(),
        }
    }

    /// Its configuration.
    pub fn config(&self) -> &SourceConfig {
        &self.config
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// Our own clock, for an answer that does not say when it was given.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.clock.now().0).unwrap_or_default()
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// Asks without credentials whether the API is there and admits us, and adds what sign-ins have found so far.
    ///
    /// # Errors
    /// What an administrator has to mend: address, API switch, application token, IP range.
    pub async fn detect(&self) -> Result<Detected, GlpiError> {
        let response = self
            .raw(&Proof::None, Call::get("initSession"), None)
            .await?;
        let date = response
            .header("date")
            .and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        if let Some(date) = date {
            let skew = date.timestamp().as_second() - self.clock.now().0;
            self.found().skew = Some(skew);
        }
        match answer(response) {
            Err(GlpiError::Refused { code, .. }) if code == "ERROR_LOGIN_PARAMETERS_MISSING" => {}
            Err(error) => return Err(self.told_apart(error)),
            Ok(_) => {
                return Err(GlpiError::Unexpected {
                    status: 200,
                    what: "it lets anybody in".to_owned(),
                });
            }
        }
        let (guess, wants_token) = self.guess_dialect().await?;
        Ok(self.describe(guess, wants_token))
    }

    /// A wrong application token is refused in words of their own by 9.2 and 10.
    async fn guess_dialect(&self) -> Result<(Option<&'static str>, bool), GlpiError> {
        let probe = self
            .raw(
                &Proof::None,
                Call::get("initSession"),
                Some("tournee-probe"),
            )
            .await?;
        Ok(match answer(probe) {
            Err(GlpiError::AppTokenMissing { .. }) => (Some(dialect::V9.name()), true),
            Err(GlpiError::AppTokenWrong { .. }) => (Some(dialect::V10.name()), true),
            _ => (None, false),
        })
    }

    /// The first number of its version; 0 until a session was told.
    pub(crate) fn major_version(&self) -> u16 {
        let version = self.found().version.clone().unwrap_or_default();
        let major = version.split('.').next().unwrap_or_default();
        major.parse().unwrap_or(0)
    }

    fn describe(&self, guess: Option<&'static str>, wants_token: bool) -> Detected {
        let found = self.found().clone();
        let chosen = found.version.as_deref().map(dialect::for_version);
        let mut warnings = Vec::new();
        if let (Some(version), Some((_, false))) = (&found.version, &chosen) {
            warnings.push(Warning::UnknownVersion(version.clone()));
        }
        let configured = self.config.timezone.as_deref();
        if let Some(name) = configured.filter(|name| Zone::named(name).is_none()) {
            warnings.push(Warning::UnknownZone(name.to_owned()));
        }
        if let Some(skew) = found.skew.filter(|skew| skew.abs() > 120) {
            warnings.push(Warning::ClockSkew(skew));
        }
        if self.config.url.scheme() == "http" {
            warnings.push(Warning::PlainHttp);
        }
        if !wants_token {
            warnings.push(Warning::NoAppTokenWanted);
        }
        Detected {
            version: found.version,
            dialect: chosen.map(|(dialect, _)| dialect.name()).or(guess),
            known: chosen.is_some_and(|(_, known)| known),
            zone: found
                .zone
                .map(|zone| zone.name())
                .or(self.config.timezone.clone()),
            clock_skew: found.skew,
            warnings,
        }
    }

    /// 9.2 calls a wrong application token a missing one, and both call a switched-off API plain `ERROR`.
    pub(crate) fn told_apart(&self, error: GlpiError) -> GlpiError {
        match error {
            GlpiError::AppTokenMissing { words } if self.config.app_token.is_some() => {
                GlpiError::AppTokenWrong { words }
            }
            GlpiError::Refused { code, words } if code == "ERROR" => {
                GlpiError::ApiDisabled { words }
            }
            other => other,
        }
    }

    /// The configured zone, or Paris until GLPI's clock says otherwise.
    pub(crate) fn configured_zone(&self) -> Zone {
        let name = self.config.timezone.as_deref().unwrap_or("Europe/Paris");
        Zone::named(name).unwrap_or_else(Zone::utc)
    }

    pub(crate) fn remember_config(&self, config: &Value) -> &'static dyn Dialect {
        let version = json::text(config, "version");
        let (dialect, known) = dialect::for_version(&version);
        let mut found = self.found();
        if found.version.as_deref() != Some(version.as_str()) {
            tracing::info!(source = %self.config.id, version, dialect = dialect.name(), known, "GLPI found");
            found.version = Some(version);
        }
        found.matrix = matrix(&config["priority_matrix"]);
        // In megabytes; 9.2 has no such setting.
        let largest = json::reference(config, "document_max_size");
        found.largest_file = largest.map(|megabytes| megabytes * 1_000_000);
        dialect
    }

    pub(crate) fn remember_zone(&self, zone: &Zone, now: jiff::Timestamp) {
        let skew = now.as_second() - self.clock.now().0;
        let mut found = self.found();
        found.zone = Some(zone.clone());
        found.skew = Some(skew);
    }

    pub(crate) fn remember_clock(&self, date: jiff::Timestamp) {
        self.found().clock = Some(Instant(date.as_second()));
    }

    /// What its clock showed in its last answer.
    pub fn clock(&self) -> Option<Instant> {
        self.found().clock
    }

    pub(crate) fn priority_matrix(&self) -> Option<PriorityMatrix> {
        self.found().matrix.clone()
    }

    /// The largest file that it takes, as far as it says.
    pub(crate) fn largest_file(&self) -> u64 {
        let told = self.found().largest_file;
        told.map_or(LARGEST_FILE, |told| told.min(LARGEST_FILE))
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn matrix(config: &Value) -> Option<PriorityMatrix> {
    let row = |urgency: u8| {
        (1..=5u8)
            .map(|impact| {
                let cell = &config[urgency.to_string()][impact.to_string()];
                Level::new(u8::try_from(json::as_number(cell)?).ok()?)
            })
            .collect::<Option<Vec<_>>>()
    };
    (1..=5)
        .map(row)
        .collect::<Option<Vec<_>>>()
        .map(PriorityMatrix)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_matrix_is_read_by_its_keys() {
        let row = json!({"1": 1, "2": "2", "3": 3, "4": 4, "5": 5});
        let all = json!({"1": row, "2": row, "3": row, "4": row, "5": row});
        let matrix = matrix(&all).unwrap();
        let level = |number| Level::new(number).unwrap();
        assert_eq!(matrix.priority(level(3), level(2)), Some(level(2)));
        assert_eq!(super::matrix(&json!({"1": row})), None);
    }
}
