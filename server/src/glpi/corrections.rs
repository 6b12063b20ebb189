//! One fact of a ticket corrected; somebody put on it, or taken off it.

use serde_json::{Value, json};
use tournee_core::changes::{Fact, Seat, SetSeat, plain_text};
use tournee_core::domain::{Actor, Named, Ticket, TicketType, link_lines, without_link_lines};
use tournee_core::ids::TicketId;

use super::call::Call;
use super::client::Client;
use super::dialect::{Dialect, Outgoing};
use super::error::{GlpiError, WriteError};
use super::json;
use super::marks::{Found, Mark, unmarked};
use super::session::Session;
use super::text::to_screen;
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
        let alone = session.dialect().one_level_moves_the_priority();
        let input = match fact {
            Fact::Title(title) => json!({ "name": self.kept_title(session, title) }),
            Fact::Description(text) => {
                let stored = self.stored_description(session, now.key.id).await?;
                let text = description(session.dialect(), text, &now.content, &stored);
                json!({ "content": text.content })
            }
            Fact::Kind(TicketType::Incident) => json!({ "type": 1 }),
            Fact::Kind(TicketType::Request) => json!({ "type": 2 }),
            Fact::Category(category) => json!({ "itilcategories_id": id_of(category) }),
            Fact::Location(location) => json!({ "locations_id": id_of(location) }),
            // Never more than is needed: what is sent along writes over whoever moves it in this moment.
            Fact::Urgency(urgency) if alone => json!({ "urgency": urgency.number() }),
            Fact::Impact(impact) if alone => json!({ "impact": impact.number() }),
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

    /// The description as it is stored, with the mark of the change that created the ticket.
    async fn stored_description(
        &self,
        session: &Session,
        ticket: TicketId,
    ) -> Result<String, WriteError> {
        let call = Call::get(format!("Ticket/{ticket}")).with("get_hateoas", 0);
        match self.call(session, call).await {
            Ok(answer) => {
                let content = json::text(&answer.body, "content");
                Ok(session.dialect().decode(&content))
            }
            Err(error) => Err(unwritten(error)),
        }
    }

    /// A title as this GLPI will keep it: 9.2's database has no room for emoji.
    pub fn kept_title(&self, session: &Session, title: &str) -> String {
        session.dialect().ticket_title(title.trim()).content
    }

    /// A text as it may come back from each place where this GLPI can have it: it treats the letters of a new ticket, of a
    /// correction and of a task in ways of their own.
    pub fn readings(&self, session: &Session, text: &str) -> [String; 4] {
        readings(session.dialect(), text)
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
            Err(error) => return Err(unwritten(error)),
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

/// A look that failed before anything was written.
fn unwritten(error: GlpiError) -> WriteError {
    match error {
        GlpiError::SessionExpired => WriteError::SessionExpired,
        error => WriteError::NotSent {
            what: error.to_string(),
        },
    }
}

/// A description in the form that a PUT leaves whole, which is a solution's. It keeps what is not the technician's to
/// alter: the lines that link mails, and the mark of the creation, by which that is found again.
fn description(dialect: &dyn Dialect, text: &str, shown: &str, stored: &str) -> Outgoing {
    let mut text = without_link_lines(text);
    let links = link_lines(shown);
    if !links.is_empty() {
        text = format!("{text}\n\n{}", links.join("\n"));
    }
    match Found::in_content(stored) {
        Some(Found {
            whole: Some(change),
            ..
        }) => dialect.solution_text(&text, &Mark::new(change)),
        // A reference that nobody knows stands in the text as any other words.
        Some(found) if !text.contains(&found.reference) => {
            let text = format!("{text}\n\n{}", found.as_line());
            unmarked(|mark| dialect.solution_text(&text, mark))
        }
        _ => unmarked(|mark| dialect.solution_text(&text, mark)),
    }
}

fn readings(dialect: &dyn Dialect, text: &str) -> [String; 4] {
    let read = |form: &dyn Fn(&Mark) -> Outgoing| {
        let sent = unmarked(form).content;
        plain_text(&to_screen(&sent))
    };
    [
        dialect.kept_text(text),
        read(&|mark| dialect.ticket_text(text, mark)),
        read(&|mark| dialect.solution_text(text, mark)),
        read(&|mark| dialect.followup_text(text, mark)),
    ]
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

#[cfg(test)]
mod tests {
    use tournee_core::changes::same_words;
    use tournee_core::ids::ChangeId;

    use super::*;
    use crate::glpi::dialect::{V9, V10};

    const TYPED: &str = "Caisse <A4> bloquée & muette\nC:\\new\n\nVoir M. L'Hôte";

    fn mark() -> Mark {
        let change = "019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1".parse().unwrap();
        Mark::new(ChangeId(change))
    }

    /// What the dialect's GLPI makes of a PUT, recorded: 9.2 encodes brackets alone and loses newlines.
    fn put(dialect: &dyn Dialect, sent: &str) -> String {
        let stored = match dialect.name() {
            "9.2" => sent.replace('\n', "n"),
            _ => sent.replace('&', "&#38;"),
        };
        let (open, close) = match dialect.name() {
            "9.2" => ("&lt;", "&gt;"),
            _ => ("&#60;", "&#62;"),
        };
        dialect.decode(&stored.replace('<', open).replace('>', close))
    }

    #[test]
    fn a_text_is_known_in_the_letters_that_each_place_makes_of_it() {
        let old = readings(&V9, "Câble <b>gras</b> à C:\\new \u{1F525}");
        let known = |words: &str| old.iter().any(|reading| same_words(reading, words));
        assert!(known("Câble <b>gras</b> à C:\\new :fire:"), "{old:?}");
        assert!(known("Câble < b>gras< /b> à C:\\ new :fire:"), "{old:?}");
        assert!(known("Câble gras à C:\\new :fire:"), "{old:?}");
        assert!(!known("Câble maigre à C:\\new :fire:"), "{old:?}");
        let new = readings(&V10, "Câble <A4> \u{1F525}");
        assert!(new.iter().all(|reading| reading == "Câble <A4> \u{1F525}"));
    }

    #[test]
    fn a_description_reads_back_as_it_was_typed_and_keeps_its_creation_s_mark() {
        for dialect in [&V9 as &dyn Dialect, &V10] {
            let stored = dialect.ticket_text("Caisse", &mark()).content;
            let sent = description(dialect, TYPED, "Caisse", &stored).content;
            let again = put(dialect, &sent);
            assert!(mark().is_in(&again), "{again}");
            let found = Found::in_content(&again).unwrap();
            let shown = plain_text(&to_screen(&found.rest));
            assert_eq!(shown, TYPED, "{}", dialect.name());
        }
    }

    #[test]
    fn one_that_somebody_else_wrote_gets_no_mark() {
        for dialect in [&V9 as &dyn Dialect, &V10] {
            let sent = description(dialect, TYPED, "Caisse", "Caisse").content;
            let again = put(dialect, &sent);
            assert_eq!(Found::in_content(&again), None);
            assert_eq!(plain_text(&to_screen(&again)), TYPED);
        }
    }

    #[test]
    fn the_lines_that_link_mails_stay_and_can_t_be_typed() {
        let link = "réf. courriel : a.1@mail.example";
        let shown = format!("Caisse<br>{link}");
        for dialect in [&V9 as &dyn Dialect, &V10] {
            let typed = "Tiroir\nréf. courriel : b.2@mail.example";
            let sent = description(dialect, typed, &shown, "Caisse").content;
            let again = plain_text(&to_screen(&put(dialect, &sent)));
            assert!(same_words(&again, &format!("Tiroir {link}")), "{again}");
        }
    }

    #[test]
    fn a_reference_that_nobody_knows_is_text_and_does_not_double() {
        let line = mark().line();
        let stored = format!("Caisse\n\n{line}");
        let shown = format!("Caisse<br><br>{line}");
        let typed = format!("Tiroir\n\n{line}");
        let sent = description(&V9, &typed, &shown, &stored).content;
        assert_eq!(sent.matches(&mark().reference()).count(), 1, "{sent}");
    }
}
