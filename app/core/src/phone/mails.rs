//! Threads of mails: taken in, let go, and what was fetched of them when they were opened.

use std::collections::{BTreeMap, BTreeSet};

use super::{Absorbed, Batch, Phone, Table, opened_key};
use crate::changes::Classify;
use crate::domain::{Mail, MailBox, Thread, ThreadRow, UrgentBox};
use crate::ids::{ThreadKey, TicketKey};
use crate::overlay;

impl Phone {
    /// A thread's row as the screen shows it.
    pub fn shown_thread_row(&self, key: &ThreadKey) -> Option<ThreadRow> {
        let mut base = ThreadRow::clone(self.threads.get(key)?);
        base.ticket = base.ticket.or_else(|| self.made_of(key));
        Some(overlay::thread(&base, self.outbox.of_thread(key)))
    }

    /// A thread as the screen shows it, given its stored base.
    pub fn shown_thread(&self, base: &Thread) -> Thread {
        overlay::thread(base, self.outbox.of_thread(&base.key))
    }

    /// The move of a thread into a box, from where the screen shows it. None where the phone does not have it.
    pub fn classify(&self, key: &ThreadKey, to: MailBox) -> Option<Classify> {
        let shown = self.shown_thread_row(key)?;
        let mut mailboxes = self.meta.mailboxes.iter();
        let mailbox = mailboxes.find(|mailbox| mailbox.id == key.mailbox);
        let urgent = mailbox.map_or_else(UrgentBox::default, |mailbox| mailbox.urgent);
        Some(Classify::into(&shown.boxes, to, urgent))
    }

    /// The ticket of each thread that has one, as the screen shows them.
    pub fn tickets_of_threads(&self) -> BTreeMap<ThreadKey, TicketKey> {
        let changed = self.changed_threads();
        let rows = self.threads.iter();
        let linked = rows.filter_map(|row| {
            let ticket = match changed.contains(&row.key) {
                true => self.shown_thread_row(&row.key)?.ticket,
                false => row.ticket.clone(),
            };
            Some((row.key.clone(), self.resolve(&ticket?)))
        });
        linked.collect()
    }

    fn changed_threads(&self) -> BTreeSet<&ThreadKey> {
        let changed = self.outbox.iter().filter_map(|q| q.change.thread());
        changed.collect()
    }

    /// The threads of a ticket, as the screen shows them, the newest first.
    pub fn threads_of(&self, ticket: &TicketKey) -> Vec<ThreadRow> {
        let changed = self.changed_threads();
        let rows = self.threads.iter();
        let shown = rows.filter_map(|row| match changed.contains(&row.key) {
            true => self.shown_thread_row(&row.key),
            false => (row.ticket.as_ref() == Some(ticket)).then(|| ThreadRow::clone(row)),
        });
        let is_its = |row: &ThreadRow| {
            row.ticket
                .as_ref()
                .is_some_and(|of| self.resolve(of) == *ticket)
        };
        let mut rows: Vec<ThreadRow> = shown.filter(is_its).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        rows
    }

    /// Keeps a mail that was fetched because the feed brought it without its body. One of a thread that has left
    /// meanwhile is not kept.
    pub fn keep_mail(&mut self, thread: &ThreadKey, mail: &Mail) -> Batch {
        let mut batch = Batch::default();
        if self.keep(thread, mail.id.clone(), &mut batch) {
            batch.put_opened(thread, mail);
        }
        batch
    }

    /// Keeps a file that was fetched.
    pub fn keep_file(
        &mut self,
        thread: &ThreadKey,
        mail: &str,
        part: &str,
        bytes: Vec<u8>,
    ) -> Batch {
        let mut batch = Batch::default();
        let name = format!("{mail}/{part}");
        if self.keep(thread, name.clone(), &mut batch) {
            batch.put_bytes(Table::Opened, opened_key(thread, &name), bytes);
        }
        batch
    }

    fn keep(&mut self, thread: &ThreadKey, name: String, batch: &mut Batch) -> bool {
        let Some(row) = self.threads.get(thread) else {
            return false;
        };
        let mut row = ThreadRow::clone(row);
        if !row.kept.contains(&name) {
            row.kept.push(name);
        }
        // Also one that was kept before: whoever shows the thread sees by its new row that there is something to read.
        self.threads.insert(row);
        self.threads.write_dirty(batch);
        true
    }

    pub(super) fn take_thread(
        &mut self,
        thread: &Thread,
        batch: &mut Batch,
        absorbed: &mut Absorbed,
    ) {
        let kept = match self.threads.get(&thread.key) {
            Some(row) => still_of_use(thread, row, batch),
            None => Vec::new(),
        };
        self.meta.unconfirmed_threads.remove(&thread.key);
        self.threads.insert(ThreadRow::of(thread, kept));
        batch.put_thread(thread);
        self.texts.add_thread(thread);
        absorbed.threads.insert(thread.key.clone());
    }

    pub(super) fn let_thread_go(
        &mut self,
        key: ThreadKey,
        batch: &mut Batch,
        absorbed: &mut Absorbed,
    ) {
        if let Some(row) = self.threads.get(&key).cloned() {
            batch.delete_thread(&row);
            self.threads.remove(&key);
        }
        self.meta.unconfirmed_threads.remove(&key);
        absorbed.threads.insert(key);
    }

    /// A new life of the server has told all that it knows: threads that it did not name are gone, but for those of a
    /// mailbox that it is still reading.
    pub(super) fn let_unconfirmed_threads_go(
        &mut self,
        batch: &mut Batch,
        absorbed: &mut Absorbed,
    ) {
        let being_read = |key: &ThreadKey| {
            let mut mailboxes = self.meta.mailboxes.iter();
            mailboxes.any(|mailbox| mailbox.id == key.mailbox && mailbox.refreshed_at.is_none())
        };
        let unconfirmed = std::mem::take(&mut self.meta.unconfirmed_threads);
        let (waiting, gone): (BTreeSet<_>, Vec<_>) = {
            let (waiting, gone): (Vec<_>, Vec<_>) = unconfirmed.into_iter().partition(being_read);
            (waiting.into_iter().collect(), gone)
        };
        self.meta.unconfirmed_threads = waiting;
        for key in gone {
            self.let_thread_go(key, batch, absorbed);
        }
    }
}

/// What was kept of a thread that comes anew: no mail that has left it, and none that has its body with it now.
fn still_of_use(thread: &Thread, row: &ThreadRow, batch: &mut Batch) -> Vec<String> {
    let (kept, done): (Vec<_>, Vec<_>) = row.kept.iter().cloned().partition(|name| {
        let (id, is_file) = match name.split_once('/') {
            Some((id, _)) => (id, true),
            None => (name.as_str(), false),
        };
        let mut mails = thread.mails.iter();
        mails.any(|mail| mail.id == id && (is_file || mail.body.is_none()))
    });
    for name in done {
        batch.delete(Table::Opened, opened_key(&thread.key, &name));
    }
    kept
}
