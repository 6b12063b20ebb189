//! Reads the GLPIs for each technician's feed, with his own rights.
//!
//! - `desk`: who reads when; one read at a time for an account.
//! - `reader`: one read; `delta`: what moved; `compare`: the whole scope.
//! - `lists`: the lists of its forms; `assets`: what stands where his tickets are.
//! - `expected`: what his phones are creating, found before that is known.
//! - `scope`: what belongs to a technician. - `unread`: what GLPI can't show.

mod assets;
mod compare;
mod delta;
mod desk;
mod expected;
mod lists;
mod reader;
mod scope;
mod unread;

pub use desk::Refresh;
