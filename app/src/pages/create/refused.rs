//! Why there is no form: a page in its place, with the way to what there is instead.

use leptos::prelude::*;
use tournee_core::ids::TicketKey;

use crate::components::{Empty, Icon, chip_of, icons, ticket_number};
use crate::pages::tickets;
use crate::text::t;

/// What the page says.
pub struct Refused {
    /// What tests know it by.
    pub hook: &'static str,
    /// What was to be made.
    pub heading: &'static str,
    /// The picture.
    pub icon: &'static str,
    /// Why not.
    pub title: String,
    /// What to do.
    pub hint: &'static str,
    /// The tickets that there are, as links.
    pub links: Vec<AnyView>,
    /// The way back, in words and as an address.
    pub back: (&'static str, String),
}

/// The page.
pub fn refused(of: Refused) -> AnyView {
    let (words, back) = of.back;
    view! {
        <article class="ticket create" data-test=of.hook>
            <div class="ticket-scroll">
                <header class="ticket-head">
                    <div class="line ticket-nav">
                        <a class="icon-btn back" href=back.clone() aria-label=t(|t| t.create_back)><Icon of=icons::BACK/></a>
                        <h1 tabindex="-1">{of.heading}</h1>
                    </div>
                </header>
                <Empty icon=of.icon title=of.title>
                    <p>{of.hint}</p>
                    {of.links}
                    <a class="btn" href=back>{words}</a>
                </Empty>
            </div>
        </article>
    }
    .into_any()
}

/// The way to a ticket that there is.
pub fn link(key: &TicketKey, hook: &'static str, verb: Option<&'static str>) -> AnyView {
    let verb = verb.map(|verb| view! { {verb} " " }.into_any());
    view! {
        <a class="btn primary" href=tickets::address(key) data-test=hook>
            <Icon of=icons::TICKETS/> {verb} {ticket_number(key.id)} {chip_of(&key.source)}
        </a>
    }
    .into_any()
}
