//! The time that runs on a ticket.

use tournee_core::changes::{AddTask, ChangeBody, TaskTime};
use tournee_core::domain::{Account, Actor, TaskState};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::phone::{EditError, Phone, Timer};
use tournee_core::time::Seconds;

use super::{EditFailure, Tournee};
use crate::platform::clock;
use crate::storage::StorageProblem;
use crate::text::t;

/// What runs for less is no time that anybody would note.
const A_MINUTE: Seconds = Seconds(60);

impl Tournee {
    /// The time that runs, if any does.
    pub fn timer(&self) -> Option<Timer> {
        self.with(|phone| phone.timer().cloned())
    }

    /// Lets the time run for a ticket. What ran for another is recorded there; answers that change.
    ///
    /// # Errors
    /// What ran could not be recorded, and goes on.
    pub async fn start_timer(&self, ticket: TicketKey) -> Result<Option<ChangeId>, EditFailure> {
        let running = self.with_untracked(|phone| phone.timer().cloned());
        let recorded = match running {
            Some(timer) if timer.ticket != ticket => self.end_timer(timer).await?,
            _ => None,
        };
        let clock = clock::now();
        self.change(&mut |phone| phone.start_timer(&ticket, clock))
            .await?;
        Ok(recorded)
    }

    /// Drops the time that runs.
    ///
    /// # Errors
    /// The storage's.
    pub async fn drop_timer(&self) -> Result<(), StorageProblem> {
        self.change(&mut Phone::drop_timer).await
    }

    /// Records a time that runs in a task of few words; less than a minute, or on a ticket that was never created, is
    /// dropped.
    async fn end_timer(&self, timer: Timer) -> Result<Option<ChangeId>, EditFailure> {
        let length = timer.elapsed(self.now());
        if length >= A_MINUTE {
            let account = self.with_untracked(|phone| phone.account(&timer.ticket.source).cloned());
            let body = task_done(t(|t| t.task_default), length, account);
            match self.record_timer(timer.ticket, body).await {
                Err(EditFailure::Edit(EditError::NoTicket)) => {}
                recorded => return recorded.map(Some),
            }
        }
        self.drop_timer().await?;
        Ok(None)
    }
}

/// A task that was just done by him.
pub fn task_done(content: &str, length: Seconds, by: Option<Account>) -> ChangeBody {
    ChangeBody::Task(Box::new(AddTask {
        content: content.to_owned(),
        private: false,
        state: TaskState::Done,
        time: TaskTime::Spent(length),
        technician: by.map(|account| Actor::User {
            id: account.user,
            name: account.name,
        }),
    }))
}
