//! Rules at work: mails become tickets with nobody there, in their owner's name and with his rights. A rule writes to no GLPI
//! itself: it gives custody the changes that a phone would have sent, in the very write that says that it has done so.
//!
//! # Layout
//! - `desk`: a rule is made, altered, switched on and off. - `trial`: what it would make of past mails.
//! - `runner`: when mails are looked at. - `case`: one mail, with what has to be known of it. - `making`: a ticket is made
//!   of it. - `answer`: it goes on in the thread of a ticket. - `names`: what a rule's changes are called.
//! - `telling`: such a mail as a followup on that ticket.
//! - `shown`: how rules stand, and what they did. - `error`: which error is which.

mod answer;
mod case;
mod desk;
mod error;
mod making;
mod runner;
mod shown;
mod telling;
mod trial;

pub use error::RuleError;
pub use runner::run;
pub use shown::entrusted;
