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

use std::fs::{File, TryLockError};
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

pub(crate) use crate::patience::PATIENCE;

/// After so long, whether a turn has come is looked at again.
const AGAIN: Duration = Duration::from_millis(50);

/// A program named by xtask, or else where Debian puts it.
fn program(variable: &str, debian: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| PathBuf::from(debian), PathBuf::from)
}

/// So many browsers at a time on this machine. A walk mostly waits; more of them would fight for its processors, and under
/// such a load even DevTools cut a network late.
fn turns() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// A browser's turn, for as long as the file is held: the lock is one of all processes that drive browsers here.
async fn turn() -> Result<File> {
    let path = |turn| std::env::temp_dir().join(format!("tournee-browser-{turn}.lock"));
    loop {
        for path in (0..turns()).map(path) {
            let file =
                File::create(&path).with_context(|| format!("cannot open {}", path.display()))?;
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => {
                    return Err(error).context("cannot wait for our turn");
                }
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}
