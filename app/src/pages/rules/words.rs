//! Rules, their mails and what came of them, in words.

use leptos::prelude::*;
use tournee_core::changes::CreateTicket;
use tournee_core::rules::{Rule, WhyNot};
use tournee_core::wire::RuleMail;

use crate::components::level_words;
use crate::pages::mails;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, plural, t};

/// Which mails a rule is for.
pub fn when_words(rule: &Rule) -> String {
    let when = &rule.when;
    let said = |words: &'static str, value: &str| fill(words, &[("value", value)]);
    let mut parts = vec![said(t(|t| t.rules_in_mailbox), &rule.mailbox.0)];
    let named = [
        (&when.sender, t(|t| t.rules_from)),
        (&when.domain, t(|t| t.rules_from_domain)),
        (&when.label, t(|t| t.rules_labelled)),
    ];
    for (value, words) in named {
        parts.extend(value.as_ref().map(|value| said(words, value)));
    }
    if !when.words.is_empty() {
        parts.push(said(t(|t| t.rules_saying), &when.words.join(", ")));
    }
    parts.extend(when.attachment.map(|wanted| {
        let words = t(|t| match wanted {
            true => t.rules_file_with,
            false => t.rules_file_without,
        });
        words.to_lowercase()
    }));
    parts.join(" · ")
}

/// What it makes.
pub fn outcome_words(rule: &Rule, source: &str) -> String {
    let then = &rule.then;
    let named = [&then.entity, &then.category, &then.location, &then.assignee];
    let mut parts = vec![fill(t(|t| t.rules_to_glpi), &[("value", source)])];
    for value in named.into_iter().flatten() {
        parts.push(value.name.clone());
    }
    parts.extend(then.urgency.map(|level| urgency_words(level.number())));
    parts.join(" · ")
}

fn urgency_words(level: u8) -> String {
    let name = t(|t| t.ticket_urgency);
    format!("{name} : {}", level_words(level))
}

/// The ticket that a mail would become.
pub fn ticket_words(create: &CreateTicket, files: u32) -> String {
    let mut parts = vec![fill(t(|t| t.rules_becomes), &[("title", &create.title)])];
    parts.extend(create.requester.as_ref().map(|who| who.label().to_owned()));
    let named = [&create.category, &create.location];
    for value in named.into_iter().flatten() {
        parts.push(value.name.clone());
    }
    parts.push(urgency_words(create.urgency.number()));
    if files > 0 {
        parts.push(plural(files as usize, |t| &t.rules_files));
    }
    parts.join(" · ")
}

/// Why nothing is made of it.
pub fn why_words(why: &WhyNot) -> String {
    let words = t(|t| match why {
        WhyNot::Ours => t.rules_why_ours,
        WhyNot::AutoReply => t.rules_why_auto_reply,
        WhyNot::Bounce => t.rules_why_bounce,
        WhyNot::Bulk => t.rules_why_bulk,
        WhyNot::Machine | WhyNot::Unknown => t.rules_why_machine,
        WhyNot::Glpi { .. } => t.rules_why_glpi,
        WhyNot::Answer => t.rules_why_answer,
        WhyNot::HasTicket { .. } => t.rules_why_has_ticket,
        WhyNot::BeingMade => t.rules_why_being_made,
        WhyNot::TooOften => t.rules_why_too_often,
    });
    match why {
        WhyNot::HasTicket { ticket } => {
            let id = ticket.id.to_string();
            fill(words, &[("id", &id), ("source", &ticket.source.0)])
        }
        _ => words.to_owned(),
    }
}

/// A mail, with the way to it.
pub fn mail_line(mail: &RuleMail) -> AnyView {
    let from = mail.from.label().to_owned();
    let subject = match mail.subject.trim() {
        "" => t(|t| t.mails_no_subject).to_owned(),
        subject => subject.to_owned(),
    };
    let at = instant(mail.at, Form::Full);
    view! {
        <p><a class="reach" href=mails::address(&mail.thread)>{subject}</a></p>
        <p class="muted small">{from} " · " {at}</p>
    }
    .into_any()
}
