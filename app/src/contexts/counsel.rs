//! What a form is filled with out of a mail: lists and what tickets teach are made ready while nobody waits, the rest is
//! read when a mail becomes a ticket.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use futures::lock::Mutex;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, CreateTicket};
use tournee_core::domain::{Reference, Thread, TicketRow};
use tournee_core::ids::{ChangeId, SourceId, ThreadKey, TicketKey};
use tournee_core::phone::Phone;
use tournee_core::proposal::{Choice, Choices, Ground, Lore};
use tournee_core::wire::{FeedItem, SyncResponse};

use super::{EditFailure, Tournee};
use crate::platform::clock;
use crate::platform::device::after_drawing;

/// Rows that are learnt from before the browser may do something else.
const AT_ONCE: usize = 200;

/// One GLPI as proposals see it.
struct Known {
    lists: Arc<Reference>,
    lore: Lore,
    /// The rows that it was learnt from: as long as the phone has the same, nothing is to be learnt.
    rows: Arc<Vec<Arc<TicketRow>>>,
}

/// What is ready.
#[derive(Default)]
pub struct Prepared {
    known: RefCell<BTreeMap<SourceId, Arc<Known>>>,
    /// One at a time: who comes second finds it done.
    turn: Mutex<()>,
    ahead: RefCell<Option<Ahead>>,
}

/// A thread that a finger has come down on.
struct Ahead {
    key: ThreadKey,
    /// What was stored by then.
    revision: u64,
    opening: Shared<LocalBoxFuture<'static, Option<Opening>>>,
}

impl Prepared {
    /// New lists came.
    pub(super) fn outdated_by(&self, response: &SyncResponse) {
        for item in &response.items {
            if let FeedItem::Reference { reference } = item {
                self.known.borrow_mut().remove(&reference.source);
            }
        }
    }

    /// Another tab stored something.
    pub(super) fn forget(&self) {
        self.known.borrow_mut().clear();
    }
}

/// What proposals for one sender are drawn from.
#[derive(Clone)]
pub struct Counsel {
    known: Vec<Arc<Known>>,
    choices: Choices,
}

impl Counsel {
    /// Of each GLPI, in their order.
    pub fn grounds(&self) -> Vec<Ground<'_>> {
        let known = self.known.iter();
        known
            .map(|known| Ground {
                lists: &known.lists,
                lore: &known.lore,
                choices: &self.choices,
            })
            .collect()
    }

    /// Of one GLPI.
    pub fn ground(&self, source: &SourceId) -> Option<Ground<'_>> {
        let mut grounds = self.grounds().into_iter();
        grounds.find(|ground| ground.lists.source == *source)
    }

    /// The lists of one GLPI.
    pub fn lists(&self, source: &SourceId) -> Option<Arc<Reference>> {
        let mut known = self.known.iter();
        let known = known.find(|known| known.lists.source == *source)?;
        Some(known.lists.clone())
    }
}

/// A thread that is to become a ticket, with what is known of it.
#[derive(Clone)]
pub struct Opening {
    /// The thread, with what was fetched of it.
    pub thread: Thread,
    /// What proposals are drawn from.
    pub counsel: Counsel,
}

impl Tournee {
    /// Makes proposals ready once the screen has been drawn.
    pub fn prepare_proposals(&self) {
        let tournee = *self;
        after_drawing(move || {
            spawn_local(async move {
                tournee.known(true).await;
            });
        });
    }

    /// A finger is on the way to the form of a thread: by the time it lifts, storage has answered.
    pub fn open_ahead(&self, key: ThreadKey) {
        let (tournee, asked, held) = (*self, key.clone(), self.held());
        let opening = async move { tournee.open_now(&asked).await };
        let opening = opening.boxed_local().shared();
        let revision = held.revision.get();
        *held.prepared.ahead.borrow_mut() = Some(Ahead {
            key,
            revision,
            opening: opening.clone(),
        });
        spawn_local(async move {
            opening.await;
        });
    }

    /// A thread and what is known about its sender; none where the phone does not have it (any more).
    pub async fn opening(&self, key: &ThreadKey) -> Option<Opening> {
        let held = self.held();
        let ahead = held.prepared.ahead.borrow_mut().take();
        let as_stored = |ahead: &Ahead| ahead.key == *key && ahead.revision == held.revision.get();
        match ahead.filter(as_stored) {
            Some(ahead) => ahead.opening.await,
            None => self.open_now(key).await,
        }
    }

    async fn open_now(&self, key: &ThreadKey) -> Option<Opening> {
        let row = self.with_untracked(|phone| phone.threads().get(key).cloned())?;
        let thread = match self.whole_thread(&row).await {
            Ok(thread) => thread?,
            Err(problem) => {
                self.storage_problem.set(Some(problem));
                return None;
            }
        };
        let theirs = thread
            .mails
            .iter()
            .find(|mail| !mail.outgoing && mail.machine.is_none());
        let sender = theirs
            .map(|mail| mail.from.address.clone())
            .unwrap_or_default();
        Some(Opening {
            counsel: Counsel {
                known: self.known(false).await,
                choices: self.choices(&sender).await,
            },
            thread,
        })
    }

    /// Makes a ticket, and whatever the same gesture does beside: its name first. When this resolves, all of it is on the
    /// disk.
    ///
    /// # Errors
    /// As [`Tournee::edit`]; nothing of it is kept then.
    pub async fn convert(
        &self,
        ticket: TicketKey,
        create: CreateTicket,
        replaces: Option<ChangeId>,
        beside: Vec<ChangeBody>,
    ) -> Result<Vec<ChangeId>, EditFailure> {
        let beside = beside.into_iter().map(|body| (clock::new_change(), body));
        let beside: Vec<(ChangeId, ChangeBody)> = beside.collect();
        let body = ChangeBody::Create(Box::new(create));
        let how = |phone: &mut Phone, new| phone.convert(new, &beside);
        let made = self.make(ticket.into(), body, replaces, &how).await?;
        let names = beside.iter().map(|(id, _)| *id);
        Ok(std::iter::once(made).chain(names).collect())
    }

    /// Remembers what was chosen for a sender's mail.
    pub async fn remember_choice(&self, sender: &str, choice: Choice) {
        let before = self.choices(sender).await;
        // What can't be kept is proposed less well the next time.
        let _ = self
            .change(&mut |phone| phone.remember(sender, before.clone(), choice.clone()))
            .await;
    }

    async fn choices(&self, sender: &str) -> Choices {
        let stored = self.held().storage.choices(sender).await;
        stored.ok().flatten().unwrap_or_default()
    }

    /// All GLPIs as proposals see them. `renewed`: also what only tickets have taught since is to be in it.
    async fn known(&self, renewed: bool) -> Vec<Arc<Known>> {
        let held = self.held();
        let _turn = held.prepared.turn.lock().await;
        let sources: Vec<SourceId> = self.with_untracked(|phone| {
            let sources = phone.meta().sources.iter();
            sources.map(|state| state.source.clone()).collect()
        });
        let mut all = Vec::new();
        for source in sources {
            let there = held.prepared.known.borrow().get(&source).cloned();
            let known = match there {
                Some(known) if !renewed || self.is_fresh(&known) => known,
                _ => match self.learn(&source).await {
                    Some(known) => Arc::new(known),
                    // Its lists have not come yet.
                    None => continue,
                },
            };
            held.prepared
                .known
                .borrow_mut()
                .insert(source, known.clone());
            all.push(known);
        }
        all
    }

    fn is_fresh(&self, known: &Known) -> bool {
        self.with_untracked(|phone| Arc::ptr_eq(&known.rows, phone.rows().shared()))
    }

    async fn learn(&self, source: &SourceId) -> Option<Known> {
        let lists = Arc::new(self.reference(source).await?);
        let (rows, account) = self.with_untracked(|phone| {
            let account = phone.account(source).cloned();
            (phone.rows().shared().clone(), account)
        });
        let mut lore = Lore::default();
        for some in rows.chunks(AT_ONCE) {
            for row in some.iter().filter(|row| row.key.source == *source) {
                lore.learn(row, account.as_ref());
            }
            TimeoutFuture::new(0).await;
        }
        Some(Known { lists, lore, rows })
    }
}
