//! What moved in a mailbox, into the store and the feeds: by history, where that reaches back far enough.

use std::collections::{BTreeMap, BTreeSet};

use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use tournee_core::ids::{MailboxId, ThreadKey};

use super::client::{Call, read};
use super::config::Answers;
use super::error::GmailError;
use super::gate::Haste;
use super::message::{HEADERS, Message};
use super::order::Asked;
use crate::app::Shared;
use crate::mutation::Mutation;
use crate::store::mails::{self, LabelIds, MailRecord, MailboxRecord};
use crate::store::{Connection, Stored, rules};

/// Mails that are read before they are stored and told, at a full read.
pub(super) const BATCH: usize = 25;
/// Requests of one mailbox at a time, one less than Google and the gate allow: a person's own goes between.
pub(super) const AT_ONCE: usize = 4;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Listed {
    pub messages: Vec<Stub>,
    pub next_page_token: Option<String>,
}

/// A message by its ids alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Stub {
    /// Its id.
    pub id: String,
    /// Its thread's.
    pub thread_id: String,
    /// Its labels'.
    pub label_ids: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Conversation {
    pub messages: Vec<Message>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct History {
    history: Vec<Record>,
    history_id: String,
    next_page_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Record {
    messages_added: Vec<Moved>,
    messages_deleted: Vec<Moved>,
    labels_added: Vec<Moved>,
    labels_removed: Vec<Moved>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Moved {
    message: Stub,
}

/// What is known of one mail in the end.
pub(super) enum Fate {
    /// It may be new, or another than it was.
    Now(Stub),
    Deleted,
}

impl Shared {
    /// Reads what moved in a mailbox.
    ///
    /// ## Control flow
    /// 1. The three labels: one that is gone is made again.
    /// 2. By history, where it reaches back far enough; the id is kept after the last page only.
    /// 3. Else all: the id is taken *before* the lists are, so that what moves meanwhile is seen the next time.
    ///
    /// # Errors
    /// Google; what was stored stays, and the next read goes on from there.
    pub(super) async fn read_mailbox(&self, id: &MailboxId) -> Result<(), GmailError> {
        let record = self.store.read().await?.mailbox(id).await?;
        let record = record.ok_or(GmailError::NoMailbox)?;
        let labels = self.labels(id, &record.labels).await?;
        let record = self.keep_labels(id, labels).await?;
        let read = match &record.history {
            Some(since) => self.read_history(&record, since).await,
            None => Err(GmailError::NotFound),
        };
        let history = match read {
            Err(GmailError::NotFound) => self.read_all(&record).await?,
            read => read?,
        };
        let now = self.clock.now();
        let labels = record.labels;
        self.remember(id, |record| {
            // Where they are others by now, all is to be read once more.
            if record.labels == labels {
                record.history = Some(history);
            }
            record.refreshed_at = Some(now);
        })
        .await?;
        Ok(())
    }

    /// Alters a mailbox's row, as it is by now.
    pub(super) async fn remember(
        &self,
        id: &MailboxId,
        alter: impl FnOnce(&mut MailboxRecord),
    ) -> Result<MailboxRecord, GmailError> {
        let mut tx = self.store.write().await?;
        let mut record = tx.mailbox(id).await?.ok_or(GmailError::NoMailbox)?;
        let before = record.clone();
        alter(&mut record);
        if record != before {
            tx.put_mailbox(&record).await?;
        }
        tx.commit().await?;
        Ok(record)
    }

    async fn read_history(
        &self,
        record: &MailboxRecord,
        since: &str,
    ) -> Result<String, GmailError> {
        let asked = self.mails.order.ask();
        let mut fates = BTreeMap::new();
        let mut page: Option<String> = None;
        let fields = "history(messagesAdded/message(id,threadId,labelIds),messagesDeleted/message/id,\
                      labelsAdded/message(id,threadId,labelIds),labelsRemoved/message(id,threadId,labelIds)),\
                      historyId,nextPageToken";
        let until = loop {
            let mut query = vec![
                ("startHistoryId", since),
                ("maxResults", "500"),
                ("fields", fields),
            ];
            query.extend(page.as_deref().map(|page| ("pageToken", page)));
            let history: History = self
                .ask_for(&record.id, &Call::get("history", &query, 2, Haste::Now))
                .await?;
            for one in history.history {
                sum_up(one, &mut fates);
            }
            match history.next_page_token {
                Some(next) => page = Some(next),
                None => break history.history_id,
            }
        };
        if self.mutated(Mutation::HistoryEarly) {
            let until = Some(until.clone());
            self.remember(&record.id, |record| record.history = until)
                .await?;
        }
        self.apply(record, fates, asked).await?;
        Ok(until)
    }

    /// Brings the store to what Google said when it was asked: a known mail's labels need no request, unless its thread came
    /// on record by itself since.
    pub(super) async fn apply(
        &self,
        record: &MailboxRecord,
        fates: BTreeMap<String, Fate>,
        asked: Asked,
    ) -> Result<(), GmailError> {
        let mut unknown = Vec::new();
        let mut threads = BTreeSet::new();
        let mut tx = self.store.write().await?;
        for (id, fate) in fates {
            match (tx.mail(&record.id, &id).await?, fate) {
                (Some(mut mail), Fate::Now(stub)) => {
                    mail.labels = stub.label_ids;
                    tx.put_mail(&record.id, &mail).await?;
                    threads.insert(mail.thread);
                }
                (Some(mail), Fate::Deleted) => {
                    tx.delete_mail(&record.id, &id).await?;
                    threads.insert(mail.thread);
                }
                (None, Fate::Now(stub)) => {
                    let wanted = is_wanted(&stub.label_ids, &record.labels);
                    if wanted || goes_on(&mut tx, record, &stub).await? {
                        unknown.push(stub);
                    }
                }
                (None, Fate::Deleted) => {}
            }
        }
        let doubted = self.tell_of(&mut tx, record, threads, asked).await?;
        tx.commit().await?;
        self.ask_again_for(doubted).await?;
        self.fetch_new(record, unknown).await
    }

    /// Tells of threads that were read. Those that came on record by themselves since that was asked are to be looked at
    /// once more first: their labels may be of before.
    async fn tell_of(
        &self,
        db: &mut Connection,
        record: &MailboxRecord,
        threads: BTreeSet<String>,
        asked: Asked,
    ) -> Stored<Vec<ThreadKey>> {
        let now = self.clock.now();
        let mut doubted = Vec::new();
        for id in threads {
            let key = ThreadKey {
                mailbox: record.id.clone(),
                id,
            };
            match self.mails.order.has_thread_since(&key, asked) {
                true => doubted.push(key),
                false => mails::publish(db, &record.id, &key.id, now).await?,
            }
        }
        self.mails.order.of_mailbox(&record.id);
        Ok(doubted)
    }

    async fn ask_again_for(&self, threads: Vec<ThreadKey>) -> Result<(), GmailError> {
        for key in threads {
            self.ask_again(&key).await?;
        }
        Ok(())
    }

    /// Mails that history told of. One that goes on a thread of which nothing is held but what was sent brings all of it: the
    /// thread was of no concern until now, though it may have been answered from here.
    async fn fetch_new(&self, record: &MailboxRecord, stubs: Vec<Stub>) -> Result<(), GmailError> {
        let (mut wanted, mut threads) = (Vec::new(), BTreeSet::new());
        for stub in stubs {
            let begins = stub.thread_id == stub.id;
            let mut db = self.store.read().await?;
            let held = db.mails_of(&record.id, &stub.thread_id).await?;
            let is_sent = |mail: &MailRecord| mail.labels.iter().any(|label| label == "SENT");
            match begins || !held.iter().all(is_sent) {
                true => wanted.push((stub.id, true)),
                false => {
                    threads.insert(stub.thread_id);
                }
            }
        }
        for batch in wanted.chunks(BATCH) {
            self.fetch(record, batch, Haste::Now).await?;
        }
        self.fetch_threads(record, &threads, Haste::Now).await
    }

    /// Reads whole threads, also what of them is in no box. One that is gone meanwhile is none.
    pub(super) async fn fetch_threads(
        &self,
        record: &MailboxRecord,
        threads: &BTreeSet<String>,
        haste: Haste,
    ) -> Result<(), GmailError> {
        for thread in threads {
            let asked = self.mails.order.ask();
            let path = format!("threads/{thread}");
            let query = [(
                "fields",
                "messages(id,threadId,labelIds,snippet,internalDate,payload)",
            )];
            match self
                .ask_for::<Conversation>(&record.id, &Call::get(&path, &query, 40, haste))
                .await
            {
                Ok(read) => {
                    let whole = read.messages.into_iter().map(|one| (one, true));
                    self.put(record, whole.collect(), asked).await?;
                }
                Err(GmailError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads a message that has just come to be, and tells of its thread.
    ///
    /// # Errors
    /// Google.
    pub async fn take_in_message(
        &self,
        record: &MailboxRecord,
        message: &str,
    ) -> Result<(), GmailError> {
        self.fetch(record, &[(message.to_owned(), true)], Haste::Now)
            .await
    }

    /// Reads mails, stores them and tells of their threads.
    pub(super) async fn fetch(
        &self,
        record: &MailboxRecord,
        wanted: &[(String, bool)],
        haste: Haste,
    ) -> Result<(), GmailError> {
        let asked = self.mails.order.ask();
        let mut reads = Vec::with_capacity(wanted.len());
        for (id, whole) in wanted {
            reads.push(self.message(&record.id, id, *whole, haste).boxed());
        }
        let read: Vec<Option<(Message, bool)>> = futures::stream::iter(reads)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let read = read.into_iter().flatten().collect();
        self.put(record, read, asked).await
    }

    async fn put(
        &self,
        record: &MailboxRecord,
        read: Vec<(Message, bool)>,
        asked: Asked,
    ) -> Result<(), GmailError> {
        let mut rows = Vec::new();
        for (message, whole) in read {
            // Before the write begins: bodies take time to be made safe.
            let mail = message.mail(&record.id, whole);
            rows.push(mails::pack(&mail, &message.thread_id, &message.label_ids)?);
        }
        let mut tx = self.store.write().await?;
        let came = rules::came(&mut tx, &record.id, &rows).await?;
        for row in &rows {
            tx.put_mail(&record.id, row).await?;
        }
        let answers = self.google()?.config.answers != Answers::No;
        let mut rings = false;
        for came in &came {
            if rules::concerns(&mut tx, came, answers).await? {
                tx.put_new_mail(&came.new).await?;
                rings = true;
            }
        }
        let threads = rows.into_iter().map(|row| row.thread).collect();
        let doubted = self.tell_of(&mut tx, record, threads, asked).await?;
        tx.commit().await?;
        if rings {
            self.mails.arrived.notify_one();
        }
        self.ask_again_for(doubted).await
    }

    /// One message; none where it is gone meanwhile. One that is too odd to be read whole is read by its head.
    pub(super) async fn message(
        &self,
        id: &MailboxId,
        message: &str,
        whole: bool,
        haste: Haste,
    ) -> Result<Option<(Message, bool)>, GmailError> {
        let path = format!("messages/{message}");
        let mut query = vec![(
            "fields",
            "id,threadId,labelIds,snippet,internalDate,payload",
        )];
        if !whole {
            query.push(("format", "metadata"));
            query.extend(HEADERS.map(|name| ("metadataHeaders", name)));
        }
        let response = match self.ask(id, &Call::get(&path, &query, 20, haste)).await {
            Ok(response) => response,
            Err(GmailError::NotFound) => return Ok(None),
            // One mail that Google itself can't show must not keep the others away.
            Err(GmailError::Refused {
                status: 400, words, ..
            }) => {
                tracing::warn!(mailbox = %id, words, "Google refuses to show a message");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        match read::<Message>(&response) {
            Ok(read) => Ok(Some((read, whole))),
            Err(_) if whole => Box::pin(self.message(id, message, false, haste)).await,
            Err(error) => Err(error),
        }
    }
}

/// Archived before it was ever read, it belongs to its thread all the same, where that is held.
async fn goes_on(db: &mut Connection, record: &MailboxRecord, stub: &Stub) -> Stored<bool> {
    let held = db.mails_of(&record.id, &stub.thread_id).await?;
    Ok(!mails::is_hidden(&stub.label_ids) && !held.is_empty())
}

/// Drafts, spam and what is archived without a label are of no concern; what the owner sent belongs to its thread.
fn is_wanted(labels: &[String], ours: &LabelIds) -> bool {
    let has = |wanted: &str| labels.iter().any(|label| label == wanted);
    !mails::is_hidden(labels) && (has("INBOX") || has("SENT") || ours.all().into_iter().any(has))
}

fn sum_up(record: Record, fates: &mut BTreeMap<String, Fate>) {
    let Record {
        messages_added,
        messages_deleted,
        labels_added,
        labels_removed,
    } = record;
    for moved in messages_added
        .into_iter()
        .chain(labels_added)
        .chain(labels_removed)
    {
        fates.insert(moved.message.id.clone(), Fate::Now(moved.message));
    }
    for moved in messages_deleted {
        fates.insert(moved.message.id, Fate::Deleted);
    }
}
