//! Chromium as a phone, or as a desk.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::WebDriver;

use super::{DevTools, Page, program, turn};
use crate::patience::until;
use crate::process::{self, Process};

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// What it is looked at on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 390 × 844, touch.
    Phone,
    /// 320 × 568, touch: the narrowest that the app promises.
    Narrow,
    /// 1280 × 800, mouse.
    Desk,
}

/// What a phone keeps when the browser is closed.
pub struct Profile(TempDir);

impl Profile {
    /// A phone out of its box.
    pub fn new() -> Result<Self> {
        Ok(Self(
            tempfile::Builder::new()
                .prefix("tournee-phone-")
                .tempdir()?,
        ))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A running Chromium.
pub struct Chromium {
    tools: Arc<DevTools>,
    driver: WebDriver,
    profile: Option<Profile>,
    browser: Option<u32>,
    _driver: Process,
    turn: Arc<File>,
}

/// How it is started.
pub struct Start {
    screen: Screen,
    language: &'static str,
    font_size: Option<u32>,
    film: Option<PathBuf>,
    turn: Option<Arc<File>>,
}

impl Chromium {
    /// A new phone that speaks French.
    pub async fn phone() -> Result<Self> {
        Self::with(Screen::Phone).start(Profile::new()?).await
    }

    /// A screen to start with.
    pub fn with(screen: Screen) -> Start {
        Start {
            screen,
            language: "fr-FR",
            font_size: None,
            film: None,
            turn: None,
        }
    }

    /// The page in the tab of now.
    pub async fn page(&self, origin: &str) -> Result<Page> {
        let target = self.driver.window().await?.to_string();
        Ok(Page::new(
            self.driver.clone(),
            origin,
            Some((self.tools.clone(), target)),
        ))
    }

    /// DevTools.
    pub fn tools(&self) -> &DevTools {
        &self.tools
    }

    /// Has every page prefer `light` or `dark`.
    pub async fn prefers(&self, theme: &str) -> Result<()> {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
        self.tools
            .on_pages("Emulation.setEmulatedMedia", media)
            .await
    }

    /// Opens another tab and goes there.
    pub async fn new_tab(&self, origin: &str) -> Result<Page> {
        let handle = self.driver.new_tab().await?;
        self.driver.switch_to_window(handle).await?;
        self.page(origin).await
    }

    /// Closes the tab of now, leaving an empty one.
    pub async fn close_tab(&self) -> Result<()> {
        let old = self.driver.window().await?;
        let empty = self.driver.new_tab().await?;
        self.driver.switch_to_window(old).await?;
        self.driver.close_window().await?;
        self.driver.switch_to_window(empty).await?;
        Ok(())
    }

    /// Ends it as an empty battery does, and gives back what the phone keeps.
    pub async fn kill(mut self) -> Result<Profile> {
        let profile = self.profile.take().context("it was killed before")?;
        self.cookies_are_on_disk(&profile).await?;
        let id = self.browser.take().context("its process is not known")?;
        process::end(id, Signal::SIGKILL);
        until("the end of Chromium", async || {
            Ok((!process::is_alive(id)).then_some(()))
        })
        .await?;
        Ok(profile)
    }

    /// Chromium writes cookies every half a minute. Who signed in this morning has his on disk.
    async fn cookies_are_on_disk(&self, profile: &Profile) -> Result<()> {
        let known = self
            .tools
            .on_browser("Storage.getCookies", json!({}))
            .await?;
        let names: Vec<String> = known["cookies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|cookie| cookie["name"].as_str().map(str::to_owned))
            .collect();
        let folder = profile.path().join("Default");
        let start = Instant::now();
        loop {
            let files = ["Cookies", "Cookies-wal", "Network/Cookies"]
                .map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
            let written = |name: &String| files.iter().any(|file| contains(file, name.as_bytes()));
            if names.iter().all(written) {
                return Ok(());
            }
            ensure!(
                start.elapsed() < Duration::from_secs(60),
                "the cookies {names:?} never came to disk"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends it; an exception that nobody caught is a failure of the test.
    pub async fn close(mut self) -> Result<()> {
        let faults = self.tools.faults();
        self.end();
        ensure!(faults.is_empty(), "in the browser's console: {faults:#?}");
        Ok(())
    }

    fn end(&mut self) {
        let _ = self.driver.clone().leak();
        if let Some(id) = self.browser.take() {
            process::end(id, Signal::SIGKILL);
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.end();
    }
}

impl Start {
    /// In another language.
    pub fn speaking(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// With the text size of somebody who needs it larger (16 is usual).
    pub fn font_size(self, pixels: u32) -> Self {
        Self {
            font_size: Some(pixels),
            ..self
        }
    }

    /// With a camera that sees this film (Y4M), and a person who lets pages use it.
    pub fn seeing(self, film: &Path) -> Self {
        Self {
            film: Some(film.to_owned()),
            ..self
        }
    }

    /// While another one runs, in the same turn: a walk of several phones.
    pub fn beside(self, other: &Chromium) -> Self {
        Self {
            turn: Some(other.turn.clone()),
            ..self
        }
    }

    /// Starts it on what a phone has kept.
    pub async fn start(self, profile: Profile) -> Result<Chromium> {
        let turn = match &self.turn {
            Some(shared) => shared.clone(),
            None => Arc::new(turn().await?),
        };
        let port = process::free_port()?;
        let mut chromedriver = Command::new(program("CHROMEDRIVER", "/usr/bin/chromedriver"));
        chromedriver.arg(format!("--port={port}"));
        let log = profile.path().join("chromedriver.log");
        let mut driver_process = Process::start(&mut chromedriver, &log)?;
        driver_process.listens(port).await?;
        // A killed Chromium leaves it behind, and a new one would be found by the old one's address.
        let _ = std::fs::remove_file(profile.path().join("DevToolsActivePort"));

        let capabilities = self.capabilities(profile.path());
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .context("Chromium does not start")?;
        let tools = DevTools::connect(&address(profile.path()).await?).await?;
        Ok(Chromium {
            tools: Arc::new(tools),
            browser: process_id(profile.path()),
            driver,
            profile: Some(profile),
            _driver: driver_process,
            turn,
        })
    }

    fn capabilities(&self, profile: &Path) -> thirtyfour::Capabilities {
        let mut arguments: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push(format!("--lang={}", self.language));
        if self.screen == Screen::Desk {
            arguments.push("--window-size=1280,800".to_owned());
        }
        if let Some(film) = &self.film {
            arguments.extend([
                "--use-fake-ui-for-media-stream".to_owned(),
                "--use-fake-device-for-media-stream".to_owned(),
                format!("--use-file-for-fake-video-capture={}", film.display()),
            ]);
        }
        let mut preferences = json!({ "intl": { "accept_languages": self.language } });
        if let Some(pixels) = self.font_size {
            preferences["webkit.webprefs.default_font_size"] = pixels.into();
        }
        let mut options = json!({
            "binary": program("CHROMIUM", "/usr/bin/chromium"),
            "args": arguments,
            "prefs": preferences,
        });
        if let Some(device) = self.screen.device() {
            options["mobileEmulation"] = device;
        }
        let mut capabilities = thirtyfour::Capabilities::new();
        capabilities.insert("browserName".to_owned(), "chrome".into());
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities
    }
}

impl Screen {
    fn device(self) -> Option<Value> {
        let (width, height) = match self {
            Screen::Phone => (390, 844),
            Screen::Narrow => (320, 568),
            Screen::Desk => return None,
        };
        Some(json!({
            "deviceMetrics": { "width": width, "height": height, "pixelRatio": 2, "touch": true, "mobile": true }
        }))
    }
}

async fn address(profile: &Path) -> Result<String> {
    let path: PathBuf = profile.join("DevToolsActivePort");
    until("Chromium's DevTools", async || {
        let text = std::fs::read_to_string(&path)?;
        let (port, path) = text.split_once('\n').context("half written")?;
        Ok(path
            .starts_with('/')
            .then(|| format!("ws://127.0.0.1:{port}{}", path.trim())))
    })
    .await
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}

/// `SingletonLock` is a link to `host-process`.
fn process_id(profile: &Path) -> Option<u32> {
    let target = std::fs::read_link(profile.join("SingletonLock")).ok()?;
    target.to_str()?.rsplit('-').next()?.parse().ok()
}
