//! Real browsers, driven as a person would: Chromium with DevTools, WebKit without.

mod chromium;
mod devtools;
mod page;
mod target;
mod webkit;

pub use chromium::{Chromium, Profile, Screen};
pub use devtools::DevTools;
pub use page::Page;
pub use webkit::WebKit;

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context, Result};

pub(crate) use crate::patience::PATIENCE;

/// A program named by xtask, or else where Debian puts it.
fn program(variable: &str, debian: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| PathBuf::from(debian), PathBuf::from)
}

/// One browser at a time on this machine: two would fight for its processor, and both would be late.
async fn turn() -> Result<File> {
    let path = std::env::temp_dir().join("tournee-browser.lock");
    let file = File::create(&path).with_context(|| format!("cannot open {}", path.display()))?;
    let waiting = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
    waiting.await?.context("cannot wait for our turn")
}
