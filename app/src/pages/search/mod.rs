//! *Recherche*: everything that the phone holds, and what the GLPIs and the mailboxes hold beyond it; the ticket or thread that is open,
//! beside the results or over them.

mod beyond;
mod memory;
mod pane;
mod pieces;
mod recent;
mod results;
mod rows;
mod unheld;
mod warm;

use leptos::prelude::*;
use tournee_core::ids::{ThreadKey, TicketKey};

use self::pane::SearchPane;
use self::unheld::{UnheldThread, UnheldTicket};
use super::thread::ThreadPage;
use super::ticket::{TicketPage, by_todays_name};
use super::{mails, tickets};
use crate::components::provide_back;
use crate::contexts::Tournee;
use crate::platform::road::Road;

/// The page's address.
pub const SEARCH: &str = "/search";

/// The page shows what is found for these words when it is opened next.
pub fn look_for(words: &str) {
    memory::keep_words(words);
    memory::keep_top(0.0);
}

/// What is open beside the results, or over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A ticket of this phone.
    Ticket(TicketKey),
    /// A thread of this phone.
    Thread(ThreadKey),
    /// A ticket that only its GLPI holds.
    Unheld(TicketKey),
    /// A thread that only its mailbox holds.
    UnheldThread(ThreadKey),
}

impl Opened {
    /// What an address opens.
    pub fn of(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(SEARCH)?;
        if let Some(rest) = rest.strip_prefix("/glpi") {
            return tickets::opened(&format!("/tickets{rest}")).map(Self::Unheld);
        }
        if let Some(rest) = rest.strip_prefix("/gmail") {
            return mails::opened(&format!("/mails{rest}")).map(Self::UnheldThread);
        }
        tickets::opened(rest)
            .map(Self::Ticket)
            .or_else(|| mails::opened(rest).map(Self::Thread))
    }

    /// Its address.
    pub fn address(&self) -> String {
        match self {
            Self::Ticket(key) => format!("{SEARCH}{}", tickets::address(key)),
            Self::Thread(key) => format!("{SEARCH}{}", mails::address(key)),
            Self::Unheld(key) => format!("{SEARCH}/glpi/{}/{}", key.source, key.id),
            Self::UnheldThread(key) => format!("{SEARCH}/gmail/{}/{}", key.mailbox, key.id),
        }
    }
}

/// The page. It stays while something is opened and closed, so that the way back is instant and leads to the same
/// place.
#[component]
pub fn SearchPage() -> impl IntoView {
    provide_back(SEARCH);
    let (tournee, path) = (Tournee::expect(), Road::expect().path());
    let opened = Memo::new(move |last: Option<&Option<Opened>>| {
        let last = match last {
            Some(Some(Opened::Ticket(key))) => Some(key),
            _ => None,
        };
        match path.with(|path| Opened::of(path))? {
            Opened::Ticket(key) => Some(Opened::Ticket(by_todays_name(tournee, key, last))),
            other => Some(other),
        }
    });
    view! {
        <div class="tickets" class:has-ticket=move || opened.with(Option::is_some)>
            <SearchPane opened/>
            {move || opened.get().map(|opened| view! {
                <div class="ticket-pane">{page(opened)}</div>
            }.into_any())}
        </div>
    }
    .into_any()
}

fn page(opened: Opened) -> AnyView {
    match opened {
        Opened::Ticket(ticket) => view! { <TicketPage ticket/> }.into_any(),
        Opened::Thread(thread) => view! { <ThreadPage thread/> }.into_any(),
        Opened::Unheld(ticket) => view! { <UnheldTicket ticket/> }.into_any(),
        Opened::UnheldThread(thread) => view! { <UnheldThread thread/> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::ids::MailboxId;

    use super::*;

    #[test]
    fn an_address_opens_what_it_was_made_of() {
        let ticket = TicketKey::new("ancien", 7754);
        let thread = ThreadKey {
            mailbox: MailboxId::of("pmarcoux@glpi.example"),
            id: "19a".to_owned(),
        };
        for opened in [
            Opened::Ticket(ticket.clone()),
            Opened::Thread(thread.clone()),
            Opened::Unheld(ticket),
            Opened::UnheldThread(thread),
        ] {
            assert_eq!(Opened::of(&opened.address()), Some(opened));
        }
        for path in [
            "/search",
            "/search/",
            "/search/tickets",
            "/search/glpi/ancien",
            "/tickets/a/1",
        ] {
            assert_eq!(Opened::of(path), None, "{path}");
        }
    }
}
