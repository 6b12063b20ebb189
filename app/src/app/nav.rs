//! The bar: at the thumb on a phone, at the side on a wide screen.

use leptos::prelude::*;
use tournee_core::outbox::Queued;
use tournee_core::phone::Phone;

use super::place::Screen;
use crate::components::{Icon, icons, kept, later, part};
use crate::contexts::Tournee;
use crate::pages::search::SEARCH;
use crate::text::{number, plural, t};

/// The bar.
#[component]
pub fn Nav(
    /// Where one is.
    screen: Screen,
) -> impl IntoView {
    view! {
        <nav class="nav" aria-label=t(|t| t.nav_label)>{later(move || places(screen))}</nav>
    }
    .into_any()
}

fn places(screen: Screen) -> AnyView {
    let tournee = Tournee::expect();
    let news = kept(move || tournee.with(|phone| phone.rows().news()));
    let news_count = part(move || {
        let news = news.get();
        count(news, false, plural(news, |t| &t.nav_news))
    });
    let unread = kept(move || tournee.with(|phone| phone.threads().news()));
    let unread_count = part(move || {
        let unread = unread.get();
        count(unread, false, plural(unread, |t| &t.nav_unread))
    });
    let queue = kept(move || tournee.with(waiting));
    let queue_count = part(move || {
        let (n, bad) = queue.get();
        let words = match bad {
            true => plural(n, |t| &t.sync_needs_you),
            false => plural(n, |t| &t.sync_pending),
        };
        count(n, bad, words)
    });
    view! {
            <a href="/tickets" aria-current=current(screen == Screen::Tickets)>
                <Icon of=icons::TICKETS/><span>{t(|t| t.nav_tickets)}</span>{news_count}
            </a>
            <a href="/mails" aria-current=current(screen == Screen::Mails)>
                <Icon of=icons::MAIL/><span>{t(|t| t.nav_mails)}</span>{unread_count}
            </a>
            <a href=SEARCH aria-current=current(screen == Screen::Search)>
                <Icon of=icons::SEARCH/><span>{t(|t| t.nav_search)}</span>
            </a>
            <a href="/queue" aria-current=current(screen == Screen::Queue)>
                <Icon of=icons::QUEUE/><span>{t(|t| t.nav_queue)}</span>{queue_count}
            </a>
            <a href="/more" aria-current=current(matches!(screen, Screen::More | Screen::Dashboard))>
                <Icon of=icons::MORE/><span>{t(|t| t.nav_more)}</span>
            </a>
    }
    .into_any()
}

fn current(here: bool) -> Option<&'static str> {
    here.then_some("page")
}

fn count(n: usize, bad: bool, words: String) -> Option<AnyView> {
    (n > 0).then(|| {
        view! {
            <span class="count" class:bad=bad>
                <span aria-hidden="true">{number(n)}</span><span class="sr-only">{words}</span>
            </span>
        }
        .into_any()
    })
}

/// Changes that need the technician, or else those on their way.
fn waiting(phone: &Phone) -> (usize, bool) {
    let needs_you = phone.outbox().iter().filter(|q| q.needs_you()).count();
    match needs_you {
        0 => (
            phone
                .outbox()
                .iter()
                .filter(|q| Queued::is_on_its_way(q))
                .count(),
            false,
        ),
        n => (n, true),
    }
}
