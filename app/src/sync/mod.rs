//! Talking to the server: the calls, when to make them, and what the head says of it.

pub mod api;
mod identity;
mod pace;
mod state;
mod turn;
mod words;

pub use api::ApiFailure;
pub use identity::is_same_person;
pub use pace::Pace;
pub use state::{Glance, SyncState, sync_state};
pub use turn::Turn;
pub use words::{edit_words, failure_words, storage_words};
