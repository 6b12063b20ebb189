//! Both GLPIs and the server, each on a free port.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tournee::App;
use tournee::chance::Chance;
use tournee::config::Config;
use tournee::glpi::{HttpTransport, SourceConfig};
use tournee::links::Transports;
use tournee::store::Store;
use tournee::store::memory::Disk;
use tournee_core::ids::SourceId;
use tournee_core::time::{Instant, Seconds};
use tournee_sandbox::world::rights;
use tournee_sandbox::{Clock, Glpi, Options, SystemClock};

use super::Handset;

const FREE_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// The machine's clock, and what a test has set it ahead by.
#[derive(Debug, Default)]
pub struct AheadClock(AtomicI64);

impl AheadClock {
    pub fn advance(&self, by: Seconds) {
        self.0.fetch_add(by.0, Ordering::SeqCst);
    }
}

impl tournee::clock::Clock for AheadClock {
    fn now(&self) -> Instant {
        tournee::clock::SystemClock.now() + Seconds(self.0.load(Ordering::SeqCst))
    }
}

/// Everything that a test needs.
pub struct House {
    pub old: Glpi,
    pub new: Glpi,
    pub config: Config,
    pub address: SocketAddr,
    /// In place of a database in a file.
    pub disk: Option<Disk>,
    /// The server's.
    pub clock: Arc<AheadClock>,
    glpis: Vec<tournee_sandbox::Server>,
    running: Option<(App, JoinHandle<()>)>,
    _folder: TempDir,
}

impl House {
    /// Both GLPIs with the demo data, and a server with an empty database.
    pub async fn open() -> Result<Self> {
        Self::with(|_| {}).await
    }

    /// The same, configured otherwise.
    pub async fn with(alter: impl FnOnce(&mut Config)) -> Result<Self> {
        Self::on_clock(Arc::new(SystemClock), alter).await
    }

    /// The same, with GLPIs that live by this clock.
    pub async fn on_clock(clock: Arc<dyn Clock>, alter: impl FnOnce(&mut Config)) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let [old, new] = [Options::glpi_9_2(), Options::glpi_10()].map(|options| {
            let clock = clock.clone();
            Glpi::new(Options { clock, ..options })
        });
        let mut glpis = Vec::new();
        let mut sources = Vec::new();
        for (id, glpi) in [("ancien", &old), ("nouveau", &new)] {
            let server = tournee_sandbox::spawn(glpi, SocketAddr::from(FREE_PORT)).await?;
            sources.push(SourceConfig {
                id: SourceId::new(id),
                name: id.to_owned(),
                color: "#0b5d8a".to_owned(),
                url: server.base_url().parse()?,
                app_token: None,
                timezone: None,
            });
            glpis.push(server);
        }
        let mut config = Config::local(folder.path(), sources);
        // Tests follow each other faster than people.
        config.refresh.every = std::time::Duration::ZERO;
        config.custody.late = std::time::Duration::ZERO;
        alter(&mut config);
        let mut house = Self {
            old,
            new,
            config,
            address: SocketAddr::from(FREE_PORT),
            disk: None,
            clock: Arc::default(),
            glpis,
            running: None,
            _folder: folder,
        };
        house.start().await?;
        Ok(house)
    }

    /// Starts the server on the same database.
    pub async fn start(&mut self) -> Result<()> {
        let app = match &self.disk {
            None => {
                let (config, ways) = (self.config.clone(), self.transports()?);
                App::start_with(config, ways, self.clock.clone()).await?
            }
            Some(disk) => self.start_on(disk.clone()).await?,
        };
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(FREE_PORT)).await?;
        self.address = listener.local_addr()?;
        let service = app
            .router()
            .into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            // Ends with the test.
            let _ = axum::serve(listener, service).await;
        });
        self.running = Some((app, task));
        Ok(())
    }

    async fn start_on(&self, disk: Disk) -> Result<App> {
        let transports = self.transports()?;
        let (config, store) = (self.config.clone(), Store::on(disk)?);
        let (clock, chance) = (self.clock.clone(), Chance::machine());
        Ok(App::start_on(config, store, transports.into(), clock, chance).await?)
    }

    fn transports(&self) -> Result<Transports> {
        let mut transports = Transports::new();
        for glpi in &self.config.glpi {
            let transport = HttpTransport::new(Duration::from_secs(30))?;
            transports.insert(glpi.id.clone(), Arc::new(transport));
        }
        Ok(transports)
    }

    /// Stops the server; what it holds stays on disk.
    pub async fn stop(&mut self) -> Result<()> {
        let (app, task) = self.running.take().context("the server runs")?;
        task.abort();
        app.stop().await;
        Ok(())
    }

    /// Ends the server as a power cut does.
    pub async fn crash(&mut self) -> Result<()> {
        let (app, task) = self.running.take().context("the server runs")?;
        task.abort();
        app.kill().await;
        Ok(())
    }

    /// As the README says: the files aside, the backup in their place. The server is stopped.
    pub fn restore(&self, file: &Path) -> Result<()> {
        let data_dir = &self.config.data_dir;
        let aside = data_dir.join("aside");
        std::fs::create_dir_all(&aside)?;
        for name in ["tournee.sqlite", "tournee.sqlite-wal", "tournee.sqlite-shm"] {
            let path = data_dir.join(name);
            if path.is_file() {
                std::fs::rename(&path, aside.join(name))?;
            }
        }
        std::fs::copy(file, data_dir.join("tournee.sqlite"))?;
        Ok(())
    }

    /// The running server.
    pub fn app(&self) -> Result<&App> {
        Ok(&self.running.as_ref().context("the server runs")?.0)
    }

    /// The sandbox of a source.
    pub fn glpi(&self, source: &str) -> &Glpi {
        match source {
            "ancien" => &self.old,
            _ => &self.new,
        }
    }

    /// Whoever signs in so works in one entity alone from now on, and sees nothing of the others.
    pub fn narrow(&self, source: &str, login: &str) -> Result<()> {
        let mut world = self.glpi(source).world();
        let user = world.user_id(login).context("a user")?;
        let entities = world.table("Entity").context("entities")?;
        let entity = entities.iter().map(|row| row.id()).max();
        let had = world.rows_by("Profile_User", "users_id", user);
        let had: Vec<i64> = had.map(|row| row.id()).collect();
        for id in had {
            world.remove("Profile_User", id);
        }
        let columns = [
            ("users_id", user.into()),
            ("profiles_id", rights::TECHNICIAN.into()),
            ("entities_id", entity.context("an entity")?.into()),
            ("is_recursive", 0.into()),
        ];
        world.insert("Profile_User", &columns);
        world.expire_all_sessions();
        Ok(())
    }

    /// Stops one GLPI's server for good.
    pub async fn kill_glpi(&mut self, source: &str) {
        let index = usize::from(source != "ancien");
        self.glpis.remove(index).shutdown().await;
    }

    /// A phone, not signed in.
    pub fn phone(&self) -> Result<Handset> {
        Handset::new(format!("http://{}", self.address))
    }

    /// A phone of the first technician, signed in to both GLPIs, with all his tickets on it.
    pub async fn ready_phone(&self) -> Result<Handset> {
        let mut phone = self.phone()?;
        for source in super::SOURCES {
            phone
                .sign_in(source, tournee_sandbox::accounts::TECHNICIAN)
                .await?;
        }
        phone.sync_whole().await?;
        Ok(phone)
    }
}
