//! One fact of a ticket corrected; somebody put on it, or taken off it.

use serde_json::{Value, json};
use tournee_core::changes::{Fact, Seat, SetSeat};
use tournee_core::domain::{Actor, Named, Ticket, TicketType};
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::error::{GlpiError, WriteError};
use super::json;
use super::session::Session;
use super::writes::{Written, created, updated};

/// `type` of a `Ticket_User` or a `Group_Ticket`.
const REQUESTER: u64 = 1;
const ASSIGNED: u64 = 2;
const OBSERVER: u64 = 3;

impl Client {
    /// Corrects a fact of a ticket that was just read.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn set_fact(
        &self,
        session: &Session,
        now: &Ticket,
        fact: &Fact,
    ) -> Result<Written, WriteError> {
        let input = match fact {
            Fact::Title(title) => json!({ "name": self.kept_title(session, title) }),
            Fact::Kind(TicketType::Incident) => json!({ "type": 1 }),
            Fact::Kind(TicketType::Request) => json!({ "type": 2 }),
            Fact::Category(category) => json!({ "itilcategories_id": id_of(category) }),
            Fact::Location(location) => json!({ "locations_id": id_of(location) }),
            // 9.2 computes the priority anew only where both are sent.
            Fact::Urgency(urgency) => levels(urgency.number(), now.impact.number()),
            Fact::Impact(impact) => levels(now.urgency.number(), impact.number()),
            Fact::Due(due) => {
                let due = due.map(|due| session.zone().stamp(due).0);
                json!({ "time_to_resolve": due })
            }
        };
        let ticket = now.key.id;
        let call = Call::write("PUT", format!("Ticket/{ticket}"), &input);
        updated(&self.write(session, call).await?, ticket.0)
    }

    /// A title as this GLPI will keep it: 9.2's database has no room for emoji.
    pub fn kept_title(&self, session: &Session, title: &str) -> String {
        session.dialect().ticket_title(title.trim()).content
    }

    /// A text as this GLPI will keep it.
    pub fn kept_text(&self, session: &Session, text: &str) -> String {
        session.dialect().kept_text(text)
    }

    /// Puts somebody on a ticket, or takes him off it. Where he is, or is not, already, nothing happens. GLPI itself
    /// moves a new ticket that somebody has to *assigned*, and back.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn set_seat(
        &self,
        session: &Session,
        ticket: TicketId,
        wanted: &SetSeat,
    ) -> Result<Written, WriteError> {
        match wanted.taken {
            true => self.sit(session, ticket, &wanted.seat).await,
            false => self.leave(session, ticket, &wanted.seat).await,
        }
    }

    async fn sit(
        &self,
        session: &Session,
        ticket: TicketId,
        seat: &Seat,
    ) -> Result<Written, WriteError> {
        let (kind, role) = place(seat);
        // `_users_id_assign` in a PUT assigns nobody in 9.2; this is the same in both.
        let mut input = json!({ "tickets_id": ticket.0, "type": role });
        match seat {
            Seat::Group(group) => input["groups_id"] = json!(group.id),
            Seat::Requester(actor) | Seat::Observer(actor) | Seat::Assignee(actor) => {
                input["use_notification"] = json!(1);
                match actor {
                    Actor::User { id, .. } => input["users_id"] = json!(id.0),
                    Actor::Email { address } => {
                        input["users_id"] = json!(0);
                        input["alternative_email"] = json!(address);
                    }
                }
            }
        }
        match self.write(session, Call::write("POST", kind, &input)).await {
            Ok(answer) => Ok(created(&answer, Vec::new())),
            // The same one twice is refused without a word: it is done already.
            Err(WriteError::Refused { code, words })
                if code == "ERROR_GLPI_ADD" && words.is_empty() =>
            {
                Ok(Written::default())
            }
            Err(error) => Err(error),
        }
    }

    /// GLPI may hold somebody twice in one place: each of his rows goes.
    async fn leave(
        &self,
        session: &Session,
        ticket: TicketId,
        seat: &Seat,
    ) -> Result<Written, WriteError> {
        let (kind, _) = place(seat);
        let rows = match self.children(session, ticket, kind, true).await {
            Ok(rows) => rows,
            Err(GlpiError::SessionExpired) => return Err(WriteError::SessionExpired),
            // Nothing was written yet.
            Err(error) => {
                let what = error.to_string();
                return Err(WriteError::NotSent { what });
            }
        };
        let mut written = Written::default();
        for row in rows.iter().filter(|row| sits(row, seat)) {
            let id = json::number(row, "id");
            let call = Call::delete(format!("{kind}/{id}")).with("force_purge", 1);
            let answer = self.write(session, call).await?;
            written = updated(&answer, id)?;
        }
        Ok(written)
    }
}

fn id_of(named: &Option<Named>) -> u64 {
    named.as_ref().map_or(0, |named| named.id)
}

fn levels(urgency: u8, impact: u8) -> Value {
    json!({ "urgency": urgency, "impact": impact })
}

fn place(seat: &Seat) -> (&'static str, u64) {
    match seat {
        Seat::Requester(_) => ("Ticket_User", REQUESTER),
        Seat::Observer(_) => ("Ticket_User", OBSERVER),
        Seat::Assignee(_) => ("Ticket_User", ASSIGNED),
        Seat::Group(_) => ("Group_Ticket", ASSIGNED),
    }
}

fn sits(row: &Value, seat: &Seat) -> bool {
    let (_, role) = place(seat);
    let who = match seat {
        Seat::Group(group) => json::number(row, "groups_id") == group.id,
        Seat::Requester(actor) | Seat::Observer(actor) | Seat::Assignee(actor) => match actor {
            Actor::User { id, .. } => json::number(row, "users_id") == id.0,
            Actor::Email { address } => {
                let theirs = json::text(row, "alternative_email");
                json::number(row, "users_id") == 0 && theirs.eq_ignore_ascii_case(address)
            }
        },
    };
    who && json::number(row, "type") == role
}
