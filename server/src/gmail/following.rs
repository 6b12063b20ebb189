//! The mails of a ticket follow it: to *Traités* when it is solved or closed, wherever that was done; back when it is
//! reopened; to *Urgent* when it becomes urgent. Only a ticket that *moves* moves its mails: where somebody puts them by
//! hand meanwhile, they stay.

use std::time::Duration;

use tournee_core::changes::{Classify, Verdict};
use tournee_core::domain::{MailBox, MailboxState};
use tournee_core::ids::{MailboxId, ThreadKey};

use super::config::DoneWhen;
use super::error::GmailError;
use crate::app::{Server, Shared};
use crate::store::Stored;
use crate::store::follows::Follow;
use crate::store::mail_links::MailLink;

/// What could not be done is tried again after so long.
const AGAIN: Duration = Duration::from_secs(30);
/// The priority from which on a ticket is urgent: very high.
const URGENT: u8 = 5;

/// How a ticket stands, as far as its mails go. The last one of those that a thread belongs to counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Done,
    Open,
    Urgent,
}

impl Standing {
    fn of(link: &MailLink, done_when: DoneWhen) -> Self {
        let done = match done_when {
            DoneWhen::Solved => !link.status.is_open(),
            DoneWhen::Closed => link.status == tournee_core::domain::Status::Closed,
        };
        match done {
            true => Self::Done,
            false if link.priority.number() >= URGENT => Self::Urgent,
            false => Self::Open,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Open => "open",
            Self::Urgent => "urgent",
        }
    }

    fn mail_box(self) -> MailBox {
        match self {
            Self::Done => MailBox::Done,
            Self::Open => MailBox::InProgress,
            Self::Urgent => MailBox::Urgent,
        }
    }
}

/// Looks after the mails of tickets that have moved, for as long as the server lives.
pub async fn run(server: Server) {
    let Some(client) = server.mails.client() else {
        return;
    };
    let done_when = client.config.done_when;
    loop {
        if let Err(error) = server.follow(done_when).await {
            tracing::info!(%error, "mails of tickets that have moved could not be sorted; later");
        }
        // Nothing came meanwhile: what could not be done is tried again.
        let _rung = tokio::time::timeout(AGAIN, server.mails.stirred.notified()).await;
    }
}

impl Shared {
    async fn follow(&self, done_when: DoneWhen) -> Result<(), GmailError> {
        self.wake().await?;
        let stirred = self.store.read().await?.stirred_links().await?;
        for link in stirred {
            let standing = Standing::of(&link, done_when);
            let moves = link.moved_for.as_deref();
            // A link that is new moves nothing: whoever made it has said where the mail goes.
            let done = match moves.is_none_or(|before| before == standing.word()) {
                true => true,
                false => self.sort_mails_of(&link, done_when).await?,
            };
            if done {
                self.remember_moved(&link, standing).await?;
            }
        }
        Ok(())
    }

    /// Answers whether all was done that can be: a mailbox without access is looked after when it is connected again, and
    /// keeps no other from following. A thread that has followed is not moved again for the same, wherever somebody puts it
    /// meanwhile.
    async fn sort_mails_of(
        &self,
        link: &MailLink,
        done_when: DoneWhen,
    ) -> Result<bool, GmailError> {
        let standing = Standing::of(link, done_when);
        let threads = self.store.read().await?.threads_named(&link.name).await?;
        let mut all = true;
        for (mailbox, id) in threads {
            let key = ThreadKey { mailbox, id };
            let known = self.followed(link, &key, standing).await?;
            if known.is_some_and(|follow| follow.begun.is_none()) {
                continue;
            }
            match self.sort_as_its_tickets_stand(link, &key, done_when).await {
                Ok(()) | Err(GmailError::NotFound | GmailError::NoMailbox) => {
                    self.note_follow(link, &key, standing, None).await?;
                }
                Err(GmailError::Store(error)) => return Err(error.into()),
                Err(GmailError::Reconnect { .. }) => all = false,
                Err(error) => {
                    tracing::info!(thread = %key, %error, "a thread could not follow its ticket; later");
                    all = false;
                }
            }
        }
        Ok(all)
    }

    async fn sort_as_its_tickets_stand(
        &self,
        link: &MailLink,
        key: &ThreadKey,
        done_when: DoneWhen,
    ) -> Result<(), GmailError> {
        let _turn = self.mails.turns.take(key).await;
        let (mut record, links) = {
            let mut db = self.store.read().await?;
            let record = db.mailbox(&key.mailbox).await?;
            let links = db.links_of_thread(&key.mailbox, &key.id).await?;
            (record.ok_or(GmailError::NoMailbox)?, links)
        };
        if record.state != MailboxState::Active {
            let words = String::new();
            return Err(GmailError::Reconnect { words });
        }
        // Of several tickets one that is still open keeps it open.
        let standings = links.iter().map(|link| Standing::of(link, done_when));
        let Some(standing) = standings.max() else {
            return Ok(());
        };
        let now = self.labelled(key).await?;
        let boxes = now.boxes(&record.labels);
        let urgent = self.google()?.config.urgent;
        let classify = Classify::into(&boxes, standing.mail_box(), urgent);
        // One that no box shows any more was put away by somebody.
        if boxes.is_empty() || classify.check_on(&boxes) == Verdict::AlreadyThere {
            return Ok(());
        }
        let own = Standing::of(link, done_when);
        let then = record.history_doubted.clone().filter(|_| link.of_before);
        let known = self.followed(link, key, own).await?;
        match known.and_then(|follow| follow.begun).or(then) {
            // The answer was lost, or was another server's: it may have been moved, and back by somebody.
            Some(since) => {
                if self.was_moved_since(&record, &key.id, &now, &since).await? {
                    return Ok(());
                }
            }
            None => {
                let begun = now.history(&record);
                self.note_follow(link, key, own, Some(begun)).await?;
            }
        }
        let sorted = self.sort(&mut record, &key.id, &classify.to).await?;
        tracing::info!(thread = %key, to = ?classify.to, "a thread followed its ticket");
        let mut tx = self.store.write().await?;
        if self.note(&mut tx, &record, key, &sorted).await? {
            tx.commit().await?;
            return Ok(());
        }
        drop(tx);
        self.ask_again(key).await
    }

    /// How far a thread has come with that standing of its ticket.
    async fn followed(
        &self,
        link: &MailLink,
        thread: &ThreadKey,
        standing: Standing,
    ) -> Stored<Option<Follow>> {
        let follow = self
            .store
            .read()
            .await?
            .follow(&link.ticket, thread)
            .await?;
        Ok(follow.filter(|follow| follow.standing == standing.word()))
    }

    /// To be on disk before the thread is moved.
    async fn note_follow(
        &self,
        link: &MailLink,
        thread: &ThreadKey,
        standing: Standing,
        begun: Option<String>,
    ) -> Stored<()> {
        let mut tx = self.store.write().await?;
        tx.put_follow(&Follow {
            ticket: link.ticket.clone(),
            thread: thread.clone(),
            standing: standing.word().to_owned(),
            begun,
        })
        .await?;
        tx.commit().await
    }

    /// Unless the ticket has moved again meanwhile.
    async fn remember_moved(&self, link: &MailLink, standing: Standing) -> Result<(), GmailError> {
        let mut tx = self.store.write().await?;
        let links = tx.links_of_ticket(&link.ticket).await?;
        if links.contains(link) {
            let link = MailLink {
                stirred: false,
                of_before: false,
                moved_for: Some(standing.word().to_owned()),
                ..link.clone()
            };
            tx.put_link(&link).await?;
            tx.sweep_follows().await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Tickets may have moved: their mails are looked after.
    pub(crate) fn look_after_mails(&self) {
        self.mails.stirred.notify_one();
    }

    /// A mailbox is connected again: what waited for it goes on.
    pub(crate) fn wake_mailbox(&self, id: &MailboxId) {
        self.custody.wake_mailbox(id);
        self.look_after_mails();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tournee_core::domain::{Level, Status};
    use tournee_core::ids::TicketKey;
    use tournee_core::time::Instant;

    fn link(status: Status, priority: u8) -> MailLink {
        MailLink {
            name: "a@b".to_owned(),
            ticket: TicketKey::new("ancien", 1),
            since: Instant(0),
            status,
            priority: Level::new(priority).unwrap_or(Level::MEDIUM),
            stirred: true,
            moved_for: None,
            of_before: false,
        }
    }

    #[test]
    fn what_is_done_is_no_longer_urgent_and_one_open_ticket_keeps_a_thread_open() {
        let of = |status, priority, when| Standing::of(&link(status, priority), when);
        assert_eq!(of(Status::Solved, 6, DoneWhen::Solved), Standing::Done);
        assert_eq!(of(Status::Solved, 6, DoneWhen::Closed), Standing::Urgent);
        assert_eq!(of(Status::Closed, 3, DoneWhen::Closed), Standing::Done);
        assert_eq!(of(Status::Pending, 3, DoneWhen::Solved), Standing::Open);
        assert!(Standing::Urgent > Standing::Open && Standing::Open > Standing::Done);
    }
}
