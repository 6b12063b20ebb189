//! The offline core of Tournée: the same rules in the phone, in the server and in the simulations.
//!
//! # Layout
//! - [`ids`]: what things are called on both sides of the wire.
//! - [`time`]: instants in UTC, seconds.
//! - [`fold`]: words without accents and capitals.
//! - [`dashboard`]: what stands where, counted.
//! - [`domain`]: tickets, people, timelines, reference data.
//! - [`carry`]: a ticket of one GLPI that becomes one of another.
//! - [`changes`]: one file a kind of change: what it carries, how it shows, how it conflicts.
//! - [`answered`]: what became of a solution.
//! - [`fold`]: words without accents and capitals.
//! - [`overlay`]: `base ⊕ outbox`, what the screen shows.
//! - [`outbox`]: the ordered list of changes and the state of each.
//! - [`phone`]: what a phone holds, as a state machine that emits batches of writes.
//! - [`proposal`]: what a new ticket is filled with, out of a mail and what the phone holds.
//! - [`fold`]: words without accents and capitals.
//! - [`round`]: the stores to visit: what waits in each, the order, visits, what to take along.
//! - [`rules`]: which mails become tickets with nobody there, and which never do.
//! - [`search`]: finding again all that the phone holds.
//! - [`wire`]: the protocol between phone and server.
//!
//! Nothing here does I/O, reads a clock or draws a random number: callers bring those.
#![forbid(unsafe_code)]

pub mod answered;
pub mod carry;
pub mod changes;
pub mod dashboard;
pub mod domain;
pub mod fold;
pub mod ids;
pub mod outbox;
pub mod overlay;
pub mod phone;
pub mod proposal;
pub mod round;
pub mod rules;
pub mod search;
pub mod time;
pub mod wire;
