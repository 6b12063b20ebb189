//! `cargo xtask run`: the sandbox and the server on this machine, until Ctrl-C.

mod children;
mod config;
mod ready;

use crate::project::{Project, succeed};
use crate::web;
use anyhow::{Context, Result, bail};
use children::Children;
use clap::Args;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A technician of the sandbox's demo data.
const DEMO_LOGIN: &str = "pmarcoux";
const DEMO_PASSWORD: &str = "tournee";

/// What `cargo xtask run` takes.
#[derive(Args)]
pub struct Options {
    /// Where the app is opened.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The sandbox's GLPI 9.2.
    #[arg(long, default_value_t = 8092)]
    glpi_92_port: u16,
    /// The sandbox's GLPI 10.
    #[arg(long, default_value_t = 8090)]
    glpi_10_port: u16,
    /// The sandbox's Gmail and Google sign-in.
    #[arg(long, default_value_t = 8025)]
    gmail_port: u16,
    /// Database, key, configuration and logs [default: target/run].
    #[arg(long)]
    data: Option<PathBuf>,
    /// Tickets in each GLPI [default: the sandbox's].
    #[arg(long)]
    tickets: Option<u32>,
    /// Technicians in each GLPI [default: the sandbox's].
    #[arg(long)]
    technicians: Option<u32>,
    /// An unoptimised app: quicker to build while developing.
    #[arg(long)]
    dev: bool,
}

/// Builds what has changed, starts both, waits until they are ready, and ends both at Ctrl-C.
pub fn run(project: &Project, options: &Options) -> Result<()> {
    for (port, option) in [
        (options.port, "--port"),
        (options.glpi_92_port, "--glpi-92-port"),
        (options.glpi_10_port, "--glpi-10-port"),
        (options.gmail_port, "--gmail-port"),
    ] {
        free(port, option)?;
    }
    let web = web::build(
        project,
        &web::Options {
            dev: options.dev,
            ..Default::default()
        },
    )?;
    succeed(&mut project.cargo(&[
        "build",
        "--quiet",
        "-p",
        "tournee",
        "-p",
        "tournee-sandbox",
        "--bins",
    ]))?;

    let data = options
        .data
        .clone()
        .unwrap_or_else(|| project.target.join("run"));
    fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    let data = data
        .canonicalize()
        .with_context(|| format!("cannot open {}", data.display()))?;
    let server = project.binary("debug", "tournee");
    let config = configure(options, &data, &web, &server)?;

    let mut children = Children::new(&data)?;
    children.start("sandbox", &sandbox(project, options))?;
    for port in [
        options.glpi_92_port,
        options.glpi_10_port,
        options.gmail_port,
    ] {
        children.wait_for("the sandbox", Duration::from_secs(60), || {
            ready::answers(port)
        })?;
    }
    children.start(
        "server",
        Command::new(&server)
            .args(["serve", "--config"])
            .arg(&config),
    )?;
    children.wait_for("the server", Duration::from_secs(60), || {
        ready::status(options.port, "/readyz") == Some(200)
    })?;
    announce(project, options, &data);
    children.until_ctrl_c()
}

fn free(port: u16, option: &str) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!("port {port} can't be used ({error}): name another one with {option}"),
    }
}

fn sandbox(project: &Project, options: &Options) -> Command {
    let mut command = Command::new(project.binary("debug", "tournee-sandbox"));
    command.args([
        "--port-92",
        &options.glpi_92_port.to_string(),
        "--port-10",
        &options.glpi_10_port.to_string(),
        "--port-gmail",
        &options.gmail_port.to_string(),
    ]);
    for (option, value) in [
        ("--tickets", options.tickets),
        ("--technicians", options.technicians),
    ] {
        if let Some(value) = value {
            command.args([option, &value.to_string()]);
        }
    }
    command
}

/// The configuration is written at each start (ports and folders may differ); the key only once.
fn configure(options: &Options, data: &Path, web: &Path, server: &Path) -> Result<PathBuf> {
    let key = data.join("vault.key");
    if !key.exists() {
        succeed(Command::new(server).arg("keygen").arg(&key))?;
    }
    let path = data.join("tournee.toml");
    let sources = config::demo_sources(options.glpi_92_port, options.glpi_10_port);
    let gmail = config::Gmail {
        port: options.gmail_port,
        secret: data.join("gmail.secret"),
    };
    fs::write(&gmail.secret, config::Gmail::SECRET)
        .with_context(|| format!("cannot write {}", gmail.secret.display()))?;
    let text = config::text(options.port, data, web, &key, &gmail, &sources);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn announce(project: &Project, options: &Options, data: &Path) {
    println!();
    println!("  Tournée      http://127.0.0.1:{}", options.port);
    println!(
        "  GLPI 9.2     http://127.0.0.1:{}/glpi (sandbox)",
        options.glpi_92_port
    );
    println!(
        "  GLPI 10      http://127.0.0.1:{} (sandbox)",
        options.glpi_10_port
    );
    println!(
        "  Gmail        http://127.0.0.1:{} (sandbox)",
        options.gmail_port
    );
    println!("  Sign in      {DEMO_LOGIN} / {DEMO_PASSWORD} (in both)");
    println!("  Data, logs   {}", project.shown(data));
    println!("  Ctrl-C ends all of it.");
}
