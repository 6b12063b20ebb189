//! WebKit, the engine of iPhones, by its own driver.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::WebDriver;

use super::{Page, program, turn};
use crate::patience::until;
use crate::process::{self, Process};

/// A running MiniBrowser on a screen that nobody sees.
pub struct WebKit {
    driver: Option<WebDriver>,
    // In the order in which they end.
    _driver: Process,
    _screen: Process,
    _folder: TempDir,
    _turn: File,
}

impl WebKit {
    /// Starts one with nothing kept.
    pub async fn start() -> Result<Self> {
        let turn = turn().await?;
        let folder = tempfile::Builder::new()
            .prefix("tournee-webkit-")
            .tempdir()?;
        let (screen, display) = screen(&folder).await?;
        let port = process::free_port()?;
        let mut command = Command::new(program("WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver"));
        command
            .arg(format!("--port={port}"))
            .env("DISPLAY", display)
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .env("XDG_CACHE_HOME", folder.path().join("cache"))
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
            .process_group(0);
        let mut driver_process = Process::start(&mut command, &folder.path().join("driver.log"))?;
        driver_process.listens(port).await?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities())
            .await
            .context("MiniBrowser does not start")?;
        sized(&driver).await?;
        Ok(Self {
            driver: Some(driver),
            _driver: driver_process,
            _screen: screen,
            _folder: folder,
            _turn: turn,
        })
    }

    /// The page in its only tab.
    pub fn page(&self, origin: &str) -> Result<Page> {
        let driver = self.driver.clone().context("it is closed")?;
        Ok(Page::new(driver, origin, None))
    }

    /// Opens a new window and closes the old one, as who starts the app again: no page and none of its memory is left. The
    /// browser itself goes on, since whatever is driven in this engine keeps nothing: a browser that was started again would have
    /// neither the app nor its storage.
    pub async fn reopens(&self) -> Result<()> {
        let driver = self.driver.as_ref().context("it is closed")?;
        let fresh = driver.new_window().await.context("no new window")?;
        driver
            .close_window()
            .await
            .context("the old window stays")?;
        driver.switch_to_window(fresh).await?;
        sized(driver).await
    }

    /// Ends it.
    pub async fn close(mut self) -> Result<()> {
        if let Some(driver) = self.driver.take() {
            driver.quit().await.context("MiniBrowser does not end")?;
        }
        Ok(())
    }
}

async fn sized(driver: &WebDriver) -> Result<()> {
    let sized = driver.set_window_rect(0, 0, 390, 844).await;
    sized.map(drop).context("the window can't be sized")
}

fn capabilities() -> thirtyfour::Capabilities {
    let mut capabilities = thirtyfour::Capabilities::new();
    capabilities.insert("browserName".to_owned(), "MiniBrowser".into());
    let debian = format!(
        "/usr/lib/{}-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        std::env::consts::ARCH
    );
    let binary = program("MINI_BROWSER", &debian);
    let options = json!({ "binary": binary, "args": ["--automation"] });
    capabilities.insert("webkitgtk:browserOptions".to_owned(), options);
    capabilities
}

async fn screen(folder: &TempDir) -> Result<(Process, String)> {
    let number = folder.path().join("display");
    let file = File::create(&number)?;
    let mut command = Command::new("Xvfb");
    // It picks a free display itself and writes its number.
    command.args([
        "-screen",
        "0",
        "1280x1024x24",
        "-nolisten",
        "tcp",
        "-displayfd",
        "1",
    ]);
    let process = Process::start_writing(&mut command, file, &folder.path().join("xvfb.log"))?;
    let display = until("a display", async || {
        let text = std::fs::read_to_string(&number)?;
        Ok(text.trim().parse::<u32>().ok())
    })
    .await?;
    Ok((process, format!(":{display}")))
}
