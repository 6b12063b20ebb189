//! The Tournée server: between the phones and GLPI.
//!
//! # Layout
//! - [`config`]: `tournee.toml`; [`cli`]: the commands; [`check`]: what an administrator wants to know.
//! - [`backup`]: a copy of the database while the server runs.
//! - [`app`]: what all parts share, how the server starts and stops; [`awake`]: which life it is, and whether it has slept; [`listen`]: its port.
//! - [`api`]: the HTTP API, one file a resource; [`assets`]: the app's files.
//! - [`sign_in`], [`links`], [`limits`]: accounts, sessions at the GLPIs, failed attempts.
//! - [`custody`]: changes on disk, and their executor.
//! - [`refresh`]: reads the GLPIs for each technician's feed.
//! - [`glpi`]: one client, two dialects. [`gmail`]: mailboxes, their mails, and the way to Google.
//! - [`rules`]: mails that become tickets with nobody there. `made_here`: what changes are called that the server makes.
//! - [`counts`]: whole services, counted with each viewer's rights.
//! - `html`: what of anybody's HTML may reach a screen.
//! - [`mutation`]: what the simulation breaks on purpose.
//! - [`store`]: what lasts, in SQLite or on a simulation's disk; [`soundness`]: whether it can be trusted;
//!   [`backup`]: a copy of it; [`vault`]: secrets at rest.
//! - [`clock`], [`chance`]: the one clock, the one random source; [`tasks`]: what runs in the background.

pub mod api;
pub mod app;
pub mod assets;
pub mod awake;
pub mod backup;
pub mod chance;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod counts;
pub mod custody;
pub mod glpi;
pub mod gmail;
pub mod guests;
mod html;
pub mod limits;
pub mod links;
pub mod listen;
mod made_here;
pub mod mutation;
pub mod refresh;
pub mod rules;
pub mod sign_in;
pub mod soundness;
pub mod store;
pub mod tasks;
pub mod turns;
pub mod vault;

pub use app::{App, AppError, serve};
pub use config::Config;
