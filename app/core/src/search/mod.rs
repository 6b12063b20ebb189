//! Finding again all that the phone holds: the words of tickets and mails are stored beside them as they come, and
//! read when somebody looks for something.
//!
//! # Layout
//! - [`words`]: what counts as a word.
//! - [`text`]: the words of one ticket or thread, and segments of them as they are stored.
//! - [`dictionary`]: each word once.
//! - [`query`]: what was typed, understood.
//! - [`narrowed`]: the facts that can be named in it. [`dates`]: days among them.
//! - [`index`]: all segments in memory, and what the phone still holds of them.
//! - [`rank`]: what a query finds, the best first.
//! - [`excerpt`]: the found words, marked where they stand.

pub mod dates;
pub mod dictionary;
pub mod excerpt;
pub mod index;
pub mod narrowed;
pub mod query;
pub mod rank;
pub mod text;
pub mod words;

pub use excerpt::{Piece, Place, deep, excerpt, marked};
pub use index::Index;
pub use query::Query;
pub use rank::{Found, Hit};
pub use text::{Of, Segment};
