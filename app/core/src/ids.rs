//! Identifiers, each a type of its own so that they can't be mixed up.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A GLPI of the configuration ("ancien", "nouveau"), as named by its administrator.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SourceId(pub String);

impl SourceId {
    /// A source by the name it has in the configuration.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// A ticket's number in its own GLPI: 7754 in one is not 7754 in the other.
    TicketId
);
/// Far above what GLPI numbers, and still a positive 64-bit integer.
const LOCAL: u64 = 1 << 62;

impl TicketId {
    /// The number of a ticket that is not in GLPI yet, drawn from the change that creates it: the same on every retry.
    pub fn local(creation: ChangeId) -> Self {
        // The last bits of a UUIDv7 are random.
        let bits = creation.0.as_u64_pair().1;
        Self(LOCAL | (bits & (LOCAL - 1)))
    }

    /// Whether it is not in GLPI yet.
    pub fn is_local(self) -> bool {
        self.0 & LOCAL != 0
    }
}

number_id!(
    /// A `User`'s number in its own GLPI.
    UserId
);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id!(
    /// A change, by the UUIDv7 that the phone gave it.
    ChangeId
);
uuid_id!(
    /// An installation of the app.
    DeviceId
);
uuid_id!(
    /// A rule that makes tickets of mails, by the UUID that whoever made it gave it.
    RuleId
);

/// A file by what is in it: the SHA-256 of its bytes, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String")]
pub struct FileHash(String);

impl FileHash {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// Of a digest.
    pub fn of(digest: &[u8; 32]) -> Self {
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl TryFrom<String> for FileHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a SHA-256 in hexadecimal digits")
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A ticket among all GLPIs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketKey {
    /// The GLPI it lives in.
    pub source: SourceId,
    /// Its number there.
    pub id: TicketId,
}

impl TicketKey {
    /// The ticket `id` of `source`.
    pub fn new(source: impl Into<String>, id: u64) -> Self {
        Self {
            source: SourceId::new(source),
            id: TicketId(id),
        }
    }

    /// Reads back what [`fmt::Display`] wrote: `source:id`.
    pub fn parse(text: &str) -> Option<Self> {
        let (source, id) = text.rsplit_once(':')?;
        (!source.is_empty()).then_some(())?;
        Some(Self::new(source, id.parse().ok()?))
    }
}

impl fmt::Display for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.id)
    }
}

/// A mailbox, by its address in small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct MailboxId(pub String);

impl MailboxId {
    /// The mailbox of an address.
    pub fn of(address: &str) -> Self {
        Self(address.trim().to_lowercase())
    }
}

impl fmt::Display for MailboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A thread among all mailboxes: ids of threads are each mailbox's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadKey {
    /// Its mailbox.
    pub mailbox: MailboxId,
    /// Its id there.
    pub id: String,
}

impl ThreadKey {
    /// Reads back what [`fmt::Display`] wrote: `mailbox:id`.
    pub fn parse(text: &str) -> Option<Self> {
        let (mailbox, id) = text.rsplit_once(':')?;
        let is_whole = !mailbox.is_empty() && !id.is_empty();
        is_whole.then(|| Self {
            mailbox: MailboxId(mailbox.to_owned()),
            id: id.to_owned(),
        })
    }
}

impl fmt::Display for ThreadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.mailbox, self.id)
    }
}

/// Where the phone stands in the server's feed. Only the server reads inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Cursor(pub String);

/// The life of a server's memory: a server that lost some says so by a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Epoch(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_key_reads_back_what_it_wrote() {
        let key = TicketKey::new("ancien", 7754);
        assert_eq!(TicketKey::parse(&key.to_string()), Some(key));
        assert_eq!(TicketKey::parse("7754"), None);
        assert_eq!(TicketKey::parse(":7754"), None);
        assert_eq!(TicketKey::parse("ancien:abc"), None);
    }

    #[test]
    fn a_file_is_named_by_its_digest_and_by_nothing_else() {
        let hash = FileHash::of(&[0xa0; 32]);
        assert_eq!(FileHash::parse(&hash.to_string()), Some(hash.clone()));
        let json = format!("\"{hash}\"");
        assert_eq!(serde_json::from_str::<FileHash>(&json).ok(), Some(hash));
        for text in ["", "../a", &"A0".repeat(32), &"a0".repeat(33)] {
            assert_eq!(FileHash::parse(text), None);
            assert!(serde_json::from_str::<FileHash>(&format!("\"{text}\"")).is_err());
        }
    }

    #[test]
    fn a_thread_key_reads_back_what_it_wrote() {
        let key = ThreadKey {
            mailbox: MailboxId::of(" Info@X.example"),
            id: "19af".to_owned(),
        };
        assert_eq!(key.to_string(), "info@x.example:19af");
        assert_eq!(ThreadKey::parse(&key.to_string()), Some(key));
        assert_eq!(ThreadKey::parse("info@x.example:"), None);
    }

    #[test]
    fn a_local_number_is_the_creations_own_and_no_number_of_glpis() {
        let change = |text: &str| ChangeId(text.parse().expect("a UUID"));
        let one = TicketId::local(change("019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1"));
        let other = TicketId::local(change("019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b2"));
        assert!(one.is_local() && !TicketId(u64::from(u32::MAX)).is_local());
        assert_ne!(one, other);
        assert!(i64::try_from(one.0).is_ok());
        let key = TicketKey {
            source: SourceId::new("ancien"),
            id: one,
        };
        assert_eq!(TicketKey::parse(&key.to_string()), Some(key));
    }
}
