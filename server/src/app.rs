//! The server as one piece: what every part of it shares, and how it starts and stops.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures::FutureExt as _;

use crate::assets::Assets;
use crate::awake::{self, Awake};
use crate::chance::Chance;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::counts::Counts;
use crate::custody::Custody;
use crate::glpi::{HttpTransport, Transport};
use crate::gmail::{self, Mails};
use crate::guests::Guests;
use crate::limits::Limits;
use crate::links::{GLPI_TIMEOUT, Links, Transports};
use crate::refresh::Refresh;
use crate::soundness::{self, Unsound};
use crate::store::{FILE, Store, StoreError, credentials, files, mails, rules, sessions};
use crate::tasks::Tasks;
use crate::vault::{Vault, VaultError};

/// How often what has run out is swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// What every part of the server holds.
pub type Server = Arc<Shared>;

/// What every part of the server shares.
pub struct Shared {
    /// What the administrator decided.
    pub config: Config,
    /// The one clock.
    pub clock: SharedClock,
    /// The one random source.
    pub chance: Chance,
    /// What lasts.
    pub store: Store,
    /// This life, and whether it has slept.
    pub awake: Awake,
    /// Secrets at rest.
    pub vault: Vault,
    /// The app's files.
    pub assets: Assets,
    /// Failed sign-ins.
    pub limits: Limits,
    /// GLPIs and sessions there.
    pub links: Links,
    /// The queue's executor.
    pub custody: Custody,
    /// The reader.
    pub refresh: Refresh,
    /// Mailboxes.
    pub mails: Mails,
    /// Whole services, counted.
    pub counts: Counts,
    /// Requests to the API, each until it is done.
    pub guests: Guests,
}

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database can't be trusted.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// The key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The HTTP client.
    #[error("the HTTP client: {0}")]
    Http(#[from] reqwest::Error),
    /// The address or the certificate.
    #[error("{what}: {source}")]
    Listen {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// The ways to what it works with, where a caller brings his own.
pub struct Ways {
    /// To each GLPI.
    pub glpi: Transports,
    /// To Google; none: over HTTP.
    pub google: Option<Arc<dyn Transport>>,
}

impl From<Transports> for Ways {
    fn from(glpi: Transports) -> Self {
        Self { glpi, google: None }
    }
}

/// A running server. Dropping it stops its background work.
pub struct App {
    server: Server,
    tasks: Tasks,
}

impl App {
    /// Starts with the machine's clock and HTTP to each GLPI.
    ///
    /// # Errors
    /// The database, the key or the HTTP client.
    pub async fn start(config: Config) -> Result<Self, AppError> {
        let mut transports = BTreeMap::new();
        for glpi in &config.glpi {
            let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(GLPI_TIMEOUT)?);
            transports.insert(glpi.id.clone(), transport);
        }
        Self::start_with(config, transports, Arc::new(SystemClock)).await
    }

    /// Starts with transports and a clock of the caller's.
    ///
    /// # Errors
    /// The database or the key.
    pub async fn start_with(
        config: Config,
        transports: Transports,
        clock: SharedClock,
    ) -> Result<Self, AppError> {
        let chance = Chance::machine();
        let vault = vault(&config, &chance)?;
        soundness::check(&config.data_dir.join(FILE)).await?;
        let store = Store::open(&config.data_dir).await?;
        Self::begin(config, vault, store, transports.into(), clock, chance).await
    }

    /// Starts with everything that it depends on of the caller's: with a store on a simulated disk and a seeded
    /// chance, on a paused clock, a run is the same again.
    ///
    /// # Errors
    /// The store or the key.
    pub async fn start_on(
        config: Config,
        store: Store,
        ways: Ways,
        clock: SharedClock,
        chance: Chance,
    ) -> Result<Self, AppError> {
        let vault = vault(&config, &chance)?;
        Self::begin(config, vault, store, ways, clock, chance).await
    }

    async fn begin(
        config: Config,
        vault: Vault,
        store: Store,
        ways: Ways,
        clock: SharedClock,
        chance: Chance,
    ) -> Result<Self, AppError> {
        let mut tx = store.write().await?;
        let resealed = credentials::reseal(&mut tx, &vault).await?;
        let resealed = resealed + mails::reseal(&mut tx, &vault).await?;
        let resealed = resealed + files::reseal(&mut tx, &vault).await?;
        let began_at = clock.now();
        gmail::connect::settle_shared(&mut tx, config.gmail.as_ref(), began_at).await?;
        let awake = awake::begin(&mut tx, &chance, began_at).await?;
        tx.commit().await?;
        if resealed > 0 {
            tracing::info!(resealed, "credentials were sealed again with the new key");
        }
        let custody = Custody::default();
        let server: Server = Arc::new(Shared {
            assets: Assets::find(config.web_dir.as_deref()),
            limits: Limits::new(config.sign_in),
            links: Links::new(&config.glpi, ways.glpi, custody.bell(), &clock, &chance),
            custody,
            refresh: Refresh::default(),
            counts: Counts::default(),
            guests: Guests::default(),
            mails: mail_room(&config, ways.google, &chance)?,
            config,
            clock,
            chance,
            awake,
            store,
            vault,
        });
        let tasks = Tasks::default();
        tasks.spawn(crate::custody::run(server.clone()));
        tasks.spawn(gmail::following::run(server.clone()));
        tasks.spawn(crate::rules::run(server.clone()));
        tasks.spawn(sweep(server.clone()));
        tasks.spawn(awake::run(server.clone()));
        Ok(Self { server, tasks })
    }

    /// Everything it answers.
    pub fn router(&self) -> Router {
        crate::api::router(self.server.clone())
    }

    /// What its parts share.
    pub fn shared(&self) -> &Server {
        &self.server
    }

    /// Stops the background work and closes the database. Whatever was under way goes on at the next start.
    pub async fn stop(self) {
        self.end().await;
        self.server.store.close().await;
    }

    /// Ends it as a power cut does: at once, and without a last word to the database. Afterwards nothing of this life
    /// runs.
    pub async fn kill(self) {
        self.end().await;
    }

    async fn end(&self) {
        // All are told before the first is waited for: a part that still ran would see the others missing.
        let ends = [
            self.tasks.end().boxed(),
            self.server.guests.end().boxed(),
            self.server.custody.end().boxed(),
            self.server.refresh.end().boxed(),
            self.server.mails.end().boxed(),
        ];
        futures::future::join_all(ends).await;
    }
}

fn mail_room(
    config: &Config,
    way: Option<Arc<dyn Transport>>,
    chance: &Chance,
) -> Result<Mails, AppError> {
    let client = config.gmail.clone().map(|config| match way {
        Some(way) => Ok(gmail::Client::over(way, config, chance.clone())),
        None => gmail::Client::new(config, chance.clone()),
    });
    Ok(Mails::new(client.transpose()?))
}

fn vault(config: &Config, chance: &Chance) -> Result<Vault, VaultError> {
    Ok(Vault::open(&config.key)?.drawing_from(chance.clone()))
}

impl Drop for App {
    fn drop(&mut self) {
        // Told to end; nobody is there to wait for it.
        drop(self.tasks.end());
        drop(self.server.guests.end());
        drop(self.server.custody.end());
        drop(self.server.refresh.end());
        drop(self.server.mails.end());
    }
}

async fn sweep(server: Server) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        server.limits.sweep();
        if let Err(error) = sweep_store(&server).await {
            tracing::error!(%error, "what has run out could not be swept away");
        }
    }
}

async fn sweep_store(server: &Server) -> Result<(), StoreError> {
    let now = server.clock.now();
    let mut tx = server.store.write().await?;
    sessions::sweep(&mut tx, now).await?;
    credentials::sweep(&mut tx, now).await?;
    files::sweep(&mut tx, now).await?;
    rules::sweep(&mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Runs the server until `shutdown` is there, then lets open requests end.
///
/// # Errors
/// It can't start, or can't listen.
pub async fn serve(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), AppError> {
    let (listen, tls) = (config.listen, config.tls.clone());
    let app = App::start(config).await?;
    let served = crate::listen::serve(app.router(), listen, tls, shutdown).await;
    app.stop().await;
    served
}
