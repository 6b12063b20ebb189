//! Changing the phone: on the disk first, on the screen after.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, Target};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::phone::{Batch, EditError, NewChange, Phone};
use tournee_core::wire::Wish;

use super::Tournee;
use crate::platform::tabs::News;
use crate::platform::{clock, device, worker};
use crate::storage::{CommitError, StorageProblem};

/// What the phone makes of a change: its name, and the writes that keep it.
type Made = Result<(ChangeId, Batch), EditError>;

/// How often a change is done again because other tabs were faster.
const TRIES: usize = 8;

/// Why a change was not made. What was typed is still where it was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditFailure {
    /// The change itself.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageProblem),
}

/// How the phone makes a change, with whatever goes with it into its batch.
pub(super) type Make<'a> = dyn Fn(&mut Phone, NewChange) -> Made + 'a;

impl Tournee {
    /// Makes a change. When this resolves it is on the disk, and the next frame shows it.
    ///
    /// # Errors
    /// What is wrong with it, or with the storage; nothing is changed then.
    pub async fn edit(
        &self,
        target: Target,
        body: ChangeBody,
        replaces: Option<ChangeId>,
    ) -> Result<ChangeId, EditFailure> {
        self.make(target, body, replaces, &Phone::edit).await
    }

    /// Opens a closed ticket again, and does behind that what waits for it.
    ///
    /// # Errors
    /// As [`Tournee::edit`].
    pub async fn reopen_for(
        &self,
        target: Target,
        reopening: ChangeBody,
        waiting: ChangeId,
    ) -> Result<ChangeId, EditFailure> {
        let again = clock::new_change();
        self.make(target, reopening, None, &|phone: &mut Phone, new| {
            phone.reopen_for(new, again, waiting)
        })
        .await
    }

    /// Makes the change that records the time that runs, and stops it.
    ///
    /// # Errors
    /// As [`Tournee::edit`]; the time goes on then.
    pub async fn record_timer(
        &self,
        ticket: TicketKey,
        body: ChangeBody,
    ) -> Result<ChangeId, EditFailure> {
        self.make(ticket.into(), body, None, &Phone::record_timer)
            .await
    }

    /// The same, with whatever goes with the change into its batch.
    pub(super) async fn make(
        &self,
        target: Target,
        body: ChangeBody,
        replaces: Option<ChangeId>,
        how: &Make<'_>,
    ) -> Result<ChangeId, EditFailure> {
        let id = clock::new_change();
        let new = NewChange {
            id,
            phone_clock: clock::now(),
            target,
            body,
            replaces,
        };
        let mut refused = None;
        let mut apply = |phone: &mut Phone| match how(phone, new.clone()) {
            Ok((_, batch)) => batch,
            Err(error) => {
                refused = Some(error);
                Batch::default()
            }
        };
        self.change_and(&mut apply, Self::his_own_moved).await?;
        match refused {
            Some(error) => Err(error.into()),
            None => {
                self.sync_soon();
                Ok(id)
            }
        }
    }

    /// Asks something of a change that is not settled.
    ///
    /// # Errors
    /// The storage's.
    pub async fn wish(&self, id: ChangeId, wish: Wish) -> Result<(), StorageProblem> {
        self.change(&mut |phone| phone.wish(id, wish)).await?;
        self.sync_soon();
        Ok(())
    }

    /// The technician has seen these tickets.
    pub async fn look(&self, keys: Vec<TicketKey>) {
        // A storage that fails here says so in its banner; the tickets stay marked as news.
        let _ = self
            .change(&mut |phone| phone.look(keys.iter().cloned()))
            .await;
    }

    /// Changes the phone.
    ///
    /// ## Control flow
    /// 1. One at a time; memory that may be behind is read again first.
    /// 2. The change is made on a copy and its batch committed. Only then does the copy take the phone's place, and
    ///    signals move: memory never holds what the disk does not, whatever becomes of the transaction.
    /// 3. Another tab stored something meanwhile, or a connection was lost and the batch lasts all the same: read
    ///    that, make the change again on it. A change that is there already is not made twice.
    /// 4. The storage can't: memory is read again, and the screen with it.
    pub(super) async fn change(
        &self,
        apply: &mut dyn FnMut(&mut Phone) -> Batch,
    ) -> Result<(), StorageProblem> {
        self.change_and(apply, Self::moved).await
    }

    async fn change_and(
        &self,
        apply: &mut dyn FnMut(&mut Phone) -> Batch,
        moved: fn(&Self),
    ) -> Result<(), StorageProblem> {
        let held = self.held();
        let _turn = held.turn.lock().await;
        let mut reread = false;
        for _ in 0..TRIES {
            if held.stale.get() {
                held.reload()
                    .await
                    .map_err(|problem| self.trouble(problem))?;
                reread = true;
            }
            let mut next = held.phone.borrow().clone();
            let batch = apply(&mut next);
            if batch.is_empty() {
                if reread {
                    self.storage_answers();
                }
                return Ok(());
            }
            match held.storage.commit(&batch, held.revision.get()).await {
                Ok(revision) => {
                    held.phone.replace(next);
                    held.revision.set(revision);
                    moved(self);
                    return Ok(());
                }
                Err(CommitError::Behind) => held.stale.set(true),
                Err(CommitError::Problem(problem)) => {
                    held.stale.set(true);
                    if held.reload().await.is_ok() {
                        self.storage_answers();
                    }
                    return Err(self.trouble(problem));
                }
            }
        }
        Err(StorageProblem::Failed("other tabs".to_owned()))
    }

    fn moved(&self) {
        self.held().tabs.tell(News::Stored);
        self.storage_works();
        self.revision.update(|n| *n += 1);
    }

    /// What he looks at is drawn first, by itself; all that counts and lists changes, once that is on the screen.
    fn his_own_moved(&self) {
        if !device::is_visible() {
            return self.moved();
        }
        let tournee = *self;
        self.own_changes.update(|n| *n += 1);
        device::after_drawing(move || tournee.moved());
    }

    pub(super) fn storage_works(&self) {
        if self.storage_problem.with_untracked(Option::is_some) {
            self.storage_problem.set(None);
        }
    }

    /// It was read; whether there is room to write is another matter.
    fn storage_answers(&self) {
        if self.storage_problem.get_untracked() != Some(StorageProblem::Full) {
            self.storage_works();
        }
        self.revision.update(|n| *n += 1);
    }

    fn trouble(&self, problem: StorageProblem) -> StorageProblem {
        self.storage_problem.set(Some(problem.clone()));
        problem
    }

    /// Another tab may have stored something, and its word of it be still under way.
    ///
    /// # Errors
    /// The storage's: what an exchange brings could not be stored.
    pub(super) async fn catch_up_if_behind(&self) -> Result<(), StorageProblem> {
        let held = self.held();
        let stored = match held.storage.revision().await {
            Ok(stored) => stored,
            Err(problem) => return Err(self.trouble(problem)),
        };
        if held.stale.get() || stored != held.revision.get() {
            return self.catch_up().await;
        }
        Ok(())
    }

    /// Looks whether another tab stored something that this one did not hear of: it was starting, or put to sleep.
    pub(super) fn look_at_storage(self) {
        spawn_local(async move {
            // What the storage can't do is in its banner.
            let _ = self.catch_up_if_behind().await;
        });
    }

    /// Reads what another tab stored.
    ///
    /// # Errors
    /// The storage's.
    pub(super) async fn catch_up(&self) -> Result<(), StorageProblem> {
        let held = self.held();
        let read = {
            let _turn = held.turn.lock().await;
            held.reload().await
        };
        if let Err(problem) = read {
            held.stale.set(true);
            return Err(self.trouble(problem));
        }
        held.prepared.forget();
        self.reread_open_tickets().await;
        self.storage_answers();
        Ok(())
    }

    /// Hears what befalls the storage while nothing is asked of it.
    pub(super) fn listen_to_storage(self) {
        self.held().storage.listen(move |problem| {
            if problem == StorageProblem::Newer {
                spawn_local(async {
                    let _ = worker::look_for_update().await;
                });
            }
            self.storage_problem.set(Some(problem));
        });
    }

    pub(super) fn listen_to_tabs(self) {
        self.held().tabs.listen(move |news| {
            self.held().exchange.turn.is_real();
            match news {
                News::Stored => spawn_local(async move {
                    if self.catch_up().await.is_ok() {
                        self.sync_what_is_unsent();
                    }
                }),
                News::Synced => self.sync_what_is_unsent(),
                News::Session => self.look_at_session(),
            }
        });
    }
}
