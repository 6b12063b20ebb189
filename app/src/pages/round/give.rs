//! The time of a visit, given to the tickets that he worked on there: a task each.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Status, StoreId};
use tournee_core::ids::TicketKey;
use tournee_core::round::{Visit, shares};
use tournee_core::time::Seconds;

use super::Round;
use crate::components::{
    Sheet, Toasts, chip_of, kept, length_words, part, sent, switched, ticket_number, typed,
    typed_length, words,
};
use crate::contexts::task_done;
use crate::pages::ticket::{Draft, EmojiHint};
use crate::sync::edit_words;
use crate::text::{fill, plural, t};

const A_MINUTE: Seconds = Seconds(60);
const A_DAY: Seconds = Seconds::days(1);

/// What is wrong with what is filled in.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Length,
    NoTicket,
    TooShort,
    Empty,
}

/// What is filled in. Copy it into closures freely.
#[derive(Clone, Copy)]
struct Giving {
    round: Round,
    visit: StoredValue<Visit>,
    open: RwSignal<bool>,
    length: RwSignal<String>,
    chosen: RwSignal<BTreeSet<TicketKey>>,
    text: Draft,
    tried: RwSignal<bool>,
}

/// The sheet, for the visit that it is opened for. Closed without an answer, the visit stays undecided.
pub fn give_sheet(
    round: Round,
    visit: StoredValue<Option<Visit>>,
    open: RwSignal<bool>,
) -> AnyView {
    let body = move || {
        visit
            .get_value()
            .map(|visit| body(Giving::new(round, visit, open)))
    };
    view! { <Sheet title=t(|t| t.visit_give_title) open>{body()}</Sheet> }.into_any()
}

fn body(giving: Giving) -> AnyView {
    let tickets = giving.tickets();
    let stores_emoji = giving.round.tournee.with_untracked(|phone| {
        let mut accounts = tickets.iter().filter_map(|key| phone.account(&key.source));
        accounts.all(|account| account.stores_emoji)
    });
    let fault = part(move || {
        giving
            .shown_fault()
            .map(|fault| fault_words(fault).into_any())
    });
    let told = giving.round.tournee.with_untracked(|phone| {
        giving
            .visit
            .with_value(|visit| (visit.name.clone(), phone.noted_during(visit)))
    });
    let noted = (told.1 >= A_MINUTE)
        .then(|| fill(t(|t| t.visit_noted), &[("length", &length_words(told.1))]));
    view! {
        <form class="stack" data-test="visit-form" on:submit=sent(move || giving.send())>
            <p class="muted small">{told.0} {noted.map(|noted| format!(" · {noted}"))}</p>
            {length_field(giving)}
            <label class="field">
                <span>{t(|t| t.visit_text)}</span>
                <input
                    type="text" name="task" dir="auto" autocomplete="off"
                    prop:value=move || giving.text.text.get() on:input=typed(move |value| giving.text.type_text(value))
                />
            </label>
            <EmojiHint text=giving.text.text stores_emoji/>
            <fieldset class="plain-set">
                <legend class="small muted">{t(|t| t.visit_which)}</legend>
                {tickets.into_iter().map(|key| choice(giving, key)).collect::<Vec<_>>()}
            </fieldset>
            <p class="error" id="visit-fault" role="alert">{fault}</p>
            <button type="submit" class="btn primary wide" data-test="visit-give-send">
                {words(move || giving.send_words())}
            </button>
        </form>
    }
    .into_any()
}

fn length_field(giving: Giving) -> AnyView {
    let length = giving.length;
    view! {
        <label class="field">
            <span>{t(|t| t.visit_length)}</span>
            <input
                type="text" name="length" autocomplete="off" placeholder=t(|t| t.task_length_example)
                aria-invalid=move || giving.total().is_none().to_string() aria-describedby="visit-fault"
                prop:value=move || length.get() on:input=typed(move |value| length.set(value))
            />
        </label>
    }
    .into_any()
}

fn fault_words(fault: Fault) -> &'static str {
    t(|t| match fault {
        Fault::Length => t.task_no_such_time,
        Fault::NoTicket => t.visit_no_ticket,
        Fault::TooShort => t.visit_too_short,
        Fault::Empty => t.edit_empty,
    })
}

fn choice(giving: Giving, key: TicketKey) -> AnyView {
    let row = giving
        .round
        .tournee
        .with_untracked(|phone| phone.shown_row(&key));
    let closed = row.as_ref().is_some_and(|row| row.status == Status::Closed);
    let title = row.map(|row| row.title);
    let (shown, chosen, hook) = (key.clone(), key.clone(), key.to_string());
    let is = kept(move || giving.chosen.with(|all| all.contains(&shown)));
    let choose = switched(move |on| {
        giving.chosen.update(|all| match on {
            true => drop(all.insert(chosen.clone())),
            false => drop(all.remove(&chosen)),
        });
    });
    view! {
        <label class="switch" data-test="visit-ticket" data-key=hook>
            <input type="checkbox" disabled=closed prop:checked=move || is.get() on:change=choose/>
            <span class="grow">
                {ticket_number(key.id)} " " <span dir="auto">{title}</span> " " {chip_of(&key.source)}
                {closed.then(|| view! { <span class="small muted">" " {t(|t| t.visit_closed)}</span> })}
            </span>
        </label>
    }
    .into_any()
}

impl Giving {
    fn new(round: Round, visit: Visit, open: RwSignal<bool>) -> Self {
        let (chosen, noted) = round.tournee.with_untracked(|phone| {
            // A closed one takes no task any more.
            let takes = |key: &TicketKey| {
                phone
                    .shown_row(key)
                    .is_some_and(|row| row.status != Status::Closed)
            };
            let worked = phone.worked_on(&visit).into_iter();
            (worked.filter(takes).collect(), phone.noted_during(&visit))
        });
        let left = visit.length(visit.from).0 - noted.0;
        let draft = format!("visit:{}", visit.from.0);
        Self {
            round,
            open,
            length: RwSignal::new(length_words(Seconds(left.max(A_MINUTE.0)))),
            chosen: RwSignal::new(chosen),
            text: Draft::open(
                round.tournee,
                draft,
                t(|t| t.task_default).to_owned(),
                String::new(),
            ),
            tried: RwSignal::new(false),
            visit: StoredValue::new(visit),
        }
    }

    /// The tickets of the store that time can be given to: those he worked on first.
    fn tickets(self) -> Vec<TicketKey> {
        let visit = self.visit.get_value();
        self.round.tournee.with_untracked(|phone| {
            let mut keys = phone.worked_on(&visit);
            let here = |name: &str| StoreId::of(name).as_ref() == Some(&visit.store);
            for row in phone.shown_rows() {
                if row.status.is_open() && here(&row.location) && !keys.contains(&row.key) {
                    keys.push(row.key.clone());
                }
            }
            keys
        })
    }

    fn total(self) -> Option<Seconds> {
        let total = self.length.with(|text| typed_length(text))?;
        (A_MINUTE..=A_DAY).contains(&total).then_some(total)
    }

    fn fault(self) -> Option<Fault> {
        let tickets = self.chosen.with(BTreeSet::len);
        let Some(total) = self.total() else {
            return Some(Fault::Length);
        };
        match shares(total, tickets).last() {
            None => Some(Fault::NoTicket),
            Some(least) if *least < A_MINUTE => Some(Fault::TooShort),
            Some(_) if self.text.text.with(|text| text.trim().is_empty()) => Some(Fault::Empty),
            Some(_) => None,
        }
    }

    /// A time that is none is said at once; what is missing, once he wanted to send it.
    fn shown_fault(self) -> Option<Fault> {
        let tried = self.tried.get();
        self.fault()
            .filter(|fault| tried || *fault == Fault::Length)
    }

    fn send_words(self) -> String {
        let n = self.chosen.with(BTreeSet::len);
        match self.total().filter(|_| n > 0) {
            Some(total) => {
                let told = plural(n, |t| &t.visit_give_send);
                fill(&told, &[("length", &length_words(total))])
            }
            None => t(|t| t.visit_give).to_owned(),
        }
    }

    /// One task for each chosen ticket, and the visit is decided about: all of it lasts, or nothing.
    fn send(self) {
        self.tried.set(true);
        let (fault, total) = untrack(|| (self.fault(), self.total()));
        let (None, Some(total)) = (fault, total) else {
            return;
        };
        let (tournee, toasts) = (self.round.tournee, Toasts::expect());
        let text = self.text.text.get_untracked();
        let keys: Vec<TicketKey> = self.chosen.get_untracked().into_iter().collect();
        let tasks = keys
            .iter()
            .zip(shares(total, keys.len()))
            .map(|(key, time)| {
                let account = tournee.with_untracked(|phone| phone.account(&key.source).cloned());
                (key.clone(), task_done(&text, time, account))
            });
        let (tasks, from) = (tasks.collect(), self.visit.with_value(|visit| visit.from));
        spawn_local(async move {
            match tournee.give_time(from, tasks).await {
                Ok(()) => {
                    self.text.sent(&text);
                    self.open.try_set(false);
                    toasts.done(plural(keys.len(), |t| &t.visit_given));
                }
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
        });
    }
}
