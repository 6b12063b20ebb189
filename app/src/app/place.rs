//! Where one is, out of the address.

use tournee_core::domain::{AssetKey, StoreId};
use tournee_core::ids::{ChangeId, SourceId, ThreadKey, TicketKey};

use crate::pages::create::carrying;
use crate::pages::search::Opened;
use crate::pages::{equipment, mails, round};

/// The places of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The front door.
    Start,
    /// Sign-in.
    SignIn,
    /// *Tournée*.
    Round,
    /// One store of it, over the list or beside it.
    Store(StoreId),
    /// The list.
    Tickets,
    /// One ticket, over the list or beside it.
    Ticket(TicketKey),
    /// The form of a new ticket, or of one whose creation is made again.
    Create(Option<ChangeId>),
    /// *Mails*.
    Mails,
    /// One thread of them, over the list or beside it.
    Thread(ThreadKey),
    /// The form of a ticket that is to be made of a thread.
    Convert(ThreadKey),
    /// *Recherche*.
    Search,
    /// Something that was found, over the results or beside them.
    Found(Opened),
    /// *Matériel*.
    Equipment,
    /// One asset.
    Asset(SourceId, AssetKey),
    /// *Tableau de bord*.
    Dashboard,
    /// *File d'attente*.
    Queue,
    /// *Plus*.
    More,
    /// The mailboxes in it.
    Mailboxes,
    /// *Règles*.
    Rules,
}

/// What is drawn: a ticket and the list are one screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Nothing yet.
    Start,
    /// Sign-in.
    SignIn,
    /// *Tournée*, and the store that is open.
    Round,
    /// The list, and the ticket that is open.
    Tickets,
    /// The mails, and the thread that is open.
    Mails,
    /// *Recherche*, and what is open of it.
    Search,
    /// *Matériel*, and the asset that is open.
    Equipment,
    /// *Tableau de bord*.
    Dashboard,
    /// *File d'attente*.
    Queue,
    /// *Plus*.
    More,
    /// *Règles*.
    Rules,
}

impl Place {
    /// The place of an address; one that does not exist leads to the front door.
    pub fn of(path: &str) -> Self {
        let mut pieces = path.split('/').filter(|piece| !piece.is_empty());
        match (pieces.next(), pieces.next(), pieces.next(), pieces.next()) {
            (Some("sign-in"), None, ..) => Self::SignIn,
            (Some("round"), None, ..) => Self::Round,
            (Some("round"), ..) => round::opened(path).map_or(Self::Start, Self::Store),
            (Some("tickets"), None, ..) => Self::Tickets,
            (Some("tickets"), Some("new"), None, None) => Self::Create(None),
            (Some("tickets"), Some("new"), Some("at"), Some(store)) => {
                match StoreId::parse(store) {
                    Some(_) => Self::Create(None),
                    None => Self::Start,
                }
            }
            (Some("tickets"), Some("new"), Some("for"), Some(_)) => Self::Create(None),
            (Some("tickets"), Some("new"), Some("from"), Some(_)) => match carrying(path) {
                Some(_) => Self::Create(None),
                None => Self::Start,
            },
            (Some("tickets"), Some("new"), Some(id), None) => match id.parse() {
                Ok(id) => Self::Create(Some(ChangeId(id))),
                Err(_) => Self::Start,
            },
            (Some("tickets"), Some(source), Some(id), None) => match id.parse() {
                Ok(id) => Self::Ticket(TicketKey::new(source, id)),
                Err(_) => Self::Start,
            },
            (Some("mails"), None, ..) => Self::Mails,
            (Some("mails"), ..) => {
                let thread = || mails::opened(path).map(Self::Thread);
                let convert = mails::converting(path).map(Self::Convert);
                convert.or_else(thread).unwrap_or(Self::Start)
            }
            (Some("search"), None, ..) => Self::Search,
            (Some("search"), ..) => Opened::of(path).map_or(Self::Start, Self::Found),
            (Some("equipment"), None, ..) => Self::Equipment,
            (Some("equipment"), ..) => {
                let opened = equipment::opened(path);
                opened.map_or(Self::Start, |(source, key)| Self::Asset(source, key))
            }
            (Some("dashboard"), None, ..) => Self::Dashboard,
            (Some("queue"), None, ..) => Self::Queue,
            (Some("more"), None, ..) => Self::More,
            (Some("more"), Some("mailboxes"), None, ..) => Self::Mailboxes,
            (Some("more"), Some("rules"), None, ..) => Self::Rules,
            _ => Self::Start,
        }
    }

    /// What is drawn there.
    pub fn screen(&self) -> Screen {
        match self {
            Self::Start => Screen::Start,
            Self::SignIn => Screen::SignIn,
            Self::Round | Self::Store(_) => Screen::Round,
            Self::Tickets | Self::Ticket(_) | Self::Create(_) => Screen::Tickets,
            Self::Mails | Self::Thread(_) | Self::Convert(_) => Screen::Mails,
            Self::Search | Self::Found(_) => Screen::Search,
            Self::Equipment | Self::Asset(..) => Screen::Equipment,
            Self::Dashboard => Screen::Dashboard,
            Self::Queue => Screen::Queue,
            Self::More | Self::Mailboxes => Screen::More,
            Self::Rules => Screen::Rules,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_somewhere() {
        assert_eq!(Place::of("/"), Place::Start);
        assert_eq!(Place::of("/sign-in"), Place::SignIn);
        assert_eq!(Place::of("/tickets/"), Place::Tickets);
        let ticket = Place::Ticket(TicketKey::new("ancien", 12));
        assert_eq!(Place::of("/tickets/ancien/12"), ticket);
        assert_eq!(Place::of("/tickets/ancien/x"), Place::Start);
        assert_eq!(Place::of("/tickets/ancien/12/more"), Place::Start);
        assert_eq!(Place::of("/tickets/new"), Place::Create(None));
        let again = "/tickets/new/01a20774-6bc0-7adc-be8b-08bc1d729c48";
        assert!(matches!(Place::of(again), Place::Create(Some(_))));
        assert_eq!(Place::of("/tickets/new/x"), Place::Start);
        assert_eq!(Place::of("/tickets/new/at/les-arcs"), Place::Create(None));
        assert_eq!(Place::of("/tickets/new/at/Les%20Arcs"), Place::Start);
        assert_eq!(Place::of("/round/"), Place::Round);
        let store = StoreId::of("Les Arcs").map(Place::Store);
        assert_eq!(Some(Place::of("/round/les-arcs")), store);
        assert_eq!(Place::of("/round/Les%20Arcs"), Place::Start);
        assert_eq!(Place::of("/mails"), Place::Mails);
        let thread = ThreadKey::parse("pmarcoux@glpi.example:19a").unwrap();
        let place = Place::of("/mails/pmarcoux@glpi.example/19a");
        assert_eq!(place, Place::Thread(thread.clone()));
        let place = Place::of("/mails/pmarcoux@glpi.example/19a/ticket");
        assert_eq!(place, Place::Convert(thread));
        assert_eq!(Place::of("/mails/pmarcoux@glpi.example"), Place::Start);
        assert_eq!(Place::of("/more/mailboxes"), Place::Mailboxes);
        assert_eq!(Place::of("/more/rules"), Place::Rules);
        assert_eq!(Place::of("/search"), Place::Search);
        let found = Place::Found(Opened::Ticket(TicketKey::new("ancien", 12)));
        assert_eq!(Place::of("/search/tickets/ancien/12"), found);
        assert_eq!(found.screen(), Place::Search.screen());
        assert_eq!(Place::of("/search/nowhere"), Place::Start);
        assert_eq!(Place::of("/equipment"), Place::Equipment);
        let asset = Place::of("/equipment/ancien/Printer/7");
        assert!(matches!(asset, Place::Asset(..)));
        assert_eq!(asset.screen(), Place::Equipment.screen());
        assert_eq!(Place::of("/equipment/ancien"), Place::Start);
        let creating = Place::of("/tickets/new/for/ancien/Printer/7");
        assert_eq!(creating, Place::Create(None));
        assert_eq!(Place::of("/dashboard"), Place::Dashboard);
        assert_eq!(Place::of("/queue"), Place::Queue);
        assert_eq!(Place::of("/nowhere"), Place::Start);
    }

    #[test]
    fn a_ticket_and_the_list_are_one_screen() {
        assert_eq!(Place::of("/tickets/a/1").screen(), Place::Tickets.screen());
        assert_eq!(Place::of("/mails/a/1").screen(), Place::Mails.screen());
    }
}
