//! `tournee.toml`: parsed at the edge, once; what is wrong is said with its line.

mod file;
mod gmail;
mod place;
mod stores;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use tournee_core::domain::{Goals, Store};
use tournee_core::ids::SourceId;
use url::Url;

use crate::glpi::{Secret, SourceConfig};
use crate::gmail::GmailConfig;
use crate::limits::SignInLimits;

pub use place::ConfigError;

/// All that an administrator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// The address that browsers use.
    pub public_url: Url,
    /// Where the database is.
    pub data_dir: PathBuf,
    /// The built app, where it is not inside the binary.
    pub web_dir: Option<PathBuf>,
    /// Where the key of the vault comes from.
    pub key: KeySource,
    /// The server's own certificate, where no reverse proxy stands before it.
    pub tls: Option<Tls>,
    /// How a reverse proxy tells the client's address.
    pub proxies: Proxies,
    /// The log's form.
    pub log: LogFormat,
    /// How often GLPI is asked.
    pub refresh: RefreshConfig,
    /// How changes are carried out.
    pub custody: CustodyConfig,
    /// How often somebody may fail to sign in.
    pub sign_in: SignInLimits,
    /// Gmail, where it is set up.
    pub gmail: Option<GmailConfig>,
    /// Where stores are and how they are reached: goes before what GLPI says.
    pub stores: Vec<Store>,
    /// How long a ticket of each priority may take where GLPI gives no due date.
    pub goals: Goals,
    /// The GLPIs, in the order of the screen.
    pub glpi: Vec<SourceConfig>,
    /// A personal API token at each GLPI, for `tournee check` alone.
    pub check_tokens: BTreeMap<SourceId, Secret>,
    /// A virtue that the simulation takes away.
    #[cfg(feature = "mutations")]
    pub mutation: Option<crate::mutation::Mutation>,
}

/// Where the key of the vault comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A file that only the server's user can read.
    File(PathBuf),
    /// The environment: `TOURNEE_KEY`.
    Environment,
    /// Given by the caller.
    Given(crate::vault::Key),
}

/// Certificate files.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Certificate chain, PEM.
    pub cert: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// Reverse proxies that are believed when they name the client.
#[derive(Clone, Debug)]
pub struct Proxies {
    /// Their addresses.
    pub trusted: Vec<IpNet>,
    /// The header they put the client's address in.
    pub header: String,
}

impl Default for Proxies {
    fn default() -> Self {
        Self {
            trusted: Vec::new(),
            header: "x-forwarded-for".to_owned(),
        }
    }
}

impl Proxies {
    /// Whether this address is one of theirs.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }
}

/// The log's form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line, for collectors.
    Json,
}

/// How often GLPI is asked.
#[derive(Clone, Copy, Debug)]
pub struct RefreshConfig {
    /// A phone that syncs more often than this is answered from what is known.
    pub every: Duration,
    /// How long a phone waits for a read before it is answered with what there is.
    pub patience: Duration,
    /// How often the whole list is compared, to find what nothing announces.
    pub reconcile_every: Duration,
    /// How often reference data is read.
    pub reference_every: Duration,
    /// JSON in one answer to a phone, before compression.
    pub page_bytes: usize,
}

impl Default for RefreshConfig {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(5),
            patience: Duration::from_millis(1_500),
            reconcile_every: Duration::from_secs(600),
            reference_every: Duration::from_secs(86_400),
            page_bytes: 200_000,
        }
    }
}

/// How changes are carried out.
#[derive(Clone, Copy, Debug)]
pub struct CustodyConfig {
    /// How long after a request was sent GLPI may still be working on it, though nobody waits for it any more. A write
    /// that is not found is repeated no sooner.
    pub late: Duration,
    /// How long a change is tried again that GLPI answers with an error each time, and alone: after three more it waits for the
    /// technician.
    pub patience: Duration,
    /// The largest file that is taken, in bytes.
    pub largest_file: u64,
}

impl Default for CustodyConfig {
    fn default() -> Self {
        // Twice what PHP and reverse proxies give a request as they come.
        Self {
            late: Duration::from_secs(60),
            patience: Duration::from_mins(15),
            largest_file: tournee_core::domain::LARGEST_FILE,
        }
    }
}

impl Config {
    /// Reads a configuration file. Relative paths in it start from its own folder.
    ///
    /// # Errors
    /// What is wrong, with the file's name and the line.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        file::load(path)
    }

    /// A configuration in code: loopback, plain HTTP, a fresh key, the data in `data_dir`.
    pub fn local(data_dir: impl Into<PathBuf>, glpi: Vec<SourceConfig>) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen,
            public_url: place::loopback_url(),
            data_dir: data_dir.into(),
            web_dir: None,
            key: KeySource::Given(crate::vault::Key::generate()),
            tls: None,
            proxies: Proxies::default(),
            log: LogFormat::Text,
            refresh: RefreshConfig::default(),
            custody: CustodyConfig::default(),
            sign_in: SignInLimits::default(),
            gmail: None,
            stores: Vec::new(),
            goals: Goals::default(),
            glpi,
            check_tokens: BTreeMap::new(),
            #[cfg(feature = "mutations")]
            mutation: None,
        }
    }

    /// The GLPI of that id.
    pub fn source(&self, id: &SourceId) -> Option<&SourceConfig> {
        self.glpi.iter().find(|glpi| glpi.id == *id)
    }

    /// Whether browsers reach the server by HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}
