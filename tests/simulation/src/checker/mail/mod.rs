//! Mails: the same promises, told from what really happened in the mailboxes.
//!
//! - `chains`: one chain of mails makes one ticket.
//! - `told`: what goes on in a ticket's thread is told on it.
//! - `ruled`: what rules make of mails, and that they forget none.
//! - `sorted`: each thread is where it was last wished, and nobody's move was written over.
//! - `sent`: each answer left once, and nothing else did.
//! - `waiting`: only what has a reason waits for the technician.
//! - `shown`: every phone shows what Gmail has.

mod chains;
mod ruled;
mod sent;
mod shown;
mod sorted;
mod told;
mod waiting;

use tournee_core::changes::{ChangeBody, Classify};

pub(super) use chains::all_named_in;
pub use chains::{Chains, Link};

use super::Facts;
use crate::ledger::Made;

impl Facts<'_> {
    /// Checks all that is promised of mails, where there are any.
    pub(super) fn mails(&self) {
        let Some(google) = self.google else {
            return;
        };
        let chronicle = google.chronicle();
        self.sorted(&chronicle);
        self.sent(&chronicle);
        drop(chronicle);
        self.chains();
        self.ruled(google);
        self.told(google);
        self.mails_shown(google);
    }
}

fn classify(made: &Made) -> Option<&Classify> {
    match &made.change.body {
        ChangeBody::Classify(classify) => Some(classify),
        _ => None,
    }
}
