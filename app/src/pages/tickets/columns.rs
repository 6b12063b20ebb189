//! The list as a table, with the columns of the procedure.

use leptos::prelude::*;

use super::address;
use super::filter::{Filter, Sort};
use super::listing::Placed;
use super::rows::RowsContext;
use crate::ago::relative;
use crate::components::{
    Priority, StatusBadge, Ticks, chip_of, due_words, status_name, tap, ticket_number,
};
use crate::text::t;

/// How many columns there are, with the one of the ticks.
pub const COUNT: usize = 13;

fn columns() -> [(Sort, &'static str); 12] {
    [
        (Sort::Id, t(|t| t.tickets_column_id)),
        (Sort::Title, t(|t| t.tickets_column_title)),
        (Sort::Entity, t(|t| t.tickets_column_entity)),
        (Sort::Status, t(|t| t.tickets_column_status)),
        (Sort::Modified, t(|t| t.tickets_column_modified)),
        (Sort::Opened, t(|t| t.tickets_column_opened)),
        (Sort::Priority, t(|t| t.tickets_column_priority)),
        (Sort::Requester, t(|t| t.tickets_column_requester)),
        (Sort::Assignee, t(|t| t.tickets_column_assignee)),
        (Sort::Category, t(|t| t.tickets_column_category)),
        (Sort::Due, t(|t| t.tickets_column_due)),
        (Sort::Location, t(|t| t.tickets_column_location)),
    ]
}

/// The head: each column sorts.
#[component]
pub fn TableHead(
    /// What is sorted.
    filter: RwSignal<Filter>,
) -> impl IntoView {
    let cell = |(sort, name): (Sort, &'static str)| {
        let direction = move || {
            filter.with(|filter| {
                let direction = if filter.descending() {
                    "descending"
                } else {
                    "ascending"
                };
                (filter.sort == sort).then_some(direction)
            })
        };
        view! {
            <div role="columnheader" aria-sort=direction>
                <button type="button" on:click=tap(move || filter.update(|f| f.sort_by(sort)))>{name}</button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="t-head" role="row" aria-rowindex="1">
            {columns().map(cell).into_iter().collect_view()}
            <div role="columnheader"><span class="sr-only">{t(|t| t.tickets_column_ticks)}</span></div>
        </div>
    }
    .into_any()
}

/// A row of the table.
pub fn table_row(context: RowsContext, placed: Placed) -> AnyView {
    let Placed {
        index,
        row,
        standing,
    } = placed;
    let now = context.now.get();
    let due = context
        .goals
        .with(|goals| due_words(row.timing(), goals, now));
    let late = due.as_ref().is_some_and(|due| due.late);
    // A closed ticket's date is a fact all the same.
    let due = due
        .map(|due| due.words)
        .or(row.due_at.map(|due| relative(due, now)));
    let text = |text: &str| {
        let text = text.to_owned();
        view! { <span role="cell">{text}</span> }.into_any()
    };
    let date = |at| view! { <span role="cell">{relative(at, now)}</span> }.into_any();
    view! {
        <div
            class="t-row" role="row" style=("--i", index.to_string()) aria-rowindex=index + 2
            data-test="ticket-row" data-key=row.key.to_string() data-i=index data-p=row.priority.number()
            data-status=status_name(row.status) data-new=row.news.then_some("")
        >
            <span role="cell" class="t-num">
                <span>{ticket_number(row.key.id)}</span>
                {row.news.then(|| view! { <span class="sr-only">{t(|t| t.tickets_new)}</span> }.into_any())}
                {chip_of(&row.key.source)}
            </span>
            <span role="cell" class="t-title">
                <a href=address(&row.key)><span>{row.title.clone()}</span></a>
            </span>
            {text(&row.entity)}
            <span role="cell"><StatusBadge status=row.status short=true/></span>
            {date(row.modified_at)}
            {date(row.opened_at)}
            <span role="cell"><Priority level=row.priority/></span>
            {text(&row.requester)}
            {text(&row.assignee)}
            {text(&row.category)}
            <span role="cell" class:late=late>{due}</span>
            {text(&row.location)}
            <span role="cell">{standing.map(|standing| view! { <Ticks standing brief=true/> })}</span>
        </div>
    }
    .into_any()
}
