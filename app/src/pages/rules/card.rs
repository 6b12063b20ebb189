//! A rule in the list: what it is for, what it makes, how it stands, what may be done with it.

use leptos::prelude::*;
use tournee_core::rules::Rule;
use tournee_core::wire::{Pause, RuleInfo, RuleState};

use super::words::{outcome_words, when_words};
use super::{Desk, View};
use crate::components::{part, tap, whether};
use crate::platform::intl::{Form, instant};
use crate::sync::api;
use crate::text::{fill, t};

/// One rule.
pub fn card(desk: Desk, info: RuleInfo) -> AnyView {
    let RuleInfo {
        rule, mine, state, ..
    } = info.clone();
    let id = rule.id.to_string();
    let (badge, word, hint) = stands(state);
    let others = (!mine).then(|| view! { <span class="tag">{t(|t| t.rules_others)}</span> });
    let tools = mine.then(|| tools(desk, &info));
    let seen = info.clone();
    let record = move || desk.show(View::Record(seen.clone()));
    let label = fill(t(|t| t.rules_record_of), &[("name", &rule.name)]);
    view! {
        <li class="card stack" data-test="rule" data-rule=id data-state=word>
            <div class="line"><strong>{rule.name.clone()}</strong> {others}</div>
            <p class="small">{when_words(&rule)}</p>
            <p class="small">{outcome_words(&rule, &source_name(desk, &rule))}</p>
            <p class="small muted">{badge} {hint.map(|hint| view! { <span class="error">" " {hint}</span> })}</p>
            <div class="line">
                {tools}
                <button type="button" class="btn quiet" data-test="rule-record" aria-label=label on:click=tap(record)>{t(|t| t.rules_record)}</button>
            </div>
        </li>
    }
    .into_any()
}

/// What a rule's GLPI is called.
pub fn source_name(desk: Desk, rule: &Rule) -> String {
    let source = &rule.then.source;
    let name = desk.tournee.with_untracked(|phone| {
        let mut sources = phone.meta().sources.iter();
        let found = sources.find(|state| state.source == *source);
        found.map(|state| state.name.clone())
    });
    name.unwrap_or_else(|| source.to_string())
}

/// In words, for tests, and why.
fn stands(state: RuleState) -> (String, &'static str, Option<&'static str>) {
    let since = |at| fill(t(|t| t.rules_on), &[("when", &instant(at, Form::Full))]);
    match state {
        RuleState::On { since: at } => (since(at), "on", None),
        RuleState::Paused { since: at, why } => {
            let why = t(|t| match why {
                Pause::Glpi => t.rules_paused_glpi,
                Pause::Mailbox => t.rules_paused_mailbox,
                Pause::Unknown => t.rules_paused,
            });
            (since(at), "paused", Some(why))
        }
        RuleState::Off | RuleState::Unknown => (t(|t| t.rules_off).to_owned(), "off", None),
    }
}

fn tools(desk: Desk, info: &RuleInfo) -> AnyView {
    let rule = info.rule.clone();
    let busy = whether(move || desk.busy.get());
    let switch = switch(desk, info);
    let (altered, tried) = (rule.clone(), rule.clone());
    let edit = move || desk.show(View::Edit(Some(altered.clone())));
    let attempt = move || desk.show(View::Trial(tried.clone()));
    let named = |words: &str| format!("{words} : {}", rule.name);
    view! {
        {switch}
        <button type="button" class="btn" data-test="rule-try" aria-label=named(t(|t| t.rules_try)) disabled=busy on:click=tap(attempt)>{t(|t| t.rules_try)}</button>
        <button type="button" class="btn" data-test="rule-edit" aria-label=named(t(|t| t.rules_edit)) on:click=tap(edit)>{t(|t| t.rules_edit)}</button>
        {delete(desk, &rule)}
    }
    .into_any()
}

/// On, where it was tried as it is; off at any time.
fn switch(desk: Desk, info: &RuleInfo) -> Option<AnyView> {
    let on = matches!(info.state, RuleState::Off | RuleState::Unknown);
    if on && !info.tried {
        return None;
    }
    let (id, name) = (info.rule.id, info.rule.name.clone());
    let act = move || desk.then(api::switch_rule(id, on), move || desk.ask());
    let (words, hook, class) = match on {
        true => (t(|t| t.rules_start), "rule-start", "btn primary"),
        false => (t(|t| t.rules_stop), "rule-stop", "btn"),
    };
    let label = format!("{words} : {name}");
    let busy = whether(move || desk.busy.get());
    Some(
        view! { <button type="button" class=class data-test=hook aria-label=label disabled=busy on:click=tap(act)>{words}</button> }
            .into_any(),
    )
}

/// Behind a second tap.
fn delete(desk: Desk, rule: &Rule) -> AnyView {
    let (id, name) = (rule.id, rule.name.clone());
    let sure = RwSignal::new(false);
    let act = move || match sure.get_untracked() {
        true => desk.then(api::delete_rule(id), move || desk.ask()),
        false => sure.set(true),
    };
    let button = move || {
        let (words, class, hook) = match sure.get() {
            true => (t(|t| t.rules_delete_sure), "btn danger", "rule-delete-now"),
            false => (t(|t| t.rules_delete), "btn quiet", "rule-delete"),
        };
        let label = format!("{words} : {name}");
        Some(
            view! { <button type="button" class=class data-test=hook aria-label=label on:click=tap(act)>{words}</button> }
                .into_any(),
        )
    };
    part(button).into_any()
}
