//! Which mails belong to which ticket. The tickets say so themselves: this is what was read there, and it is found again
//! by reading them, where somebody may.

use async_trait::async_trait;
use tournee_core::domain::{Level, MailName, Status, Ticket, mail_links};
use tournee_core::ids::{MailboxId, SourceId, TicketKey};
use tournee_core::time::Instant;

use super::{Connection, Stored, TechnicianId, feed, mails};

/// A mail's name on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLink {
    /// The mail's `Message-ID`.
    pub name: String,
    /// The ticket that names it.
    pub ticket: TicketKey,
    /// Since when.
    pub since: Instant,
    /// The ticket's status, as last read.
    pub status: Status,
    /// Its priority.
    pub priority: Level,
    /// It has moved since its mails were last looked after.
    pub stirred: bool,
    /// How it stood when they were; none: never.
    pub moved_for: Option<String>,
    /// A server that this database does not know may have looked after them since: it was put back to a backup.
    pub of_before: bool,
}

/// The rows of `mail_links`, and `mails` by their names.
#[async_trait]
pub trait MailLinks {
    /// Puts one in the place of what was there.
    async fn put_link(&mut self, link: &MailLink) -> Stored<()>;
    /// Remembers of all that a server that is not known may have looked after them.
    async fn doubt_all_links(&mut self) -> Stored<()>;
    /// What a technician's tickets at one GLPI say is known as it stands now: where no move of theirs waits, what may have been
    /// done before says nothing any more.
    async fn trust_links_of(&mut self, who: TechnicianId, source: &SourceId) -> Stored<()>;
    /// Deletes one.
    async fn delete_link(&mut self, name: &str, ticket: &TicketKey) -> Stored<()>;
    /// A ticket's, by name.
    async fn links_of_ticket(&mut self, ticket: &TicketKey) -> Stored<Vec<MailLink>>;
    /// Those that name a mail of this thread, or one that it answers; the newest last, then by ticket.
    async fn links_of_thread(&mut self, id: &MailboxId, thread: &str) -> Stored<Vec<MailLink>>;
    /// Those of this name, wherever mails of it lie; the newest last, then by ticket.
    async fn links_named(&mut self, name: &str) -> Stored<Vec<MailLink>>;
    /// Those whose tickets have moved, by name and ticket.
    async fn stirred_links(&mut self) -> Stored<Vec<MailLink>>;
    /// The threads where a mail of this name is, or one that answers it, in order.
    async fn threads_named(&mut self, name: &str) -> Stored<Vec<(MailboxId, String)>>;
}

/// Takes in what a ticket says of its mails to a technician; threads that it named, or names now, are told anew. One whose
/// timeline was not read says nothing of it. A name that it lacks was taken from it where he has read it there before, and
/// his feed has that reading still: else he is shown less of it than somebody else.
///
/// # Errors
/// The database.
pub async fn learn(
    db: &mut Connection,
    who: TechnicianId,
    ticket: &Ticket,
    now: Instant,
) -> Stored<()> {
    let Some(said) = mail_links(ticket) else {
        return Ok(());
    };
    part_missing(db, who, ticket, now).await?;
    let known = db.links_of_ticket(&ticket.key).await?;
    let mut touched = Vec::new();
    for old in &known {
        let name = MailName::of(&old.name);
        let is_parted = name.is_none_or(|name| said.get(&name).is_some_and(|(linked, _)| !linked));
        if is_parted {
            db.delete_link(&old.name, &ticket.key).await?;
            touched.push(old.name.clone());
        } else if (old.status, old.priority) != (ticket.status, ticket.priority) {
            let stirred = MailLink {
                status: ticket.status,
                priority: ticket.priority,
                stirred: true,
                ..old.clone()
            };
            db.put_link(&stirred).await?;
        }
    }
    let linked = said.into_iter().filter(|(_, (linked, _))| *linked);
    for (name, (_, since)) in linked {
        if known.iter().any(|old| old.name == name.as_str()) {
            continue;
        }
        let link = MailLink {
            name: name.as_str().to_owned(),
            ticket: ticket.key.clone(),
            // Its GLPI's clock may be ahead: what comes from now on comes behind it all the same.
            since: since.min(now),
            status: ticket.status,
            priority: ticket.priority,
            stirred: true,
            moved_for: None,
            of_before: false,
        };
        db.put_link(&link).await?;
        touched.push(link.name);
    }
    for name in touched {
        publish(db, &name, now).await?;
    }
    Ok(())
}

/// Parts what a ticket lacks by now and had when he read it before. To be asked of no reading that is older than his last one.
///
/// # Errors
/// The database.
pub async fn part_missing(
    db: &mut Connection,
    who: TechnicianId,
    ticket: &Ticket,
    now: Instant,
) -> Stored<()> {
    let Some(said) = mail_links(ticket) else {
        return Ok(());
    };
    let mut lacking = db.links_of_ticket(&ticket.key).await?;
    lacking.retain(|link| MailName::of(&link.name).is_some_and(|name| !said.contains_key(&name)));
    if lacking.is_empty() {
        return Ok(());
    }
    let snapshot = db.snapshot(who, &ticket.key).await?;
    if !snapshot.is_some_and(|row| row.complete) {
        // What he had read was what another profile is shown.
        return Ok(());
    }
    let before = feed::ticket(db, who, &ticket.key).await?;
    let before = before.and_then(|before| mail_links(&before));
    let before = before.unwrap_or_default();
    for link in lacking {
        if MailName::of(&link.name).is_some_and(|name| before.contains_key(&name)) {
            db.delete_link(&link.name, &ticket.key).await?;
            publish(db, &link.name, now).await?;
        }
    }
    Ok(())
}

/// Tells anew of the threads where a mail of this name is, or one that answers it.
pub(super) async fn publish(db: &mut Connection, name: &str, now: Instant) -> Stored<()> {
    for (mailbox, thread) in db.threads_named(name).await? {
        mails::publish(db, &mailbox, &thread, now).await?;
    }
    Ok(())
}

/// The ticket that a thread belongs to: the one that named it last.
///
/// # Errors
/// The database.
pub async fn ticket_of(
    db: &mut Connection,
    id: &MailboxId,
    thread: &str,
) -> Stored<Option<TicketKey>> {
    let links = db.links_of_thread(id, thread).await?;
    Ok(links.into_iter().last().map(|link| link.ticket))
}

/// The ticket of mails by their names, also of those that are on no record: the one that named them last.
///
/// # Errors
/// The database.
pub async fn ticket_named(
    db: &mut Connection,
    names: impl IntoIterator<Item = impl AsRef<str>>,
) -> Stored<Option<TicketKey>> {
    let mut links = Vec::new();
    for name in names {
        links.extend(db.links_named(name.as_ref()).await?);
    }
    let last = links
        .into_iter()
        .max_by(|a, b| (a.since, &a.ticket).cmp(&(b.since, &b.ticket)));
    Ok(last.map(|link| link.ticket))
}
