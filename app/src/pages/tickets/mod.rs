//! *Tickets*: the list, and beside it or over it the one that is open.

mod card;
mod choices;
mod columns;
mod filter;
mod fold;
mod keys;
mod listing;
mod memory;
mod nothing;
mod pane;
#[cfg(test)]
mod samples;
mod scroller;
mod tools;
mod viewport;
mod window;

use leptos::prelude::*;
use tournee_core::ids::TicketKey;

use self::pane::ListPane;
use super::ticket::TicketPage;
use crate::platform::road::Road;

/// The page. It stays while tickets are opened and closed, so that the way back is instant and leads to the same
/// place.
#[component]
pub fn TicketsPage() -> impl IntoView {
    let path = Road::expect().path();
    let opened = Memo::new(move |_| path.with(|path| opened(path)));
    view! {
        <div class="tickets" class:has-ticket=move || opened.with(Option::is_some)>
            <ListPane opened=opened.into()/>
            {move || opened.get().map(|ticket| view! {
                <div class="ticket-pane"><TicketPage ticket/></div>
            }.into_any())}
        </div>
    }
    .into_any()
}

/// The address of a ticket in the app.
pub fn address(key: &TicketKey) -> String {
    format!("/tickets/{}/{}", key.source, key.id)
}

fn opened(path: &str) -> Option<TicketKey> {
    let (source, id) = path.strip_prefix("/tickets/")?.split_once('/')?;
    let id = id.trim_end_matches('/').parse().ok()?;
    (!source.is_empty()).then(|| TicketKey::new(source, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_the_ticket_that_it_was_made_of() {
        let key = TicketKey::new("ancien", 7754);
        assert_eq!(opened(&address(&key)), Some(key));
        assert_eq!(opened("/tickets"), None);
        assert_eq!(opened("/tickets/ancien"), None);
        assert_eq!(opened("/tickets/ancien/x"), None);
    }
}
