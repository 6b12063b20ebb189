//! What a test changes: another technician at GLPI's own page, an administrator, a purge.

use serde_json::json;

use crate::{
    items::{self, Input, actor, document, ticket_status},
    value::Value,
    world::{
        World,
        session::{Language, Session},
    },
};

/// Fields that somebody changes on GLPI's own page.
pub type TicketEdit<'a> = &'a [(&'a str, serde_json::Value)];

impl World {
    /// The id of an account.
    pub fn user_id(&self, login: &str) -> Option<i64> {
        self.table("User")?
            .iter()
            .find(|row| row.text("name") == login)
            .map(|row| row.id())
    }

    /// Changes a ticket as somebody does on the web page: by GLPI's rules, with `date_mod` and last updater.
    pub fn edit_ticket(&mut self, id: i64, user: i64, fields: TicketEdit<'_>) {
        let who = self.page_session(user);
        let input: Input = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let _refused = items::update(self, &who, "Ticket", id, input);
    }

    /// Adds a followup as somebody does on the web page, and answers its id.
    pub fn add_followup(&mut self, ticket: i64, user: i64, content: &str, private: bool) -> i64 {
        let now = self.now_value();
        let parent = self.dialect.followup_parent();
        let stored = self
            .dialect
            .store(crate::dialect::Write::Other, "content", content);
        let id = self.insert(
            self.dialect.followup(),
            &[
                ("itemtype", "Ticket".into()),
                (parent, ticket.into()),
                ("users_id", user.into()),
                ("content", stored),
                ("is_private", i64::from(private).into()),
                ("date", now.clone()),
                ("date_mod", now.clone()),
                ("date_creation", now),
                ("timeline_position", 1.into()),
            ],
        );
        self.touch_ticket(ticket, user);
        id
    }

    /// Attaches a file as somebody does on the web page, and answers the document's id.
    pub fn add_document(&mut self, ticket: i64, user: i64, filename: &str, bytes: &[u8]) -> i64 {
        let who = self.page_session(user);
        let file = document::Upload {
            filename: filename.to_owned(),
            mime: None,
            bytes: bytes.to_vec(),
        };
        let input = json!({ "itemtype": "Ticket", "items_id": ticket, "tickets_id": ticket });
        let input: Input = input.as_object().cloned().unwrap_or_default();
        // What GLPI does not take it keeps as an empty document.
        document::upload(self, &who, &input, &file).map_or(0, |(id, ..)| id)
    }

    /// Approves a solution, or refuses it, on the web page.
    pub fn answer_solution(&mut self, ticket: i64, user: i64, words: &str, approved: bool) {
        let who = self.page_session(user);
        let (itemtype, parent) = (self.dialect.followup(), self.dialect.followup_parent());
        let answer = if approved { "add_close" } else { "add_reopen" };
        let input = Input::from_iter([
            ("itemtype".to_owned(), "Ticket".into()),
            (parent.to_owned(), ticket.into()),
            ("content".to_owned(), words.into()),
            (answer.to_owned(), 1.into()),
        ]);
        let _refused = items::add(self, &who, itemtype, input);
    }

    /// Changes a task on the web page.
    pub fn edit_task(&mut self, task: i64, user: i64, fields: TicketEdit<'_>) {
        let who = self.page_session(user);
        let ticket = self
            .row("TicketTask", task)
            .map(|row| row.int("tickets_id"));
        let named = ticket.map(|id| ("tickets_id".to_owned(), id.into()));
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        let input: Input = fields.chain(named).collect();
        let _refused = items::update(self, &who, "TicketTask", task, input);
    }

    /// Removes a task on the web page, as who may do that there.
    pub fn remove_task(&mut self, task: i64, user: i64) {
        let who = Session {
            profile: super::rights::SUPER_ADMIN,
            ..self.page_session(user)
        };
        let _refused = items::delete(self, &who, "TicketTask", task, true);
    }

    /// Assigns a user on the web page.
    pub fn assign(&mut self, ticket: i64, user: i64, by: i64) {
        let row = [
            ("tickets_id", ticket.into()),
            ("users_id", user.into()),
            ("type", 2.into()),
        ];
        self.insert("Ticket_User", &row);
        if self
            .row("Ticket", ticket)
            .is_some_and(|row| row.int("status") == 1)
        {
            self.set("Ticket", ticket, "status", 2.into());
        }
        self.touch_ticket(ticket, by);
    }

    /// Takes all assigned users and groups off.
    pub fn unassign_all(&mut self, ticket: i64, by: i64) {
        for itemtype in ["Ticket_User", "Group_Ticket"] {
            let ids: Vec<i64> = self
                .rows_by(itemtype, "tickets_id", ticket)
                .filter(|row| row.int("type") == 2)
                .map(|row| row.id())
                .collect();
            for id in ids {
                self.remove(itemtype, id);
            }
        }
        if self
            .row("Ticket", ticket)
            .is_some_and(|row| row.int("status") < 5)
        {
            ticket_status::change(self, ticket, 1);
        }
        self.touch_ticket(ticket, by);
    }

    /// Puts a user or a group on a ticket on the web page, or takes him off it where he is there.
    pub fn seat_or_unseat(&mut self, ticket: i64, itemtype: &str, who: i64, role: i64, by: i64) {
        let column = actor::column(itemtype);
        let session = self.page_session(by);
        let there = self
            .rows_by(itemtype, "tickets_id", ticket)
            .find(|row| row.int(column) == who && row.int("type") == role)
            .map(|row| row.id());
        match there {
            Some(row) => {
                let _refused = actor::remove(self, &session, itemtype, row);
            }
            None => {
                let given = [("tickets_id", ticket), (column, who), ("type", role)];
                let given = given.map(|(name, value)| (name.to_owned(), value.into()));
                let _refused = actor::add(self, &session, itemtype, &given.into_iter().collect());
            }
        }
    }

    /// Links an asset on the web page, or parts it where it is linked.
    pub fn link_or_part(&mut self, ticket: i64, itemtype: &str, asset: i64, by: i64) {
        let session = self.page_session(by);
        let there = self
            .rows_by("Item_Ticket", "tickets_id", ticket)
            .find(|row| row.text("itemtype") == itemtype && row.int("items_id") == asset)
            .map(|row| row.id());
        let _refused = match there {
            Some(row) => items::delete(self, &session, "Item_Ticket", row, true).map(|_| ()),
            None => {
                let input = Input::from_iter([
                    ("tickets_id".to_owned(), ticket.into()),
                    ("itemtype".to_owned(), itemtype.into()),
                    ("items_id".to_owned(), asset.into()),
                ]);
                items::add(self, &session, "Item_Ticket", input).map(|_| ())
            }
        };
    }

    /// Puts a ticket into the trash.
    pub fn trash_ticket(&mut self, ticket: i64, by: i64) {
        self.set("Ticket", ticket, "is_deleted", 1.into());
        self.touch_ticket(ticket, by);
    }

    /// Takes it out of the trash.
    pub fn restore_ticket(&mut self, ticket: i64, by: i64) {
        self.set("Ticket", ticket, "is_deleted", 0.into());
        self.touch_ticket(ticket, by);
    }

    /// Removes a ticket and its parts for good.
    pub fn purge_ticket(&mut self, ticket: i64) {
        let followup = self.dialect.followup();
        let parts = [
            (followup, self.dialect.followup_parent()),
            ("TicketTask", "tickets_id"),
            ("ITILSolution", "items_id"),
            ("Ticket_User", "tickets_id"),
            ("Group_Ticket", "tickets_id"),
            ("Item_Ticket", "tickets_id"),
        ];
        for (itemtype, column) in parts {
            let ids: Vec<i64> = self
                .rows_by(itemtype, column, ticket)
                .map(|row| row.id())
                .collect();
            for id in ids {
                self.remove(itemtype, id);
            }
        }
        let links: Vec<i64> = self
            .rows_by("Document_Item", "items_id", ticket)
            .filter(|row| row.text("itemtype") == "Ticket")
            .map(|row| row.id())
            .collect();
        for id in links {
            self.remove("Document_Item", id);
        }
        self.remove("Ticket", ticket);
    }

    /// Moves `date_mod` and the last updater, as every effective write does.
    pub(crate) fn touch_ticket(&mut self, ticket: i64, user: i64) {
        let now = self.now_value();
        self.set("Ticket", ticket, "date_mod", now);
        self.set("Ticket", ticket, "users_id_lastupdater", user.into());
    }

    /// Locks or unlocks an account.
    pub fn set_active(&mut self, user: i64, active: bool) {
        self.set("User", user, "is_active", i64::from(active).into());
    }

    /// Changes a password.
    pub fn set_password(&mut self, user: i64, password: &str) {
        self.passwords.insert(user, password.to_owned());
    }

    /// The personal API token of a user.
    pub fn api_token(&self, user: i64) -> Option<&str> {
        let found = self.api_tokens.iter().find(|(_, owner)| **owner == user);
        found.map(|(token, _)| token.as_str())
    }

    /// Gives a user another personal API token, which ends the old one.
    pub fn set_api_token(&mut self, user: i64, token: &str) {
        self.api_tokens.retain(|_, owner| *owner != user);
        self.api_tokens.insert(token.to_owned(), user);
    }

    /// Ends every session, as PHP's garbage collection does.
    pub fn expire_all_sessions(&mut self) {
        self.sessions.clear();
    }

    /// How many sessions there are.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// Switches the API on or off.
    pub fn set_api_enabled(&mut self, enabled: bool) {
        self.settings.api_enabled = enabled;
    }

    /// A technician's or administrator's session on the web page: sees everything.
    pub(crate) fn page_session(&self, user: i64) -> Session {
        let profile = self
            .rows_by("Profile_User", "users_id", user)
            .next()
            .map_or(super::rights::SUPER_ADMIN, |row| row.int("profiles_id"));
        Session {
            token: String::new(),
            user,
            profile,
            entity: 0,
            recursive: Value::Int(1),
            entities: self
                .table("Entity")
                .map(|table| table.iter().map(|row| row.id()).collect())
                .unwrap_or_default(),
            language: Language::French,
            timezone: String::new(),
        }
    }
}
