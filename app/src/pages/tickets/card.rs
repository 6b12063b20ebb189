//! A row on a phone.

use leptos::prelude::*;
use tournee_core::domain::{Goals, TicketRow};
use tournee_core::time::Instant;

use super::address;
use super::listing::Placed;
use super::rows::RowsContext;
use crate::ago::relative;
use crate::components::{
    DueWords, StatusBadge, Ticks, chip_of, due_words, level_words, status_name, ticket_number,
};
use crate::text::t;

/// The row as a card of a fixed height.
pub fn card(context: RowsContext, placed: Placed) -> AnyView {
    let Placed {
        index,
        row,
        standing,
    } = placed;
    let current = context.is_open(&row.key).then_some("true");
    let now = context.now.get();
    let DueWords { words, late } = context.goals.with(|goals| when(&row, goals, now));
    view! {
        <div
            class="t-row t-card" role="listitem" style=("--i", index.to_string())
            aria-posinset=index + 1 aria-setsize=context.count.get() aria-current=current
            data-test="ticket-row" data-key=row.key.to_string() data-i=index data-p=row.priority.number()
            data-status=status_name(row.status) data-new=row.news.then_some("")
        >
            <div class="t-line">
                <span class="t-num">{ticket_number(row.key.id)}</span>
                {row.news.then(|| view! { <span class="sr-only">{t(|t| t.tickets_new)}</span> }.into_any())}
                {chip_of(&row.key.source)}
                <StatusBadge status=row.status short=true/>
                <span class="push" class:late=late>{words}</span>
            </div>
            <a href=address(&row.key)><span class="t-title">{row.title.clone()}</span></a>
            <div class="t-line">
                <span class="t-prio">{level_words(row.priority.number())}</span>
                <span class="t-cut">{row.location.clone()}</span>
                <span class="t-cut muted">{row.requester.clone()}</span>
                {standing.map(|standing| view! { <Ticks standing brief=true/> })}
            </div>
        </div>
    }
    .into_any()
}

/// The time left where something is due, else the age; and whether it is late.
pub fn when(row: &TicketRow, goals: &Goals, now: Instant) -> DueWords {
    due_words(row.timing(), goals, now).unwrap_or_else(|| DueWords {
        words: relative(row.opened_at, now),
        late: false,
    })
}
