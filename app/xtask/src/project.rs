//! Where things are in this repository, and how commands are run.

use anyhow::{Context, Result, bail};
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Leptos without one type for each tree of elements: a sixth less to load.
const WASM_FLAGS: (&str, &str) = (
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "--cfg=erase_components",
);

/// The repository that is worked on.
pub struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder: nothing is written outside it unless an option says so.
    pub target: PathBuf,
}

impl Project {
    /// Finds the repository around the current folder: this program may have been built in another clone.
    pub fn find() -> Result<Self> {
        let here = env::current_dir().context("the current folder is gone")?;
        let root = root_above(&here)
            .with_context(|| format!("{} is not in Tournée's repository", here.display()))?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// `cargo` of the same toolchain, started in the root.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env(WASM_FLAGS.0, WASM_FLAGS.1)
            .args(arguments);
        command
    }

    /// The path of a built binary; `profile` is the name of its folder (`debug`, `release`).
    pub fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// A path as a person would type it from the root.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

fn root_above(folder: &Path) -> Option<PathBuf> {
    let mut above = folder.ancestors();
    above
        .find(|root| root.join("app/xtask/Cargo.toml").is_file())
        .map(Path::to_owned)
}

/// The decoder's manifest: it is no member of the workspace.
pub const DECODER: &str = "app/decoder/Cargo.toml";

/// Runs to the end; a failure names the command.
pub fn succeed(command: &mut Command) -> Result<()> {
    let line = shown(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {line}"))?;
    if !status.success() {
        bail!("{line}: {status}");
    }
    Ok(())
}

/// A command that runs beside something else.
pub struct Beside {
    line: String,
    child: Child,
    said: Receiver<String>,
}

/// Starts a command that says what it has to say (on its error output) only once it is waited for: two builds that write
/// at once would cut each other's lines.
pub fn beside(command: &mut Command) -> Result<Beside> {
    let line = shown(command);
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {line}"))?;
    let (says, said) = mpsc::channel();
    if let Some(errors) = child.stderr.take() {
        thread::spawn(move || {
            let lines = BufReader::new(errors).lines().map_while(Result::ok);
            // Nobody may be there to hear it any more.
            lines.for_each(|line| drop(says.send(line)));
        });
    }
    Ok(Beside { line, child, said })
}

impl Beside {
    /// Prints what it has said and says, and waits for its end.
    pub fn succeed(self) -> Result<()> {
        self.tell(&mut std::io::stderr())
    }

    fn tell(mut self, out: &mut impl std::io::Write) -> Result<()> {
        for said in self.said {
            // Whole lines; without an error output nobody reads them.
            let _ = out.write_all(format!("{said}\n").as_bytes());
        }
        let status = self.child.wait()?;
        if !status.success() {
            bail!("{}: {status}", self.line);
        }
        Ok(())
    }
}

/// What a command prints; a failure to start or to succeed is an error.
pub fn output(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start {line}"))?;
    if !output.status.success() {
        bail!(
            "{line}: {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A program in PATH.
pub fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// A command as a person would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_beside_is_waited_for_and_its_failure_names_it() {
        let shell = |script: &str| beside(Command::new("sh").args(["-c", script])).unwrap();
        // More than a pipe holds: it must not stand still until somebody waits for it.
        let long = shell("for i in $(seq 9000); do echo 'a line of some length' >&2; done");
        let failing = shell("exit 3");
        let error = failing.succeed().unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3"), "{error}");
        let mut told = Vec::new();
        assert!(long.tell(&mut told).is_ok());
        assert_eq!(told.len(), 9_000 * "a line of some length\n".len());
    }

    #[test]
    fn the_root_is_found_from_any_folder_of_the_repository() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = root_above(&here.join("src/web")).unwrap();
        assert_eq!(root.join("app/xtask"), here);
        assert_eq!(root_above(Path::new("/")), None);
    }
}
