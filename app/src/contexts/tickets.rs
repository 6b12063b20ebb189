//! Whole tickets: read from storage when one is opened, kept fresh while it is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Ticket;
use tournee_core::ids::{SourceId, TicketKey};
use tournee_core::wire::{FeedItem, SyncResponse};

use super::Tournee;

/// One ticket, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketView {
    /// Storage has not answered yet.
    Loading,
    /// The phone does not have it.
    Missing,
    /// Here it is.
    Ready(Arc<Ticket>),
}

impl TicketView {
    fn of(stored: Option<Ticket>) -> Self {
        stored.map_or(Self::Missing, |ticket| Self::Ready(Arc::new(ticket)))
    }
}

/// The bases of the tickets that are on the screen.
#[derive(Default)]
pub struct OpenTickets(RefCell<BTreeMap<TicketKey, OpenTicket>>);

struct OpenTicket {
    users: usize,
    base: ArcRwSignal<TicketView>,
}

impl OpenTickets {
    fn enter(&self, key: &TicketKey) -> ArcRwSignal<TicketView> {
        let mut open = self.0.borrow_mut();
        let ticket = open.entry(key.clone()).or_insert_with(|| OpenTicket {
            users: 0,
            base: ArcRwSignal::new(TicketView::Loading),
        });
        ticket.users += 1;
        ticket.base.clone()
    }

    fn leave(&self, key: &TicketKey) {
        let mut open = self.0.borrow_mut();
        if let Some(ticket) = open.get_mut(key) {
            ticket.users -= 1;
            if ticket.users == 0 {
                open.remove(key);
            }
        }
    }

    fn base(&self, key: &TicketKey) -> Option<ArcRwSignal<TicketView>> {
        Some(self.0.borrow().get(key)?.base.clone())
    }

    fn keys(&self) -> Vec<TicketKey> {
        self.0.borrow().keys().cloned().collect()
    }

    /// The open ones among a response's tickets, to be shown once they are stored.
    pub(super) fn among(&self, response: &SyncResponse) -> Vec<Arc<Ticket>> {
        let open = self.0.borrow();
        let tickets = response.items.iter().filter_map(|item| match item {
            FeedItem::Ticket { ticket } => Some(ticket),
            _ => None,
        });
        tickets
            .filter(|ticket| open.contains_key(&ticket.key))
            .map(|ticket| Arc::new(Ticket::clone(ticket)))
            .collect()
    }
}

impl Tournee {
    /// A ticket as the screen shows it: its stored base with the outbox over it, fresh for as long as the caller
    /// lives.
    pub fn ticket(&self, key: TicketKey) -> Memo<TicketView> {
        let tournee = *self;
        if key.id.is_local() {
            return self.local_ticket(key);
        }
        let base = self.held().open.enter(&key);
        let (asked, reader) = (key.clone(), base.clone());
        spawn_local(async move {
            let view = tournee.stored_ticket(&asked).await;
            // An exchange may have brought a newer one in the meantime.
            if reader.with_untracked(|base| *base == TicketView::Loading) {
                reader.set(view);
            }
        });
        on_cleanup(move || tournee.held().open.leave(&key));
        Memo::new(move |_| match base.get() {
            TicketView::Ready(base) => {
                let shown = tournee.with_own(|phone| phone.shown_ticket(&base));
                TicketView::Ready(Arc::new(shown))
            }
            other => other,
        })
    }

    /// One that is not in GLPI yet is made of the outbox alone.
    fn local_ticket(&self, key: TicketKey) -> Memo<TicketView> {
        let tournee = *self;
        Memo::new(move |last: Option<&TicketView>| {
            let (made, landed) = tournee.with_own(|phone| {
                let landed = phone.resolve(&key) != key;
                (phone.local_ticket(&key), landed)
            });
            match last.filter(|_| landed && made.is_none()) {
                // A page that has to stay for a moment, under its old number.
                Some(last) => last.clone(),
                None => TicketView::of(made),
            }
        })
    }

    /// A ticket as the screen would show it now; none where the phone does not have it.
    pub async fn shown_once(&self, key: &TicketKey) -> Option<Ticket> {
        match self.stored_ticket(key).await {
            TicketView::Ready(base) => Some(self.with_untracked(|phone| phone.shown_ticket(&base))),
            TicketView::Loading | TicketView::Missing => None,
        }
    }

    /// What the screen calls a GLPI.
    pub fn glpi_name(&self, source: &SourceId) -> String {
        self.with_untracked(|phone| {
            let mut sources = phone.meta().sources.iter();
            let known = sources.find(|known| known.source == *source);
            known.map_or_else(|| source.to_string(), |known| known.name.clone())
        })
    }

    async fn stored_ticket(&self, key: &TicketKey) -> TicketView {
        match self.held().storage.ticket(key).await {
            Ok(stored) => TicketView::of(stored),
            Err(problem) => {
                self.storage_problem.set(Some(problem));
                TicketView::Missing
            }
        }
    }

    pub(super) async fn reread_open_tickets(&self) {
        let held = self.held();
        for key in held.open.keys() {
            let view = self.stored_ticket(&key).await;
            if let Some(base) = held.open.base(&key) {
                base.set(view);
            }
        }
    }

    /// Shows what an exchange brought for open tickets, and that others have left the phone.
    pub(super) fn refresh_open_tickets(&self, brought: Vec<Arc<Ticket>>) {
        let held = self.held();
        for ticket in brought {
            if let Some(base) = held.open.base(&ticket.key) {
                base.set(TicketView::Ready(ticket));
            }
        }
        for key in held.open.keys() {
            let here = self.with_untracked(|phone| phone.rows().get(&key).is_some());
            if let Some(base) = held.open.base(&key).filter(|_| !here) {
                base.set(TicketView::Missing);
            }
        }
    }
}
