//! Whether a thread may become a ticket.

use super::subject::number_in;
use crate::domain::{Machine, Mail, Thread};

/// Where a thread stands, as far as it tells itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// This mail of it may become a ticket: the first that a person wrote us.
    Free(&'a Mail),
    /// It belongs to a ticket of this number; of which GLPI, no mail says.
    Names {
        /// The number.
        number: u64,
        /// GLPI itself wrote one of its mails; else somebody answered one.
        by_glpi: bool,
    },
    /// Nobody but this machine wrote it.
    Machine(Machine),
    /// We wrote all of it ourselves.
    Ours,
}

/// Where a thread stands.
pub fn standing(thread: &Thread) -> Standing<'_> {
    if let Some(number) = thread.mails.iter().find_map(told_of) {
        return Standing::Names {
            number,
            by_glpi: true,
        };
    }
    if let Some(number) = thread
        .mails
        .iter()
        .find_map(|mail| number_in(&mail.subject))
    {
        return Standing::Names {
            number,
            by_glpi: false,
        };
    }
    let theirs = || thread.mails.iter().filter(|mail| !mail.outgoing);
    if let Some(mail) = theirs().find(|mail| mail.machine.is_none()) {
        return Standing::Free(mail);
    }
    match theirs().find_map(|mail| mail.machine) {
        Some(machine) => Standing::Machine(machine),
        None => Standing::Ours,
    }
}

fn told_of(mail: &Mail) -> Option<u64> {
    match mail.machine {
        Some(Machine::Glpi { ticket }) => Some(ticket),
        _ => None,
    }
}
