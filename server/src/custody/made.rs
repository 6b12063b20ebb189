//! What GLPI calls created, as it is there.

use tournee_core::changes::CreateTicket;
use tournee_core::domain::Ticket;
use tournee_core::ids::TicketId;
use tournee_core::wire::{Notice, ProblemKind, ReportState};

use super::chain::{Chain, problem};
use super::landing::Came;
use super::words;
use crate::glpi::{Mark, Reading, Written};
use crate::store::changes::Held;

impl Chain<'_> {
    /// What GLPI calls created by this write: had it no effect, another ticket may have its number by now.
    pub(super) async fn read_written(&mut self, row: &Held, written: Written) -> Came {
        let mark = Mark::new(row.change.id);
        let message = written.message.clone();
        let came = self.read_created(row, written).await;
        let Came::Landed { id, .. } = came else {
            return came;
        };
        // After the reading: somebody may be creating the ticket of that number at this moment.
        match self.client.is_anothers(&self.session, id, &mark).await {
            Ok(false) => came,
            Ok(true) => {
                let problem = problem(ProblemKind::NoEffect, message);
                Came::Settled(ReportState::NeedsYou { problem })
            }
            Err(error) => {
                let said = error.to_string();
                let answered = Some(id);
                Came::Unknown { said, answered }
            }
        }
    }

    /// What GLPI calls created, as it is there.
    pub(super) async fn read_created(&mut self, row: &Held, written: Written) -> Came {
        let Some(id) = written.id.map(TicketId) else {
            return Came::Unknown {
                said: "a success without a number".to_owned(),
                answered: None,
            };
        };
        let resolve = |reference: &str| self.marks.get(reference).copied();
        let reading = self.client.ticket(&self.session, id, &resolve).await;
        let mut is_out_of_sight = false;
        let (ticket, mut notices) = match reading {
            Ok(Reading::Present(ticket)) => (Some(ticket), written.notices),
            // Somebody was quick.
            Ok(Reading::Trashed) => (None, written.notices),
            // His profile does not reach what he may create.
            Ok(Reading::NotAllowed) => {
                is_out_of_sight = true;
                (None, written.notices)
            }
            Ok(Reading::Gone) => {
                let problem = problem(ProblemKind::NoEffect, written.message);
                return Came::Settled(ReportState::NeedsYou { problem });
            }
            Err(error) => {
                let said = error.to_string();
                let answered = Some(id);
                return Came::Unknown { said, answered };
            }
        };
        if let (Some(ticket), Some(create)) = (&ticket, row.change.body.creation())
            && !notices.contains(&Notice::TextAltered)
            && is_altered(ticket, create, &notices)
        {
            notices.push(Notice::TextAltered);
        }
        Came::Landed {
            id,
            ticket,
            is_out_of_sight,
            notices,
            was_there: false,
        }
    }
}

/// It is there with his mark, and GLPI does not show it.
pub(super) fn unread(id: TicketId) -> Came {
    Came::Landed {
        id,
        ticket: None,
        is_out_of_sight: true,
        notices: Vec::new(),
        was_there: false,
    }
}

/// Whether GLPI kept other words than were typed, beyond what is said already.
fn is_altered(ticket: &Ticket, create: &CreateTicket, said: &[Notice]) -> bool {
    let title = create.title.trim();
    // 9.2 makes a number of a title that looks like one.
    let same_title = ticket.title.trim() == title || title.parse::<f64>().is_ok();
    let typed = create.description();
    let same_text = typed.trim().is_empty() || !words::differs(&ticket.content, &typed);
    said.is_empty() && !(same_title && same_text)
}
