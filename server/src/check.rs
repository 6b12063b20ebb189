//! `tournee check`: what an administrator wants to know before anyone signs in.

use std::fmt;
use std::sync::Arc;

use tournee_core::domain::StoreId;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::glpi::{
    Client, Credentials, Detected, GlpiError, HttpTransport, Locations, SourceConfig, Warning,
};
use crate::links::GLPI_TIMEOUT;
use crate::listen;
use crate::vault::Vault;

/// A line of the report.
enum Line {
    Fine(String),
    Note(String),
    Wrong(String),
}

/// What was found.
#[derive(Default)]
pub struct Report(Vec<Line>);

impl Report {
    /// Whether everything is right.
    pub fn is_fine(&self) -> bool {
        !self.0.iter().any(|line| matches!(line, Line::Wrong(_)))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.0 {
            match line {
                Line::Fine(text) => writeln!(f, "✓ {text}")?,
                Line::Note(text) => writeln!(f, "! {text}")?,
                Line::Wrong(text) => writeln!(f, "✗ {text}")?,
            }
        }
        Ok(())
    }
}

/// Looks at everything that the configuration names. GLPI tells its version and its clock only to who is signed in.
pub async fn check(config: &Config, credentials: Option<&Credentials>) -> Report {
    let mut report = Report::default();
    check_machine(config, &mut report);
    check_certificate(config, &mut report).await;
    for source in &config.glpi {
        let token = config.check_tokens.get(&source.id).cloned();
        let own = token.map(Credentials::UserToken);
        match reach(source, credentials.or(own.as_ref())).await {
            Ok((found, places)) => {
                describe(source, &found, &mut report);
                report.0.extend(places_line(config, source, &places));
            }
            Err(error) => report.0.push(Line::Wrong(format!(
                "{} ({}): {}",
                source.id,
                source.url,
                advice(&error)
            ))),
        }
    }
    report
}

fn check_machine(config: &Config, report: &mut Report) {
    let line = match Vault::open(&config.key) {
        Ok(_) => Line::Fine("the vault's key can be read".to_owned()),
        Err(error) => Line::Wrong(error.to_string()),
    };
    report.0.push(line);
    let folder = config.data_dir.display();
    let line = match std::fs::create_dir_all(&config.data_dir)
        .and_then(|()| tempfile_in(&config.data_dir))
    {
        Ok(()) => Line::Fine(format!("{folder} can be written")),
        Err(error) => Line::Wrong(format!("{folder} can't be written: {error}")),
    };
    report.0.push(line);
    let assets = crate::assets::Assets::find(config.web_dir.as_deref());
    report.0.push(if assets.are_there() {
        Line::Fine("the app's files are there".to_owned())
    } else {
        Line::Wrong(
            "the app's files are missing: give `web_dir`, or use the binary of `cargo xtask dist`"
                .to_owned(),
        )
    });
}

fn tempfile_in(folder: &std::path::Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".tournee-check-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(probe)
}

async fn check_certificate(config: &Config, report: &mut Report) {
    let Some(tls) = &config.tls else { return };
    report.0.push(match listen::certificate(tls).await {
        Ok(_) => Line::Fine(format!("{} and its key are one", tls.cert.display())),
        Err(error) => Line::Wrong(error.to_string()),
    });
}

async fn reach(
    source: &SourceConfig,
    credentials: Option<&Credentials>,
) -> Result<(Detected, Places), GlpiError> {
    let transport = HttpTransport::new(GLPI_TIMEOUT).map_err(|error| GlpiError::Unexpected {
        status: 0,
        what: error.to_string(),
    })?;
    let client = Client::new(source.clone(), Arc::new(transport), Arc::new(SystemClock));
    let mut places = Places::NotAsked;
    if let Some(credentials) = credentials {
        let session = client.sign_in(credentials, None).await?;
        places = match client.locations(&session).await? {
            Some(locations) => Places::Open(locations),
            None => Places::Closed,
        };
        client.sign_out(&session).await?;
    }
    Ok((client.detect().await?, places))
}

/// What the profile of who signed in may read of GLPI's places.
enum Places {
    /// Nobody signed in.
    NotAsked,
    /// Nothing.
    Closed,
    /// All of them.
    Open(Locations),
}

/// Whether the round will know its way: from GLPI's places, or from the configuration.
fn places_line(config: &Config, source: &SourceConfig, places: &Places) -> Option<Line> {
    let (id, told) = (&source.id, config.stores.len());
    match places {
        Places::NotAsked => None,
        Places::Closed => Some(Line::Note(format!(
            "{id}: this profile may not read GLPI's places, nor where they are: the round knows addresses, numbers and \
             distances of the {told} stores of [[store]] alone (or give the profile the right to read Location)"
        ))),
        Places::Open(Locations { named, stores }) => {
            let known = |name: &str| {
                let wanted = StoreId::of(name);
                let mut all = stores.iter().chain(&config.stores);
                all.any(|store| store.id() == wanted && store.position.is_some())
            };
            let missing: Vec<&str> = named
                .iter()
                .map(|named| named.name.as_str())
                .filter(|name| !known(name))
                .collect();
            Some(match missing.as_slice() {
                [] => Line::Fine(format!("{id}: all {} places have coordinates", named.len())),
                missing => Line::Note(format!(
                    "{id}: {} of {} places have no coordinates, in GLPI or in [[store]]: {}; the round can't tell how far \
                     they are",
                    missing.len(),
                    named.len(),
                    some_of(missing)
                )),
            })
        }
    }
}

/// The first few, by name.
fn some_of(names: &[&str]) -> String {
    let mut few = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        few.push_str(", …");
    }
    few
}

fn describe(source: &SourceConfig, found: &Detected, report: &mut Report) {
    let dialect = found.dialect.unwrap_or("follows the version");
    let zone = found
        .zone
        .as_deref()
        .unwrap_or("as GLPI tells at each sign-in");
    let clock = found
        .clock_skew
        .map_or("not told".to_owned(), |s| format!("{s:+} s from ours"));
    let (id, url) = (&source.id, &source.url);
    let rest = format!("dialect: {dialect}; zone: {zone}; clock: {clock}");
    report.0.push(match &found.version {
        Some(version) => Line::Fine(format!("{id} ({url}): its API answers; version: {version}; {rest}")),
        None => Line::Note(format!(
            "{id} ({url}): its API answers; version: not known, since GLPI tells it only to who is signed in: run \
             `tournee check --config FILE --login NAME`, or set `check_user_token` in this [[glpi]]; {rest}"
        )),
    });
    warn(source, found, report);
}

fn warn(source: &SourceConfig, found: &Detected, report: &mut Report) {
    for warning in &found.warnings {
        report.0.push(Line::Note(format!(
            "{}: {}",
            source.id,
            warning_text(warning)
        )));
    }
}

fn warning_text(warning: &Warning) -> String {
    match warning {
        Warning::UnknownVersion(version) => format!(
            "version {version} was not measured; the newest known dialect is used"
        ),
        Warning::UnknownZone(name) => format!("`timezone = \"{name}\"` is no known zone"),
        Warning::ClockSkew(seconds) => format!(
            "its clock is {seconds:+} s from ours: set both by NTP, or times on screen will be off"
        ),
        Warning::PlainHttp => {
            "plain HTTP: passwords cross the network in the clear between this server and GLPI"
                .to_owned()
        }
        Warning::NoAppTokenWanted => {
            "it wants no application token: any machine of the API client's address range may sign in"
                .to_owned()
        }
    }
}

/// What to do about it, by GLPI's own menus.
fn advice(error: &GlpiError) -> String {
    let what = error.to_string();
    let todo = match error {
        GlpiError::Unreachable(_) => {
            "is the address right, is the server on, and does a firewall let this machine through?"
        }
        GlpiError::ApiDisabled { .. } => "in GLPI: Setup > General > API, switch on the REST API",
        GlpiError::PasswordsOff { .. } => {
            "in GLPI: Setup > General > API, switch on the login with credentials, or have everybody sign in with a personal token"
        }
        GlpiError::AppTokenMissing { .. } => {
            "give this GLPI's `app_token`: Setup > General > API, the API client's application token"
        }
        GlpiError::AppTokenWrong { .. } => {
            "`app_token` is not the API client's: Setup > General > API"
        }
        GlpiError::AddressNotAllowed { .. } => {
            "add this machine's address to the API client's range: Setup > General > API"
        }
        GlpiError::Unexpected { status: 404, .. } => {
            "there is no apirest.php: `url` must be GLPI's own address, with its folder (…/glpi)"
        }
        GlpiError::Unexpected { .. } => {
            "something else answers there: a proxy, another site, or a GLPI that is being updated"
        }
        GlpiError::WrongPassword { .. } | GlpiError::WrongToken { .. } => {
            "the login of `--login`, its password or `check_user_token` is not right for this GLPI"
        }
        _ => "GLPI's own log (files/_log/php-errors.log) may say more",
    };
    format!("{what}; {todo}")
}
