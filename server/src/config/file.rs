//! The form of the file, and the checks on each key.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;
use serde_spanned::Spanned;
use tournee_core::ids::SourceId;
use url::Url;

use super::gmail::{self, GmailFile};
use super::place::Place;
use super::stores::{self, ObjectivesFile, StoreFile};
use crate::glpi::{Secret, SourceConfig};
use crate::limits::SignInLimits;

use super::{
    Config, ConfigError, CustodyConfig, KeySource, LogFormat, Proxies, RefreshConfig, Tls,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: SocketAddr,
    public_url: Spanned<String>,
    data_dir: PathBuf,
    web_dir: Option<Spanned<PathBuf>>,
    key_file: Option<Spanned<PathBuf>>,
    tls_cert: Option<Spanned<PathBuf>>,
    tls_key: Option<Spanned<PathBuf>>,
    #[serde(default)]
    trusted_proxies: Vec<Spanned<String>>,
    client_address_header: Option<Spanned<String>>,
    #[serde(default)]
    log: LogFormat,
    #[serde(default)]
    refresh: RefreshFile,
    #[serde(default)]
    custody: CustodyFile,
    #[serde(default)]
    sign_in: SignInFile,
    gmail: Option<GmailFile>,
    #[serde(default)]
    objectives: ObjectivesFile,
    #[serde(default)]
    store: Vec<StoreFile>,
    #[serde(default)]
    glpi: Vec<GlpiFile>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefreshFile {
    every_seconds: Option<u64>,
    patience_milliseconds: Option<u64>,
    reconcile_seconds: Option<u64>,
    reference_seconds: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustodyFile {
    late_seconds: Option<u64>,
    patience_minutes: Option<u64>,
    largest_file_megabytes: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInFile {
    failures_per_address: Option<NonZeroU32>,
    failures_per_account: Option<NonZeroU32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlpiFile {
    id: Spanned<String>,
    name: Option<String>,
    color: Option<Spanned<String>>,
    url: Spanned<String>,
    app_token: Option<String>,
    check_user_token: Option<String>,
    timezone: Option<Spanned<String>>,
}

pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
        path: path.to_owned(),
        line: None,
        why: format!("can't be read: {error}"),
    })?;
    let place = Place { path, text: &text };
    let file: File =
        toml::from_str(&text).map_err(|error| place.error(error.span(), error.message()))?;
    check(&place, file)
}

fn check(place: &Place<'_>, file: File) -> Result<Config, ConfigError> {
    let public_url = public_url(place, &file.public_url)?;
    let tls = tls(place, file.tls_cert, file.tls_key)?;
    let web_dir = file
        .web_dir
        .map(|dir| existing(place, &dir, Path::is_dir, "no such folder"))
        .transpose()?;
    let key = match file.key_file {
        Some(path) => KeySource::File(existing(
            place,
            &path,
            Path::is_file,
            "no such file; make one with `tournee keygen PATH`",
        )?),
        None if std::env::var_os(crate::vault::KEY_VARIABLE).is_some() => KeySource::Environment,
        None => {
            return Err(place.error(
                None,
                "neither `key_file` nor the environment's TOURNEE_KEY gives the vault a key; \
                 make one with `tournee keygen PATH`",
            ));
        }
    };
    Ok(Config {
        listen: file.listen,
        public_url,
        data_dir: place.resolve(&file.data_dir),
        web_dir,
        key,
        tls,
        proxies: proxies(place, &file.trusted_proxies, file.client_address_header)?,
        log: file.log,
        refresh: refresh(&file.refresh),
        custody: custody(&file.custody),
        sign_in: sign_in(&file.sign_in),
        gmail: file
            .gmail
            .map(|gmail| gmail::check(place, gmail))
            .transpose()?,
        stores: stores::stores(place, file.store)?,
        goals: stores::goals(place, file.objectives)?,
        check_tokens: check_tokens(&file.glpi),
        glpi: sources(place, file.glpi)?,
        #[cfg(feature = "mutations")]
        mutation: None,
    })
}

fn refresh(file: &RefreshFile) -> RefreshConfig {
    let usual = RefreshConfig::default();
    let seconds = |given: Option<u64>, usual| given.map_or(usual, Duration::from_secs);
    RefreshConfig {
        every: seconds(file.every_seconds, usual.every),
        patience: file
            .patience_milliseconds
            .map_or(usual.patience, Duration::from_millis),
        reconcile_every: seconds(file.reconcile_seconds, usual.reconcile_every),
        reference_every: seconds(file.reference_seconds, usual.reference_every),
        page_bytes: usual.page_bytes,
    }
}

fn custody(file: &CustodyFile) -> CustodyConfig {
    let usual = CustodyConfig::default();
    CustodyConfig {
        late: file.late_seconds.map_or(usual.late, Duration::from_secs),
        patience: file
            .patience_minutes
            .map_or(usual.patience, |minutes| Duration::from_secs(minutes * 60)),
        largest_file: file
            .largest_file_megabytes
            .map_or(usual.largest_file, |megabytes| {
                u64::from(megabytes) * 1_000_000
            }),
    }
}

fn sign_in(file: &SignInFile) -> SignInLimits {
    let usual = SignInLimits::default();
    SignInLimits {
        per_address: file.failures_per_address.unwrap_or(usual.per_address),
        per_account: file.failures_per_account.unwrap_or(usual.per_account),
    }
}

pub(super) fn existing(
    place: &Place<'_>,
    path: &Spanned<PathBuf>,
    is_there: fn(&Path) -> bool,
    why_not: &str,
) -> Result<PathBuf, ConfigError> {
    let resolved = place.resolve(path.get_ref());
    if is_there(&resolved) {
        Ok(resolved)
    } else {
        Err(place.error(
            Some(path.span()),
            format!("{}: {why_not}", resolved.display()),
        ))
    }
}

pub(super) fn web_url(
    place: &Place<'_>,
    text: &Spanned<String>,
    key: &str,
) -> Result<Url, ConfigError> {
    let refuse = |why: String| place.error(Some(text.span()), format!("{key}: {why}"));
    let url = Url::parse(text.get_ref()).map_err(|error| refuse(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(refuse(
            "must be an address that starts with https:// or http://".to_owned(),
        ));
    }
    let has_user = !url.username().is_empty() || url.password().is_some();
    if url.query().is_some() || url.fragment().is_some() || has_user {
        return Err(refuse(
            "must be a bare address, without `?`, `#` or a user".to_owned(),
        ));
    }
    Ok(url)
}

/// GLPI's own address. Its set-up page shows that of its API, with `apirest.php`: it is understood too.
fn glpi_url(place: &Place<'_>, text: &Spanned<String>) -> Result<Url, ConfigError> {
    let mut url = web_url(place, text, "url")?;
    let path = url.path().trim_end_matches('/');
    if let Some(folder) = path.strip_suffix("/apirest.php").map(str::to_owned) {
        url.set_path(&folder);
    }
    Ok(url)
}

fn public_url(place: &Place<'_>, text: &Spanned<String>) -> Result<Url, ConfigError> {
    let url = web_url(place, text, "public_url")?;
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(place.error(
            Some(text.span()),
            "public_url: must be https, except on this machine: browsers install no app over plain HTTP",
        ));
    }
    if url.path() != "/" {
        return Err(place.error(Some(text.span()), "public_url: must have no path"));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn tls(
    place: &Place<'_>,
    cert: Option<Spanned<PathBuf>>,
    key: Option<Spanned<PathBuf>>,
) -> Result<Option<Tls>, ConfigError> {
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(Tls {
            cert: existing(place, &cert, Path::is_file, "no such file")?,
            key: existing(place, &key, Path::is_file, "no such file")?,
        })),
        (Some(lone), None) | (None, Some(lone)) => Err(place.error(
            Some(lone.span()),
            "tls_cert and tls_key only make sense together",
        )),
    }
}

fn proxies(
    place: &Place<'_>,
    trusted: &[Spanned<String>],
    header: Option<Spanned<String>>,
) -> Result<Proxies, ConfigError> {
    let mut proxies = Proxies::default();
    for text in trusted {
        let net = text.get_ref().parse::<IpNet>().or_else(|_| {
            let address = text.get_ref().parse::<std::net::IpAddr>();
            address.map(IpNet::from).map_err(|_| {
                place.error(
                    Some(text.span()),
                    "trusted_proxies: must be addresses (\"10.0.0.2\") or networks (\"10.0.0.0/8\")",
                )
            })
        })?;
        proxies.trusted.push(net);
    }
    if let Some(header) = header {
        if axum::http::HeaderName::from_bytes(header.get_ref().as_bytes()).is_err() {
            return Err(place.error(
                Some(header.span()),
                "client_address_header: not a header's name",
            ));
        }
        proxies.header = header.into_inner().to_ascii_lowercase();
    }
    Ok(proxies)
}

fn check_tokens(files: &[GlpiFile]) -> BTreeMap<SourceId, Secret> {
    let given = files.iter().filter_map(|file| {
        let token = file
            .check_user_token
            .clone()
            .filter(|token| !token.is_empty())?;
        Some((
            SourceId::new(file.id.get_ref().as_str()),
            Secret::new(token),
        ))
    });
    given.collect()
}

fn sources(place: &Place<'_>, files: Vec<GlpiFile>) -> Result<Vec<SourceConfig>, ConfigError> {
    if files.is_empty() {
        return Err(place.error(None, "no [[glpi]]: name at least one"));
    }
    let mut sources: Vec<SourceConfig> = Vec::with_capacity(files.len());
    for file in files {
        let span = file.id.span();
        let source = source(place, file)?;
        if sources.iter().any(|other| other.id == source.id) {
            return Err(place.error(Some(span), format!("id: \"{}\" names two GLPIs", source.id)));
        }
        sources.push(source);
    }
    Ok(sources)
}

fn source(place: &Place<'_>, file: GlpiFile) -> Result<SourceConfig, ConfigError> {
    let id = file.id.get_ref();
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 32 || !id.chars().all(fine) {
        return Err(place.error(
            Some(file.id.span()),
            "id: 1 to 32 of a-z, 0-9 and -, and it never changes: it is part of every ticket's key",
        ));
    }
    let color = match file.color {
        Some(color) if !is_color(color.get_ref()) => {
            return Err(place.error(Some(color.span()), "color: must be like \"#0b5d8a\""));
        }
        Some(color) => color.into_inner(),
        None => "#0b5d8a".to_owned(),
    };
    if let Some(zone) = &file.timezone
        && jiff::tz::TimeZone::get(zone.get_ref()).is_err()
    {
        return Err(place.error(
            Some(zone.span()),
            "timezone: not a time zone's name; must be like \"Europe/Paris\"",
        ));
    }
    Ok(SourceConfig {
        id: SourceId::new(id.as_str()),
        name: file.name.unwrap_or_else(|| id.clone()),
        color,
        url: glpi_url(place, &file.url)?,
        app_token: file
            .app_token
            .filter(|token| !token.is_empty())
            .map(Secret::new),
        timezone: file.timezone.map(Spanned::into_inner),
    })
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()))
}
