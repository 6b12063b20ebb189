//! What an administrator decides of Gmail.

use std::time::Duration;

use tournee_core::domain::UrgentBox;
use tournee_core::ids::MailboxId;
use url::Url;

use crate::glpi::Secret;

/// The scope that is asked for: read, write, send, labels; not delete for good.
pub const SCOPE: &str = "https://www.googleapis.com/auth/gmail.modify";

/// Gmail, as it is set up.
#[derive(Clone, Debug)]
pub struct GmailConfig {
    /// The web client that technicians connect their mailboxes with.
    pub client: Option<WebClient>,
    /// The service account that opens mailboxes of the domain by itself.
    pub service_account: Option<ServiceAccount>,
    /// The service's mailbox.
    pub shared: Option<MailboxId>,
    /// The domain that personal mailboxes must be of.
    pub domain: Option<String>,
    /// The names of the three labels.
    pub labels: LabelNames,
    /// Where what is urgent stands.
    pub urgent: UrgentBox,
    /// When a ticket's mails are done.
    pub done_when: DoneWhen,
    /// What an answer to a closed ticket's mails does, where a rule looks at the mailbox.
    pub reply_to_closed: ReplyToClosed,
    /// Whether a new mail in a ticket's thread is told on the ticket.
    pub answers: Answers,
    /// Where Google is.
    pub endpoints: Endpoints,
    /// Units that one mailbox may spend in a minute, by Google's word.
    pub units_per_minute: u32,
    /// A mailbox is not asked more often.
    pub every: Duration,
}

/// A client of Google's sign-in.
#[derive(Clone, Debug)]
pub struct WebClient {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

/// The key of a service account, as Google hands it out.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    /// Its address.
    pub email: String,
    /// Its private key, PKCS #8 in PEM.
    pub key: Secret,
}

/// How the three labels are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelNames {
    /// Beside *En cours*, by default.
    pub urgent: String,
    /// To be done.
    pub in_progress: String,
    /// Done.
    pub done: String,
}

impl Default for LabelNames {
    fn default() -> Self {
        Self {
            urgent: "Tickets (Urgent)".to_owned(),
            in_progress: "Tickets (En cours)".to_owned(),
            done: "Tickets (Traités)".to_owned(),
        }
    }
}

/// When the mails of a ticket go to *Traités* by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoneWhen {
    /// As soon as it is solved.
    #[default]
    Solved,
    /// Once it is closed.
    Closed,
}

/// What becomes of an answer in the thread of a closed ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyToClosed {
    /// It belongs to that ticket, which stays closed.
    #[default]
    Link,
    /// The ticket is reopened.
    Reopen,
}

/// Whether a new mail in the thread of a ticket becomes a followup on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// One that the requester does not see.
    #[default]
    Private,
    /// One that everybody sees.
    Public,
    /// No.
    No,
}

/// Google's addresses.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The page that asks a person.
    pub authorize: Url,
    /// Gives tokens.
    pub token: Url,
    /// Ends them.
    pub revoke: Url,
    /// The API, before `/gmail/v1`.
    pub api: Url,
}

impl GmailConfig {
    /// Gmail with Google's defaults, and nobody who could open a mailbox.
    pub fn new(endpoints: Endpoints) -> Self {
        Self {
            client: None,
            service_account: None,
            shared: None,
            domain: None,
            labels: LabelNames::default(),
            urgent: UrgentBox::default(),
            done_when: DoneWhen::default(),
            reply_to_closed: ReplyToClosed::default(),
            answers: Answers::default(),
            endpoints,
            units_per_minute: 6_000,
            every: Duration::from_secs(30),
        }
    }

    /// Whether a personal mailbox may be connected.
    pub fn admits(&self, address: &MailboxId) -> bool {
        let Some(domain) = &self.domain else {
            return true;
        };
        let own = address.0.rsplit_once('@').map(|(_, own)| own);
        own.is_some_and(|own| own.eq_ignore_ascii_case(domain))
    }
}
