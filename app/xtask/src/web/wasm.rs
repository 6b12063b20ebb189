//! The app's wasm and its JS: compiled, bound, made small.

use crate::machine::{self, WASM_TARGET};
use crate::project::{DECODER, Project, in_path, output, succeed};
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

const NPM_PACKAGE: &str = "binaryen@132";

/// What rustc emits for this target, by name. With `--all-features` the optimiser would use what iPhones don't know.
const FEATURES: [&str; 6] = [
    "bulk-memory",
    "nontrapping-float-to-int",
    "sign-ext",
    "mutable-globals",
    "reference-types",
    "multivalue",
];

/// The app's programs, and the names that `boot.js` knows them by: the whole app, the sign-in alone, and the
/// reader of labels.
const PROGRAMS: [(&str, &str); 3] = [
    ("tournee-app.wasm", "tournee"),
    ("tournee-door.wasm", "door"),
    ("tournee-decoder.wasm", "decoder"),
];

/// Makes `tournee.js`, `tournee_bg.wasm`, the same of the door, and what they import in `folder`; says whether wasm-opt was there.
pub fn make(project: &Project, dev: bool, folder: &Path) -> Result<bool> {
    machine::wasm_target()?;
    let profile = if dev { "dev" } else { "wasm" };
    succeed(&mut project.cargo(&[
        "build",
        "--package",
        "tournee-app",
        "--target",
        WASM_TARGET,
        "--profile",
        profile,
    ]))?;
    let target = project.target.to_string_lossy();
    succeed(&mut project.cargo(&[
        "build",
        "--manifest-path",
        DECODER,
        "--target-dir",
        &target,
        "--target",
        WASM_TARGET,
        "--profile",
        // A decoder that was not optimised takes seconds for a picture.
        "wasm",
    ]))?;
    let built = project
        .target
        .join(WASM_TARGET)
        .join(if dev { "debug" } else { "wasm" });
    empty(folder)?;
    for (program, name) in PROGRAMS {
        let built = match name {
            "decoder" => project.target.join(WASM_TARGET).join("wasm"),
            _ => built.clone(),
        };
        bind(&built.join(program), dev, name, folder)?;
    }
    if dev {
        return Ok(optimiser(project).is_some());
    }
    let tool = optimiser(project).or_else(|| install_optimiser(project));
    match &tool {
        Some(tool) => {
            for (_, name) in PROGRAMS {
                optimise(tool, &folder.join(format!("{name}_bg.wasm")))?;
            }
        }
        None => println!(
            "wasm-opt is missing (install binaryen, or npm): the app works, but is 5 to 10 % larger to load and to compile."
        ),
    }
    Ok(tool.is_some())
}

/// wasm-opt in PATH, or where an earlier build has put it.
pub fn optimiser(project: &Project) -> Option<PathBuf> {
    let installed = tools(project).join("node_modules/.bin/wasm-opt");
    in_path("wasm-opt").or_else(|| installed.exists().then_some(installed))
}

fn tools(project: &Project) -> PathBuf {
    project.target.join("tools")
}

fn install_optimiser(project: &Project) -> Option<PathBuf> {
    let npm = in_path("npm")?;
    println!(
        "wasm-opt: npm installs {NPM_PACKAGE} in {}",
        project.shown(&tools(project))
    );
    let mut install = Command::new(npm);
    install
        .args([
            "install",
            "--loglevel=error",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ])
        .arg(tools(project))
        .arg(NPM_PACKAGE);
    if let Err(error) = succeed(&mut install) {
        println!("{error:#}");
    }
    optimiser(project)
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

fn bind(built: &Path, dev: bool, name: &str, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .input_path(built)
                .out_name(name)
                .typescript(false)
                .debug(dev)
                .remove_name_section(!dev)
                .remove_producers_section(!dev)
                .generate(folder)
        })
        .map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

fn optimise(tool: &Path, wasm: &Path) -> Result<()> {
    let small = wasm.with_extension("small");
    let mut command = Command::new(tool);
    command.arg(wasm).arg("-Oz").arg("--output").arg(&small);
    command.args(FEATURES.map(|feature| format!("--enable-{feature}")));
    output(&mut command)?;
    fs::rename(&small, wasm).context("cannot replace the wasm by the optimised one")
}
