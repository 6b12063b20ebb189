//! The sync loop: when an exchange is made, and what becomes of its answer.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::MailboxState;
use tournee_core::outbox::State;
use tournee_core::phone::{Absorbed, Batch, Exchanged, Phone};
use tournee_core::wire::{ErrorCode, SyncRequest, SyncResponse};

use super::{Session, Tournee};
use crate::platform::tabs::News;
use crate::platform::{clock, device, locks, worker};
use crate::storage::StorageProblem;
use crate::sync::{ApiFailure, Pace, Turn, api};

/// After a change: the next one often comes at once.
const DEBOUNCE_MS: u32 = 300;
/// Another tab is at it: look again, in case it dies.
const OTHER_TAB_MS: u32 = 5_000;
const LOCK: &str = "tournee-sync";

/// Where the loop stands.
#[derive(Default)]
pub struct Exchange {
    wanted: Cell<bool>,
    pull: Cell<bool>,
    running: Cell<bool>,
    failures: Cell<u32>,
    watched: Cell<u32>,
    /// The service worker is to wake us when the network is back. Once until then: a browser that takes another view of
    /// the network than we do wakes us at once, each time that it is asked.
    wake_up_asked: Cell<bool>,
    pub(super) turn: Turn,
    timer: RefCell<Option<Timeout>>,
}

impl Exchange {
    /// Whether somebody wants an exchange while this one is busy with something long. It is his then.
    pub(super) fn takes_a_turn(&self) -> bool {
        self.wanted.replace(false)
    }
}

/// Why an exchange ended early.
pub(super) enum Halt {
    Api(ApiFailure),
    /// The storage's banner says what.
    Storage,
}

impl From<ApiFailure> for Halt {
    fn from(failure: ApiFailure) -> Self {
        Self::Api(failure)
    }
}

impl From<StorageProblem> for Halt {
    fn from(_: StorageProblem) -> Self {
        Self::Storage
    }
}

impl Tournee {
    /// Syncs now. With `pull`, the server asks GLPI however lately it was asked.
    pub fn sync_now(&self, pull: bool) {
        let held = self.held();
        let exchange = &held.exchange;
        exchange.wanted.set(true);
        exchange.pull.set(exchange.pull.get() || pull);
        exchange.watched.set(0);
        if pull {
            self.asked.set(true);
        }
        if !exchange.running.replace(true) {
            spawn_local(self.run());
        }
    }

    /// Syncs once the technician pauses.
    pub(super) fn sync_soon(&self) {
        self.held().exchange.failures.set(0);
        self.sync_in(DEBOUNCE_MS);
    }

    pub(super) fn sync_what_is_unsent(&self) {
        if self.with_untracked(has_unsent) {
            self.sync_in(DEBOUNCE_MS);
        }
    }

    pub(super) fn sync_in(&self, delay_ms: u32) {
        let tournee = *self;
        let timer = Timeout::new(delay_ms, move || tournee.wake_up());
        // The timer before it is dropped, and with that cancelled.
        self.held().exchange.timer.replace(Some(timer));
    }

    /// Whether the next exchange is made only for what somebody else may have done: none runs, none has failed, nothing waits
    /// to be sent.
    pub(super) fn is_at_rest(&self) -> bool {
        let held = self.held();
        let exchange = &held.exchange;
        let busy = exchange.running.get() || exchange.failures.get() > 0;
        !busy && !self.with_untracked(has_unsent)
    }

    fn wake_up(&self) {
        let held = self.held();
        let watched = held.exchange.watched.get();
        self.sync_now(false);
        held.exchange.watched.set(watched);
    }

    pub(super) fn listen_for_exchanges(self) {
        device::on_window("online", move |_| {
            self.held().exchange.wake_up_asked.set(false);
            self.sync_now(false);
        });
        device::on_visibility(move |visible| {
            if visible {
                self.look_at_storage();
                self.sync_now(false);
            }
        });
        worker::on_wake_up(move || self.sync_now(false));
    }

    /// Exchanges until nobody wants one, then sets the timer for the next.
    async fn run(self) {
        let held = self.held();
        let exchange = &held.exchange;
        let mut delay = None;
        while exchange.wanted.replace(false) {
            let may = device::is_online() && self.session.get_untracked() == Session::SignedIn;
            if !may {
                delay = None;
                break;
            }
            let lock = locks::try_lock(LOCK).await;
            if lock.is_some() {
                exchange.turn.is_real();
            } else if !exchange.turn.is_refused_in_vain() {
                delay = Some(OTHER_TAB_MS);
                continue;
            }
            let ended = self.exchange_all(exchange.pull.replace(false)).await;
            drop(lock);
            delay = self.pace_after(ended);
            held.tabs.tell(News::Synced);
        }
        exchange.running.set(false);
        self.asked.set(false);
        if let Some(delay) = delay {
            self.sync_in(delay);
        }
        if self.with_untracked(has_unsent) && !exchange.wake_up_asked.replace(true) {
            // Where the browser can't, `online` and the timer do.
            let _ = worker::ask_for_wake_up().await;
        }
    }

    /// Pages until there is no more, and until what was typed meanwhile is sent too. Then the files, one after the other,
    /// each followed by its change.
    async fn exchange_all(&self, mut pull: bool) -> Result<(), Halt> {
        self.catch_up_if_behind().await?;
        let mut ready = BTreeSet::new();
        loop {
            let request = self.with_untracked(|phone| phone.request_with(pull, &ready));
            // What it hands over is answered at once, unread.
            pull = pull && !request.changes.is_empty();
            let asked = clock::now();
            let response = api::sync(&request).await?;
            let answered = clock::now();
            if response.revoked {
                return self.leave_revoked(request, response, &mut ready).await;
            }
            let received = response.received.len();
            let stuck = response.more && Some(&response.cursor) == request.cursor.as_ref();
            let absorbed = self
                .take_in(&request, response, Exchanged { asked, answered })
                .await?;
            // Told while pages still come, so that the first rows show at once.
            self.failure.set(None);
            let unsent = |phone: &Phone| !phone.request_with(false, &ready).changes.is_empty();
            let told_something = received > 0 && self.with_untracked(unsent);
            let more = absorbed.more && (absorbed.start_over || !stuck);
            if !more && !told_something && !self.send_a_file(&mut ready).await? {
                return Ok(());
            }
        }
    }

    async fn take_in(
        &self,
        request: &SyncRequest,
        response: SyncResponse,
        exchanged: Exchanged,
    ) -> Result<Absorbed, StorageProblem> {
        let brought = self.held().open.among(&response);
        let mut absorbed = Absorbed::default();
        self.change(&mut |phone| {
            // Another tab was faster where the browser has no locks: this answer continues something else.
            if phone.meta().cursor != request.cursor {
                absorbed = Absorbed::default();
                return Batch::default();
            }
            let batch;
            (batch, absorbed) = phone.absorb(response.clone(), exchanged);
            batch
        })
        .await?;
        self.held().prepared.outdated_by(&response);
        self.refresh_open_tickets(brought);
        if absorbed.lists {
            self.lists.update(|n| *n += 1);
        }
        Ok(absorbed)
    }

    fn pace_after(&self, ended: Result<(), Halt>) -> Option<u32> {
        let held = self.held();
        let exchange = &held.exchange;
        let pace = match ended {
            Ok(()) => {
                exchange.failures.set(0);
                exchange.wake_up_asked.set(false);
                if self.with_untracked(server_is_at_work) {
                    Pace::Watching(exchange.watched.replace(exchange.watched.get() + 1))
                } else {
                    Pace::Quiet
                }
            }
            Err(halt) => {
                exchange.failures.set(exchange.failures.get() + 1);
                let wait = self.note(halt)?;
                Pace::Failed(exchange.failures.get(), wait)
            }
        };
        let unsent = self.with_untracked(has_unsent);
        pace.delay_ms(device::is_visible(), unsent, clock::jitter())
    }

    /// Tells the screen. Answers how long the server asks to wait, or nothing where trying again is no use.
    fn note(&self, halt: Halt) -> Option<Option<u32>> {
        let Halt::Api(failure) = halt else {
            return Some(None);
        };
        let wait = match &failure {
            ApiFailure::Api(error) => error.retry_after,
            _ => None,
        };
        match failure.code() {
            Some(ErrorCode::NotSignedIn) => {
                self.session.set(Session::Expired);
                return None;
            }
            Some(ErrorCode::ProtocolMismatch) => {
                spawn_local(async {
                    let _ = worker::look_for_update().await;
                });
            }
            _ => {}
        }
        self.failure.set(Some(failure));
        Some(wait)
    }
}

fn has_unsent(phone: &Phone) -> bool {
    phone.has_something_to_say()
}

fn server_is_at_work(phone: &Phone) -> bool {
    let reading = phone.meta().sources.iter().any(|s| s.progress.is_some());
    let carrying = phone.outbox().iter().any(|q| q.state == State::Server);
    let first_mails = phone
        .meta()
        .mailboxes
        .iter()
        .any(|mailbox| mailbox.state == MailboxState::Active && mailbox.refreshed_at.is_none());
    reading || first_mails || carrying || phone.has_something_to_say()
}
