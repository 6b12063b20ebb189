//! What a test reads: tickets and their parts as plain structs, decoded.

use crate::{
    text::{html::decode_entities, v10},
    value::Value,
    world::{World, table::Row},
};

/// A ticket.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TicketView {
    pub id: i64,
    pub name: String,
    pub content: String,
    pub status: i64,
    pub urgency: i64,
    pub impact: i64,
    pub priority: i64,
    pub kind: i64,
    pub entity: i64,
    pub location: i64,
    pub category: i64,
    pub date: String,
    pub date_mod: String,
    pub solvedate: Option<String>,
    pub closedate: Option<String>,
    pub time_to_resolve: Option<String>,
    pub last_updater: i64,
    pub recipient: i64,
    pub actiontime: i64,
    pub is_deleted: bool,
    pub actors: Vec<ActorView>,
    pub groups: Vec<ActorView>,
}

/// A user or a group on a ticket; the role is 1 requester, 2 assigned, 3 observer.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct ActorView {
    pub id: i64,
    pub who: i64,
    pub role: i64,
    pub email: String,
}

/// A followup.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct FollowupView {
    pub id: i64,
    pub ticket: i64,
    pub user: i64,
    pub content: String,
    pub is_private: bool,
    pub date: String,
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct TaskView {
    pub id: i64,
    pub ticket: i64,
    pub user: i64,
    pub content: String,
    pub is_private: bool,
    pub actiontime: i64,
    pub state: i64,
    pub technician: i64,
    pub date: String,
    pub begin: Option<String>,
    pub end: Option<String>,
}

/// A solution: a row of its own in 10, two columns of the ticket in 9.2 (then the id is 0).
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct SolutionView {
    pub id: i64,
    pub ticket: i64,
    pub kind: i64,
    pub content: String,
}

/// A document on a ticket.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct DocumentView {
    pub id: i64,
    pub name: String,
    pub filename: String,
    pub author: i64,
    pub bytes: Vec<u8>,
}

impl World {
    /// A ticket, also a trashed one.
    pub fn ticket(&self, id: i64) -> Option<TicketView> {
        let row = self.row("Ticket", id)?;
        let date = |column| row.get(column).as_str().map(str::to_owned);
        let actors = self
            .rows_by("Ticket_User", "tickets_id", id)
            .map(|row| actor(row, "users_id"))
            .collect();
        let groups = self
            .rows_by("Group_Ticket", "tickets_id", id)
            .map(|row| actor(row, "groups_id"))
            .collect();
        Some(TicketView {
            id,
            name: self.plain(row.get("name")),
            content: self.plain(row.get("content")),
            status: row.int("status"),
            urgency: row.int("urgency"),
            impact: row.int("impact"),
            priority: row.int("priority"),
            kind: row.int("type"),
            entity: row.int("entities_id"),
            location: row.int("locations_id"),
            category: row.int("itilcategories_id"),
            date: row.text("date").to_owned(),
            date_mod: row.text("date_mod").to_owned(),
            solvedate: date("solvedate"),
            closedate: date("closedate"),
            time_to_resolve: date("time_to_resolve"),
            last_updater: row.int("users_id_lastupdater"),
            recipient: row.int("users_id_recipient"),
            actiontime: row.int("actiontime"),
            is_deleted: row.int("is_deleted") == 1,
            actors,
            groups,
        })
    }

    /// The item types and numbers of a ticket's assets.
    pub fn assets_of(&self, ticket: i64) -> Vec<(String, i64)> {
        let links = self.rows_by("Item_Ticket", "tickets_id", ticket);
        let asset = |row: Row<'_>| (row.text("itemtype").to_owned(), row.int("items_id"));
        links.map(asset).collect()
    }

    /// Every ticket's id, also of trashed ones.
    pub fn ticket_ids(&self) -> Vec<i64> {
        self.table("Ticket")
            .map(|table| table.iter().map(|row| row.id()).collect())
            .unwrap_or_default()
    }

    /// The followups of a ticket, oldest first.
    pub fn followups(&self, ticket: i64) -> Vec<FollowupView> {
        self.followups_of(ticket)
            .map(|row| FollowupView {
                id: row.id(),
                ticket,
                user: row.int("users_id"),
                content: self.plain(row.get("content")),
                is_private: row.int("is_private") == 1,
                date: row.text("date").to_owned(),
            })
            .collect()
    }

    /// The tasks of a ticket, oldest first.
    pub fn tasks(&self, ticket: i64) -> Vec<TaskView> {
        self.rows_by("TicketTask", "tickets_id", ticket)
            .map(|row| TaskView {
                id: row.id(),
                ticket,
                user: row.int("users_id"),
                content: self.plain(row.get("content")),
                is_private: row.int("is_private") == 1,
                actiontime: row.int("actiontime"),
                state: row.int("state"),
                technician: row.int("users_id_tech"),
                date: row.text("date").to_owned(),
                begin: row.get("begin").as_str().map(str::to_owned),
                end: row.get("end").as_str().map(str::to_owned),
            })
            .collect()
    }

    /// The solutions of a ticket, oldest first.
    pub fn solutions(&self, ticket: i64) -> Vec<SolutionView> {
        let view = |row: Row<'_>, id, column| SolutionView {
            id,
            ticket,
            kind: row.int("solutiontypes_id"),
            content: self.plain(row.get(column)),
        };
        if self.dialect.is_9_2() {
            let row = self.row("Ticket", ticket);
            return row
                .filter(|row| !row.text("solution").is_empty())
                .map(|row| view(row, 0, "solution"))
                .into_iter()
                .collect();
        }
        self.rows_by("ITILSolution", "items_id", ticket)
            .map(|row| view(row, row.id(), "content"))
            .collect()
    }

    /// The documents on a ticket.
    pub fn documents(&self, ticket: i64) -> Vec<DocumentView> {
        self.rows_by("Document_Item", "items_id", ticket)
            .filter(|row| row.text("itemtype") == "Ticket")
            .filter_map(|row| self.row("Document", row.int("documents_id")))
            .map(|row| DocumentView {
                id: row.id(),
                name: self.plain(row.get("name")),
                filename: row.text("filename").to_owned(),
                author: row.int("users_id"),
                bytes: self.files.get(&row.id()).cloned().unwrap_or_default(),
            })
            .collect()
    }

    /// What is in a document.
    pub fn file(&self, document: i64) -> Option<&[u8]> {
        self.files.get(&document).map(Vec::as_slice)
    }

    fn plain(&self, stored: &Value) -> String {
        let text = stored.to_text();
        if self.dialect.is_9_2() {
            decode_entities(&text)
        } else {
            v10::decode(&text)
        }
    }
}

fn actor(row: Row<'_>, column: &str) -> ActorView {
    ActorView {
        id: row.id(),
        who: row.int(column),
        role: row.int("type"),
        email: row.text("alternative_email").to_owned(),
    }
}
