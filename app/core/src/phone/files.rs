//! Files: those that were attached here, as long as their changes are kept; and documents of GLPI's that were fetched
//! when they were opened, as long as their tickets are; with these the histories of tickets that were asked for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Batch, EditError, NewChange, Phone, Table};
use crate::changes::{AttachFile, Target};
use crate::domain::{Act, History, acts};
use crate::ids::{ChangeId, FileHash, TicketKey};
use crate::outbox::{Queued, State};
use crate::time::Instant;
use crate::wire::Wish;

/// A document of GLPI's that is on the phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KeptDocument {
    /// Its ticket.
    pub ticket: TicketKey,
    /// Its number.
    pub id: u64,
}

/// Where the small picture of a file is kept; the file itself is under its hash alone.
pub fn preview_key(hash: &FileHash) -> String {
    format!("{hash}/small")
}

/// Where a document of GLPI's is kept.
pub fn document_key(document: &KeptDocument) -> String {
    format!("{}/{}", document.ticket, document.id)
}

/// Where the history of a ticket is kept.
pub fn history_key(ticket: &TicketKey) -> String {
    format!("{ticket}/history")
}

impl Phone {
    /// Attaches a file: the change, its bytes, and a small picture of it where there is one, are one batch.
    ///
    /// # Errors
    /// What is wrong with it; nothing is altered then.
    pub fn attach(
        &mut self,
        new: NewChange,
        bytes: &[u8],
        preview: Option<&[u8]>,
    ) -> Result<(ChangeId, Batch), EditError> {
        let hash = new.body.file().map(|file| file.hash.clone());
        let (id, mut batch) = self.edit(new)?;
        if let (Some(hash), false) = (hash, batch.is_empty()) {
            batch.put_bytes(Table::Files, hash.to_string(), bytes.to_vec());
            if let Some(preview) = preview {
                batch.put_bytes(Table::Files, preview_key(&hash), preview.to_vec());
            }
        }
        Ok((id, batch))
    }

    /// The change that put the same bytes on the same ticket, if one did and was not taken back.
    pub fn attached_before(&self, ticket: &TicketKey, hash: &FileHash) -> Option<&Queued> {
        let ticket = self.resolve(ticket);
        self.outbox.iter().find(|queued| {
            let same = |file: &AttachFile| file.hash == *hash;
            queued.change.ticket() == Some(&ticket)
                && queued.change.body.file().is_some_and(same)
                && is_wanted(queued)
        })
    }

    /// The files that the server has to have before it takes their changes, in order.
    pub fn unsent_files(&self) -> Vec<AttachFile> {
        let unsent = self.outbox.iter().filter(|q| q.state == State::Phone);
        let wanted = unsent.filter(|queued| is_wanted(queued));
        let mut files: Vec<AttachFile> = Vec::new();
        for file in wanted.filter_map(|queued| queued.change.body.file()) {
            if !files.iter().any(|other| other.hash == file.hash) {
                files.push(file.clone());
            }
        }
        files
    }

    /// Keeps a document that was fetched. One of a ticket that has left meanwhile is not kept.
    pub fn keep_document(&mut self, document: KeptDocument, bytes: Vec<u8>) -> Batch {
        let mut batch = Batch::default();
        if self.rows.get(&document.ticket).is_some() {
            batch.put_bytes(Table::Files, document_key(&document), bytes);
            self.meta.documents.insert(document);
            batch.put_meta(&self.meta);
        }
        batch
    }

    /// Whether a document of GLPI's is on the phone.
    pub fn has_document(&self, document: &KeptDocument) -> bool {
        self.meta.documents.contains(document)
    }

    /// Keeps a history that was read. One of a ticket that has left meanwhile is not kept.
    pub fn keep_history(&mut self, ticket: &TicketKey, history: &History) -> Batch {
        let mut batch = Batch::default();
        if self.rows.get(ticket).is_some() {
            batch.put_history(ticket, history);
            if self.meta.histories.insert(ticket.clone()) {
                batch.put_meta(&self.meta);
            }
        }
        batch
    }

    /// Whether a ticket's history is on the phone.
    pub fn has_history(&self, ticket: &TicketKey) -> bool {
        self.meta.histories.contains(ticket)
    }

    /// What is to be shown of a ticket's history, given what was told of it.
    pub fn acts(&self, ticket: &TicketKey, told: Option<&History>) -> Vec<Act> {
        acts(told, self.outbox.of_ticket(ticket))
    }

    /// The documents of a ticket that leaves go with it, and its history.
    pub(super) fn let_documents_go(&mut self, key: &TicketKey, batch: &mut Batch) {
        if self.meta.histories.remove(key) {
            batch.delete(Table::Files, history_key(key));
        }
        self.meta.documents.retain(|document| {
            let stays = document.ticket != *key;
            if !stays {
                batch.delete(Table::Files, document_key(document));
            }
            stays
        });
    }

    /// All files, for a phone that is cleared.
    pub(super) fn delete_files(&self, batch: &mut Batch) {
        for document in &self.meta.documents {
            batch.delete(Table::Files, document_key(document));
        }
        for ticket in &self.meta.histories {
            batch.delete(Table::Files, history_key(ticket));
        }
        for hash in self.hashes() {
            delete_file(&hash, batch);
        }
    }

    /// Drops what was settled long ago, and the files that nothing names any more.
    pub(super) fn prune(&mut self, now: Instant, batch: &mut Batch) {
        let before = self.hashes();
        for id in self.outbox.prune(now) {
            batch.delete_change(id);
        }
        let after = self.hashes();
        for hash in before.difference(&after) {
            delete_file(hash, batch);
        }
    }

    fn hashes(&self) -> BTreeSet<FileHash> {
        let files = self.outbox.iter();
        let files = files.filter_map(|queued| queued.change.body.file());
        files.map(|file| file.hash.clone()).collect()
    }
}

fn is_wanted(queued: &Queued) -> bool {
    !matches!(queued.state, State::Withdrawn { .. }) && queued.wish != Some(Wish::Withdraw)
}

fn delete_file(hash: &FileHash, batch: &mut Batch) {
    batch.delete(Table::Files, hash.to_string());
    batch.delete(Table::Files, preview_key(hash));
}

/// Lets changes pass that can be sent: none whose file the server does not have, and none behind one on its ticket.
pub(super) struct Gate<'a> {
    ready: &'a BTreeSet<FileHash>,
    waiting: Vec<Target>,
}

impl<'a> Gate<'a> {
    pub fn new(ready: &'a BTreeSet<FileHash>) -> Self {
        Self {
            ready,
            waiting: Vec::new(),
        }
    }

    /// Whether it can be sent now; the changes of a phone pass in their order.
    pub fn lets_pass(&mut self, queued: &Queued) -> bool {
        let change = &queued.change;
        let lacks = |file: &AttachFile| !self.ready.contains(&file.hash);
        // One that was taken back needs no file.
        if is_wanted(queued) && change.body.file().is_some_and(lacks) {
            self.waiting.push(change.target.clone());
        }
        !self.waiting.contains(&change.target)
    }
}
