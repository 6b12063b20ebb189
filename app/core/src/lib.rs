//! The offline core of Tournée: the same rules in the phone, in the server and in the simulations.
//!
//! # Layout
//! - [`ids`]: what things are called on both sides of the wire.
//! - [`time`]: instants in UTC, seconds.
//! - [`domain`]: tickets, people, timelines, reference data.
//! - [`changes`]: one file a kind of change: what it carries, how it shows, how it conflicts.
//! - [`overlay`]: `base ⊕ outbox`, what the screen shows.
//! - [`outbox`]: the ordered list of changes and the state of each.
//! - [`phone`]: what a phone holds, as a state machine that emits batches of writes.
//! - [`proposal`]: what a new ticket is filled with, out of a mail and what the phone holds.
//! - [`fold`]: words without accents and capitals.
//! - [`wire`]: the protocol between phone and server.
//!
//! Nothing here does I/O, reads a clock or draws a random number: callers bring those.
#![forbid(unsafe_code)]

pub mod changes;
pub mod domain;
pub mod fold;
pub mod ids;
pub mod outbox;
pub mod overlay;
pub mod phone;
pub mod proposal;
pub mod time;
pub mod wire;
