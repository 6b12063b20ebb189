//! Mailboxes: which there are, and how one is connected.

use serde::{Deserialize, Serialize};

use crate::domain::Mailbox;
use crate::ids::MailboxId;

/// `GET /api/gmail`: whether mails are there at all, and which mailboxes he sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GmailInfo {
    /// The administrator has set Gmail up.
    pub enabled: bool,
    /// The mailbox that the whole service shares, where there is one; it may not be connected yet.
    pub shared: Option<MailboxId>,
    /// The domain that personal mailboxes must be of.
    pub domain: Option<String>,
    /// Those that are connected and that he sees.
    pub mailboxes: Vec<Mailbox>,
}

/// `POST /api/gmail/connect`. Answers [`ConnectStart`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connect {
    /// The service's mailbox instead of his own.
    #[serde(default)]
    pub shared: bool,
}

/// Where the browser goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectStart {
    /// Google's page. From there it comes back to `/more?gmail=` and a [`ConnectOutcome`].
    pub url: String,
}

/// How a connection went: the word behind `?gmail=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectOutcome {
    /// The mailbox is connected, and is being read.
    Connected,
    /// He said no on Google's page.
    Denied,
    /// It came back too late, or from elsewhere: begin again.
    Expired,
    /// The mailbox is not of the service's domain.
    WrongDomain,
    /// Another mailbox than the one that was to be connected.
    WrongMailbox,
    /// He left out the right to read and change mails.
    NoScope,
    /// Google could not be reached: begin again.
    Unreachable,
    /// Google refused; the server's log says why.
    Refused,
    /// An outcome that this version does not know yet.
    #[serde(other)]
    Unknown,
}

impl ConnectOutcome {
    /// The word behind `?gmail=`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::WrongDomain => "wrong_domain",
            Self::WrongMailbox => "wrong_mailbox",
            Self::NoScope => "no_scope",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of a word.
    pub fn of(word: &str) -> Self {
        serde_json::from_value(serde_json::Value::from(word)).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_outcome() {
        use ConnectOutcome as C;
        for outcome in [
            C::Connected,
            C::Denied,
            C::Expired,
            C::WrongDomain,
            C::WrongMailbox,
            C::NoScope,
            C::Unreachable,
            C::Refused,
            C::Unknown,
        ] {
            assert_eq!(C::of(outcome.word()), outcome);
        }
        assert_eq!(C::of("<script>"), C::Unknown);
    }
}
