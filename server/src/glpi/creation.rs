//! New tickets: written once, and looked for by their mark where the answer was lost.

use serde_json::{Value, json};
use tournee_core::changes::CreateTicket;
use tournee_core::domain::{Actor, MailName, TicketType, carried_from, carried_from_words};
use tournee_core::ids::{TicketId, TicketKey};

use super::call::Call;
use super::client::Client;
use super::dialect::Outgoing;
use super::error::{GlpiError, WriteError};
use super::json;
use super::marks::Mark;
use super::session::Session;
use super::writes::{Written, created};

/// Description, where marks are looked for; and whose ticket it is.
const CONTENT: u16 = 21;
/// More than one ticket that quotes a mark is a rarity; more than these nobody quotes.
const CANDIDATES: usize = 20;

impl Client {
    /// Creates a ticket.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn add_ticket(
        &self,
        session: &Session,
        create: &CreateTicket,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let dialect = session.dialect();
        let title = dialect.ticket_title(create.title.trim());
        let text = dialect.ticket_text(&create.description(), mark);
        let call = Call::write("POST", "Ticket", &input(session, create, &title, &text));
        let answer = self.write(session, call).await?;
        let mut notices = title.notices;
        notices.extend(text.notices);
        Ok(created(&answer, notices))
    }

    /// Looks for a ticket of this technician's that carries a mark, in the trash too.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn find_created(
        &self,
        session: &Session,
        mark: &Mark,
    ) -> Result<Option<TicketId>, GlpiError> {
        for deleted in [0, 1] {
            let words = session.dialect().mark_words(mark);
            for id in self.quoting(session, &words, deleted).await? {
                if self.is_created_by(session, id, mark).await? {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    /// Whether the ticket of a number that GLPI gave is somebody else's, or another creation's.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn is_anothers(
        &self,
        session: &Session,
        id: TicketId,
        mark: &Mark,
    ) -> Result<bool, GlpiError> {
        Ok(match self.description_of(session, id).await? {
            // Where a rule of GLPI's has rewritten the text there is no mark at all.
            Some((his, content)) => !his || mark.is_contradicted(&content),
            None => false,
        })
    }

    /// Looks for a ticket that was made of a mail, whoever made it. One in the trash is none any more.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn find_mailed(
        &self,
        session: &Session,
        mail: &MailName,
    ) -> Result<Option<TicketId>, GlpiError> {
        // What a GLPI may spell otherwise in its tables is no part of what is looked for.
        let pieces = mail.as_str().split(['&', '\'', '%', '_']);
        let words = pieces.max_by_key(|piece| piece.len()).unwrap_or_default();
        let is_its = |content: &str| mail.is_linked_in(content);
        self.described(session, words, is_its).await
    }

    /// Looks for a ticket that takes the place of this one of another GLPI, whoever made it. One in the trash does no
    /// more.
    ///
    /// # Errors
    /// When GLPI does not answer, or not as its API does; then nothing is known.
    pub async fn find_carried(
        &self,
        session: &Session,
        old: &TicketKey,
    ) -> Result<Option<TicketId>, GlpiError> {
        let is_its = |content: &str| carried_from(content).as_ref() == Some(old);
        let words = carried_from_words(old);
        self.described(session, &words, is_its).await
    }

    /// The first ticket with these words in its description of which that holds.
    async fn described(
        &self,
        session: &Session,
        words: &str,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<Option<TicketId>, GlpiError> {
        for id in self.quoting(session, words, 0).await? {
            let description = self.description_of(session, id).await?;
            if description.is_some_and(|(_, content)| is_it(&content)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Tickets whose description has a mark's words somewhere, oldest first.
    async fn quoting(
        &self,
        session: &Session,
        words: &str,
        deleted: u8,
    ) -> Result<Vec<TicketId>, GlpiError> {
        let call = Call::get("search/Ticket")
            .with("criteria[0][field]", CONTENT)
            .with("criteria[0][searchtype]", "contains")
            .with("criteria[0][value]", words)
            .with("forcedisplay[0]", 2)
            .with("is_deleted", deleted)
            .with("sort", 2)
            .with("order", "ASC")
            .with("range", format!("0-{}", CANDIDATES - 1));
        let body = self.call(session, call).await?.body;
        let rows = body["data"].as_array().into_iter().flatten();
        Ok(rows
            .filter_map(|row| json::reference(row, "2").map(TicketId))
            .collect())
    }

    /// A reference can be quoted by anybody; the mark stands at the end of what he wrote himself.
    async fn is_created_by(
        &self,
        session: &Session,
        id: TicketId,
        mark: &Mark,
    ) -> Result<bool, GlpiError> {
        let description = self.description_of(session, id).await?;
        Ok(description.is_some_and(|(his, content)| his && mark.is_in(&content)))
    }

    /// Whether he opened a ticket, and its description; none where he does not see it.
    async fn description_of(
        &self,
        session: &Session,
        id: TicketId,
    ) -> Result<Option<(bool, String)>, GlpiError> {
        let call = Call::get(format!("Ticket/{id}")).with("get_hateoas", 0);
        let row = match self.call(session, call).await {
            Ok(answer) => answer.body,
            Err(GlpiError::NotFound | GlpiError::Rights { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let content = session.dialect().decode(&json::text(&row, "content"));
        let his = json::number(&row, "users_id_recipient") == session.identity().user.0;
        Ok(Some((his, content)))
    }
}

fn input(session: &Session, create: &CreateTicket, title: &Outgoing, text: &Outgoing) -> Value {
    let id = |named: &Option<tournee_core::domain::Named>| named.as_ref().map_or(0, |n| n.id);
    let users = |actors: &[Actor]| -> Vec<u64> {
        let users = actors.iter().filter_map(Actor::user);
        users.map(|user| user.0).collect()
    };
    let kind = match create.kind {
        TicketType::Incident => 1,
        TicketType::Request => 2,
    };
    let mut input = json!({
        "name": title.content,
        "content": text.content,
        "type": kind,
        "urgency": create.urgency.number(),
        "impact": create.impact.number(),
        "entities_id": create.entity.id,
        "itilcategories_id": id(&create.category),
        "locations_id": id(&create.location),
    });
    match &create.requester {
        Some(Actor::User { id, .. }) => input["_users_id_requester"] = json!(id.0),
        Some(Actor::Email { address }) => {
            input["_users_id_requester"] = json!(0);
            input["_users_id_requester_notif"] =
                json!({ "use_notification": [1], "alternative_email": [address] });
        }
        None => {}
    }
    let assignees = users(&create.assignees);
    if !assignees.is_empty() {
        input["_users_id_assign"] = json!(assignees);
    }
    if !create.groups.is_empty() {
        let groups: Vec<u64> = create.groups.iter().map(|group| group.id).collect();
        input["_groups_id_assign"] = json!(groups);
    }
    if let Some(due) = create.due_at {
        input["time_to_resolve"] = json!(session.zone().stamp(due).0);
    }
    input
}
