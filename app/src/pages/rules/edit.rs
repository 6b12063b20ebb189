//! A rule is made, or altered.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Reference;
use tournee_core::ids::{RuleId, SourceId};
use tournee_core::phone::Phone;
use tournee_core::rules::{Rule, RuleFault};

use super::fields::{attachment, choice, listed, text, urgency};
use super::form::Form;
use super::{Desk, View, head};
use crate::components::{kept, part, sent, tap, whether};
use crate::pages::ticket::Draft;
use crate::platform::clock::new_rule;
use crate::sync::api;
use crate::text::t;

/// The form at work. Copy it into closures freely.
#[derive(Clone, Copy)]
pub struct Filling {
    desk: Desk,
    /// What is filled in.
    pub form: Memo<Form>,
    /// The lists of its GLPI, once storage has told them.
    pub lists: RwSignal<Option<Reference>>,
    fault: RwSignal<Option<RuleFault>>,
    draft: Draft,
}

impl Filling {
    fn open(desk: Desk, rule: Option<&Rule>) -> Self {
        let tournee = desk.tournee;
        let (first, name) = match rule {
            Some(rule) => (Form::of(rule), format!("rule:{}", rule.id)),
            None => (new_form(desk), "rule:new".to_owned()),
        };
        let draft = Draft::open(tournee, name, first.stored(), String::new());
        let filling = Self {
            desk,
            form: kept(move || draft.text.with(|text| Form::read(text))),
            lists: RwSignal::new(None),
            fault: RwSignal::new(None),
            draft,
        };
        let source = kept(move || filling.form.with(|form| form.source.clone()));
        Effect::new(move |_| {
            let source = SourceId::new(source.get());
            spawn_local(async move {
                let lists = tournee.reference(&source).await;
                filling.lists.try_set(lists);
            });
        });
        filling
    }

    /// Whether its GLPI gives the ticket to the rule's owner, since nobody is chosen.
    fn goes_to_creator(self) -> bool {
        self.form.with(|form| {
            let account = |phone: &Phone| {
                let account = phone.account(&SourceId::new(form.source.as_str()))?;
                Some(account.assigns_creator)
            };
            form.assignee.is_none() && self.desk.tournee.with(account).unwrap_or(false)
        })
    }

    /// Alters the form and keeps it.
    pub fn update(self, alter: impl FnOnce(&mut Form)) {
        self.fault.set(None);
        let mut form = self.form.get_untracked();
        alter(&mut form);
        self.draft.type_text(form.stored());
    }

    /// To the server, then to the trial: a rule is tried before it is switched on.
    fn save(self) {
        let form = self.form.get_untracked();
        let rule = match form.rule(form.id.unwrap_or_else(new_rule)) {
            Ok(rule) => rule,
            Err(fault) => return self.fault.set(Some(fault)),
        };
        self.fault.set(None);
        let stored = form.stored();
        let kept = rule.clone();
        let work = async move { api::put_rule(&kept).await };
        self.desk.then(work, move || {
            self.draft.sent(&stored);
            self.desk.show(View::Trial(rule));
        });
    }

    fn discard(self) {
        self.draft.sent(&self.draft.text.get_untracked());
        self.desk.back();
    }
}

fn new_form(desk: Desk) -> Form {
    desk.tournee.with_untracked(|phone| {
        let meta = phone.meta();
        let mailbox = meta.mailboxes.first().map(|mailbox| mailbox.id.0.clone());
        let source = meta.sources.first().map(|state| state.source.0.clone());
        Form {
            id: Some::<RuleId>(new_rule()),
            mailbox: mailbox.unwrap_or_default(),
            source: source.unwrap_or_default(),
            ..Form::default()
        }
    })
}

/// The form of a rule, or of a new one.
pub fn edit(desk: Desk, rule: Option<Rule>) -> AnyView {
    let filling = Filling::open(desk, rule.as_ref());
    let title = t(|t| match rule {
        Some(_) => t.rules_edit_title,
        None => t.rules_new,
    });
    let fault = move || {
        let words = fault_words(filling.fault.get()?);
        Some(view! { <p class="error" role="alert" data-test="rule-fault">{words}</p> }.into_any())
    };
    view! {
        {head(desk, title.to_owned())}
        <form class="stack" novalidate data-test="rule-form" on:submit=sent(move || filling.save())>
            {text(filling, "name", t(|t| t.rules_name), "", |form| &mut form.name)}
            <h2>{t(|t| t.rules_when)}</h2>
            {mailbox(filling)}
            {text(filling, "sender", t(|t| t.rules_sender), t(|t| t.rules_sender_hint), |form| &mut form.sender)}
            {text(filling, "domain", t(|t| t.rules_domain), t(|t| t.rules_domain_hint), |form| &mut form.domain)}
            {text(filling, "words", t(|t| t.rules_words), t(|t| t.rules_words_hint), |form| &mut form.words)}
            {text(filling, "label", t(|t| t.rules_label), t(|t| t.rules_label_hint), |form| &mut form.label)}
            {attachment(filling)}
            <h2>{t(|t| t.rules_then)}</h2>
            {outcome(filling)}
            {part(fault)}
            <div class="line">
                <button type="submit" class="btn primary" data-test="rule-save" disabled=whether(move || desk.busy.get())>{t(|t| t.rules_save)}</button>
                <button type="button" class="btn quiet" data-test="rule-discard" on:click=tap(move || filling.discard())>{t(|t| t.rules_discard)}</button>
            </div>
        </form>
    }
    .into_any()
}

fn mailbox(filling: Filling) -> AnyView {
    let options = filling.desk.tournee.with_untracked(|phone| {
        let mailboxes = phone.meta().mailboxes.iter();
        let pairs = mailboxes.map(|mailbox| (mailbox.id.0.clone(), mailbox.id.0.clone()));
        pairs.collect::<Vec<_>>()
    });
    choice(
        "mailbox",
        t(|t| t.rules_mailbox),
        options,
        move || filling.form.with(|form| form.mailbox.clone()),
        move |value| filling.update(|form| form.mailbox = value),
    )
}

fn outcome(filling: Filling) -> AnyView {
    let sources = filling.desk.tournee.with_untracked(|phone| {
        let sources = phone.meta().sources.iter();
        let pairs = sources.map(|state| (state.source.0.clone(), state.name.clone()));
        pairs.collect::<Vec<_>>()
    });
    let proposed = t(|t| t.rules_proposed);
    view! {
        {choice(
            "source", t(|t| t.tickets_glpi), sources,
            move || filling.form.with(|form| form.source.clone()),
            move |value| filling.update(|form| form.move_to(value)),
        )}
        {listed(filling, "entity", t(|t| t.tickets_column_entity), t(|t| t.rules_own_entity), |lists| &lists.entities, |form| &mut form.entity)}
        {listed(filling, "category", t(|t| t.tickets_column_category), proposed, |lists| &lists.categories, |form| &mut form.category)}
        {listed(filling, "location", t(|t| t.tickets_column_location), proposed, |lists| &lists.locations, |form| &mut form.location)}
        {urgency(filling)}
        {listed(filling, "assignee", t(|t| t.rules_assignee), t(|t| t.rules_nobody), |lists| &lists.technicians, |form| &mut form.assignee)}
        <p class="hint" role="status" data-test="rule-creator">{move || filling.goes_to_creator().then(|| t(|t| t.create_assigns_creator))}</p>
    }
    .into_any()
}

fn fault_words(fault: RuleFault) -> &'static str {
    t(|t| match fault {
        RuleFault::NoName => t.rules_fault_name,
        RuleFault::TooLong => t.rules_fault_long,
        RuleFault::Sender => t.rules_fault_sender,
        RuleFault::Domain => t.rules_fault_domain,
        RuleFault::Words => t.rules_fault_words,
        RuleFault::Urgency => t.rules_fault_urgency,
    })
}
