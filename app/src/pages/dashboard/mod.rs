//! *Tableau de bord*: what is mine, out of what the phone holds; what the service has, as each GLPI counts it.

mod charts;
mod memory;
mod service;
mod tally;

use leptos::prelude::*;
use tournee_core::dashboard::{Counted, Tally};
use tournee_core::domain::TicketRow;
use tournee_core::phone::Phone;
use tournee_core::time::{Instant, Seconds};

use self::service::services;
use self::tally::{Leads, charts};
use crate::components::{Icon, back_to, icons, kept, part, tap};
use crate::contexts::Tournee;
use crate::pages::tickets::is_late;
use crate::text::t;

/// The page's address.
pub const DASHBOARD: &str = "/dashboard";

/// Which tickets are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Whose {
    #[default]
    Mine,
    Service,
}

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let whose = RwSignal::new(memory::whose());
    Effect::watch(
        move || whose.get(),
        |whose, _, _| memory::keep(*whose),
        false,
    );
    let tab = move |of: Whose, hook: &'static str, words: &'static str| {
        view! {
            <button
                type="button" data-test=hook aria-pressed=move || (whose.get() == of).to_string()
                on:click=tap(move || whose.set(of))
            >
                {words}
            </button>
        }
        .into_any()
    };
    let shown = kept(move || whose.get());
    view! {
        <section class="page dashboard" data-test="dashboard">
            <div class="line">
                <a class="icon-btn back" href=back_to("/more") aria-label=t(|t| t.dashboard_back)><Icon of=icons::BACK/></a>
                <h1 tabindex="-1">{t(|t| t.dashboard_title)}</h1>
            </div>
            <div class="seg" role="group" aria-label=t(|t| t.dashboard_whose)>
                {tab(Whose::Mine, "dashboard-mine", t(|t| t.dashboard_mine))}
                {tab(Whose::Service, "dashboard-service", t(|t| t.dashboard_service))}
            </div>
            {move || match shown.get() {
                Whose::Mine => mine(),
                Whose::Service => services(),
            }}
        </section>
    }
    .into_any()
}

fn mine() -> AnyView {
    let tournee = Tournee::expect();
    // Counted whenever the phone moves; drawn anew when a count did.
    let counted = Memo::new(move |last: Option<&(Tally, Instant)>| {
        let now = tournee.now();
        let tally = tournee.with(|phone| tally(phone, now));
        match last {
            Some((before, at)) if *before == tally => (tally, *at),
            _ => (tally, now),
        }
    });
    view! {
        <p class="muted small">{t(|t| t.dashboard_mine_hint)}</p>
        {part(move || Some(counted.with(|(tally, at)| charts(tally, &Leads::Mine(*at)))))}
    }
    .into_any()
}

/// His own tickets, counted as the screen shows them.
fn tally(phone: &Phone, now: Instant) -> Tally {
    let rows = phone.shown_rows();
    let sources = &phone.meta().sources;
    let mine = |row: &TicketRow| sources.iter().any(|state| row.is_mine(&state.account));
    let mine: Vec<_> = rows.filter(|row| mine(row)).collect();
    let counted = mine.iter().map(|row| Counted {
        status: row.status,
        priority: row.priority,
        location: &row.location,
        category: &row.category,
        opened_at: row.opened_at,
        late: is_late(row, phone.goals(), now),
        solved_at: row.solved_at,
        spent: Seconds(row.spent.0),
    });
    Tally::of(counted, now)
}
