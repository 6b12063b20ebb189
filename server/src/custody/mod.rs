//! Custody: changes that are the server's duty, on disk before they are acknowledged, and their executor.
//!
//! - [`intake`]: takes changes and wishes in. - `executor`: which chains run, and when again.
//! - `lookout`: several tickets in one look.
//! - `plan`: what of a chain can run. - `sight`: the looks before and after.
//! - `chain`: one ticket's changes, from the look before to the report. - `step`: one change. - `judge`: what came of it.
//! - `record`: that on disk. - `creation`: a ticket that is to be created.
//! - `late`: how long a write may still land. - `evidence`: what is known where nothing came of it.

mod chain;
mod creation;
mod evidence;
mod executor;
pub mod intake;
mod judge;
mod late;
mod lookout;
mod plan;
mod record;
mod sight;
mod step;
mod words;

pub use executor::{Custody, run};
