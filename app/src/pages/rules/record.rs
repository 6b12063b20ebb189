//! What a rule did, and what of it waits for its owner.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::{ChangeId, RuleId, TicketKey};
use tournee_core::wire::{Deed, RuleDeed, RuleInfo, Wish, WishFor};

use super::words::{mail_line, why_words};
use super::{Desk, head};
use crate::components::{chip_of, part, tap, ticket_number, whether};
use crate::pages::{queue, tickets};
use crate::platform::intl::{Form, instant};
use crate::sync::{api, failure_words};
use crate::text::{fill, t};

/// The record.
pub fn record(desk: Desk, info: RuleInfo) -> AnyView {
    let deeds = RwSignal::new(None::<Vec<RuleDeed>>);
    let (id, mine) = (info.rule.id, info.mine);
    let ask = move || {
        spawn_local(async move {
            match api::rule_record(id).await {
                Ok(record) => drop(deeds.try_set(Some(record.deeds))),
                Err(failure) => drop(desk.failed.try_set(Some(failure_words(&failure)))),
            }
        });
    };
    ask();
    let title = fill(t(|t| t.rules_record_of), &[("name", &info.rule.name)]);
    let shown = move || {
        let deeds = deeds.get()?;
        if deeds.is_empty() {
            return Some(
                view! { <p class="muted" data-test="record-empty">{t(|t| t.rules_record_empty)}</p> }
                    .into_any(),
            );
        }
        let waits = Waits {
            desk,
            id,
            mine,
            ask,
        };
        let rows: Vec<AnyView> = deeds.into_iter().map(|deed| row(waits, deed)).collect();
        Some(view! { <ol class="plain stack">{rows}</ol> }.into_any())
    };
    view! { {head(desk, title)} {part(shown)} }.into_any()
}

/// What is needed to have something done with what waits.
#[derive(Clone, Copy)]
struct Waits<A: Fn() + Copy + 'static> {
    desk: Desk,
    id: RuleId,
    mine: bool,
    /// Asks for the record anew.
    ask: A,
}

fn row(waits: Waits<impl Fn() + Copy + 'static>, deed: RuleDeed) -> AnyView {
    let (hook, what) = what(waits, &deed.what);
    let at = instant(deed.at, Form::Full);
    view! {
        <li class="card stack tight" data-test="deed" data-what=hook>
            {mail_line(&deed.mail)}
            <div class="small">{what}</div>
            <p class="muted small">{fill(t(|t| t.rules_done_at), &[("when", &at)])}</p>
        </li>
    }
    .into_any()
}

fn what(waits: Waits<impl Fn() + Copy + 'static>, deed: &Deed) -> (&'static str, AnyView) {
    let plain = |words: &'static str| view! { <span>{words}</span> }.into_any();
    match deed {
        Deed::UnderWay => ("under_way", plain(t(|t| t.rules_under_way))),
        Deed::Made { ticket, joined } => {
            let words = t(|t| match joined {
                true => t.rules_joined,
                false => t.rules_made,
            });
            ("made", with_ticket(words, ticket))
        }
        Deed::Reopened { ticket } => ("reopened", with_ticket(t(|t| t.rules_reopened), ticket)),
        Deed::Linked { ticket } => ("linked", with_ticket(t(|t| t.rules_linked), ticket)),
        Deed::TakenBack => ("taken_back", plain(t(|t| t.rules_taken_back))),
        Deed::Left { why } => {
            let words = why_words(why);
            (
                "left",
                view! { <span class="muted">{words}</span> }.into_any(),
            )
        }
        Deed::NeedsYou { change, problem } => {
            let tools = waits.mine.then(|| tools(waits, *change));
            let shown = view! { {queue::problem_view(problem)} {tools} };
            ("needs_you", shown.into_any())
        }
        Deed::Unknown => ("unknown", ().into_any()),
    }
}

fn with_ticket(words: &'static str, ticket: &TicketKey) -> AnyView {
    view! {
        <span>{words} " "</span>
        <a class="reach" href=tickets::address(ticket)>{ticket_number(ticket.id)}</a> " " {chip_of(&ticket.source)}
    }
    .into_any()
}

fn tools(waits: Waits<impl Fn() + Copy + 'static>, change: ChangeId) -> AnyView {
    let Waits { desk, id, ask, .. } = waits;
    let button = move |wish: Wish, words: &'static str, hook: &'static str| {
        let asked = move || api::wish_of_rule(id, WishFor::of(change, wish));
        let act = move || desk.then(asked(), ask);
        let busy = whether(move || desk.busy.get());
        view! { <button type="button" class="btn" data-test=hook disabled=busy on:click=tap(act)>{words}</button> }
            .into_any()
    };
    view! {
        <div class="line">
            {button(Wish::Retry, t(|t| t.queue_retry), "deed-retry")}
            {button(Wish::Withdraw, t(|t| t.queue_discard), "deed-discard")}
        </div>
    }
    .into_any()
}
