//! The tickets of a store: what is open, the most pressing first, and what was done there.

use std::cmp::Reverse;
use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::{Status, StoreId, TicketRow};
use tournee_core::ids::TicketKey;
use tournee_core::phone::Phone;
use tournee_core::time::Instant;

use super::people::all_button;
use crate::ago::relative;
use crate::components::{
    Standing, StatusBadge, Ticks, chip_of, due_words, each, kept, level_words, part, status_name,
    ticket_number,
};
use crate::pages::round::Round;
use crate::pages::tickets::address;
use crate::text::t;

/// So many are drawn at once; the others when asked for.
const DRAWN: usize = 30;

/// A ticket's line.
#[derive(Clone, PartialEq)]
struct Line {
    row: Arc<TicketRow>,
    standing: Option<Standing>,
}

type Lines = Arc<Vec<Line>>;

/// Open tickets.
pub fn open(round: Round, store: StoreId) -> AnyView {
    let lines = kept(move || round.tournee.with(|phone| lines(phone, &store, true)));
    section(round, lines, t(|t| t.store_open), "store-open", DRAWN)
}

/// What was done: the tickets that are solved or closed, as far as the phone holds them.
pub fn closed(round: Round, store: StoreId) -> AnyView {
    let lines = kept(move || round.tournee.with(|phone| lines(phone, &store, false)));
    section(
        round,
        lines,
        t(|t| t.store_closed),
        "store-closed",
        DRAWN / 3,
    )
}

fn lines(phone: &Phone, store: &StoreId, open: bool) -> Lines {
    let here = |row: &Arc<TicketRow>| {
        row.status.is_open() == open && StoreId::of(&row.location).as_ref() == Some(store)
    };
    let mut rows: Vec<_> = phone.shown_rows().collect();
    rows.retain(here);
    match open {
        true => rows.sort_by_cached_key(|row| pressing(phone, row)),
        false => rows.sort_by_key(|row| (Reverse(row.modified_at), row.key.clone())),
    }
    let line = |row: Arc<TicketRow>| Line {
        standing: standing(phone, &row.key),
        row,
    };
    Arc::new(rows.into_iter().map(line).collect())
}

/// What waits for somebody else comes last; else what is due first, and of those without a date the most urgent.
fn pressing(phone: &Phone, row: &TicketRow) -> impl Ord + use<> {
    let due = row.timing().due(phone.goals()).map(|due| due.order());
    (
        row.status == Status::Pending,
        due.is_none(),
        due,
        Reverse(row.priority),
        row.opened_at,
        row.key.clone(),
    )
}

fn standing(phone: &Phone, key: &TicketKey) -> Option<Standing> {
    let on_it = phone.outbox().of_ticket(key).filter(|q| q.is_unsettled());
    on_it.map(Standing::of).max()
}

fn section(
    round: Round,
    lines: Memo<Lines>,
    title: &'static str,
    hook: &'static str,
    drawn: usize,
) -> AnyView {
    let all = RwSignal::new(false);
    let most = move || if all.get() { usize::MAX } else { drawn };
    let keys = move || {
        let most = most();
        lines.with(|lines| {
            lines
                .iter()
                .take(most)
                .map(|l| l.row.key.to_string())
                .collect()
        })
    };
    let more = part(move || {
        let more = !all.get() && lines.with(|lines| lines.len()) > drawn;
        more.then(|| all_button(all))
    });
    view! {
        <section class="section" data-test=hook hidden=move || lines.with(|lines| lines.is_empty())>
            <h2>{title}</h2>
            <ul class="plain store-tickets">{each(keys, move |key| item(round, lines, key))}</ul>
            {more}
        </section>
    }
    .into_any()
}

/// A line that follows its ticket for as long as it is there.
fn item(round: Round, lines: Memo<Lines>, key: &str) -> AnyView {
    let key = key.to_owned();
    let line = kept(move || {
        lines.with(|lines| lines.iter().find(|l| l.row.key.to_string() == key).cloned())
    });
    part(move || line.get().map(|line| drawn_line(round, &line))).into_any()
}

fn drawn_line(round: Round, line: &Line) -> AnyView {
    let row = &line.row;
    let (when, late) = when(round, row);
    view! {
        <li class="s-row" data-p=row.priority.number() data-test="store-ticket" data-key=row.key.to_string() data-status=status_name(row.status)>
            <div class="t-line">
                <span class="t-num">{ticket_number(row.key.id)}</span>
                {chip_of(&row.key.source)}
                <StatusBadge status=row.status short=true/>
                <span class="push" class:late=late>{when}</span>
            </div>
            <a class="t-title" href=address(&row.key)>{row.title.clone()}</a>
            <div class="t-line">
                <span class="t-prio">{level_words(row.priority.number())}</span>
                <span class="t-cut muted">{row.requester.clone()}</span>
                {line.standing.map(|standing| view! { <Ticks standing brief=true/> })}
            </div>
        </li>
    }
    .into_any()
}

/// What is left, or how old it is; of what is done, since when nothing was written.
fn when(round: Round, row: &TicketRow) -> (String, bool) {
    let now: Instant = round.now.get();
    let due = round
        .tournee
        .with_untracked(|phone| due_words(row.timing(), phone.goals(), now));
    match due {
        Some(due) => (due.words, due.late),
        None if row.status.is_open() => (relative(row.opened_at, now), false),
        None => (relative(row.modified_at, now), false),
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::{Named, Ticket};

    use super::*;
    use crate::pages::tickets::samples;

    fn ticket(id: u64, status: Status, place: &str, due: Option<i64>) -> Ticket {
        let mut ticket = samples::ticket("ancien", id);
        ticket.status = status;
        ticket.due_at = due.map(Instant);
        ticket.location = Some(Named {
            id: 4,
            name: place.to_owned(),
        });
        ticket
    }

    #[test]
    fn what_is_due_first_comes_first_and_what_waits_for_others_last() {
        let here = "Magasin Les ARCS";
        let phone = samples::phone([
            ticket(1, Status::Assigned, here, None),
            ticket(2, Status::Pending, here, Some(10)),
            ticket(3, Status::Assigned, "MAGASIN LES ARCS", Some(900)),
            ticket(4, Status::New, here, Some(20)),
            ticket(5, Status::Assigned, "Magasin LORGUES", Some(1)),
            ticket(6, Status::Closed, here, Some(5)),
        ]);
        let ids = |open| -> Vec<u64> {
            let store = StoreId::of(here).unwrap();
            lines(&phone, &store, open)
                .iter()
                .map(|l| l.row.key.id.0)
                .collect()
        };
        assert_eq!(ids(true), [4, 3, 1, 2]);
        assert_eq!(ids(false), [6]);
    }
}
