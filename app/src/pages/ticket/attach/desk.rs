//! What was chosen, from the browser's answer to the queue.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::FileRefusal;
use tournee_core::ids::{ChangeId, TicketKey};
use web_sys::File;

use super::super::Open;
use super::super::composer::Note;
use super::prepare::{Ready, prepare};
use crate::components::Toasts;
use crate::contexts::EditFailure;
use crate::platform::files;
use crate::platform::intl::{Form, instant};
use crate::sync::edit_words;
use crate::text::{fill, t};

/// A chosen file that is not attached.
#[derive(Clone)]
pub struct Item {
    /// Its number on this desk.
    pub id: usize,
    /// What it is called.
    pub name: String,
    /// Why it is still here.
    pub stand: Stand,
}

/// Where a chosen file stands.
#[derive(Clone)]
pub enum Stand {
    /// It is being read and made small.
    Busy,
    /// It can't be sent.
    Refused(String),
    /// It can, but should it?
    Doubtful(String, Arc<Ready>),
    /// The phone could not keep it.
    Unsaved(String, Arc<Ready>),
}

/// The chosen files of one ticket.
#[derive(Clone, Copy)]
pub struct Desk {
    open: Open,
    toasts: Toasts,
    shown: RwSignal<bool>,
    next: StoredValue<usize>,
    /// Those that are not attached.
    pub items: RwSignal<Vec<Item>>,
    /// Pictures are wanted as they are.
    pub original: RwSignal<bool>,
    /// The note that is being written.
    pub note: Note,
    /// It goes with what is attached.
    pub with_note: RwSignal<bool>,
    /// It has gone.
    sent: StoredValue<Option<ChangeId>>,
}

impl Desk {
    /// An empty one.
    pub fn new(open: Open, note: Note, shown: RwSignal<bool>) -> Self {
        Self {
            open,
            toasts: Toasts::expect(),
            shown,
            next: StoredValue::new(0),
            items: RwSignal::new(Vec::new()),
            original: RwSignal::new(false),
            note,
            with_note: RwSignal::new(true),
            sent: StoredValue::new(None),
        }
    }

    /// Attaches what was chosen, one after the other: a phone has memory for one photo at a time.
    pub fn take(self, chosen: Vec<File>, camera: bool) {
        // The page may be gone before the last of them is ready; what was chosen is attached all the same.
        let key = self.open.key();
        let files: Vec<_> = chosen
            .into_iter()
            .map(|file| (self.put(&file), file))
            .collect();
        spawn_local(async move {
            for (id, file) in files {
                self.take_one(id, &file, &key, camera).await;
            }
        });
    }

    fn put(self, file: &File) -> usize {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let item = Item {
            id,
            name: file.name(),
            stand: Stand::Busy,
        };
        self.items.update(|items| items.push(item));
        id
    }

    async fn take_one(self, id: usize, file: &File, key: &TicketKey, camera: bool) {
        let lists = self.open.tournee.reference(&key.source).await;
        let rules = lists.map(|lists| lists.files).unwrap_or_default();
        let original = self.original.try_get_untracked().unwrap_or_default();
        let ready = match prepare(file, &rules, original, camera).await {
            Ok(ready) => Arc::new(ready),
            Err(words) => return self.say(id, &file.name(), Stand::Refused(words)),
        };
        let name = ready.file.name.clone();
        if let Some(words) = self.seen_before(key, &ready) {
            return self.say(id, &name, Stand::Doubtful(words, ready));
        }
        let unusual = rules.refuses(&name, ready.file.size);
        if unusual == Some(FileRefusal::UnusualType) {
            let words = t(|t| t.attach_unusual).to_owned();
            return self.say(id, &name, Stand::Doubtful(words, ready));
        }
        self.keep(id, key.clone(), ready).await;
    }

    /// The same bytes on the same ticket.
    fn seen_before(self, key: &TicketKey, ready: &Ready) -> Option<String> {
        let at = self.open.tournee.with_untracked(|phone| {
            let before = phone.attached_before(key, &ready.file.hash)?;
            Some(before.change.at)
        })?;
        let at = instant(at, Form::Full);
        Some(fill(t(|t| t.attach_twice), &[("at", &at)]))
    }

    /// Attaches it, whatever was said of it.
    pub fn attach(self, id: usize, ready: Arc<Ready>) {
        self.say(id, "", Stand::Busy);
        spawn_local(self.keep(id, self.open.key(), ready));
    }

    async fn keep(self, id: usize, key: TicketKey, ready: Arc<Ready>) {
        let (mut file, small) = (ready.file.clone(), ready.small.as_deref());
        let name = file.name.clone();
        file.note = match self.sent_note().await {
            Ok(note) => note,
            Err(failure) => {
                return self.say(id, &name, Stand::Unsaved(edit_words(&failure), ready));
            }
        };
        let made = self
            .open
            .tournee
            .attach(key, file, &ready.bytes, small)
            .await;
        match made {
            Ok(change) => {
                self.forget(id);
                let words = fill(t(|t| t.attach_made), &[("name", &name)]);
                self.toasts.made(words, change);
            }
            Err(failure) => self.say(id, &name, Stand::Unsaved(edit_words(&failure), ready)),
        }
    }

    /// The note that these files go with, where there is one: it is sent with the first of them that can be.
    async fn sent_note(self) -> Result<Option<ChangeId>, EditFailure> {
        if let Some(Some(sent)) = self.sent.try_get_value() {
            return Ok(Some(sent));
        }
        // The page may be gone: then nothing is being written any more.
        let wanted = self.with_note.try_get_untracked() == Some(true);
        if !wanted || untrack(|| self.note.is_empty()) {
            return Ok(None);
        }
        let sent = self.note.send().await?;
        self.sent.try_set_value(Some(sent));
        Ok(Some(sent))
    }

    /// Offers the file to be kept elsewhere: a photo of the camera's is nowhere else.
    pub fn save(self, ready: &Ready) {
        let file = &ready.file;
        if files::save(&file.name, &file.mime, &ready.bytes).is_err() {
            self.toasts.failed(t(|t| t.mail_file_unsaved));
        }
    }

    /// Takes a file off the desk; with the last one the sheet closes.
    pub fn forget(self, id: usize) {
        let left = self.items.try_update(|items| {
            items.retain(|item| item.id != id);
            items.len()
        });
        if left == Some(0) {
            self.shown.try_set(false);
        }
    }

    /// On the desk; where that is gone, at the foot of the screen: nothing that was chosen goes in silence.
    fn say(self, id: usize, name: &str, stand: Stand) {
        let said = match &stand {
            Stand::Busy => None,
            Stand::Refused(words) | Stand::Doubtful(words, _) | Stand::Unsaved(words, _) => {
                let item = [("name", name), ("words", words.as_str())];
                Some(fill(t(|t| t.attach_item), &item))
            }
        };
        let shown = self.items.try_update(|items| {
            if let Some(item) = items.iter_mut().find(|item| item.id == id) {
                item.stand = stand;
            }
        });
        if let (None, Some(said)) = (shown, said) {
            self.toasts.failed(said);
        }
    }
}
