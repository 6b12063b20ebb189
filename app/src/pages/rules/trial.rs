//! What a rule would make of the mails that are there already.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::rules::Rule;
use tournee_core::wire::{Becomes, RuleTrial, Tried};

use super::words::{mail_line, ticket_words, why_words};
use super::{Desk, View, head};
use crate::components::{part, tap, whether};
use crate::sync::{api, failure_words};
use crate::text::{fill, number, plural, t};

/// The trial, and the switch.
pub fn trial(desk: Desk, rule: Rule) -> AnyView {
    let found = RwSignal::new(None::<RuleTrial>);
    let id = rule.id;
    spawn_local(async move {
        match api::try_rule(id).await {
            Ok(trial) => drop(found.try_set(Some(trial))),
            Err(failure) => drop(desk.failed.try_set(Some(failure_words(&failure)))),
        }
    });
    let title = fill(t(|t| t.rules_trial_of), &[("name", &rule.name)]);
    let altered = rule.clone();
    let edit = move || desk.show(View::Edit(Some(altered.clone())));
    let shown = move || {
        Some(match found.get() {
            None if desk.failed.get().is_some() => return None,
            None => view! { <p class="muted" role="status">{t(|t| t.rules_trying)}</p> }.into_any(),
            Some(trial) => results(desk, &rule, &trial),
        })
    };
    view! {
        {head(desk, title)}
        {part(shown)}
        <button type="button" class="btn" data-test="rule-edit" on:click=tap(edit)>{t(|t| t.rules_edit)}</button>
    }
    .into_any()
}

fn results(desk: Desk, rule: &Rule, trial: &RuleTrial) -> AnyView {
    let tickets = trial.found.iter();
    let tickets = tickets.filter(|tried| matches!(tried.becomes, Becomes::Ticket { .. }));
    let (count, looked_at) = (tickets.count(), number(trial.looked_at as usize));
    let sum = fill(
        &plural(count, |t| &t.rules_would_make),
        &[("looked", &looked_at)],
    );
    let rows: Vec<AnyView> = trial.found.iter().map(row).collect();
    let id = rule.id;
    let start = move || desk.then(api::switch_rule(id, true), move || desk.back());
    view! {
        <p role="status" data-test="trial-sum" data-tickets=count.to_string()>{sum}</p>
        <p class="muted small">{t(|t| t.rules_trial_hint)}</p>
        <button type="button" class="btn primary" data-test="rule-start" disabled=whether(move || desk.busy.get()) on:click=tap(start)>{t(|t| t.rules_start)}</button>
        <ul class="plain stack">{rows}</ul>
    }
    .into_any()
}

fn row(tried: &Tried) -> AnyView {
    let (becomes, words) = match &tried.becomes {
        Becomes::Ticket { create, files } => ("ticket", ticket_words(create, *files)),
        Becomes::Nothing { why } => ("nothing", why_words(why)),
        Becomes::Unknown => ("nothing", String::new()),
    };
    let class = match becomes {
        "ticket" => "small",
        _ => "small muted",
    };
    view! {
        <li class="card stack tight" data-test="tried" data-becomes=becomes>
            {mail_line(&tried.mail)}
            <p class=class>{words}</p>
        </li>
    }
    .into_any()
}
