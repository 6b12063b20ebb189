//! A folder a screen.

pub mod create;
pub mod dashboard;
pub mod equipment;
pub mod mails;
pub mod more;
pub mod queue;
pub mod round;
pub mod rules;
pub mod search;
pub mod sign_in;
pub mod store;
pub mod thread;
pub mod ticket;
pub mod tickets;
