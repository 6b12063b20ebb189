//! Mails that became tickets: which thread is of which ticket, in whichever mailbox a chain of mails lies.

use std::collections::BTreeSet;

use async_trait::async_trait;
use tournee_core::domain::{Mail, MailOrigin};
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_core::time::Instant;

use super::changes::{Held, Phase};
use super::{Connection, Stored, chains, mails};
use crate::glpi::MailMark;

/// The rows of `mail_names` and `ticket_mails`.
#[async_trait]
pub trait Conversions {
    /// Adds a thread with a mail of this name, unless it is there.
    async fn put_mail_name(&mut self, name: &str, thread: &ThreadKey) -> Stored<()>;
    /// The threads with a mail of this name, by mailbox, then id.
    async fn threads_named(&mut self, name: &str) -> Stored<Vec<ThreadKey>>;
    /// Adds a ticket that was made of a mail of this name; whether that is new.
    async fn put_ticket_mail(&mut self, name: &str, ticket: &TicketKey) -> Stored<bool>;
    /// The tickets that were made of mails of this name, by source, then number.
    async fn tickets_named(&mut self, name: &str) -> Stored<Vec<TicketKey>>;
    /// Deletes all that is known of a ticket, and answers the names.
    async fn delete_ticket_mails(&mut self, ticket: &TicketKey) -> Stored<Vec<String>>;
}

/// The names of a chain. The first one is written into the ticket: that of the oldest mail.
pub fn names(origin: &MailOrigin) -> Vec<MailMark> {
    let mut names: Vec<MailMark> = origin
        .chain
        .iter()
        .take(MOST)
        .map(|id| MailMark::of(id))
        .collect();
    // A broken mail has no id of its own; its thread has one.
    names.push(MailMark::of(&origin.thread.to_string()));
    names
}

/// A phone sends no longer chain.
const MOST: usize = 20;

/// The names of a thread's mails.
pub fn names_in<'a>(
    thread: &ThreadKey,
    mails: impl IntoIterator<Item = &'a Mail>,
) -> BTreeSet<MailMark> {
    let own = MailMark::of(&thread.to_string());
    let all = mails
        .into_iter()
        .flat_map(|mail| names(&MailOrigin::of(thread, mail)));
    all.chain([own]).collect()
}

/// Remembers under which names a thread is found.
///
/// # Errors
/// The database.
pub async fn name_thread(db: &mut Connection, thread: &ThreadKey, mail: &Mail) -> Stored<()> {
    for name in names_in(thread, [mail]) {
        db.put_mail_name(name.name(), thread).await?;
    }
    Ok(())
}

/// The ticket that was made of a chain; of several the first one.
///
/// # Errors
/// The database.
pub async fn ticket_of<'n>(
    db: &mut Connection,
    names: impl IntoIterator<Item = &'n MailMark>,
) -> Stored<Option<TicketKey>> {
    for name in names {
        if let Some(ticket) = db.tickets_named(name.name()).await?.into_iter().next() {
            return Ok(Some(ticket));
        }
    }
    Ok(None)
}

/// A ticket was made of these mails, or says so: everybody who reads them is told.
///
/// # Errors
/// The database.
pub async fn record(
    db: &mut Connection,
    ticket: &TicketKey,
    names: &[String],
    now: Instant,
) -> Stored<()> {
    let mut new = Vec::new();
    for name in names {
        if db.put_ticket_mail(name, ticket).await? {
            new.push(name.clone());
        }
    }
    retell(db, &new, now).await
}

/// A ticket is gone: its mails are free again.
///
/// # Errors
/// The database.
pub async fn forget(db: &mut Connection, ticket: &TicketKey, now: Instant) -> Stored<()> {
    let names = db.delete_ticket_mails(ticket).await?;
    retell(db, &names, now).await
}

async fn retell(db: &mut Connection, names: &[String], now: Instant) -> Stored<()> {
    let mut threads = BTreeSet::new();
    for name in names {
        threads.extend(db.threads_named(name).await?);
    }
    for thread in threads {
        if let Some(mailbox) = db.mailbox(&thread.mailbox).await? {
            mails::publish(db, &mailbox, &thread.id, now).await?;
        }
    }
    Ok(())
}

/// Whoever's creations, beside this one, that are to be made of the same mail.
///
/// # Errors
/// The database.
pub async fn rivals(db: &mut Connection, row: &Held, of: &[MailMark]) -> Stored<Vec<Held>> {
    let mut rivals = Vec::new();
    for key in chains::open(db, None).await? {
        if !key.ticket.id.is_local() {
            continue;
        }
        for other in chains::rows(db, &key).await? {
            let origin = other
                .change
                .body
                .creation()
                .and_then(|create| create.origin.as_ref());
            let shares =
                origin.is_some_and(|origin| names(origin).iter().any(|name| of.contains(name)));
            if shares && other.num != row.num {
                rivals.push(other);
            }
        }
    }
    Ok(rivals)
}

/// Whether one of them may be in GLPI by now.
pub fn is_under_way(rivals: &[Held]) -> bool {
    rivals.iter().any(|row| row.phase == Phase::Intended)
}
