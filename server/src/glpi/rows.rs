//! GLPI's rows as domain types.

use serde_json::Value;
use tournee_core::domain::{
    Actor, Answer, AssetKey, AssetKind, Clock, Document, Entry, EntryKind, Level, LinkedAsset,
    Named, Status, TaskState, Ticket, TicketType,
};
use tournee_core::ids::{ChangeId, SourceId, TicketId, TicketKey, UserId};
use tournee_core::time::{Instant, Seconds};

use super::json;
use super::marks::{Found, Resolver};
use super::session::Session;
use super::text;

/// Rows into domain types, for one session: its dialect, its zone, the marks its server knows.
pub(crate) struct Rows<'a> {
    pub session: &'a Session,
    pub source: &'a SourceId,
    pub resolve: Resolver<'a>,
}

impl Rows<'_> {
    /// The facts; places have numbers only, people and timeline are empty.
    pub(crate) fn ticket(&self, row: &Value) -> Ticket {
        let opened = self.instant(row, "date");
        let modified = self.instant(row, "date_mod");
        let created = self.instant(row, "date_creation");
        let opened_at = opened.or(created).or(modified).unwrap_or(Instant(0));
        let (content, change) = self.description(row);
        Ticket {
            key: TicketKey {
                source: self.source.clone(),
                id: TicketId(json::number(row, "id")),
            },
            title: self.decoded(row, "name"),
            content,
            kind: match json::number(row, "type") {
                2 => TicketType::Request,
                _ => TicketType::Incident,
            },
            status: status(row),
            urgency: level(row, "urgency"),
            impact: level(row, "impact"),
            priority: level(row, "priority"),
            entity: Named {
                id: json::number(row, "entities_id"),
                name: String::new(),
            },
            category: place(row, "itilcategories_id"),
            location: place(row, "locations_id"),
            requesters: Vec::new(),
            assignees: Vec::new(),
            groups: Vec::new(),
            observers: Vec::new(),
            assets: Vec::new(),
            opened_at,
            modified_at: modified.unwrap_or(opened_at),
            modified_by: json::reference(row, "users_id_lastupdater").map(UserId),
            due_at: self.instant(row, "time_to_resolve"),
            clock: self.clock(row),
            solved_at: self.instant(row, "solvedate"),
            closed_at: self.instant(row, "closedate"),
            actiontime: Seconds(json::number(row, "actiontime").try_into().unwrap_or(0)),
            change,
            timeline: None,
        }
    }

    /// The rest of its clock. Once somebody has taken it up, `time_to_own` is past.
    fn clock(&self, row: &Value) -> Clock {
        let own_by = self.instant(row, "time_to_own");
        let waited = json::number(row, "waiting_duration");
        Clock {
            own_by: own_by.filter(|_| json::number(row, "takeintoaccount_delay_stat") == 0),
            waiting_since: self.instant(row, "begin_waiting_date"),
            waited: Seconds(waited.try_into().unwrap_or(0)),
        }
    }

    /// A row of `Ticket_User`.
    pub(crate) fn add_user(&self, ticket: &mut Ticket, row: &Value) {
        let address = json::text(row, "alternative_email");
        let actor = match json::reference(row, "users_id") {
            Some(id) => user(id),
            None if !address.is_empty() => Actor::Email { address },
            None => return,
        };
        let people = match json::number(row, "type") {
            1 => &mut ticket.requesters,
            2 => &mut ticket.assignees,
            3 => &mut ticket.observers,
            _ => return,
        };
        if !people.contains(&actor) {
            people.push(actor);
        }
    }

    /// A row of `Group_Ticket`.
    pub(crate) fn add_group(&self, ticket: &mut Ticket, row: &Value) {
        let Some(id) = json::reference(row, "groups_id") else {
            return;
        };
        if json::number(row, "type") == 2 && !ticket.groups.iter().any(|group| group.id == id) {
            ticket.groups.push(Named {
                id,
                name: format!("#{id}"),
            });
        }
    }

    /// A row of `Item_Ticket`; its name is numbers until [`super::names`] fills it in. Items of other kinds (software,
    /// certificates) are left to GLPI's own page.
    pub(crate) fn add_asset(&self, ticket: &mut Ticket, row: &Value) {
        let kind = AssetKind::of_itemtype(&json::text(row, "itemtype"));
        let Some((kind, id)) = kind.zip(json::reference(row, "items_id")) else {
            return;
        };
        let key = AssetKey { kind, id };
        if !ticket.assets.iter().any(|asset| asset.key == key) {
            let name = String::new();
            ticket.assets.push(LinkedAsset { key, name });
        }
    }

    /// A row of `TicketFollowup` or `ITILFollowup`.
    pub(crate) fn followup(&self, row: &Value) -> Entry {
        let (content, change) = self.content(row, "content");
        let private = json::number(row, "is_private") == 1;
        let what = EntryKind::Followup { content, private };
        Entry {
            change,
            ..self.entry(row, "date", what)
        }
    }

    /// A row of `TicketTask`.
    pub(crate) fn task(&self, row: &Value) -> Entry {
        let (content, change) = self.content(row, "content");
        let planned = self.instant(row, "begin").zip(self.instant(row, "end"));
        let what = EntryKind::Task {
            content,
            private: json::number(row, "is_private") == 1,
            state: match json::number(row, "state") {
                0 => TaskState::Information,
                2 => TaskState::Done,
                _ => TaskState::Todo,
            },
            actiontime: Seconds(json::number(row, "actiontime").try_into().unwrap_or(0)),
            planned,
            technician: json::reference(row, "users_id_tech").map(user),
        };
        Entry {
            change,
            ..self.entry(row, "date", what)
        }
    }

    /// A row of `ITILSolution`.
    pub(crate) fn solution(&self, row: &Value) -> Entry {
        let (content, change) = self.content(row, "content");
        let answer = self.answer(row);
        let refused = answer.as_ref().is_some_and(|answer| !answer.approved);
        let what = EntryKind::Solution {
            content,
            refused,
            answer,
        };
        Entry {
            change,
            ..self.entry(row, "date_creation", what)
        }
    }

    /// What was answered to a solution. One that the entity closes at once is approved by nobody.
    fn answer(&self, row: &Value) -> Option<Answer> {
        let approved = match json::number(row, "status") {
            // CommonITILValidation::ACCEPTED and REFUSED.
            3 => true,
            4 => false,
            _ => return None,
        };
        Some(Answer {
            approved,
            by: json::reference(row, "users_id_approval").map(user),
            at: self.instant(row, "date_approval"),
            followup: json::reference(row, "itilfollowups_id"),
        })
    }

    /// The solution that is a field of the ticket's own row; it has the ticket's number, and no author.
    pub(crate) fn solution_field(&self, row: &Value) -> Option<Entry> {
        let (content, change) = self.content(row, "solution");
        if content.is_empty() {
            return None;
        }
        let at = self.instant(row, "solvedate");
        let at = at.or_else(|| self.instant(row, "date_mod"));
        Some(Entry {
            id: json::number(row, "id"),
            at: at.unwrap_or(Instant(0)),
            author: None,
            what: EntryKind::Solution {
                content,
                refused: false,
                answer: None,
            },
            change,
        })
    }

    /// A row of `Document`, and the one of `Document_Item` that attaches it.
    pub(crate) fn linked_document(&self, row: &Value, link: &Value) -> Entry {
        let entry = self.document(row);
        let at = self.instant(link, "date_mod").unwrap_or(entry.at);
        Entry { at, ..entry }
    }

    /// A row of `_documents`.
    pub(crate) fn document(&self, row: &Value) -> Entry {
        let (name, change) = self.file(row);
        let document = Document {
            id: json::number(row, "id"),
            name,
            mime: json::text(row, "mime"),
        };
        let date = if row["assocdate"].is_string() {
            "assocdate"
        } else {
            "date_mod"
        };
        Entry {
            change,
            ..self.entry(row, date, EntryKind::Document(document))
        }
    }

    /// A document's name, without its mark, and the change that the mark stands for.
    fn file(&self, row: &Value) -> (String, Option<ChangeId>) {
        let name = self.decoded(row, "filename");
        let comment = Found::in_content(&self.decoded(row, "comment"));
        let in_name = Found::in_file_name(&name);
        let known = |found: &Found| found.change(self.resolve);
        let change = comment.as_ref().and_then(known);
        let change = change.or_else(|| in_name.as_ref().and_then(known));
        let name = match in_name {
            Some(found) if change.is_some() => found.rest,
            _ if name.is_empty() => self.decoded(row, "name"),
            _ => name,
        };
        (name, change)
    }

    fn entry(&self, row: &Value, date: &str, what: EntryKind) -> Entry {
        let at = self.instant(row, date);
        let at = at.or_else(|| self.instant(row, "date_creation"));
        Entry {
            id: json::number(row, "id"),
            at: at.unwrap_or(Instant(0)),
            author: json::reference(row, "users_id").map(user),
            what,
            change: None,
        }
    }

    /// Content for the screen, without its mark, and the change that the mark stands for.
    fn content(&self, row: &Value, field: &str) -> (String, Option<ChangeId>) {
        let decoded = self.decoded(row, field);
        let Some(found) = Found::in_content(&decoded) else {
            return (text::to_screen(&decoded), None);
        };
        let Some(change) = found.change(self.resolve) else {
            return (text::to_screen(&decoded), None);
        };
        // A followup of ours in 9.2 is plain text for certain, whatever tags were typed into it.
        let ours_in_plain = found.whole.is_none() && !found.rest.starts_with("<p>");
        let shown = if ours_in_plain {
            text::plain_to_html(&found.rest)
        } else {
            text::to_screen(&found.rest)
        };
        (shown, Some(change))
    }

    /// Without the mark of the change that created the ticket, and that change.
    fn description(&self, row: &Value) -> (String, Option<ChangeId>) {
        let decoded = self.decoded(row, "content");
        let found = Found::in_content(&decoded);
        let known = found.and_then(|found| Some((found.change(self.resolve)?, found)));
        match known {
            Some((change, found)) => (text::to_screen(&found.rest), Some(change)),
            None => (text::to_screen(&decoded), None),
        }
    }

    fn decoded(&self, row: &Value, field: &str) -> String {
        self.session.dialect().decode(&json::text(row, field))
    }

    fn instant(&self, row: &Value, field: &str) -> Option<Instant> {
        self.session.zone().instant(&json::text(row, field))
    }
}

/// Oldest first; of one second, in the order in which GLPI numbered them.
pub(crate) fn in_time_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|entry| {
        let kind = match entry.what {
            EntryKind::Document(_) => 0,
            EntryKind::Followup { .. } => 1,
            EntryKind::Task { .. } => 2,
            EntryKind::Solution { .. } => 3,
        };
        (entry.at, kind, entry.id)
    });
    entries
}

fn user(id: u64) -> Actor {
    Actor::User {
        id: UserId(id),
        name: String::new(),
    }
}

fn place(row: &Value, field: &str) -> Option<Named> {
    json::reference(row, field).map(|id| Named {
        id,
        name: String::new(),
    })
}

fn level(row: &Value, field: &str) -> Level {
    let number = u8::try_from(json::number(row, field)).ok();
    number.and_then(Level::new).unwrap_or(Level::MEDIUM)
}

fn status(row: &Value) -> Status {
    let number = json::number(row, "status");
    Status::from_glpi(number).unwrap_or_else(|| {
        // GLPI accepts any number in silence; somebody has to look at such a ticket.
        tracing::warn!(ticket = json::number(row, "id"), number, "no such status");
        Status::New
    })
}
