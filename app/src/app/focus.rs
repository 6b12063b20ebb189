//! On navigation: the document's title, and the focus to the page's heading, so that a screen reader and the
//! keyboard start there.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::place::Place;
use crate::pages::search::Opened;
use crate::platform::device;
use crate::platform::device::document;
use crate::text::t;

/// A ticket's heading comes once storage has answered.
const FRAMES: u32 = 30;

/// Follows every navigation. The first page keeps the focus where the browser put it.
pub fn follow(place: Memo<Place>) {
    Effect::new(move |before: Option<Place>| {
        let here = place.get();
        title(&here);
        // Back from a ticket or a thread, the list itself gives the focus to the row one came from.
        let back = matches!(
            (&before, &here),
            (Some(Place::Ticket(_)), Place::Tickets)
                | (Some(Place::Thread(_) | Place::Convert(_)), Place::Mails)
                | (Some(Place::Found(_)), Place::Search)
        );
        if before.is_some_and(|before| before != here) && !back {
            focus_heading(&here, FRAMES);
        }
        here
    });
}

/// Names the document after the place.
pub fn title(place: &Place) {
    let name = match place {
        Place::Start => None,
        Place::SignIn => Some(t(|t| t.sign_in_title).to_owned()),
        Place::Round | Place::Store(_) => Some(t(|t| t.nav_round).to_owned()),
        Place::Tickets => Some(t(|t| t.nav_tickets).to_owned()),
        Place::Ticket(key) if key.id.is_local() => Some(t(|t| t.ticket_local).to_owned()),
        Place::Ticket(key) => Some(format!("#{} ({})", key.id, key.source)),
        Place::Create(_) | Place::Convert(_) => Some(t(|t| t.create_title).to_owned()),
        Place::Mails | Place::Thread(_) => Some(t(|t| t.nav_mails).to_owned()),
        Place::Search => Some(t(|t| t.nav_search).to_owned()),
        Place::Found(Opened::Ticket(key) | Opened::Unheld(key)) if !key.id.is_local() => {
            Some(format!("#{} ({})", key.id, key.source))
        }
        Place::Found(_) => Some(t(|t| t.nav_search).to_owned()),
        Place::Equipment | Place::Asset(..) => Some(t(|t| t.assets_title).to_owned()),
        Place::Dashboard => Some(t(|t| t.dashboard_title).to_owned()),
        Place::Rules => Some(t(|t| t.rules_title).to_owned()),
        Place::Queue => Some(t(|t| t.nav_queue).to_owned()),
        Place::More | Place::Mailboxes => Some(t(|t| t.nav_more).to_owned()),
    };
    if let Some(document) = document() {
        let words = name.map_or_else(|| "Tournée".to_owned(), |name| format!("{name} · Tournée"));
        document.set_title(&words);
    }
}

fn focus_heading(place: &Place, frames: u32) {
    let within = match place {
        Place::Ticket(_)
        | Place::Create(_)
        | Place::Thread(_)
        | Place::Convert(_)
        | Place::Store(_)
        | Place::Found(_) => "#main .ticket-pane h1",
        Place::Mailboxes => "#mailboxes",
        _ => "#main h1",
    };
    let place = place.clone();
    request_animation_frame(move || {
        // What one comes to do there; with results below, these are what is to be seen.
        if place == Place::Search && device::focus_if_there("#main [name=search]:placeholder-shown")
        {
            return;
        }
        let heading = document().and_then(|document| document.query_selector(within).ok()?);
        match heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
            Some(heading) => {
                let _ = heading.set_attribute("tabindex", "-1");
                let _ = heading.focus();
            }
            None if frames > 0 => focus_heading(&place, frames - 1),
            None => {}
        }
    });
}
