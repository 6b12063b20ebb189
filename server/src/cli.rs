//! The command line: `serve`, `check`, `backup`, `keygen`.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, LogFormat};
use crate::glpi::{Credentials, Secret};

/// The Tournée server: between the phones and GLPI.
#[derive(Parser)]
#[command(name = "tournee", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the app and its API.
    Serve {
        /// The configuration file.
        #[arg(long, default_value = "tournee.toml")]
        config: PathBuf,
    },
    /// Reaches every GLPI of the configuration and says what is wrong.
    Check {
        /// The configuration file.
        #[arg(long, default_value = "tournee.toml")]
        config: PathBuf,
        /// Signs in with this login too: GLPI tells its version and its clock to nobody else. The password comes from
        /// the environment's TOURNEE_CHECK_PASSWORD, or from standard input.
        #[arg(long)]
        login: Option<String>,
    },
    /// Copies the database into a new file, also while the server runs, and checks the copy.
    Backup {
        /// The configuration file.
        #[arg(long, default_value = "tournee.toml")]
        config: PathBuf,
        /// The new file.
        file: PathBuf,
    },
    /// Writes a fresh key for the vault to a new file that only you can read.
    Keygen {
        /// The new file.
        path: PathBuf,
    },
}

/// Runs a command.
pub fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Serve { config } => load(&config).and_then(serve),
        Command::Check { config, login } => load(&config).and_then(|config| check(&config, login)),
        Command::Backup { config, file } => load(&config).and_then(|config| backup(&config, &file)),
        Command::Keygen { path } => {
            crate::vault::keygen(&path).map_err(|error| format!("{}: {error}", path.display()))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn load(path: &Path) -> Result<Config, String> {
    Config::load(path).map_err(|error| error.to_string())
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))
}

fn serve(config: Config) -> Result<(), String> {
    log(config.log);
    runtime()?
        .block_on(crate::app::serve(config, stopped()))
        .map_err(|error| error.to_string())
}

fn check(config: &Config, login: Option<String>) -> Result<(), String> {
    let credentials = login.map(with_password).transpose()?;
    let report = runtime()?.block_on(crate::check::check(config, credentials.as_ref()));
    print!("{report}");
    if report.is_fine() {
        Ok(())
    } else {
        Err("Not everything is right: see the lines marked ✗.".to_owned())
    }
}

fn backup(config: &Config, file: &Path) -> Result<(), String> {
    let made = runtime()?.block_on(crate::backup::backup(&config.data_dir, file));
    let made = made.map_err(|error| error.to_string())?;
    println!(
        "{}: {} bytes, {} changes ({} of them not settled), checked. The key that opens its credentials is not in it.",
        file.display(),
        made.bytes,
        made.changes,
        made.open,
    );
    Ok(())
}

fn with_password(login: String) -> Result<Credentials, String> {
    let password = match std::env::var("TOURNEE_CHECK_PASSWORD") {
        Ok(password) => password,
        Err(_) => {
            eprintln!("Password of {login}:");
            let mut line = String::new();
            std::io::stdin()
                .read_line(&mut line)
                .map_err(|error| format!("no password: {error}"))?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    Ok(Credentials::Password {
        login,
        password: Secret::new(password),
    })
}

fn log(format: LogFormat) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // A file or a collector has no use for a terminal's colours.
    let colours = std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

/// Ctrl-C, or the service manager's SIGTERM.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
