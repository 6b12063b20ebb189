//! Take, move to another status, solve.

use leptos::prelude::*;
use tournee_core::changes::{ChangeBody, SetStatus, Take};
use tournee_core::domain::{Account, Status, Ticket};

use super::Open;
use super::act::act;
use super::solve::SolveSheet;
use crate::components::{
    Icon, Press, Sheet, StatusBadge, Toasts, icons, kept, press, status_name, status_words, tap,
};
use crate::text::{fill, t};

/// The three buttons.
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
            <button type="button" class="btn" data-test="status-open" aria-haspopup="dialog" on:click=tap(move || moving.set(true))>
                <Icon of=icons::STATUS/> {t(|t| t.tickets_column_status)}
            </button>
            <button
                type="button" class="btn" data-test="solve-open" aria-haspopup="dialog"
                hidden=move || !solvable() on:click=tap(move || solving.set(true))
            >
                <Icon of=icons::DONE/> {t(|t| t.ticket_solve)}
            </button>
        </div>
        <StatusSheet open shown=moving/>
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

fn can_take(ticket: &Ticket, account: &Account) -> bool {
    let mine = ticket
        .assignees
        .iter()
        .any(|a| a.user() == Some(account.user));
    !mine && ticket.status != Status::Closed
}

#[component]
fn StatusSheet(open: Open, shown: RwSignal<bool>) -> impl IntoView {
    let toasts = Toasts::expect();
    let chosen = StoredValue::new(false);
    let choose = move |from: Status, to: Status| {
        // The sheet stays until the change lasts: a second finger meanwhile has chosen nothing.
        if chosen.try_update_value(|chosen| std::mem::replace(chosen, true)) != Some(false) {
            return;
        }
        let body = ChangeBody::Status(SetStatus { from, to });
        let words = fill(t(|t| t.ticket_moved), &[("status", status_words(to))]);
        act(
            open.tournee,
            toasts,
            open.key().into(),
            body,
            words,
            move |_| {
                chosen.try_set_value(false);
                shown.try_set(false);
            },
        );
    };
    // While the sheet waits for his choice to last, it is not drawn anew around it.
    let status = move |last: Option<&Status>| match last {
        Some(last) if chosen.get_value() => *last,
        _ => open.ticket.with(|ticket| ticket.status),
    };
    let choices = move |from: Status| {
        let moves = from.moves().iter();
        let button = move |to: Status| {
            let Press { down, up, click } = press(move || choose(from, to));
            view! {
                <button
                    type="button" class="btn" data-test="status-to" data-status=status_name(to)
                    on:pointerdown=down on:pointerup=up on:click=click
                >
                    <StatusBadge status=to/>
                    {reopens(from, to).then(|| view! { <span class="push muted small">{t(|t| t.ticket_reopen)}</span> }.into_any())}
                </button>
            }
        };
        moves.copied().map(button).collect_view().into_any()
    };
    view! {
        <Sheet title=t(|t| t.ticket_move) open=shown>
            <div class="choices">{
                let status = Memo::new(status);
                move || choices(status.get())
            }</div>
        </Sheet>
    }
    .into_any()
}

fn reopens(from: Status, to: Status) -> bool {
    !from.is_open() && to.is_open()
}
