//! Mails that never become a ticket by themselves, whatever a rule says: machines', our own, and those of a conversation
//! that has begun already.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{Machine, Mail, Thread};
use crate::ids::TicketKey;
use crate::proposal::number_in;

/// Why a mail that a rule is for becomes no ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// It is our own: sent from one of our mailboxes.
    Ours,
    /// An absence, or another automatic answer.
    AutoReply,
    /// A mail that could not be delivered.
    Bounce,
    /// A newsletter or a list.
    Bulk,
    /// Another machine's.
    Machine,
    /// GLPI wrote it, or somebody answers what GLPI wrote.
    Glpi {
        /// The number that it names.
        ticket: Option<u64>,
    },
    /// It goes on in a conversation that was there before.
    Answer,
    /// Its chain of mails is a ticket.
    HasTicket {
        /// Which.
        ticket: TicketKey,
    },
    /// Its chain of mails is being made a ticket, by hand or by another rule.
    BeingMade,
    /// Its ticket was reopened by mails so often lately that another machine must be answering.
    TooOften,
    /// A reason that this version does not know yet.
    #[serde(other)]
    Unknown,
}

/// Why a mail may not become a ticket by itself, as far as it and its thread tell. `ours`: the addresses of our mailboxes,
/// in small letters.
pub fn why_not(thread: &Thread, mail: &Mail, ours: &BTreeSet<String>) -> Option<WhyNot> {
    if let Some(why) = written_by_nobody(mail, ours) {
        return Some(why);
    }
    let before = thread.mails.iter().take_while(|one| one.id != mail.id);
    for earlier in before {
        if let Some(why @ WhyNot::Glpi { .. }) = machine(earlier) {
            return Some(why);
        }
        if is_ours(earlier, ours) || earlier.machine.is_none() {
            return Some(WhyNot::Answer);
        }
    }
    None
}

/// Whether it was written by somebody who wants something of us; else why nothing is done for it.
pub fn written_by_nobody(mail: &Mail, ours: &BTreeSet<String>) -> Option<WhyNot> {
    match is_ours(mail, ours) {
        true => Some(WhyNot::Ours),
        false => machine(mail),
    }
}

fn is_ours(mail: &Mail, ours: &BTreeSet<String>) -> bool {
    mail.outgoing || ours.contains(&mail.from.address.to_lowercase())
}

fn machine(mail: &Mail) -> Option<WhyNot> {
    if let Some(ticket) = number_in(&mail.subject) {
        let ticket = Some(ticket);
        return Some(WhyNot::Glpi { ticket });
    }
    let chain = mail.message_id.iter().chain(&mail.references);
    if let Some(ticket) = chain.into_iter().find_map(|id| named_by_glpi(id)) {
        return Some(WhyNot::Glpi { ticket });
    }
    match mail.machine {
        Some(Machine::Glpi { ticket }) => Some(WhyNot::Glpi {
            ticket: Some(ticket),
        }),
        Some(Machine::AutoReply) => Some(WhyNot::AutoReply),
        Some(Machine::Bounce) => Some(WhyNot::Bounce),
        Some(Machine::Bulk) => Some(WhyNot::Bulk),
        Some(Machine::Unknown) => Some(WhyNot::Machine),
        // Nobody can be asked back who has no address.
        None if !mail.from.address.contains('@') => Some(WhyNot::Bounce),
        None => None,
    }
}

/// Whether a `Message-ID` is one that GLPI gives, and the ticket that it names: `GLPI-7754.1700000000.5@host`, or
/// `GLPI_<uuid>-Ticket-7754/new@host`.
pub fn named_by_glpi(message_id: &str) -> Option<Option<u64>> {
    let rest = message_id.trim().trim_start_matches('<');
    let rest = rest.strip_prefix("GLPI")?.strip_prefix(['-', '_'])?;
    let numbered = match rest.split_once("-Ticket-") {
        Some((_, numbered)) => numbered,
        None => rest,
    };
    let end = numbered.find(|c: char| !c.is_ascii_digit());
    Some(numbered[..end.unwrap_or(numbered.len())].parse().ok())
}
