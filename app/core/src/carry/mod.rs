//! A ticket of one GLPI that becomes one of another: what its facts are called there, and what is told of it in words.
//!
//! - `counterpart`: category, place, people by name and address, each with its reason; what has none is asked.
//! - `told`: description and timeline as text.

mod counterpart;
mod told;

pub use counterpart::{Counterparts, Lists, counterparts};
pub use told::{description, note, notes};
