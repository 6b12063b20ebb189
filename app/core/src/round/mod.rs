//! The round: the stores to visit. What waits in each is made of the tickets that are shown; the order, the visits and
//! what to take along are the technician's own, kept on the phone alone.

mod book;
mod order;
mod visit;
mod waiting;

pub use book::{Book, Item, MAX_ITEM_LETTERS, NoItem};
pub use order::{Pressing, Stop, Why, arrange, propose};
pub use visit::{Visit, shares};
pub use waiting::{Waiting, WhatWaits};
