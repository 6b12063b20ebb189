//! What a change is made on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChangeBody, Invalid};
use crate::ids::{ThreadKey, TicketKey};

/// A ticket, or a thread of mails. In JSON it is the one field `ticket` or `thread` among the change's others, so that
/// what was stored before there were threads reads as it did.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A ticket, in its GLPI.
    Ticket(TicketKey),
    /// A thread, in its mailbox.
    Thread(ThreadKey),
}

impl Target {
    /// The ticket, if it is one.
    pub fn ticket(&self) -> Option<&TicketKey> {
        match self {
            Self::Ticket(key) => Some(key),
            Self::Thread(_) => None,
        }
    }

    /// The thread, if it is one.
    pub fn thread(&self) -> Option<&ThreadKey> {
        match self {
            Self::Ticket(_) => None,
            Self::Thread(key) => Some(key),
        }
    }

    /// Whether it is a ticket that is not in GLPI yet.
    pub fn is_local(&self) -> bool {
        self.ticket().is_some_and(|key| key.id.is_local())
    }

    /// Whether this can be done to it.
    ///
    /// # Errors
    /// A thread knows no status, a ticket no box.
    pub fn takes(&self, body: &ChangeBody) -> Result<(), Invalid> {
        match self.thread().is_some() == body.is_on_thread() {
            true => Ok(()),
            false => Err(Invalid::WrongTarget),
        }
    }
}

impl From<TicketKey> for Target {
    fn from(key: TicketKey) -> Self {
        Self::Ticket(key)
    }
}

impl From<ThreadKey> for Target {
    fn from(key: ThreadKey) -> Self {
        Self::Thread(key)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(key) => key.fmt(f),
            Self::Thread(key) => key.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::Change;

    fn json(target: &str) -> String {
        format!(
            r#"{{"id":"019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1","device":"019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b2","seq":1,"at":1,"author":{{"user":{{"id":7,"name":"M"}}}},{target},"body":{{"followup":{{"content":"x","private":true}}}},"replaces":null}}"#
        )
    }

    #[test]
    fn a_ticket_is_written_as_it_was_before_there_were_threads() {
        let old = json(r#""ticket":{"source":"ancien","id":7754}"#);
        let change: Change = serde_json::from_str(&old).unwrap();
        assert_eq!(change.ticket(), Some(&TicketKey::new("ancien", 7754)));
        assert_eq!(serde_json::to_string(&change).unwrap(), old);
    }

    #[test]
    fn a_thread_stands_in_the_tickets_place() {
        let new = json(r#""thread":{"mailbox":"info@x.example","id":"19a"}"#);
        let change: Change = serde_json::from_str(&new).unwrap();
        assert_eq!(change.target.to_string(), "info@x.example:19a");
        assert_eq!(serde_json::to_string(&change).unwrap(), new);
        assert!(serde_json::from_str::<Change>(&json(r#""store":{"id":1}"#)).is_err());
    }
}
