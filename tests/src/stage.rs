//! Two simulated GLPIs and a Gmail, the server between them and the phone, and the cable before it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tournee_sandbox::{Glpi, Options, Server, Speed, gmail, spawn};

use crate::browser::Chromium;
use crate::google::Google;
use crate::process::{self, Process};
use crate::wire::Wire;

/// The GLPI 9.2.
pub const OLD: &str = "ancien";
/// The GLPI 10.
pub const NEW: &str = "nouveau";

/// Where stores are, and how long a ticket may take.
const STORES: &str = include_str!("../sandbox/demo-stores.toml");

/// All that a phone needs around it.
pub struct Stage {
    /// The GLPI 9.2.
    pub old: Glpi,
    /// The GLPI 10.
    pub new: Glpi,
    /// Gmail.
    pub google: Google,
    glpis: [Server; 2],
    wire: Wire,
    server: Option<Process>,
    address: SocketAddr,
    web: PathBuf,
    folder: TempDir,
    starts: usize,
}

/// How a stage is made.
pub struct Make {
    /// Technicians in each GLPI.
    pub technicians: usize,
    /// Tickets in each GLPI.
    pub tickets: usize,
    /// Mails in Gmail.
    pub mails: usize,
    /// Units that a mailbox may spend in a minute.
    pub units_per_minute: u32,
    /// How fast both GLPIs answer.
    pub speed: Speed,
    /// Seconds after which a phone's question goes to GLPI again.
    pub every_seconds: u64,
    /// Minutes for which the server tries again what meets an error each time.
    pub patience_minutes: u64,
    /// Whether the app's files are a copy that a test may alter.
    pub own_web: bool,
}

impl Default for Make {
    fn default() -> Self {
        Self {
            technicians: 6,
            tickets: 120,
            mails: 60,
            units_per_minute: gmail::Options::default().units_per_minute,
            speed: Speed::Instant,
            every_seconds: 1,
            patience_minutes: 15,
            own_web: false,
        }
    }
}

impl Stage {
    /// The usual one.
    pub async fn open() -> Result<Self> {
        Make::default().open().await
    }

    /// What a browser opens.
    pub fn origin(&self) -> String {
        format!("http://{}", self.wire.address())
    }

    /// The cable between browser and server.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// The server's process.
    pub fn server_id(&self) -> Option<u32> {
        self.server.as_ref().map(Process::id)
    }

    /// Where its app comes from.
    pub fn web(&self) -> &Path {
        &self.web
    }

    /// One of the two GLPIs.
    pub fn glpi(&self, source: &str) -> &Glpi {
        if source == OLD { &self.old } else { &self.new }
    }

    /// Takes the network away: through DevTools, so that the browser says so too, and at the cable, where nothing
    /// gets past. A page that moves into a new process asks now and then before Chromium has told that process of
    /// its cut; it finds the cable cut, which is no network either.
    pub async fn cut(&self, chromium: &Chromium) -> Result<Cut> {
        chromium.tools().offline(true).await?;
        self.wire.is_quiet().await?;
        self.wire.cut();
        Ok(Cut {
            passed: self.wire.passed().len(),
        })
    }

    /// Gives it back, having seen that not one request reached the server meanwhile.
    pub async fn restore(&self, chromium: &Chromium, cut: Cut) -> Result<()> {
        self.was_silent(&cut)?;
        self.wire.mend();
        chromium.tools().offline(false).await
    }

    /// Not one request has reached the server since.
    pub fn was_silent(&self, cut: &Cut) -> Result<()> {
        let passed = self.wire.passed();
        let since = &passed[cut.passed..];
        ensure!(since.is_empty(), "during the cut the server saw {since:?}");
        Ok(())
    }

    /// Ends the server as a power cut does.
    pub fn kill_server(&mut self) -> Cut {
        self.wire.lead_to(None);
        if let Some(server) = self.server.take() {
            server.kill();
        }
        Cut {
            passed: self.wire.passed().len(),
        }
    }

    /// A backup of what it has on disk, while it runs, as an administrator makes it.
    pub fn back_up(&self, name: &str) -> Result<PathBuf> {
        let file = self.folder.path().join(name);
        let mut command = Command::new(binary("TOURNEE_BIN", "tournee")?);
        let config = self.folder.path().join("tournee.toml");
        let made = command.arg("backup").arg("--config").arg(config);
        let made = made.arg(&file).output()?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "no backup: {said}");
        Ok(file)
    }

    /// Puts the stopped server's disk back to a backup, as the README says.
    pub fn put_back(&self, backup: &Path) -> Result<()> {
        let data = self.folder.path().join("data");
        for name in ["tournee.sqlite", "tournee.sqlite-wal", "tournee.sqlite-shm"] {
            let path = data.join(name);
            if path.is_file() {
                std::fs::rename(&path, self.folder.path().join(name))?;
            }
        }
        std::fs::copy(backup, data.join("tournee.sqlite"))?;
        Ok(())
    }

    /// Starts it again, on what it has on disk.
    pub async fn start_server(&mut self) -> Result<()> {
        self.launch_server()?;
        self.server_listens().await
    }

    /// The same, without waiting until it listens.
    pub fn launch_server(&mut self) -> Result<()> {
        self.starts += 1;
        let mut command = Command::new(binary("TOURNEE_BIN", "tournee")?);
        command
            .args(["serve", "--config"])
            .arg(self.folder.path().join("tournee.toml"));
        command.env(
            "RUST_LOG",
            std::env::var("TOURNEE_LOG").unwrap_or_else(|_| "info".to_owned()),
        );
        self.server = Some(Process::start(&mut command, &self.log())?);
        self.wire.lead_to(Some(self.address));
        Ok(())
    }

    /// Waits until it does.
    pub async fn server_listens(&mut self) -> Result<()> {
        let server = self.server.as_mut().context("the server is off")?;
        let listening = server.listens(self.address.port()).await;
        listening.with_context(|| self.server_log())
    }

    fn log(&self) -> PathBuf {
        self.folder
            .path()
            .join(format!("server-{}.log", self.starts))
    }

    /// The addresses of both GLPIs.
    pub fn glpi_urls(&self) -> [String; 2] {
        self.glpis.each_ref().map(Server::base_url)
    }

    /// What the server has logged since its last start.
    pub fn server_log(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }
}

/// A time without network, from its beginning.
pub struct Cut {
    passed: usize,
}

impl Make {
    /// Starts everything.
    pub async fn open(self) -> Result<Stage> {
        let old = Options {
            technicians: self.technicians,
            tickets: self.tickets,
            speed: self.speed,
            ..Options::glpi_9_2()
        };
        let new = Options {
            technicians: self.technicians,
            tickets: self.tickets,
            speed: self.speed,
            // Another company's history: two equal lists would hide a mix-up.
            seed: 2027,
            ..Options::glpi_10()
        };
        let (old, new) = (Glpi::new(old), Glpi::new(new));
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let glpis = [spawn(&old, anywhere).await?, spawn(&new, anywhere).await?];
        let folder = tempfile::Builder::new()
            .prefix("tournee-stage-")
            // For who wants to read the server's logs and its database after a failure.
            .disable_cleanup(std::env::var_os("TOURNEE_KEEP_STAGE").is_some())
            .tempdir()?;
        let web = web(self.own_web.then_some(folder.path()))?;
        let wire = Wire::lay().await?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, process::free_port()?));
        let mut stage = Stage {
            old,
            new,
            google: Google::open(self.mails, self.units_per_minute).await?,
            glpis,
            wire,
            server: None,
            address,
            web,
            folder,
            starts: 0,
        };
        stage.configure(self.every_seconds, self.patience_minutes)?;
        stage.start_server().await?;
        Ok(stage)
    }
}

impl Stage {
    fn configure(&self, every_seconds: u64, patience_minutes: u64) -> Result<()> {
        let folder = self.folder.path();
        let key = folder.join("vault.key");
        let made = Command::new(binary("TOURNEE_BIN", "tournee")?)
            .arg("keygen")
            .arg(&key)
            .output()?;
        ensure!(
            made.status.success(),
            "no key: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let glpi = |id: &str, name: &str, color: &str, url: &str| {
            format!(
                "\n[[glpi]]\nid = \"{id}\"\nname = \"{name}\"\ncolor = \"{color}\"\nurl = \"{url}\"\n"
            )
        };
        let [old, new] = self.glpis.each_ref().map(Server::base_url);
        let text = format!(
            "listen = \"{}\"\npublic_url = \"{}\"\ndata_dir = \"{}\"\nweb_dir = \"{}\"\nkey_file = \"{}\"\n\
             \n[refresh]\nevery_seconds = {every_seconds}\n\n[custody]\nlate_seconds = 1\npatience_minutes = {patience_minutes}\n{}\n{STORES}{}{}",
            self.address,
            self.origin(),
            folder.join("data").display(),
            self.web.display(),
            key.display(),
            self.google.table(folder)?,
            glpi(OLD, "Ancien GLPI", "#b45309", &old),
            glpi(NEW, "Nouveau GLPI", "#0b5d8a", &new),
        );
        std::fs::write(folder.join("tournee.toml"), text).context("cannot write the configuration")
    }
}

/// A program that xtask names, or the one beside ours.
pub fn binary(variable: &str, name: &str) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(PathBuf::from(path));
    }
    let ours = std::env::current_exe()?;
    let mut folders = ours.ancestors().skip(1).take(2);
    folders
        .find_map(|folder| Some(folder.join(name)).filter(|path| path.is_file()))
        .with_context(|| {
            format!("there is no {name}: run `cargo build -p {name}`, or `cargo xtask test`")
        })
}

fn web(copy_to: Option<&Path>) -> Result<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/dist/web");
    let built = std::env::var_os("TOURNEE_WEB_DIR").map_or(repository, PathBuf::from);
    ensure!(
        built.join("index.html").is_file(),
        "the app isn't built in {}: run `cargo xtask build`",
        built.display()
    );
    let built = built.canonicalize()?;
    let Some(folder) = copy_to else {
        return Ok(built);
    };
    let copy = folder.join("web");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(&built)
        .arg(&copy)
        .status()?;
    ensure!(copied.success(), "cannot copy the app");
    Ok(copy)
}
