//! The thread's ticket: the way there, linking it to one, parting them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Thread, ThreadRow, TicketRow};
use tournee_core::ids::TicketKey;
use tournee_core::phone::Phone;

use super::Open;
use crate::components::{Icon, Sheet, Toasts, chip_of, icons, kept, part, tap, ticket_number};
use crate::contexts::Tournee;
use crate::pages::create::suggest::Offer;
use crate::pages::mails::{convert_address, made_ahead, ticket_of};
use crate::pages::ticket::chooser;
use crate::pages::tickets;
use crate::sync::edit_words;
use crate::text::t;

/// What speaks for a ticket before anything is typed: GLPI's own mail names it, the same person asked, it is open.
const NAMED: usize = 1_000;
const SAME_PERSON: usize = 100;
const IS_OPEN: usize = 10;

/// Its ticket, or the way to one.
#[component]
pub fn LinkBar(
    /// The thread.
    open: Open,
) -> impl IntoView {
    let row = open.tournee.shown_thread_row(open.key());
    let ticket = kept(move || row.with(|row| row.as_ref().and_then(|row| row.ticket.clone())));
    let choosing = RwSignal::new(false);
    let told = kept(move || row.with(|row| row.as_ref().is_some_and(|row| row.told_of.is_some())));
    let view = move || {
        Some(match ticket.get() {
            Some(key) => linked(open, key),
            None => view! {
                {make(open, told.get())}
                <button
                    type="button" class="btn quiet push" data-test="link-open" aria-haspopup="dialog"
                    on:click=tap(move || choosing.set(true))
                >
                    <Icon of=icons::TICKETS/> {t(|t| t.mail_link)}
                </button>
            }
            .into_any(),
        })
    };
    view! {
        <div class="line link-bar" class:is-free=move || ticket.with(Option::is_none)>{part(view)}</div>
        <Sheet title=t(|t| t.mail_link_title) open=choosing>{chooser_of(open, choosing)}</Sheet>
    }
    .into_any()
}

/// The way to the form of a ticket, which says where a thread belongs that GLPI tells of.
fn make(open: Open, told: bool) -> AnyView {
    let href = convert_address(&open.key());
    let ahead = made_ahead(open.key());
    let row = open
        .tournee
        .with_untracked(|phone| phone.shown_thread_row(&open.key()));
    match (told, row) {
        (true, Some(row)) => view! { <a class="btn quiet" on:pointerdown=ahead href=href data-test="thread-make">{ticket_of(&row)}</a> }.into_any(),
        _ => view! { <a class="btn" on:pointerdown=ahead href=href data-test="thread-make"><Icon of=icons::MAKE/> {t(|t| t.convert_make)}</a> }.into_any(),
    }
}

fn linked(open: Open, key: TicketKey) -> AnyView {
    let toasts = Toasts::expect();
    let badge = open
        .tournee
        .with_untracked(|phone| phone.shown_thread_row(&open.key()));
    let words = badge.as_ref().map(ticket_of);
    let title = open
        .tournee
        .with_untracked(|phone| Some(phone.shown_row(&phone.resolve(&key))?.title));
    let of = key.clone();
    let part_them = move || {
        let thread = open.thread.get_untracked();
        link(open.tournee, toasts, of.clone(), &thread, false, || {});
    };
    view! {
        <a class="btn quiet grow" href=tickets::address(&key) data-test="thread-ticket">
            {words} {chip_of(&key.source)} <span class="t-cut">{title}</span>
        </a>
        <button type="button" class="icon-btn push" data-test="unlink" aria-label=t(|t| t.mail_unlink) on:click=tap(part_them)>
            <Icon of=icons::CLOSE/>
        </button>
    }
    .into_any()
}

/// Links a thread to a ticket, or parts them: one change, on the ticket.
pub fn link(
    tournee: Tournee,
    toasts: Toasts,
    ticket: TicketKey,
    thread: &Thread,
    linked: bool,
    done: impl FnOnce() + 'static,
) {
    let body = tournee_core::changes::LinkMail::of(thread, linked);
    let words = match linked {
        true => t(|t| t.mail_linked),
        false => t(|t| t.mail_unlinked),
    };
    let body = tournee_core::changes::ChangeBody::Link(Box::new(body));
    spawn_local(async move {
        match tournee.edit(ticket.into(), body, None).await {
            Ok(change) => toasts.made(words, change),
            Err(failure) => toasts.failed(edit_words(&failure)),
        }
        done();
    });
}

fn chooser_of(open: Open, shown: RwSignal<bool>) -> AnyView {
    let toasts = Toasts::expect();
    let offered = StoredValue::new(open.tournee.with_untracked(|phone| {
        let row = phone.shown_thread_row(&open.key());
        offers(phone, row.as_ref())
    }));
    let offers = move |_: &str| {
        offered.with_value(|all| {
            all.iter()
                .map(|(_, o, n)| (o.clone(), *n))
                .collect::<Vec<_>>()
        })
    };
    let choose = move |offer: &Offer| {
        let place = usize::try_from(offer.id).unwrap_or_default();
        let key = offered.with_value(|all| all.get(place).map(|(key, ..)| key.clone()));
        if let Some(key) = key {
            let thread = open.thread.get_untracked();
            let done = move || {
                shown.try_set(false);
            };
            link(open.tournee, toasts, key, &thread, true, done);
        }
    };
    chooser(t(|t| t.mail_link_search), Box::new(offers), choose)
}

type Offered = Vec<(TicketKey, Offer, usize)>;

/// All tickets that the phone has, the likeliest with the most weight.
fn offers(phone: &Phone, thread: Option<&ThreadRow>) -> Offered {
    let several = phone.meta().sources.len() > 1;
    let rows = phone.rows().iter().map(|row| TicketRow::clone(row));
    let rows = rows.chain(phone.local_rows());
    rows.enumerate()
        .map(|(at, row)| {
            let place = u64::try_from(at).unwrap_or_default();
            let name = format!("{} {}", ticket_number(row.key.id), row.title);
            let source = several.then(|| source_name(phone, &row.key)).flatten();
            let facts = [
                source.unwrap_or_default(),
                row.requester.clone(),
                row.location.clone(),
            ];
            let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
            let offer = Offer::new(place, &name, &facts.join(" · "));
            let weight = thread.map_or(0, |thread| weight(&row, thread));
            (row.key, offer, weight)
        })
        .collect()
}

fn source_name(phone: &Phone, key: &TicketKey) -> Option<String> {
    let mut sources = phone.meta().sources.iter();
    Some(
        sources
            .find(|state| state.source == key.source)?
            .name
            .clone(),
    )
}

fn weight(row: &TicketRow, thread: &ThreadRow) -> usize {
    let named = thread.told_of == Some(row.key.id.0);
    let person = !thread.from.is_empty() && row.requester.starts_with(&thread.from);
    let weigh = |is_so: bool, weight: usize| if is_so { weight } else { 0 };
    weigh(named, NAMED) + weigh(person, SAME_PERSON) + weigh(row.status.is_open(), IS_OPEN)
}
