//! *Tickets*: the list, and beside it or over it the one that is open.

mod card;
mod choices;
mod columns;
mod filter;
mod listing;
mod memory;
mod nothing;
mod pane;
mod rows;
#[cfg(test)]
pub mod samples;
mod slice;
mod tools;

use leptos::prelude::*;
use tournee_core::domain::{AssetKey, StoreId};
use tournee_core::ids::{ChangeId, SourceId, TicketKey};

pub use self::card::when;
pub use self::filter::{Filter, Scope, Statuses};
pub use self::memory::show;
use self::pane::ListPane;
pub use self::slice::{Part, Slice, age_words, is_late, week_words};
use super::create::{CarryPage, CreatePage, Start, carrying};
use super::equipment;
use super::ticket::{TicketPage, by_todays_name};
use crate::components::kept;
use crate::contexts::Tournee;
use crate::platform::road::Road;

/// The page. It stays while tickets are opened and closed, so that the way back is instant and leads to the same
/// place.
#[component]
pub fn TicketsPage() -> impl IntoView {
    let (tournee, path) = (Tournee::expect(), Road::expect().path());
    let named = kept(move || path.with(|path| opened(path)));
    let opened = Memo::new(move |last: Option<&Option<TicketKey>>| {
        let last = last.and_then(Option::as_ref);
        Some(by_todays_name(tournee, named.get()?, last))
    });
    follow_landing(named, opened);
    let creating = kept(move || path.with(|path| creating(path)));
    let beside = move || opened.with(Option::is_some) || creating.with(Option::is_some);
    view! {
        <div class="tickets" class:has-ticket=beside>
            <ListPane opened=opened.into()/>
            {move || creating.get().map(|creating| {
                view! { <div class="ticket-pane">{creating.view()}</div> }.into_any()
            })}
            {move || opened.get().map(|ticket| view! {
                <div class="ticket-pane"><TicketPage ticket/></div>
            }.into_any())}
        </div>
    }
    .into_any()
}

/// The address follows a ticket that landed.
fn follow_landing(named: Memo<Option<TicketKey>>, opened: Memo<Option<TicketKey>>) {
    let road = Road::expect();
    Effect::new(move |_| {
        if let (Some(named), Some(opened)) = (named.get(), opened.get())
            && named != opened
        {
            road.turn(&address(&opened));
        }
    });
}

/// The form of a new ticket is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Creating {
    /// In the place of that creation.
    replaces: Option<ChangeId>,
    /// In that store.
    at: Option<StoreId>,
    /// For that asset.
    asset: Option<(SourceId, AssetKey)>,
    /// In that one's place.
    carries: Option<TicketKey>,
}

impl Creating {
    fn view(self) -> AnyView {
        match self.carries {
            Some(ticket) => view! { <CarryPage ticket/> }.into_any(),
            None => view! { <CreatePage start=self.start()/> }.into_any(),
        }
    }

    fn start(self) -> Start {
        match (self.replaces, self.at, self.asset) {
            (Some(id), ..) => Start::Again(id),
            (None, Some(store), _) => Start::In(store),
            (None, None, Some((source, key))) => Start::For(source, key),
            (None, None, None) => Start::Empty,
        }
    }
}

fn creating(path: &str) -> Option<Creating> {
    let rest = path.strip_prefix("/tickets/new")?.trim_matches('/');
    if let Some(asset) = rest.strip_prefix("for/") {
        return Some(Creating {
            asset: Some(equipment::opened(&format!(
                "{}/{asset}",
                equipment::EQUIPMENT
            ))?),
            ..Creating::default()
        });
    }
    if rest.starts_with("from/") {
        return Some(Creating {
            carries: Some(carrying(path)?),
            ..Creating::default()
        });
    }
    Some(match (rest, rest.strip_prefix("at/")) {
        ("", _) => Creating::default(),
        (_, Some(store)) => Creating {
            at: Some(StoreId::parse(store)?),
            ..Creating::default()
        },
        (id, None) => Creating {
            replaces: Some(ChangeId(id.parse().ok()?)),
            ..Creating::default()
        },
    })
}

/// The address of the form of a new ticket in a store.
pub fn create_at(store: &StoreId) -> String {
    format!("/tickets/new/at/{store}")
}

/// The address of the form of a new ticket for an asset.
pub fn create_for(source: &SourceId, asset: AssetKey) -> String {
    format!("/tickets/new/for/{source}/{asset}")
}

/// The address of the form of a new ticket, or of one whose creation is made again.
pub fn create_address(replaces: Option<ChangeId>) -> String {
    match replaces {
        None => "/tickets/new".to_owned(),
        Some(id) => format!("/tickets/new/{id}"),
    }
}

/// The address of a ticket in the app.
pub fn address(key: &TicketKey) -> String {
    format!("/tickets/{}/{}", key.source, key.id)
}

/// The ticket of an address.
pub fn opened(path: &str) -> Option<TicketKey> {
    let (source, id) = path.strip_prefix("/tickets/")?.split_once('/')?;
    let id = id.trim_end_matches('/').parse().ok()?;
    (!source.is_empty()).then(|| TicketKey::new(source, id))
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::AssetKind;

    use super::*;
    use crate::pages::create::carry_address;

    #[test]
    fn an_address_opens_the_ticket_that_it_was_made_of() {
        let key = TicketKey::new("ancien", 7754);
        assert_eq!(opened(&address(&key)), Some(key));
        assert_eq!(opened("/tickets"), None);
        assert_eq!(opened("/tickets/ancien"), None);
        assert_eq!(opened("/tickets/ancien/x"), None);
    }

    #[test]
    fn the_form_is_no_ticket() {
        let id = ChangeId("01a20774-6bc0-7adc-be8b-08bc1d729c48".parse().unwrap());
        for replaces in [None, Some(id)] {
            let address = create_address(replaces);
            assert_eq!(creating(&address).map(|c| c.replaces), Some(replaces));
            assert_eq!(opened(&address), None);
        }
        let store = StoreId::of("Magasin Les ARCS").unwrap();
        let there = creating(&create_at(&store)).unwrap();
        assert_eq!((there.replaces, there.at), (None, Some(store.clone())));
        assert_eq!(opened(&create_at(&store)), None);
        let (source, kind) = (SourceId::new("ancien"), AssetKind::Printer);
        let asset = AssetKey { kind, id: 7 };
        let for_it = creating(&create_for(&source, asset)).unwrap();
        assert_eq!(for_it.asset, Some((source.clone(), asset)));
        assert_eq!(opened(&create_for(&source, asset)), None);
        let old = TicketKey::new("ancien", 7754);
        let carried = creating(&carry_address(&old)).unwrap();
        assert_eq!(carried.carries, Some(old.clone()));
        assert_eq!(opened(&carry_address(&old)), None);
        assert_eq!(creating("/tickets"), None);
        assert_eq!(creating("/tickets/ancien/7"), None);
    }
}
