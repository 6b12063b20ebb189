//! Take, move to another status, solve, note the time.

use leptos::prelude::*;
use tournee_core::changes::{ChangeBody, SetStatus, Take};
use tournee_core::domain::{Account, Status, Ticket};

use super::Open;
use super::act::act;
use super::carry;
use super::solve::SolveSheet;
use super::status::StatusSheets;
use super::time::time_line;
use crate::components::{Icon, Press, Toasts, icons, kept, press, status_words, tap};
use crate::text::{fill, t};

/// The buttons.
#[component]
pub fn Actions(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let moving = RwSignal::new(false);
    let solving = RwSignal::new(false);
    let solvable = move || open.ticket.with(|ticket| ticket.status.is_open());
    view! {
        <div class="actions">
            <TakeButton open/>
            <ResumeButton open/>
            <button type="button" class="btn" data-test="status-open" aria-haspopup="dialog" on:click=tap(move || moving.set(true))>
                <Icon of=icons::STATUS/> {t(|t| t.tickets_column_status)}
            </button>
            <button
                type="button" class="btn" data-test="solve-open" aria-haspopup="dialog"
                hidden=move || !solvable() on:click=tap(move || solving.set(true))
            >
                <Icon of=icons::DONE/> {t(|t| t.ticket_solve)}
            </button>
            {carry::button(open)}
        </div>
        {time_line(open)}
        <StatusSheets open shown=moving/>
        <SolveSheet open shown=solving/>
    }
    .into_any()
}

#[component]
fn TakeButton(open: Open) -> impl IntoView {
    let toasts = Toasts::expect();
    let takeable = kept(move || {
        let account = open.account();
        account.is_some_and(|account| open.ticket.with(|ticket| can_take(ticket, &account)))
    });
    let take = move || {
        let ticket = open.ticket.get_untracked();
        if let Some(account) = untrack(|| open.account()) {
            let body = ChangeBody::Take(Take {
                user: account.user,
                name: account.name,
                before: ticket.assignees.iter().filter_map(|a| a.user()).collect(),
            });
            let words = t(|t| t.ticket_taken).to_owned();
            act(
                open.tournee,
                toasts,
                ticket.key.clone().into(),
                body,
                words,
                |_| {},
            );
        }
    };
    let Press { down, up, click } = press(take);
    view! {
        <button
            type="button" class="btn primary" data-test="take" hidden=move || !takeable.get()
            on:pointerdown=down on:pointerup=up on:click=click
        >
            <Icon of=icons::PERSON/> {t(|t| t.ticket_take)}
        </button>
    }
    .into_any()
}

/// *En cours* at one tap: what waited goes on, what is new and his begins.
#[component]
fn ResumeButton(open: Open) -> impl IntoView {
    let toasts = Toasts::expect();
    let status = kept(move || open.ticket.with(|ticket| ticket.status));
    let begins = kept(move || {
        let takes = || {
            let account = open.account();
            account.is_some_and(|account| open.ticket.with(|ticket| can_take(ticket, &account)))
        };
        match status.get() {
            Status::Pending => true,
            // Taking it moves it, too.
            Status::New => !takes(),
            _ => false,
        }
    });
    let resume = move || {
        let (from, to) = (status.get_untracked(), Status::Assigned);
        let body = ChangeBody::Status(SetStatus { from, to });
        let words = fill(t(|t| t.ticket_moved), &[("status", status_words(to))]);
        act(open.tournee, toasts, open.key().into(), body, words, |_| {});
    };
    let Press { down, up, click } = press(resume);
    view! {
        <button
            type="button" class="btn primary" data-test="resume" hidden=move || !begins.get()
            on:pointerdown=down on:pointerup=up on:click=click
        >
            <Icon of=icons::SEND/> {t(|t| t.ticket_resume)}
        </button>
    }
    .into_any()
}

fn can_take(ticket: &Ticket, account: &Account) -> bool {
    let mine = ticket
        .assignees
        .iter()
        .any(|a| a.user() == Some(account.user));
    !mine && ticket.status != Status::Closed
}
