//! Reads the GLPIs for each technician's feed, with his own rights.
//!
//! - `desk`: who reads when; one read at a time for an account. - `reader`: one read.
//! - `scope`: what belongs to a technician.

mod desk;
mod reader;
mod scope;

pub use desk::Refresh;
