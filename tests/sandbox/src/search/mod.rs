//! `search/…`: GLPI's search engine, by option numbers.

mod cell;
pub mod criteria;
mod matching;
pub mod options;
mod run;

pub use run::{Failure, Found, Request, run};
