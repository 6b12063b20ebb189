//! Mails that are to become tickets: who else makes one of the same chain, and which mails are free again.

use tournee_core::domain::{Level, MailOrigin, Status};
use tournee_core::ids::{MailboxId, TicketKey};
use tournee_core::time::Instant;

use super::changes::{Held, Phase};
use super::mail_links::MailLink;
use super::{Connection, Stored, chains, mail_links};

/// The mail that a creation is to be made of.
pub fn origin_of(row: &Held) -> Option<&MailOrigin> {
    row.change.body.creation()?.origin.as_ref()
}

/// The ticket of a chain, in whichever mailbox a mail of it lies, or none any more; of several the one that named it last.
///
/// # Errors
/// The database.
pub async fn ticket_of(db: &mut Connection, origin: &MailOrigin) -> Stored<Option<TicketKey>> {
    for (mailbox, thread) in threads_of(db, origin).await? {
        if let Some(ticket) = mail_links::ticket_of(db, &mailbox, &thread).await? {
            return Ok(Some(ticket));
        }
    }
    mail_links::ticket_named(db, origin.names().map(|name| name.as_str().to_owned())).await
}

/// The ticket that was a chain's at a moment: of several the one that had named it last by then, whatever came since.
///
/// # Errors
/// The database.
pub async fn ticket_at(
    db: &mut Connection,
    origin: &MailOrigin,
    at: Instant,
) -> Stored<Option<TicketKey>> {
    let mut links = Vec::new();
    for (mailbox, thread) in threads_of(db, origin).await? {
        links.extend(db.links_of_thread(&mailbox, &thread).await?);
    }
    for name in origin.names() {
        links.extend(db.links_named(name.as_str()).await?);
    }
    let by_then = links.into_iter().filter(|link| link.since <= at);
    Ok(by_then
        .max_by_key(|link| link.since)
        .map(|link| link.ticket))
}

/// Where mails of a chain lie; its own thread is the first.
async fn threads_of(db: &mut Connection, origin: &MailOrigin) -> Stored<Vec<(MailboxId, String)>> {
    let own = (origin.thread.mailbox.clone(), origin.thread.id.clone());
    let mut threads = vec![own];
    for name in origin.names() {
        threads.extend(db.threads_named(name.as_str()).await?);
    }
    Ok(threads)
}

/// A ticket was made of a chain, and nobody here may be able to read it: it has the mail that its text names all the same.
///
/// # Errors
/// The database.
pub async fn remember(
    db: &mut Connection,
    origin: &MailOrigin,
    ticket: &TicketKey,
    since: Instant,
    now: Instant,
) -> Stored<()> {
    let known = db.links_of_ticket(ticket).await?;
    // The one of its description: no other is parted by name.
    let Some(name) = origin.names().next() else {
        return Ok(());
    };
    let name = name.as_str();
    if known.iter().any(|link| link.name == name) {
        return Ok(());
    }
    db.put_link(&MailLink {
        name: name.to_owned(),
        ticket: ticket.clone(),
        since,
        status: Status::New,
        priority: Level::MEDIUM,
        stirred: false,
        moved_for: None,
        of_before: false,
    })
    .await?;
    mail_links::publish(db, name, now).await
}

/// A ticket is gone: its mails are free again.
///
/// # Errors
/// The database.
pub async fn forget(db: &mut Connection, ticket: &TicketKey, now: Instant) -> Stored<()> {
    let links = db.links_of_ticket(ticket).await?;
    for link in &links {
        db.delete_link(&link.name, ticket).await?;
    }
    for link in links {
        mail_links::publish(db, &link.name, now).await?;
    }
    Ok(())
}

/// The ticket of another GLPI whose place a creation takes.
pub fn carried_by(row: &Held) -> Option<&TicketKey> {
    row.change.body.creation()?.carried.as_ref()
}

/// A creation is in GLPI: where it was to take an old ticket's place, it has it.
///
/// # Errors
/// The database.
pub async fn remember_place(db: &mut Connection, row: &Held, new: &TicketKey) -> Stored<()> {
    match carried_by(row) {
        Some(old) => db.put_carried(old, new).await,
        None => Ok(()),
    }
}

/// Whoever's creations, beside this one, that are to be made of the same chain of mails, or in the same ticket's place.
///
/// # Errors
/// The database.
pub async fn rivals(db: &mut Connection, row: &Held) -> Stored<Vec<Held>> {
    let (origin, old) = (origin_of(row), carried_by(row));
    if origin.is_none() && old.is_none() {
        return Ok(Vec::new());
    }
    creations(db, |other| {
        let chain = origin_of(other).zip(origin);
        let shares = chain.is_some_and(|(one, two)| one.is_chain_of(two))
            || (old.is_some() && carried_by(other) == old);
        shares && other.num != row.num
    })
    .await
}

/// Whoever's creations that are to be made of this chain of mails.
///
/// # Errors
/// The database.
pub async fn under_way(db: &mut Connection, of: &MailOrigin) -> Stored<Vec<Held>> {
    creations(db, |other| {
        origin_of(other).is_some_and(|origin| origin.is_chain_of(of))
    })
    .await
}

async fn creations(db: &mut Connection, is_one: impl Fn(&Held) -> bool) -> Stored<Vec<Held>> {
    let mut found = Vec::new();
    for key in chains::open(db, None).await? {
        if !key.target.ticket().is_some_and(|key| key.id.is_local()) {
            continue;
        }
        let rows = chains::rows(db, &key).await?;
        found.extend(rows.into_iter().filter(|row| is_one(row)));
    }
    Ok(found)
}

/// Whether one of them may be in GLPI by now.
pub fn is_under_way(rivals: &[Held]) -> bool {
    rivals.iter().any(|row| row.phase == Phase::Intended)
}
