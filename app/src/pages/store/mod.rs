//! *Magasin*: its open tickets, how it is reached, who works there, what to take along, what was done there.

mod contact;
mod people;
mod tickets;

use leptos::prelude::*;
use tournee_core::domain::StoreId;

use self::contact::contact;
use self::people::people;
use self::tickets::{closed, open};
use super::round::{Round, ToTake, VisitBar, VisitButton, due_in_store, moment, span};
use super::tickets::create_at;
use crate::components::{Icon, Priority, icons, kept, part, words};
use crate::text::{fill, plural, t};

/// The page of one store.
#[component]
pub fn StorePage(
    /// What waits everywhere.
    round: Round,
    /// Which store.
    store: StoreId,
) -> impl IntoView {
    let [named, summed, visited] = [(); 3].map(|()| store.clone());
    view! {
        <article class="ticket store" data-test="store" data-store=store.to_string()>
            <div class="ticket-scroll">
                <header class="ticket-head">
                    <div class="line ticket-nav">
                        <a class="icon-btn back" href="/round" aria-label=t(|t| t.store_back)><Icon of=icons::BACK/></a>
                        <h1 tabindex="-1" data-test="store-name">{words(move || round.name(&named))}</h1>
                    </div>
                    <p class="line small">{part(move || summary(round, &summed))}</p>
                    <div class="actions">
                        <VisitButton round store=store.clone()/>
                        <a class="btn" href=create_at(&store) data-test="create-here">
                            <Icon of=icons::PLUS/> {t(|t| t.store_create)}
                        </a>
                    </div>
                    {contact(round, store.clone())}
                </header>
                <VisitBar round/>
                {open(round, store.clone())}
                <div class="section"><ToTake round store=Some(store.clone())/></div>
                {people(round, store.clone())}
                {visits(round, visited)}
                {closed(round, store.clone())}
                <div class="ticket-end"></div>
            </div>
        </article>
    }
    .into_any()
}

/// How many, how urgent, what is due first, what is planned.
fn summary(round: Round, store: &StoreId) -> Option<AnyView> {
    let now = round.now.get();
    let Some(waiting) = round.waiting(store).filter(|waiting| waiting.open > 0) else {
        return Some(t(|t| t.store_nothing_open).into_any());
    };
    let due = waiting.due.map(|due| due_in_store(&due, now));
    let late = (waiting.late > 0).then(|| plural(waiting.late, |t| &t.round_late));
    let planned = waiting
        .planned
        .map(|at| fill(t(|t| t.round_planned), &[("when", &moment(at, now))]));
    Some(
        view! {
            <span>{plural(waiting.open, |t| &t.round_open)}</span>
            {waiting.urgent.map(|level| view! { <Priority level/> })}
            {match late {
                Some(late) => view! { <span class="late">{late}</span> }.into_any(),
                None => due.into_any(),
            }}
            <span>{planned}</span>
        }
        .into_any(),
    )
}

/// When he was there lately.
fn visits(round: Round, store: StoreId) -> AnyView {
    const SHOWN: usize = 5;
    let tournee = round.tournee;
    let told = kept(move || {
        tournee.with(|phone| {
            let visits = phone.book().visits().iter().rev();
            let here = visits.filter(|visit| visit.store == store && visit.to.is_some());
            here.take(SHOWN).cloned().collect::<Vec<_>>()
        })
    });
    part(move || {
        let now = round.now.get();
        let lines = told.with(|told| {
            let line = |visit: &tournee_core::round::Visit| {
                view! { <li>{span(visit.from, visit.to, now)}</li> }.into_any()
            };
            told.iter().map(line).collect::<Vec<_>>()
        });
        (!lines.is_empty()).then(|| {
            view! {
                <section class="section" data-test="store-visits">
                    <h2>{t(|t| t.store_visits)}</h2>
                    <ul class="plain small">{lines}</ul>
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}
