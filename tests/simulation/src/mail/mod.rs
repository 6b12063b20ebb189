//! Gmail in the simulation: the mailboxes, what goes wrong on the way to them, who works in them, and what really happened.
//!
//! - [`google`], [`asked`], [`fate`]: Gmail, what a request to it is about, and what becomes of it. [`storm`]: how often.
//! - [`moment`], [`chronicle`]: all mailboxes at one moment, and what was done between two.
//! - [`people`]: who else works there. [`enclosed`]: the files that some letters bring. [`trouble`]: what strikes them from outside. [`ruler`]: rules, which make tickets with nobody there.
//! - [`connector`], [`sorter`], [`converter`], [`hears`]: a phone connects its owner's mailboxes, sorts and answers, makes
//!   tickets of mails and links them, and what it hears of that.

pub mod asked;
pub mod chronicle;
pub mod connector;
pub mod converter;
pub mod enclosed;
pub mod fate;
pub mod google;
pub mod hears;
pub mod moment;
pub mod people;
pub mod ruler;
pub mod sorter;
pub mod storm;
pub mod trouble;

pub use google::Google;
