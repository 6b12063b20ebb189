//! *Tournée*: the stores with what waits in each, in the order of the visits; beside it or over it the store that is
//! open.

mod add;
mod give;
mod pane;
mod stops;
mod to_take;
mod visits;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::{Position, StoreId};
use tournee_core::phone::Phone;
use tournee_core::round::{Stop, Waiting, WhatWaits, arrange, propose};
use tournee_core::time::Instant;

pub use self::to_take::ToTake;
pub use self::visits::{VisitBar, VisitButton};
pub use self::words::{due_in_store, moment, span};

use self::pane::RoundPane;
use super::store::StorePage;
use crate::components::{kept, use_now};
use crate::contexts::{Places, Tournee};
use crate::platform::intl::local_day;
use crate::platform::road::Road;

/// The address of a store.
pub fn address(store: &StoreId) -> String {
    format!("/round/{store}")
}

/// The store of an address.
pub fn opened(path: &str) -> Option<StoreId> {
    let store = path.strip_prefix("/round/")?.trim_end_matches('/');
    StoreId::parse(store)
}

/// What the parts of the page share. Copy it into closures freely.
#[derive(Clone, Copy)]
pub struct Round {
    /// The phone.
    pub tournee: Tournee,
    /// The time.
    pub now: Signal<Instant>,
    /// What the lists say of stores.
    pub places: RwSignal<Arc<Places>>,
    /// What waits in each.
    pub waits: Memo<Arc<WhatWaits>>,
}

impl Round {
    fn open() -> Self {
        let tournee = Tournee::expect();
        let now = use_now();
        Self {
            tournee,
            now,
            places: tournee.places(),
            waits: kept(move || {
                let now = now.get();
                Arc::new(tournee.with(|phone| phone.what_waits(now)))
            }),
        }
    }

    /// What waits in a store (reactive).
    pub fn waiting(self, id: &StoreId) -> Option<Waiting> {
        self.waits.with(|waits| waits.store(id).cloned())
    }

    /// What a store is called (reactive): as tickets name it, or the lists, or he himself at a visit.
    pub fn name(self, id: &StoreId) -> String {
        let waiting = self
            .waits
            .with(|waits| waits.store(id).map(|w| w.name.clone()));
        let listed = || {
            self.places
                .with(|places| places.store(id).map(|s| s.name.clone()))
        };
        let held = || self.tournee.with_untracked(|phone| phone.store_name(id));
        waiting
            .or_else(listed)
            .or_else(held)
            .unwrap_or_else(|| id.to_string())
    }

    /// Today, by the phone's calendar (reactive).
    fn day(self) -> i64 {
        local_day(self.now.get())
    }

    /// The stores of today's round in their order, and those that are left out of it (reactive).
    fn order(self) -> Order {
        let (now, day) = (self.now.get(), self.day());
        let positions = self.places.with(|places| places.positions());
        self.waits.with(|waits| {
            self.tournee
                .with(|phone| Order::of(phone, waits, &positions, now, day))
        })
    }
}

/// The order of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// The stores to visit.
    pub stops: Vec<Stop>,
    /// Those that are left out today.
    pub out: Vec<StoreId>,
    /// He put them in this order himself.
    pub his: bool,
}

impl Order {
    fn ids(&self) -> Vec<String> {
        self.stops.iter().map(|stop| stop.id.to_string()).collect()
    }

    fn of(
        phone: &Phone,
        waits: &WhatWaits,
        positions: &BTreeMap<StoreId, Position>,
        now: Instant,
        day: i64,
    ) -> Self {
        let book = phone.book();
        let is_out = |waiting: &&Waiting| book.is_out(&waiting.id, day);
        let (out, today): (Vec<&Waiting>, Vec<&Waiting>) = waits.stores.iter().partition(is_out);
        let today: Vec<Waiting> = today.into_iter().cloned().collect();
        let here = book.running().and_then(|visit| positions.get(&visit.store));
        let proposed = propose(&today, positions, here.copied(), now);
        Self {
            stops: arrange(proposed, book.pinned()),
            out: out.into_iter().map(|waiting| waiting.id.clone()).collect(),
            his: !book.pinned().is_empty(),
        }
    }
}

/// The page. The list stays while stores are opened and closed.
#[component]
pub fn RoundPage() -> impl IntoView {
    let path = Road::expect().path();
    let round = Round::open();
    let opened = kept(move || path.with(|path| opened(path)));
    view! {
        <div class="tickets round" class:has-ticket=move || opened.with(Option::is_some)>
            <RoundPane round opened=opened.into()/>
            {move || opened.get().map(|store| view! {
                <div class="ticket-pane"><StorePage round store/></div>
            }.into_any())}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_the_store_that_it_was_made_of() {
        let store = StoreId::of("Magasin Les ARCS").unwrap();
        assert_eq!(address(&store), "/round/magasin-les-arcs");
        assert_eq!(opened(&address(&store)), Some(store));
        assert_eq!(opened("/round"), None);
        assert_eq!(opened("/round/"), None);
        assert_eq!(opened("/round/Les%20Arcs"), None);
    }
}
