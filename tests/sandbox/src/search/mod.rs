//! `search/…`: GLPI's search engine, by option numbers.

mod cell;
pub mod criteria;
mod instants;
mod matching;
mod narrow;
pub mod options;
mod plan;
mod run;

pub use run::{ALL_ASSETS, Failure, Found, Request, run};
