//! What may be missing on this machine, and how it comes.

use crate::project::{in_path, output, succeed};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the app is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What the browser suites drive.
pub struct Browsers {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
    pub webkit_driver: PathBuf,
}

/// A program of the browser suites, its names, and the Debian package that brings it.
struct Program {
    names: &'static [&'static str],
    package: &'static str,
}

const CHROMIUM: Program = Program {
    names: &["chromium", "chromium-browser", "google-chrome"],
    package: "chromium",
};
const CHROMEDRIVER: Program = Program {
    names: &["chromedriver"],
    package: "chromium-driver",
};
const WEBKIT_DRIVER: Program = Program {
    names: &["WebKitWebDriver"],
    package: "webkit2gtk-driver",
};
const XVFB: Program = Program {
    names: &["Xvfb"],
    package: "xvfb",
};

impl Program {
    fn find(&self) -> Option<PathBuf> {
        self.names.iter().find_map(|name| in_path(name))
    }

    fn path(&self) -> Result<PathBuf> {
        self.find()
            .with_context(|| format!("{} is installed and still not in PATH", self.package))
    }
}

/// Adds the wasm target where the toolchain lacks it.
pub fn wasm_target() -> Result<()> {
    let library =
        output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    if Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    if in_path("rustup").is_none() {
        bail!(
            "install the standard library for {WASM_TARGET} (with rustup: rustup target add {WASM_TARGET})"
        );
    }
    succeed(Command::new("rustup").args(["target", "add", WASM_TARGET]))
}

/// Adds rustfmt and clippy where the toolchain lacks them.
pub fn rust_tools() -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if output(Command::new(program).arg("--version")).is_err() {
            succeed(Command::new("rustup").args(["component", "add", component]))
                .with_context(|| format!("install {component}"))?;
        }
    }
    Ok(())
}

/// Finds the browsers and their drivers, installing Debian's packages where that is allowed.
pub fn browsers() -> Result<Browsers> {
    let all = [CHROMIUM, CHROMEDRIVER, WEBKIT_DRIVER, XVFB];
    let missing: Vec<_> = all
        .iter()
        .filter(|program| program.find().is_none())
        .map(|program| program.package)
        .collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    Ok(Browsers {
        chromium: CHROMIUM.path()?,
        chromedriver: CHROMEDRIVER.path()?,
        webkit_driver: WEBKIT_DRIVER.path()?,
    })
}

fn install(packages: &[&str]) -> Result<()> {
    let line = packages.join(" ");
    let apt = in_path("apt-get").filter(|_| nix::unistd::geteuid().is_root());
    let Some(apt) = apt else {
        bail!(
            "the browser suites need: {line} (on Debian: sudo apt-get install --no-install-recommends {line})"
        );
    };
    println!("apt-get installs {line}");
    succeed(Command::new(&apt).args(["update", "-qq"]))?;
    let mut install = Command::new(&apt);
    install.env("DEBIAN_FRONTEND", "noninteractive").args([
        "install",
        "-qq",
        "-y",
        "--no-install-recommends",
    ]);
    succeed(install.args(packages))
}
