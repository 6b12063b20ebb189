//! The bar: at the thumb on a phone, at the side on a wide screen.

use leptos::prelude::*;

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
        count(news, plural(news, |t| &t.nav_news))
    });
    let unread = kept(move || tournee.with(|phone| phone.threads().news()));
    let unread_count = part(move || {
        let unread = unread.get();
        count(unread, plural(unread, |t| &t.nav_unread))
    });
    view! {
            <a href="/round" aria-current=current(screen == Screen::Round)>
                <Icon of=icons::ROUND/><span>{t(|t| t.nav_round)}</span>
            </a>
            <a href="/tickets" aria-current=current(screen == Screen::Tickets)>
                <Icon of=icons::TICKETS/><span>{t(|t| t.nav_tickets)}</span>{news_count}
            </a>
            <a href="/mails" aria-current=current(screen == Screen::Mails)>
                <Icon of=icons::MAIL/><span>{t(|t| t.nav_mails)}</span>{unread_count}
            </a>
            <a href=SEARCH aria-current=current(screen == Screen::Search)>
                <Icon of=icons::SEARCH/><span>{t(|t| t.nav_search)}</span>
            </a>
            <a href="/more" aria-current=current(matches!(screen, Screen::More | Screen::Dashboard | Screen::Equipment | Screen::Rules))>
                <Icon of=icons::MORE/><span>{t(|t| t.nav_more)}</span>
            </a>
    }
    .into_any()
}

fn current(here: bool) -> Option<&'static str> {
    here.then_some("page")
}

fn count(n: usize, words: String) -> Option<AnyView> {
    (n > 0).then(|| {
        view! {
            <span class="count">
                <span aria-hidden="true">{number(n)}</span><span class="sr-only">{words}</span>
            </span>
        }
        .into_any()
    })
}
