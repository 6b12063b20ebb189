//! The deterministic simulation: the real core, the real server, the sandbox GLPIs and its Gmail in one process, single-threaded,
//! on a simulated clock, network and disk, driven by one seed.
//!
//! # Layout
//! - [`run`]: one run, from fair weather through the storm to the checks. [`many`]: many seeds on some threads.
//! - [`storm`]: which faults a seed draws. [`weather`]: what everybody shares. [`dice`], [`clock`]: chance and time.
//! - [`house`], [`line`], [`bell`]: the server, its way to GLPI, its deaths. [`troubles`]: what strikes from outside.
//! - [`glpi`], [`asked`], [`fate`]: a GLPI, what a request to it is about, and what becomes of it. [`people`]: who else works there.
//! - [`mail`]: Gmail, and all that is done to mails. [`files`]: what is attached, and how it comes to the server.
//! - [`hand`], [`exchange`], [`hears`], [`technician`], [`making`], [`pocket`], [`air`]: a phone, its owner, what he makes on it, its storage, its network.
//! - [`maker`]: the tickets that a technician makes. [`corrector`]: what he corrects on them. [`tasker`]: his tasks. [`carrier`]: what he carries from one GLPI to the other. [`births`]: what became of requests that create.
//! - [`chronicle`], [`moment`], [`tasks`], [`effects`], [`ledger`]: what really happened, and what was wanted. [`words`]: by what texts are known. [`checker`]: whether they agree.
//! - [`trace`], [`counters`]: what is told of a run.

pub mod air;
pub mod asked;
pub mod bell;
pub mod births;
pub mod carrier;
pub mod checker;
pub mod chronicle;
pub mod clock;
pub mod corrector;
pub mod counters;
pub mod dice;
pub mod effects;
pub mod exchange;
pub mod fate;
pub mod files;
pub mod glpi;
pub mod hand;
pub mod hears;
pub mod house;
pub mod ledger;
pub mod line;
pub mod mail;
pub mod maker;
pub mod making;
pub mod many;
pub mod moment;
pub mod people;
pub mod pocket;
pub mod run;
pub mod storm;
pub mod tasker;
pub mod tasks;
pub mod technician;
pub mod trace;
pub mod troubles;
pub mod undoer;
pub mod weather;
pub mod words;

pub use counters::{Count, Counters};
pub use many::{Many, Summary};
pub use run::{Outcome, Run};
