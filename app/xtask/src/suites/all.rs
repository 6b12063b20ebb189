//! The whole of `cargo xtask test`. The server's tests mostly wait: what computes has the processors meanwhile. Not by
//! `cargo test`, which runs one program after the other and locks the builds of the others out.

use super::{Browsers, Options, WALKS, decoder, environment, style, threads};
use crate::project::{Project, in_path, output, shown, succeed};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// Builds all tests.
pub const BUILD: [&str; 4] = ["test", "--workspace", "--tests", "--no-run"];

/// The package whose tests compute all the time.
const SIMULATION: &str = "tests/simulation";

/// A test program.
#[derive(Debug, PartialEq)]
struct Program {
    /// The name of its target.
    name: String,
    /// The folder of its package.
    folder: PathBuf,
    executable: PathBuf,
}

/// Runs everything, the walks last and by themselves: whoever failed before has said so.
pub fn run(project: &Project, options: &Options, browsers: Option<&Browsers>) -> Result<()> {
    style::tools()?;
    let (walks, others): (Vec<_>, Vec<_>) = build(project)?
        .into_iter()
        .partition(|program| program.name == WALKS);
    let (computing, waiting): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|program| program.folder == project.root.join(SIMULATION));
    let command = |program: &Program| {
        let mut command = program.command();
        threads(&mut command);
        if let Some(browsers) = browsers {
            environment(&mut command, project, "debug", browsers);
        }
        command.args(&options.arguments);
        command
    };
    let mut background = style::checks(project);
    background.push(decoder(project));
    background.extend(computing.iter().map(command));
    let mut failed = Vec::new();
    let mut one_by_one = |programs: &[Program]| {
        for program in programs {
            let Program { name, folder, .. } = program;
            println!("     Running {name} ({})", folder.display());
            if let Err(error) = succeed(&mut command(program)) {
                failed.push(error.to_string());
            }
        }
    };
    let also = thread::scope(|scope| {
        let computes = scope.spawn(|| background.iter().filter_map(aside).collect::<Vec<_>>());
        one_by_one(&waiting);
        computes.join()
    });
    // A walk needs a browser, and looks at clocks: nothing runs beside it.
    if browsers.is_some() {
        one_by_one(&walks);
    }
    failed.extend(also.map_err(|_| anyhow::anyhow!("what computes has panicked"))?);
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

/// Builds all tests, and what they start.
fn build(project: &Project) -> Result<Vec<Program>> {
    // Once to see it, once to be told where everything is.
    succeed(&mut project.cargo(&BUILD))?;
    let built = output(project.cargo(&BUILD).arg("--message-format=json"))?;
    // Cargo builds a package's programs for tests of their own: what the walks start must be among them.
    for name in ["tournee", "tournee-sandbox"] {
        let program = project.binary("debug", name);
        ensure!(program.is_file(), "no {} was built", program.display());
    }
    programs(&built)
}

impl Program {
    /// As cargo would start it.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

/// Runs a command with the processors that nobody else wants, and prints what it said once it has ended. How it failed, if
/// it did.
fn aside(command: &Command) -> Option<String> {
    let line = shown(command);
    let said = match polite(command).output() {
        Ok(said) => said,
        Err(error) => return Some(format!("cannot start {line}: {error}")),
    };
    let mut out = std::io::stdout().lock();
    // Without an output nobody reads it.
    let _ = writeln!(out, "     Running {line}")
        .and_then(|()| out.write_all(&said.stderr))
        .and_then(|()| out.write_all(&said.stdout));
    (!said.status.success()).then(|| format!("{line}: {}", said.status))
}

/// The same with the last claim to a processor, where that can be said.
fn polite(command: &Command) -> Command {
    let Some(nice) = in_path("nice") else {
        return again(command, Command::new(command.get_program()));
    };
    let mut polite = Command::new(nice);
    polite.args(["-n", "19"]).arg(command.get_program());
    again(command, polite)
}

/// All of a command but its program, for another.
fn again(command: &Command, mut other: Command) -> Command {
    other.args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        other.current_dir(folder);
    }
    other.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    other
}

/// The test programs of a build, as cargo tells them.
fn programs(told: &str) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for line in told.lines() {
        let message: Value = serde_json::from_str(line).context("cargo tells something else")?;
        let Some(executable) = message["executable"].as_str() else {
            continue;
        };
        if message["profile"]["test"] != true {
            continue;
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = text(&message["target"]["name"]);
        let folder = message["manifest_path"].as_str().map(Path::new);
        let (Some(name), Some(folder)) = (name, folder.and_then(Path::parent)) else {
            bail!("cargo names no package of {executable}");
        };
        programs.push(Program {
            name,
            folder: folder.to_owned(),
            executable: executable.into(),
        });
    }
    ensure!(!programs.is_empty(), "cargo tells of no tests");
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_programs_are_found_among_what_cargo_built() {
        let told = r#"{"reason":"compiler-artifact","manifest_path":"/t/server/Cargo.toml","target":{"name":"tournee"},"profile":{"test":false},"executable":"/t/target/debug/tournee"}
{"reason":"compiler-artifact","manifest_path":"/t/server/Cargo.toml","target":{"name":"tournee"},"profile":{"test":true},"executable":"/t/target/debug/deps/tournee-1"}
{"reason":"compiler-artifact","manifest_path":"/r/serde/Cargo.toml","target":{"name":"serde"},"profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}"#;
        let found = Program {
            name: "tournee".to_owned(),
            folder: "/t/server".into(),
            executable: "/t/target/debug/deps/tournee-1".into(),
        };
        assert_eq!(programs(told).unwrap(), [found]);
        assert!(programs("").is_err());
        assert!(programs("warning: not JSON").is_err());
    }

    #[test]
    fn a_command_aside_is_the_same_and_its_failure_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.current_dir(&folder).env("LEFT", "here");
        command.args(["-c", "echo $LEFT > where; exit 3"]);
        assert!(aside(&command).unwrap().contains("exit 3"));
        let left = std::fs::read_to_string(folder.path().join("where")).unwrap();
        assert_eq!(left, "here\n");
        assert_eq!(aside(Command::new("true").arg("x")), None);
    }
}
