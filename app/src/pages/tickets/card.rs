//! A row on a phone.

use leptos::prelude::*;
use tournee_core::domain::{Goals, TicketRow};
use tournee_core::time::Instant;

use super::address;
use super::listing::Placed;
use super::rows::RowsContext;
use crate::ago::{length, relative};
use crate::components::{
    DueWords, StatusBadge, Ticks, chip_of, due_words, level_words, status_name, ticket_number,
};
use crate::text::{fill, t};

/// The row as a card of a fixed height.
pub fn card(context: RowsContext, placed: Placed) -> AnyView {
    let Placed {
        index,
        row,
        standing,
    } = placed;
    let key = row.key.clone();
    // The row itself is not drawn anew for what is opened beside it, nor for how many others there are.
    let current = move || context.is_open(&key).then_some("true");
    let count = move || context.count.get();
    let now = context.now.get();
    let DueWords { words, late } = context.goals.with(|goals| when(&row, goals, now));
    let divided = context.divided.with(|all| all.contains(&row.key.source));
    let (whose, dates) = context
        .goals
        .with(|goals| (whose(&row, divided), dates(&row, goals, now)));
    view! {
        <div
            class="t-row t-card" role="listitem" style=("--i", index.to_string())
            aria-posinset=index + 1 aria-setsize=count aria-current=current
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
            <div class="t-line">
                <span class="t-cut t-more">{whose}</span>
                <span class="t-cut push">{dates}</span>
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

/// Technician, category and, where there are several, entity: what there is of them.
fn whose(row: &TicketRow, divided: bool) -> String {
    let entity = if divided { row.entity.as_str() } else { "" };
    // Of a place in a tree the end alone: that is what there is room for, and what tells most.
    let end = |path: &str| path.rsplit(" > ").next().unwrap_or_default().to_owned();
    let words = [row.assignee.clone(), end(&row.category), end(entity)];
    let said: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    said.join(" · ")
}

/// How long ago it was changed; and opened, where the head of the card says what is due instead.
fn dates(row: &TicketRow, goals: &Goals, now: Instant) -> String {
    let ago = |words, at: Instant| fill(words, &[("length", &length(now - at))]);
    let changed = ago(t(|t| t.tickets_changed_short), row.modified_at);
    match row.timing().due(goals) {
        Some(_) => {
            let opened = ago(t(|t| t.tickets_opened_short), row.opened_at);
            // The opening is what a narrow screen may cut.
            format!("{changed} · {opened}")
        }
        None => changed,
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::time::Seconds;

    use super::super::samples::row;
    use super::*;
    use crate::text::{Language, speak};

    #[test]
    fn the_last_line_says_what_there_is() {
        let mut one = TicketRow::clone(&row("ancien", 1));
        one.assignee = "Marcoux Patrick".into();
        assert_eq!(whose(&one, false), "Marcoux Patrick");
        one.category = "Matériel > Réseau".into();
        assert_eq!(
            whose(&one, true),
            "Marcoux Patrick · Réseau · Entité racine 0"
        );
        one.assignee.clear();
        assert_eq!(whose(&one, false), "Réseau");
    }

    #[test]
    fn the_opening_stands_on_the_card_once() {
        speak(Language::Fr);
        let now = Instant(4_000_000);
        let mut one = TicketRow::clone(&row("ancien", 1));
        (one.opened_at, one.modified_at) = (now - Seconds::days(3), now - Seconds(7_200));
        let goals = Goals::default();
        assert_eq!(dates(&one, &goals, now), "modif. 2 h · ouv. 3 j");
        one.due_at = None;
        assert_eq!(dates(&one, &goals, now), "modif. 2 h");
        assert_eq!(when(&one, &goals, now).words, "il y a 3 j");
    }
}
