//! rustfmt and clippy, on this machine's target and on wasm.

use super::DECODER;
use crate::machine;
use crate::project::{Project, succeed};
use anyhow::{Result, bail};
use std::process::Command;

/// Runs all checks; what they found wrong is told by themselves, and named here.
pub fn run(project: &Project) -> Result<()> {
    tools()?;
    let failed: Vec<String> = checks(project)
        .iter_mut()
        .filter_map(|check| succeed(check).err())
        .map(|error| error.to_string())
        .collect();
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

/// Installs what the checks need.
pub fn tools() -> Result<()> {
    machine::rust_tools()?;
    machine::wasm_target()
}

/// The checks, quickest first.
pub fn checks(project: &Project) -> Vec<Command> {
    let target = project.target.to_string_lossy();
    // As it is released, with the app inside, which no test builds; the tests build the other way.
    let native = [
        "--workspace",
        "--all-targets",
        "--features",
        "tournee/embed",
    ];
    let wasm = [
        "-p",
        "tournee-app",
        "-p",
        "tournee-core",
        "--target",
        machine::WASM_TARGET,
    ];
    let decoder = [
        "--manifest-path",
        DECODER,
        "--target-dir",
        &target,
        "--all-targets",
    ];
    let checks = [
        vec!["fmt", "--all", "--check"],
        vec!["fmt", "--manifest-path", DECODER, "--check"],
        clippy(&native),
        clippy(&wasm),
        clippy(&decoder),
    ];
    let command = |check: &Vec<&str>| {
        let mut command = project.cargo(check);
        // Any folder will do: the words of the app are not looked at.
        command.env("TOURNEE_WEB_DIR", project.root.join("public"));
        command
    };
    checks.iter().map(command).collect()
}

fn clippy<'a>(what: &[&'a str]) -> Vec<&'a str> {
    [&["clippy"], what, &["--", "-D", "warnings"]].concat()
}
