//! What a change can alter: the whole ticket, or its row alone.

use crate::domain::{Actor, Status, Ticket, TicketRow};
use crate::ids::UserId;

/// Something that shows a ticket's facts.
pub trait Shown {
    /// Its status.
    fn status(&self) -> Status;
    /// Sets its status.
    fn set_status(&mut self, status: Status);
    /// Adds a technician, once.
    fn assign(&mut self, user: UserId, name: &str);
}

impl Shown for Ticket {
    fn status(&self) -> Status {
        self.status
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
    }

    fn assign(&mut self, user: UserId, name: &str) {
        if !self.assignees.iter().any(|a| a.user() == Some(user)) {
            self.assignees.push(Actor::User {
                id: user,
                name: name.to_owned(),
            });
        }
    }
}

impl Shown for TicketRow {
    fn status(&self) -> Status {
        self.status
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
    }

    fn assign(&mut self, user: UserId, name: &str) {
        if !self.assignees.contains(&user) {
            self.assignees.push(user);
            if !self.assignee.is_empty() {
                self.assignee.push_str(", ");
            }
            self.assignee.push_str(name);
        }
    }
}
