//! What changes are called that the server makes itself: drawn from what they are about, so that what is looked at twice
//! names the same change, and custody knows it.

use sha2::{Digest as _, Sha256};
use tournee_core::changes::{Change, ChangeBody, Target};
use tournee_core::domain::Account;
use tournee_core::domain::{Actor, EntryName, EntryWord, Mail, MailName};
use tournee_core::ids::{ChangeId, DeviceId, MailboxId, RuleId, TicketKey};
use tournee_core::time::Instant;
use uuid::{Builder, Uuid};

use crate::store::{Connection, Stored, rules};

/// A name that is the same whenever it is drawn of the same.
fn drawn(parts: &[&str]) -> Uuid {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// What a change is made by and called.
#[derive(Clone, Copy)]
pub struct Name {
    pub device: DeviceId,
    pub id: ChangeId,
}

/// The device that a rule's changes come from.
pub fn device_of(rule: RuleId) -> DeviceId {
    DeviceId(rule.0)
}

/// A rule's change of that place, for a mail.
pub fn of_mail(rule: RuleId, mailbox: &MailboxId, mail: &str, place: usize) -> Name {
    let (name, place) = (rule.to_string(), place.to_string());
    Name {
        device: device_of(rule),
        id: ChangeId(drawn(&["mail", &name, &mailbox.0, mail, &place])),
    }
}

/// The device that reopenings come from, whichever rule's.
pub fn reopener() -> DeviceId {
    DeviceId(drawn(&["reopener"]))
}

/// The reopening of a ticket by a mail: one, in however many mailboxes that mail is and whoever's rules look at them.
pub fn of_reopening(ticket: &TicketKey, mailbox: &MailboxId, mail: &Mail) -> Name {
    let own = format!("{mailbox}/{}", mail.id);
    let name = mail.message_id.as_deref().unwrap_or(&own);
    Name {
        device: reopener(),
        id: ChangeId(drawn(&["reopen", &ticket.to_string(), name])),
    }
}

/// The device that tells mails on their tickets, whoever's they are.
pub fn teller() -> DeviceId {
    DeviceId(drawn(&["teller"]))
}

/// The note of a mail on a ticket: one, in however many mailboxes that mail is.
pub fn of_telling(ticket: &TicketKey, mail: &MailName) -> Name {
    Name {
        device: teller(),
        id: ChangeId(drawn(&["tell", &ticket.to_string(), mail.as_str()])),
    }
}

/// The device that takes along what is said in an old ticket while another takes its place.
pub fn carrier() -> DeviceId {
    DeviceId(drawn(&["carrier"]))
}

/// What an entry of an old ticket becomes on the one that takes its place: one, in however many steps it is seen.
pub fn of_along(old: &TicketKey, new: &TicketKey, entry: &EntryName) -> Name {
    let (old, new) = (old.to_string(), new.to_string());
    let kind = match entry.kind {
        EntryWord::Followup => "followup",
        EntryWord::Task => "task",
        EntryWord::Solution => "solution",
        EntryWord::Document => "document",
    };
    let (id, solution) = (entry.id.to_string(), entry.solution.as_deref());
    let parts = ["along", &old, &new, kind, &id, solution.unwrap_or_default()];
    Name {
        device: carrier(),
        id: ChangeId(drawn(&parts)),
    }
}

/// Whether a device is none, but the server's name for itself.
pub async fn is_made_here(db: &mut Connection, device: DeviceId) -> Stored<bool> {
    let known = [reopener(), teller(), carrier()].contains(&device);
    Ok(known || rules::one(db, RuleId(device.0)).await?.is_some())
}

/// A change in the name of an account's owner.
pub fn change(
    name: Name,
    place: usize,
    account: &Account,
    target: Target,
    body: ChangeBody,
    at: Instant,
) -> Change {
    Change {
        id: name.id,
        device: name.device,
        seq: place as u64,
        at,
        author: Actor::User {
            id: account.user,
            name: account.name.clone(),
        },
        target,
        body,
        replaces: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_for_the_same_mail_and_another_for_every_other() {
        let rule = RuleId(Uuid::from_u128(7));
        let mailbox = MailboxId::of("moi@x.example");
        let name = |mail, place| of_mail(rule, &mailbox, mail, place).id;
        assert_eq!(name("19a", 0), name("19a", 0));
        assert_ne!(name("19a", 0), name("19a", 1));
        assert_ne!(name("19a", 0), name("19b", 0));
        let other = of_mail(RuleId(Uuid::from_u128(8)), &mailbox, "19a", 0);
        assert_ne!(name("19a", 0), other.id);
        assert_ne!(drawn(&["ab", "c"]), drawn(&["a", "bc"]));
    }
}
