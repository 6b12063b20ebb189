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
    pub mini_browser: PathBuf,
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
        mini_browser: mini_browser(Path::new("/usr")).with_context(|| {
            format!(
                "{} is installed and has brought no MiniBrowser",
                WEBKIT_DRIVER.package
            )
        })?,
    })
}

/// WebKit's own small browser: in no PATH, but in a folder of the library, which has the machine's architecture in its
/// name on Debian (`lib/x86_64-linux-gnu/webkit2gtk-4.1`) and none elsewhere (`libexec/webkit2gtk-4.1`).
fn mini_browser(usr: &Path) -> Option<PathBuf> {
    let above = ["lib", "lib64", "libexec"].map(|name| usr.join(name));
    let below = above.iter().flat_map(|folder| folders(folder));
    let mut libraries: Vec<_> = above.iter().cloned().chain(below).collect();
    libraries.sort();
    let webkits = libraries.iter().flat_map(|folder| folders(folder));
    let mut found: Vec<_> = webkits
        .filter(|folder| {
            let name = folder.file_name().unwrap_or_default();
            name.to_string_lossy().starts_with("webkit2gtk-")
        })
        .map(|folder| folder.join("MiniBrowser"))
        .filter(|program| program.is_file())
        .collect();
    // The newest interface.
    found.sort_by(|a, b| {
        a.parent()
            .map(Path::file_name)
            .cmp(&b.parent().map(Path::file_name))
    });
    found.pop()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webkits_browser_is_found_on_any_architecture() {
        for place in [
            "lib/x86_64-linux-gnu/webkit2gtk-4.1",
            "lib/aarch64-linux-gnu/webkit2gtk-4.1",
            "libexec/webkit2gtk-4.1",
        ] {
            let usr = tempfile::tempdir().unwrap();
            assert_eq!(mini_browser(usr.path()), None);
            let older = usr.path().join("lib/any/webkit2gtk-4.0");
            for folder in [&usr.path().join(place), &older] {
                std::fs::create_dir_all(folder).unwrap();
                std::fs::write(folder.join("MiniBrowser"), "").unwrap();
            }
            let found = mini_browser(usr.path()).unwrap();
            assert_eq!(found, usr.path().join(place).join("MiniBrowser"));
        }
    }
}
