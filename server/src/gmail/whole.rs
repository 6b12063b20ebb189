//! All of a mailbox that is of concern, where its history does not reach: lists, and what is not held of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tournee_core::ids::{MailboxId, ThreadKey};

use super::client::Call;
use super::error::GmailError;
use super::gate::Haste;
use super::order::Asked;
use super::reader::{BATCH, Fate, Listed, Stub};
use crate::app::Shared;
use crate::store::Stored;
use crate::store::mails::{self, MailboxRecord};

/// Mails whose bodies are read at a full read, beside those of the three labels.
const BODIES: usize = 200;
/// Of each list, the newest so many mails are kept; older ones are found by searching.
const MOST_LISTED: usize = 20_000;
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Profile {
    history_id: String,
}

/// What lists of a mailbox say together.
#[derive(Default)]
struct Lists {
    /// Labels by mail, those of the lists only.
    labels: BTreeMap<String, Vec<String>>,
    threads: BTreeSet<String>,
    /// The three labels.
    marked: Vec<String>,
}

impl Lists {
    /// Of mails that are listed, those that were not read.
    fn add_unread(&mut self, stubs: Vec<Stub>) {
        for stub in stubs {
            if let Some(labels) = self.labels.get_mut(&stub.id)
                && !labels.iter().any(|label| label == "UNREAD")
            {
                labels.push("UNREAD".to_owned());
            }
        }
    }

    fn add(&mut self, label: &str, stubs: Vec<Stub>) {
        for stub in stubs {
            self.labels
                .entry(stub.id)
                .or_default()
                .push(label.to_owned());
            self.threads.insert(stub.thread_id);
        }
    }

    /// Whether a mail that lacks this label here lacks it.
    fn tells_of(&self, label: &str) -> bool {
        matches!(label, "INBOX" | "UNREAD") || self.marked.iter().any(|marked| marked == label)
    }

    /// Threads whose first mail, which has the thread's own id, is neither listed nor held: it was archived before another
    /// one came.
    fn beheaded(&self, there: &BTreeSet<String>) -> BTreeSet<String> {
        let known = |id: &String| self.labels.contains_key(id) || there.contains(id);
        let threads = self.threads.iter();
        threads.filter(|thread| !known(thread)).cloned().collect()
    }

    /// Whether a mail is of a listed thread, and neither listed nor held itself.
    fn misses(&self, stub: &Stub, there: &BTreeSet<String>) -> bool {
        self.threads.contains(&stub.thread_id)
            && !self.labels.contains_key(&stub.id)
            && !there.contains(&stub.id)
    }

    /// What is not held yet, newest first (ids grow with time), and whether its body is to be read: of the newest, and
    /// of those of the three labels.
    fn missing(&self, there: &BTreeSet<String>) -> Vec<(String, bool)> {
        let newest = self.labels.iter().rev().enumerate();
        newest
            .map(|(place, (id, labels))| {
                let is_marked = labels.iter().any(|label| self.marked.contains(label));
                (id.clone(), place < BODIES || is_marked)
            })
            .filter(|(id, _)| !there.contains(id))
            .collect()
    }
}

impl Shared {
    pub(super) async fn read_all(&self, record: &MailboxRecord) -> Result<String, GmailError> {
        let query = [("fields", "historyId")];
        let profile: Profile = self
            .ask_for(&record.id, &Call::get("profile", &query, 1, Haste::Now))
            .await?;
        let asked = self.mails.order.ask();
        let mut lists = self.lists(record).await?;
        if self.lacks_any(record, &lists).await? {
            // One that was moved while the labels were listed, from one that came later to one that had been, is in none.
            let again = self.lists(record).await?;
            lists.threads.extend(again.threads);
        }
        let there = self.let_go(record, &lists, asked).await?;
        let missing = lists.missing(&there);
        // A person waits for the first ones; the others take their time.
        let (first, others) = missing.split_at(missing.len().min(BODIES));
        for (wanted, haste) in [(first, Haste::Now), (others, Haste::Idle)] {
            for batch in wanted.chunks(BATCH) {
                self.fetch(record, batch, haste).await?;
            }
        }
        self.fetch_unlisted(record, &lists, &there).await?;
        self.relabel(record, &lists, &there, asked).await?;
        Ok(profile.history_id)
    }

    /// What belongs to the threads of the lists and is in none of them: archived without a label, before it was ever read.
    async fn fetch_unlisted(
        &self,
        record: &MailboxRecord,
        lists: &Lists,
        there: &BTreeSet<String>,
    ) -> Result<(), GmailError> {
        let beheaded = lists.beheaded(there);
        self.fetch_threads(record, &beheaded, Haste::Idle).await?;
        let all = self.list(&record.id, &[], Haste::Idle).await?;
        let unlisted: Vec<(String, bool)> = all
            .into_iter()
            .filter(|stub| lists.misses(stub, there) && !beheaded.contains(&stub.thread_id))
            .map(|stub| (stub.id, true))
            .collect();
        for batch in unlisted.chunks(BATCH) {
            self.fetch(record, batch, Haste::Idle).await?;
        }
        Ok(())
    }

    async fn lists(&self, record: &MailboxRecord) -> Result<Lists, GmailError> {
        let mut lists = Lists::default();
        for label in record.labels.all().into_iter().chain(["INBOX"]) {
            lists.add(label, self.list(&record.id, &[label], Haste::Now).await?);
        }
        // What the owner answered belongs to its thread, though it is in none of them.
        let mut sent = self.list(&record.id, &["SENT"], Haste::Now).await?;
        sent.retain(|stub| lists.threads.contains(&stub.thread_id));
        lists.add("SENT", sent);
        // One that was archived with its label may be unread too, and so may what the owner sent.
        for label in record.labels.all().into_iter().chain(["INBOX", "SENT"]) {
            let unread = self
                .list(&record.id, &[label, "UNREAD"], Haste::Now)
                .await?;
            lists.add_unread(unread);
        }
        lists.marked = record.labels.all().map(str::to_owned).to_vec();
        Ok(lists)
    }

    /// The newest mails that have all of these labels; of none: of all but the bins.
    async fn list(
        &self,
        id: &MailboxId,
        labels: &[&str],
        haste: Haste,
    ) -> Result<Vec<Stub>, GmailError> {
        let mut all = Vec::new();
        let mut page: Option<String> = None;
        loop {
            let mut query = vec![
                ("maxResults", "500"),
                ("fields", "messages(id,threadId),nextPageToken"),
            ];
            query.extend(labels.iter().map(|label| ("labelIds", *label)));
            query.extend(page.as_deref().map(|page| ("pageToken", page)));
            let listed: Listed = self
                .ask_for(id, &Call::get("messages", &query, 5, haste))
                .await?;
            all.extend(listed.messages);
            match listed.next_page_token {
                Some(next) if all.len() < MOST_LISTED => page = Some(next),
                _ => return Ok(all),
            }
        }
    }

    async fn lacks_any(&self, record: &MailboxRecord, lists: &Lists) -> Stored<bool> {
        let held = self.store.read().await?.mail_ids(&record.id).await?;
        Ok(held
            .iter()
            .any(|(_, thread)| !lists.threads.contains(thread)))
    }

    /// Threads that are held of before and in none of the lists are gone, or of no concern any more, unless they came on
    /// record since the lists were asked for. Answers the mails that stay.
    async fn let_go(
        &self,
        record: &MailboxRecord,
        lists: &Lists,
        asked: Asked,
    ) -> Result<BTreeSet<String>, GmailError> {
        let came_since = |thread: &String| {
            let (mailbox, id) = (record.id.clone(), thread.clone());
            let key = ThreadKey { mailbox, id };
            self.mails.order.has_thread_since(&key, asked)
        };
        let mut tx = self.store.write().await?;
        let (mut there, mut left) = (BTreeSet::new(), BTreeSet::new());
        for (id, thread) in tx.mail_ids(&record.id).await? {
            if lists.threads.contains(&thread) || came_since(&thread) {
                there.insert(id);
            } else {
                tx.delete_mail(&record.id, &id).await?;
                left.insert(thread);
            }
        }
        let now = self.clock.now();
        for thread in left {
            mails::publish(&mut tx, &record.id, &thread, now).await?;
        }
        tx.commit().await?;
        Ok(there)
    }

    /// Mails that were held before a full read may have other labels by now; the lists say so without a request. One
    /// that is in none of them is asked for: it is archived, or gone.
    async fn relabel(
        &self,
        record: &MailboxRecord,
        lists: &Lists,
        there: &BTreeSet<String>,
        asked: Asked,
    ) -> Result<(), GmailError> {
        let mut fates = BTreeMap::new();
        for id in there {
            let Some(now) = lists.labels.get(id) else {
                let query = [("format", "minimal"), ("fields", "id,threadId,labelIds")];
                let path = format!("messages/{id}");
                let stub = self
                    .ask_for::<Stub>(&record.id, &Call::get(&path, &query, 20, Haste::Idle))
                    .await;
                fates.insert(
                    id.clone(),
                    match stub {
                        Ok(stub) => Fate::Now(stub),
                        Err(GmailError::NotFound) => Fate::Deleted,
                        Err(error) => return Err(error),
                    },
                );
                continue;
            };
            let Some(held) = self.store.read().await?.mail(&record.id, id).await? else {
                continue;
            };
            let mut labels = held.labels.clone();
            labels.retain(|label| !lists.tells_of(label));
            labels.extend(now.iter().cloned());
            let same = labels.iter().collect::<BTreeSet<_>>() == held.labels.iter().collect();
            if !same {
                fates.insert(
                    id.clone(),
                    Fate::Now(Stub {
                        id: held.id,
                        thread_id: held.thread,
                        label_ids: labels,
                    }),
                );
            }
        }
        self.apply(record, fates, asked).await
    }
}
