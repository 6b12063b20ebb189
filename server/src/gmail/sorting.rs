//! The boxes of a thread, as Google has them now, and moving it between them.

use serde::Deserialize;
use tournee_core::domain::{MailBox, Thread};
use tournee_core::ids::{MailboxId, ThreadKey};

use super::client::Call;
use super::error::GmailError;
use super::gate::Haste;
use super::message::Message;
use super::order::Asked;
use super::reader::Stub;
use crate::app::Shared;
use crate::store::mails::{self, LabelIds, MailboxRecord};
use crate::store::{Connection, Stored};

/// The mails of a thread, by their labels alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Labelled {
    messages: Vec<Stub>,
    /// Of the last thing that was done to the thread.
    history_id: String,
    #[serde(skip)]
    asked: Asked,
}

/// History, as far as it is of labels.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Moves {
    history: Vec<Move>,
    next_page_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Move {
    labels_added: Vec<Moved>,
    labels_removed: Vec<Moved>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Moved {
    message: Stub,
    label_ids: Vec<String>,
}

impl Labelled {
    /// The labels of mails that were read.
    pub fn of(messages: &[Message]) -> Self {
        let stub = |message: &Message| Stub {
            id: message.id.clone(),
            thread_id: message.thread_id.clone(),
            label_ids: message.label_ids.clone(),
        };
        Self {
            messages: messages.iter().map(stub).collect(),
            ..Self::default()
        }
    }

    /// From where on its mailbox's history tells what becomes of the thread: as far as that was read, or from when the thread
    /// was last touched, whichever is later. Google forgets history after a week, and a thread may have rested for longer.
    pub fn history(&self, mailbox: &MailboxRecord) -> String {
        let read = mailbox.history.as_deref().unwrap_or_default();
        match number(read) > number(&self.history_id) {
            true => read.to_owned(),
            false => self.history_id.clone(),
        }
    }

    /// Whether it has labels of its owner's beside ours: one of them may be ours, deleted and made anew.
    pub fn has_others(&self, ours: &LabelIds) -> bool {
        let is_googles = |label: &str| label.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        let labels = self.messages.iter().flat_map(|stub| &stub.label_ids);
        let mut others = labels.filter(|label| !is_googles(label));
        others.any(|label| ours.all().into_iter().all(|id| id != label))
    }

    /// The boxes that show it.
    pub fn boxes(&self, ids: &LabelIds) -> Vec<MailBox> {
        let shown = self.messages.iter();
        let shown = shown.filter(|stub| !mails::is_hidden(&stub.label_ids));
        let labels: Vec<&String> = shown.flat_map(|stub| &stub.label_ids).collect();
        let has = |wanted: &str| !wanted.is_empty() && labels.iter().any(|label| *label == wanted);
        let inbox = has("INBOX");
        Thread::boxes_of(
            has(&ids.urgent),
            has(&ids.in_progress),
            has(&ids.done),
            inbox,
        )
    }
}

impl Shared {
    /// A thread's labels as Google has them now.
    ///
    /// # Errors
    /// Google; [`GmailError::NotFound`] where there is no such thread.
    pub async fn labelled(&self, key: &ThreadKey) -> Result<Labelled, GmailError> {
        let path = format!("threads/{}", plain(&key.id)?);
        let query = [
            ("format", "minimal"),
            ("fields", "messages(id,labelIds),historyId"),
        ];
        let call = Call::get(&path, &query, 40, Haste::Now);
        self.ask_for_labels(&key.mailbox, &call).await
    }

    async fn ask_for_labels(
        &self,
        mailbox: &MailboxId,
        call: &Call<'_>,
    ) -> Result<Labelled, GmailError> {
        let asked = self.mails.order.ask();
        let told: Labelled = self.ask_for(mailbox, call).await?;
        Ok(Labelled { asked, ..told })
    }

    /// Moves a thread into these boxes: each of the three labels is put on or taken off, and what is to be sorted comes
    /// back into the inbox. Other labels stay. A label that somebody deleted meanwhile is
    /// made again, once.
    ///
    /// # Errors
    /// Google; whether it was moved, the next look tells.
    pub async fn sort(
        &self,
        mailbox: &mut MailboxRecord,
        thread: &str,
        to: &[MailBox],
    ) -> Result<Labelled, GmailError> {
        if mailbox.labels.all().iter().any(|id| id.is_empty()) {
            *mailbox = self.with_labels(&mailbox.id).await?;
        }
        match self.modify(mailbox, thread, to).await {
            Err(GmailError::Refused { status: 400, .. }) => {
                *mailbox = self.with_labels(&mailbox.id).await?;
                self.modify(mailbox, thread, to).await
            }
            sorted => sorted,
        }
    }

    /// Whether a thread was put under one of the three labels, or taken from under one, since its mailbox's history went
    /// so far. Where that is forgotten, it may have been, unless the thread itself says that it was not touched.
    ///
    /// # Errors
    /// Google.
    pub async fn was_moved_since(
        &self,
        mailbox: &MailboxRecord,
        thread: &str,
        now: &Labelled,
        since: &str,
    ) -> Result<bool, GmailError> {
        // Nobody has touched it.
        if number(&now.history_id) <= number(since) {
            return Ok(false);
        }
        let ours = mailbox.labels.all();
        let is_move = |moved: &Moved| {
            let of_ours = |label: &String| ours.contains(&label.as_str());
            moved.message.thread_id == thread && moved.label_ids.iter().any(of_ours)
        };
        let mut page: Option<String> = None;
        loop {
            let mut query = vec![
                ("startHistoryId", since),
                ("historyTypes", "labelAdded"),
                ("historyTypes", "labelRemoved"),
            ];
            query.extend(page.as_deref().map(|page| ("pageToken", page)));
            let call = Call::get("history", &query, 2, Haste::Now);
            let read: Moves = match self.ask_for(&mailbox.id, &call).await {
                Err(GmailError::NotFound) => return Ok(true),
                read => read?,
            };
            let moves = read.history.iter();
            let mut moves =
                moves.flat_map(|one| one.labels_added.iter().chain(&one.labels_removed));
            if moves.any(is_move) {
                return Ok(true);
            }
            match read.next_page_token {
                Some(next) => page = Some(next),
                None => return Ok(false),
            }
        }
    }

    async fn modify(
        &self,
        mailbox: &MailboxRecord,
        thread: &str,
        to: &[MailBox],
    ) -> Result<Labelled, GmailError> {
        let path = format!("threads/{}/modify", plain(thread)?);
        let ids = &mailbox.labels;
        let labels = [
            (MailBox::Urgent, ids.urgent.as_str()),
            (MailBox::InProgress, &ids.in_progress),
            (MailBox::Done, &ids.done),
        ];
        let side = |wanted: bool| {
            let labels = labels.iter().filter(|(of, _)| to.contains(of) == wanted);
            labels.map(|(_, label)| *label).collect::<Vec<_>>()
        };
        let (mut add, remove) = (side(true), side(false));
        if to.contains(&MailBox::ToSort) {
            add.push("INBOX");
        }
        let wish = serde_json::json!({"addLabelIds": add, "removeLabelIds": remove});
        let query = [("fields", "messages(id,labelIds)")];
        let call = Call {
            method: "POST",
            body: Some(wish.to_string()),
            // Somebody may move it while an answer is waited for: it is looked at before it is moved again.
            is_once: true,
            ..Call::get(&path, &query, 10, Haste::Now)
        };
        self.ask_for_labels(&mailbox.id, &call).await
    }

    /// The mailbox with its three labels as they are now: one that was deleted in Gmail is made again.
    ///
    /// # Errors
    /// Google, or that there is no such mailbox.
    pub async fn with_labels(&self, id: &MailboxId) -> Result<MailboxRecord, GmailError> {
        let record = self.store.read().await?.mailbox(id).await?;
        let record = record.ok_or(GmailError::NoMailbox)?;
        let labels = self.labels(id, &record.labels).await?;
        self.keep_labels(id, labels).await
    }

    /// Puts a thread's labels on record, as Google told them, and tells of it. Not where somebody else's word of them came
    /// on record since it was asked: theirs may be the later one, and Google is to be asked again.
    ///
    /// # Errors
    /// The database.
    pub async fn note(
        &self,
        db: &mut Connection,
        mailbox: &MailboxRecord,
        key: &ThreadKey,
        labelled: &Labelled,
    ) -> Stored<bool> {
        if self.mails.order.has_any_since(key, labelled.asked) {
            return Ok(false);
        }
        self.mails.order.of_thread(key);
        for stub in &labelled.messages {
            if let Some(mut mail) = db.mail(&mailbox.id, &stub.id).await? {
                mail.labels.clone_from(&stub.label_ids);
                db.put_mail(&mailbox.id, &mail).await?;
            }
        }
        mails::publish(db, &mailbox.id, &key.id, self.clock.now()).await?;
        Ok(true)
    }

    /// Brings a thread's labels on record as they are now. Of one that is gone it is told as it is on record: what is left of it
    /// there, the next read lets go.
    ///
    /// # Errors
    /// Google, the database.
    pub async fn ask_again(&self, key: &ThreadKey) -> Result<(), GmailError> {
        loop {
            let labelled = match self.labelled(key).await {
                Err(GmailError::NotFound) => {
                    // Of what is on record no more, the next read would tell nobody.
                    let mut tx = self.store.write().await?;
                    mails::publish(&mut tx, &key.mailbox, &key.id, self.clock.now()).await?;
                    return Ok(tx.commit().await?);
                }
                labelled => labelled?,
            };
            let mut tx = self.store.write().await?;
            let record = tx.mailbox(&key.mailbox).await?;
            let record = record.ok_or(GmailError::NoMailbox)?;
            if self.note(&mut tx, &record, key, &labelled).await? {
                tx.commit().await?;
                return Ok(());
            }
        }
    }
}

/// History ids are decimal, and grow.
fn number(history: &str) -> u64 {
    history.parse().unwrap_or_default()
}

/// An id that becomes part of an address.
pub(super) fn plain(id: &str) -> Result<&str, GmailError> {
    let is_plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    is_plain.then_some(id).ok_or(GmailError::NotFound)
}
