//! Files: what a technician attaches, how it comes to the server in pieces, and what a GLPI has of it.
//!
//! - `storm`: how often. `photographer`: what he attaches. `sender`: the pieces. `document`: a document of GLPI's.

pub mod document;
mod photographer;
mod sender;
pub mod storm;

pub use document::DocumentIs;

/// The server of these storms takes no larger one, in bytes.
pub const LARGEST: u64 = 4_000;
