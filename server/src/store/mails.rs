//! Mailboxes, and what was read of them.

use async_trait::async_trait;
use tournee_core::domain::{Mail, MailName, Mailbox, MailboxState, Thread, UrgentBox};
use tournee_core::ids::{MailboxId, ThreadKey};
use tournee_core::time::Instant;
use tournee_core::wire::FeedItem;
use zeroize::Zeroizing;

use super::{Connection, Stored, TechnicianId, feed, mail_links};
use crate::vault::{Sealed, Vault};

const ZSTD_LEVEL: i32 = 3;

/// Ids of the three labels in one mailbox; empty until they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LabelIds {
    /// *Tickets (Urgent)*.
    pub urgent: String,
    /// *Tickets (En cours)*.
    pub in_progress: String,
    /// *Tickets (Traités)*.
    pub done: String,
}

impl LabelIds {
    /// All three.
    pub fn all(&self) -> [&str; 3] {
        [&self.urgent, &self.in_progress, &self.done]
    }
}

/// A mailbox as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxRecord {
    /// Which.
    pub id: MailboxId,
    /// Whose; none: the service's.
    pub owner: Option<TechnicianId>,
    /// The sealed refresh token; none where the service account signs.
    pub sealed: Option<Sealed>,
    /// Whether it can be read.
    pub state: MailboxState,
    /// How far its history has been read; none: all of it is to be read.
    pub history: Option<String>,
    /// How far it had been when this database was last put back to a backup: what phones offer later goes by that.
    pub history_then: Option<String>,
    /// How far it had been when the threads that follow their tickets were last doubted.
    pub history_doubted: Option<String>,
    /// Its three labels.
    pub labels: LabelIds,
    /// When it was last read with success.
    pub refreshed_at: Option<Instant>,
}

impl MailboxRecord {
    /// A mailbox that nothing is known of yet.
    pub fn new(id: MailboxId, owner: Option<TechnicianId>) -> Self {
        Self {
            id,
            owner,
            sealed: None,
            state: MailboxState::Active,
            history: None,
            history_then: None,
            history_doubted: None,
            labels: LabelIds::default(),
            refreshed_at: None,
        }
    }

    /// As the phone sees it.
    pub fn shown(&self, urgent: UrgentBox) -> Mailbox {
        Mailbox {
            id: self.id.clone(),
            shared: self.owner.is_none(),
            state: self.state,
            refreshed_at: self.refreshed_at,
            urgent,
        }
    }
}

/// A mail as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRecord {
    /// Its id in its mailbox.
    pub id: String,
    /// Its thread there.
    pub thread: String,
    /// When it arrived.
    pub at: Instant,
    /// Ids of its labels.
    pub labels: Vec<String>,
    /// What it is called, and what it answers.
    pub names: Vec<String>,
    /// zstd of JSON.
    pub body: Vec<u8>,
}

/// The rows of `mailboxes`, `mailbox_readers` and `mails`.
#[async_trait]
pub trait Mails {
    /// Puts a mailbox in the place of what was there.
    async fn put_mailbox(&mut self, record: &MailboxRecord) -> Stored<()>;
    /// One.
    async fn mailbox(&mut self, id: &MailboxId) -> Stored<Option<MailboxRecord>>;
    /// All, by address.
    async fn mailboxes(&mut self) -> Stored<Vec<MailboxRecord>>;
    /// Deletes one, with its readers and its mails.
    async fn delete_mailbox(&mut self, id: &MailboxId) -> Stored<()>;
    /// Has a technician read it; whether that is new.
    async fn put_reader(&mut self, id: &MailboxId, who: TechnicianId) -> Stored<bool>;
    /// Has him read it no more.
    async fn delete_reader(&mut self, id: &MailboxId, who: TechnicianId) -> Stored<()>;
    /// Who reads it.
    async fn readers(&mut self, id: &MailboxId) -> Stored<Vec<TechnicianId>>;
    /// Gives one technician's mailboxes to another, who is told of their threads once he reads them.
    async fn give_mailboxes(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
    /// Puts a mail in the place of what was there.
    async fn put_mail(&mut self, id: &MailboxId, mail: &MailRecord) -> Stored<()>;
    /// One mail.
    async fn mail(&mut self, id: &MailboxId, mail: &str) -> Stored<Option<MailRecord>>;
    /// A thread's mails, oldest first.
    async fn mails_of(&mut self, id: &MailboxId, thread: &str) -> Stored<Vec<MailRecord>>;
    /// Ids of all mails with those of their threads, by id.
    async fn mail_ids(&mut self, id: &MailboxId) -> Stored<Vec<(String, String)>>;
    /// Deletes a mail.
    async fn delete_mail(&mut self, id: &MailboxId, mail: &str) -> Stored<()>;
}

/// Binds a sealed token to its mailbox.
fn seal_row(id: &MailboxId) -> String {
    format!("mailboxes:{id}")
}

/// Seals a refresh token for a mailbox.
///
/// # Errors
/// The vault.
pub fn seal(vault: &Vault, id: &MailboxId, token: &str) -> Stored<Sealed> {
    Ok(vault.seal(&seal_row(id), token.as_bytes())?)
}

/// Opens a mailbox's refresh token.
///
/// # Errors
/// The vault.
pub fn open(vault: &Vault, record: &MailboxRecord) -> Stored<Option<Zeroizing<String>>> {
    let Some(sealed) = &record.sealed else {
        return Ok(None);
    };
    let secret = vault.open_sealed(&seal_row(&record.id), sealed)?;
    Ok(Some(Zeroizing::new(
        String::from_utf8_lossy(&secret).into_owned(),
    )))
}

/// Seals again what an older key sealed, and answers how many.
///
/// # Errors
/// The database, or a row that no present key opens.
pub async fn reseal(db: &mut Connection, vault: &Vault) -> Stored<usize> {
    let mut count = 0;
    for mut record in db.mailboxes().await? {
        let outdated = record
            .sealed
            .as_ref()
            .is_some_and(|sealed| vault.is_outdated(sealed));
        if let (true, Some(token)) = (outdated, open(vault, &record)?) {
            record.sealed = Some(seal(vault, &record.id, &token)?);
            db.put_mailbox(&record).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// The mailboxes that a technician sees: his own, and the service's.
///
/// # Errors
/// The database.
pub async fn seen_by(db: &mut Connection, who: TechnicianId) -> Stored<Vec<MailboxRecord>> {
    let mut records = db.mailboxes().await?;
    records.retain(|record| record.owner.is_none_or(|owner| owner == who));
    Ok(records)
}

/// A mail with its row's facts, to be stored.
///
/// # Errors
/// It can't be packed.
pub fn pack(mail: &Mail, thread: &str, labels: &[String]) -> Stored<MailRecord> {
    Ok(MailRecord {
        id: mail.id.clone(),
        thread: thread.to_owned(),
        at: mail.at,
        labels: labels.to_vec(),
        names: names(mail),
        body: zstd::bulk::compress(&serde_json::to_vec(mail)?, ZSTD_LEVEL)?,
    })
}

/// The chain of mails that a mail belongs to: its own name, and those that it answers.
pub fn names(mail: &Mail) -> Vec<String> {
    let chain = mail.message_id.iter().chain(&mail.references);
    let names = chain.filter_map(|id| Some(MailName::of(id)?.as_str().to_owned()));
    let names: std::collections::BTreeSet<_> = names.collect();
    names.into_iter().collect()
}

/// The mail of a row; whether it is unread is what the row's labels say.
///
/// # Errors
/// A record that can't be read.
pub fn unpack(record: &MailRecord) -> Stored<Mail> {
    let mut mail: Mail = serde_json::from_slice(&feed::unpack(&record.body)?)?;
    mail.unread = record.labels.iter().any(|label| label == "UNREAD");
    Ok(mail)
}

/// Whether a mail of these labels is shown nowhere.
pub fn is_hidden(labels: &[String]) -> bool {
    let hidden = |label: &String| matches!(label.as_str(), "TRASH" | "SPAM" | "DRAFT");
    labels.iter().any(hidden)
}

/// A thread as it stands; none where no box shows it.
///
/// # Errors
/// The database, or a record that can't be read.
pub async fn thread(
    db: &mut Connection,
    mailbox: &MailboxRecord,
    id: &str,
) -> Stored<Option<Thread>> {
    let mut records = db.mails_of(&mailbox.id, id).await?;
    records.retain(|record| !is_hidden(&record.labels));
    let has = |wanted: &str| {
        let labels = records.iter().flat_map(|record| &record.labels);
        !wanted.is_empty() && labels.into_iter().any(|label| label == wanted)
    };
    let ids = &mailbox.labels;
    let boxes = Thread::boxes_of(
        has(&ids.urgent),
        has(&ids.in_progress),
        has(&ids.done),
        has("INBOX"),
    );
    if boxes.is_empty() {
        return Ok(None);
    }
    Ok(Some(Thread {
        key: ThreadKey {
            mailbox: mailbox.id.clone(),
            id: id.to_owned(),
        },
        boxes,
        ticket: mail_links::ticket_of(db, &mailbox.id, id).await?,
        mails: records.iter().map(unpack).collect::<Stored<_>>()?,
    }))
}

/// Tells everybody who reads the mailbox how a thread stands now. Somebody who was never told of it is not told that
/// it is gone.
///
/// # Errors
/// The database.
pub async fn publish(
    db: &mut Connection,
    mailbox: &MailboxId,
    id: &str,
    now: Instant,
) -> Stored<()> {
    // Whoever holds a record that he read before may have it with the labels of before.
    let Some(mailbox) = db.mailbox(mailbox).await? else {
        return Ok(());
    };
    let thread = thread(db, &mailbox, id).await?;
    for who in db.readers(&mailbox.id).await? {
        tell(db, who, &mailbox, id, thread.as_ref(), now).await?;
    }
    Ok(())
}

/// The same of all its threads.
///
/// # Errors
/// The database.
pub async fn publish_all(db: &mut Connection, mailbox: &MailboxId, now: Instant) -> Stored<()> {
    for id in threads(db, mailbox).await? {
        publish(db, mailbox, &id, now).await?;
    }
    Ok(())
}

async fn tell(
    db: &mut Connection,
    who: TechnicianId,
    mailbox: &MailboxRecord,
    id: &str,
    thread: Option<&Thread>,
    now: Instant,
) -> Stored<()> {
    let key = ThreadKey {
        mailbox: mailbox.id.clone(),
        id: id.to_owned(),
    };
    let told = feed::thread(db, who, &key).await?;
    let item = match thread {
        Some(thread) if told.as_deref() == Some(thread) => return Ok(()),
        Some(thread) => FeedItem::Thread {
            thread: Box::new(thread.clone()),
        },
        None if told.is_none() => return Ok(()),
        None => FeedItem::ThreadGone { key },
    };
    feed::publish(db, who, &item, now).await
}

/// Has a technician read a mailbox: what is known of it goes into his feed, oldest first, so that the newest is last
/// moved.
///
/// # Errors
/// The database.
pub async fn subscribe(
    db: &mut Connection,
    mailbox: &MailboxId,
    who: TechnicianId,
    now: Instant,
) -> Stored<()> {
    let Some(mailbox) = db.mailbox(mailbox).await? else {
        return Ok(());
    };
    if !db.put_reader(&mailbox.id, who).await? {
        return Ok(());
    }
    for id in threads(db, &mailbox.id).await? {
        let thread = thread(db, &mailbox, &id).await?;
        tell(db, who, &mailbox, &id, thread.as_ref(), now).await?;
    }
    Ok(())
}

/// Ids of all threads.
async fn threads(db: &mut Connection, id: &MailboxId) -> Stored<Vec<String>> {
    let ids = db.mail_ids(id).await?;
    let threads: std::collections::BTreeSet<_> =
        ids.into_iter().map(|(_, thread)| thread).collect();
    Ok(threads.into_iter().collect())
}

/// Forgets a mailbox: its threads leave everybody's feed.
///
/// # Errors
/// The database.
pub async fn forget(db: &mut Connection, mailbox: &MailboxRecord, now: Instant) -> Stored<()> {
    let ids = threads(db, &mailbox.id).await?;
    for who in db.readers(&mailbox.id).await? {
        for id in &ids {
            tell(db, who, mailbox, id, None, now).await?;
        }
    }
    db.delete_mailbox(&mailbox.id).await
}
