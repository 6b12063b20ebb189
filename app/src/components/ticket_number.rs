//! A ticket's number, or that it has none yet.

use tournee_core::ids::TicketId;

use crate::text::t;

/// "#7754", or words for a ticket that is not in GLPI yet.
pub fn ticket_number(id: TicketId) -> String {
    match id.is_local() {
        true => t(|t| t.ticket_local).to_owned(),
        false => format!("#{id}"),
    }
}
