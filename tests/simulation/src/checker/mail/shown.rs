//! Every phone shows what Gmail has: the threads of its owner's mailboxes, their boxes, their mails.

use std::collections::BTreeMap;
use std::sync::Arc;

use tournee_core::ids::{MailboxId, ThreadKey};

use crate::checker::Facts;
use crate::hand::Hand;
use crate::mail::Google;
use crate::mail::moment::{Moment, ThreadIs, same};

const SHOWS: &str = "every phone shows what Gmail has";

impl Facts<'_> {
    /// The mailboxes as they are.
    pub(super) fn mails_now(&self) -> Moment {
        let google = self.google.map(|google| Moment::of(&google.gmail.world()));
        google.unwrap_or_default()
    }

    pub(super) fn mails_shown(&self, google: &Arc<Google>) {
        let now = Moment::of(&google.gmail.world());
        for hand in self.hands {
            for (mailbox, _) in Google::seen_by(hand.technician) {
                self.shows_mailbox(hand, &mailbox, &now);
            }
        }
    }

    fn shows_mailbox(&self, hand: &Hand, mailbox: &MailboxId, now: &Moment) {
        let of_it = now.threads().iter();
        let his: BTreeMap<&ThreadKey, &ThreadIs> = of_it
            .filter(|(key, thread)| key.mailbox == *mailbox && !thread.boxes.is_empty())
            .collect();
        let rows = hand.phone.threads().iter();
        for row in rows.filter(|row| row.key.mailbox == *mailbox) {
            if !his.contains_key(&row.key) {
                self.broke(SHOWS, format!("{} still has {}", hand.name, row.key));
            }
        }
        for (key, is) in his {
            if let Some(difference) = difference(hand, key, is) {
                self.broke(SHOWS, format!("{} on {key}: {difference}", hand.name));
            }
        }
    }
}

fn difference(hand: &Hand, key: &ThreadKey, is: &ThreadIs) -> Option<String> {
    let Some(row) = hand.phone.threads().get(key) else {
        return Some("it lacks it".to_owned());
    };
    let Some(stored) = hand.pocket.thread(key) else {
        return Some("a row without its thread".to_owned());
    };
    if !same(&row.boxes, &is.boxes) || !same(&stored.boxes, &is.boxes) {
        return Some(format!("{:?}, Gmail has {:?}", stored.boxes, is.boxes));
    }
    let shown = stored.mails.iter();
    let shown: BTreeMap<&str, bool> = shown.map(|mail| (mail.id.as_str(), mail.unread)).collect();
    let has = is.mails.iter().filter(|(_, mail)| !mail.is_hidden());
    let has: BTreeMap<&str, bool> = has
        .map(|(id, mail)| (id.as_str(), mail.is_unread()))
        .collect();
    (shown != has).then(|| format!("{shown:?}, Gmail has {has:?}"))
}
