//! Whole threads: read from storage when one is opened, and again whenever what the phone holds of it moves; and what
//! only the server has of them.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Thread, ThreadRow};
use tournee_core::ids::{MailboxId, ThreadKey};

use super::Tournee;
use crate::components::kept;
use crate::platform::device;
use crate::storage::StorageProblem;
use crate::sync::{ApiFailure, api};

/// One thread, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThreadView {
    /// Storage has not answered yet.
    Loading,
    /// The phone does not have it.
    Missing,
    /// Here it is, with what was fetched of it.
    Ready(Arc<Thread>),
}

impl Tournee {
    /// A thread, fresh for as long as the caller lives.
    pub fn thread(&self, key: ThreadKey) -> ReadSignal<ThreadView> {
        let tournee = *self;
        let view = RwSignal::new(ThreadView::Loading);
        let row = self.thread_row(key);
        let asked = StoredValue::new(0_u32);
        Effect::new(move |_| {
            let row = row.get();
            let number = asked.get_value() + 1;
            asked.set_value(number);
            spawn_local(async move {
                let read = match row {
                    Some(row) => tournee.stored_thread(&row).await,
                    None => ThreadView::Missing,
                };
                // A newer row may have been read faster.
                if asked.try_get_value() == Some(number) {
                    view.try_set(read);
                }
            });
        });
        view.read_only()
    }

    /// A thread's row. Moves whenever it was stored, also where the row itself says the same.
    pub fn thread_row(&self, key: ThreadKey) -> Memo<Option<Arc<ThreadRow>>> {
        let tournee = *self;
        Memo::new_with_compare(
            move |_| tournee.with(|phone| phone.threads().get(&key).cloned()),
            |last, now| match (last.and_then(Option::as_ref), now.and_then(Option::as_ref)) {
                (Some(last), Some(now)) => !Arc::ptr_eq(last, now),
                (None, None) => last.is_none(),
                _ => true,
            },
        )
    }

    /// The same with the changes on it laid over it.
    pub fn shown_thread_row(&self, key: ThreadKey) -> Memo<Option<ThreadRow>> {
        let tournee = *self;
        kept(move || tournee.with(|phone| phone.shown_thread_row(&key)))
    }

    async fn stored_thread(&self, row: &ThreadRow) -> ThreadView {
        match self.whole_thread(row).await {
            Ok(thread) => thread.map_or(ThreadView::Missing, |thread| {
                ThreadView::Ready(Arc::new(thread))
            }),
            Err(problem) => {
                self.storage_problem.set(Some(problem));
                ThreadView::Missing
            }
        }
    }

    /// A thread as the server last said it, if the phone has it.
    pub async fn base_thread(&self, key: &ThreadKey) -> Option<Thread> {
        match self.held().storage.thread(key).await {
            Ok(thread) => thread,
            Err(problem) => {
                self.storage_problem.set(Some(problem));
                None
            }
        }
    }

    /// A thread with what was fetched of it, if the phone has it.
    pub async fn opened_thread(&self, row: &ThreadRow) -> Option<Thread> {
        match self.stored_thread(row).await {
            ThreadView::Ready(thread) => Some(Arc::unwrap_or_clone(thread)),
            ThreadView::Loading | ThreadView::Missing => None,
        }
    }

    pub(super) async fn whole_thread(
        &self,
        row: &ThreadRow,
    ) -> Result<Option<Thread>, StorageProblem> {
        let held = self.held();
        let Some(mut thread) = held.storage.thread(&row.key).await? else {
            return Ok(None);
        };
        let lacking = |id: &str| row.kept.iter().any(|kept| kept == id);
        for mail in &mut thread.mails {
            if mail.body.is_none()
                && lacking(&mail.id)
                && let Some(opened) = held.storage.opened_mail(&row.key, &mail.id).await?
            {
                mail.body = opened.body;
                mail.attachments = opened.attachments;
            }
        }
        Ok(Some(thread))
    }

    /// Fetches a mail's body, and keeps it.
    ///
    /// # Errors
    /// The call's. What the storage can't keep, its banner says.
    pub async fn fetch_mail(&self, thread: &ThreadKey, mail: &str) -> Result<(), ApiFailure> {
        let opened = api::mail(&thread.mailbox, mail).await?;
        let _ = self
            .change(&mut |phone| phone.keep_mail(thread, &opened))
            .await;
        Ok(())
    }

    /// A file that came with a mail: from the phone, or else fetched, and kept.
    ///
    /// # Errors
    /// The call's.
    pub async fn file(
        &self,
        thread: &ThreadKey,
        mail: &str,
        part: &str,
    ) -> Result<Vec<u8>, ApiFailure> {
        let name = format!("{mail}/{part}");
        // What can't be read is as good as none: the server has it too.
        if let Ok(Some(bytes)) = self.held().storage.opened_file(thread, &name).await {
            return Ok(bytes);
        }
        let bytes = api::file(&thread.mailbox, mail, part).await?;
        // A phone without room shows it all the same.
        let _ = self
            .change(&mut |phone| phone.keep_file(thread, mail, part, bytes.clone()))
            .await;
        Ok(bytes)
    }

    /// Begins to connect a mailbox: the browser goes on at Google's page.
    ///
    /// # Errors
    /// The call's.
    pub async fn connect_mailbox(&self, shared: bool) -> Result<(), ApiFailure> {
        let start = api::connect_mailbox(shared).await?;
        device::go(&start.url);
        Ok(())
    }

    /// Gives a mailbox back: its mails leave the server, and this phone with the next exchange.
    ///
    /// # Errors
    /// The call's.
    pub async fn disconnect_mailbox(&self, mailbox: &MailboxId) -> Result<(), ApiFailure> {
        api::disconnect_mailbox(mailbox).await?;
        self.sync_now(true);
        Ok(())
    }
}
