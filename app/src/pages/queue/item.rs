//! One change: on what, what it is, where it stands, what can be done.

use leptos::prelude::*;
use tournee_core::changes::Target;
use tournee_core::ids::{ChangeId, ThreadKey, TicketKey};
use tournee_core::outbox::{Queued, State};
use tournee_core::phone::Phone;

use super::discard::DiscardSheet;
use super::editor::Editor;
use super::hands::Hands;
use super::problem::problem_view;
use super::words::{change_words, notice_words, text_of};
use crate::components::{Standing, Ticks, Toasts, chip_of, kept, ticket_number};
use crate::contexts::Tournee;
use crate::pages::mails::{self, subject};
use crate::pages::tickets::address;
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// A change, and those that wait behind it.
#[derive(Clone, PartialEq)]
struct Seen {
    queued: Queued,
    behind: Vec<Queued>,
    elsewhere: bool,
}

impl Seen {
    fn of(phone: &Phone, id: ChangeId) -> Option<Self> {
        let queued = phone.outbox().get(id)?;
        let behind = match queued.needs_you() {
            true => phone.outbox().held_up_by(queued),
            false => Vec::new(),
        };
        Some(Self {
            queued: queued.clone(),
            elsewhere: phone.is_held_elsewhere(id),
            behind: behind.into_iter().cloned().collect(),
        })
    }
}

/// A change; `on_ticket` where its ticket is named already.
pub fn queued_item(id: &str, on_ticket: bool) -> AnyView {
    let Ok(id) = id.parse().map(ChangeId) else {
        return ().into_any();
    };
    let tournee = Tournee::expect();
    let seen = kept(move || tournee.with(|phone| Seen::of(phone, id)));
    let queued = kept(move || seen.with(|seen| seen.as_ref().map(|seen| seen.queued.clone())));
    let hands = Hands {
        tournee,
        toasts: Toasts::expect(),
        id,
        editing: RwSignal::new(false),
        discarding: RwSignal::new(false),
    };
    view! {
        {move || seen.with(|seen| seen.as_ref().map(|seen| body(hands, seen, on_ticket)))}
        <Editor queued shown=hands.editing/>
        <DiscardSheet hands queued/>
    }
    .into_any()
}

fn body(hands: Hands, seen: &Seen, on_ticket: bool) -> AnyView {
    let queued = &seen.queued;
    let change = &queued.change;
    let standing = Standing::of(queued);
    let text = text_of(&change.body).map(str::to_owned);
    let problem = match &queued.state {
        State::NeedsYou { problem } if queued.needs_you() => Some(problem_view(problem)),
        _ => None,
    };
    let notices = match &queued.state {
        State::Delivered { notices, .. } => notices.as_slice(),
        _ => &[],
    };
    let notices = notices
        .iter()
        .map(|notice| view! { <p class="hint">{notice_words(*notice)}</p> }.into_any());
    view! {
        <article class="queued" data-test="queued" data-change=change.id.to_string() data-state=standing.name()>
            <div class="line small">
                <strong>{change_words(&change.body)}</strong>
                <span class="push muted">{instant(change.at, Form::Full)}</span>
            </div>
            {(!on_ticket).then(|| target_line(hands.tournee, &change.target))}
            {text.map(|text| view! { <p class="text" dir="auto">{text}</p> })}
            <Ticks standing in_gmail=change.target.thread().is_some()/>
            {seen.elsewhere.then(|| view! { <p class="hint" data-test="elsewhere">{t(|t| t.queue_held_elsewhere)}</p> })}
            {notices.collect::<Vec<_>>()}
            {problem}
            {behind(&seen.behind)}
            <div class="line acts">{hands.buttons(queued)}</div>
        </article>
    }
    .into_any()
}

/// What he did afterwards and can't go on before this is settled.
fn behind(waiting: &[Queued]) -> Option<AnyView> {
    let line = |queued: &Queued| {
        let standing = Standing::of(queued);
        view! { <li class="line small"><span>{change_words(&queued.change.body)}</span><Ticks standing/></li> }
            .into_any()
    };
    (!waiting.is_empty()).then(|| {
        view! {
            <div class="behind" data-test="behind">
                <p class="small">{t(|t| t.queue_behind)}</p>
                <ul class="plain">{waiting.iter().map(line).collect::<Vec<_>>()}</ul>
            </div>
        }
        .into_any()
    })
}

fn target_line(tournee: Tournee, target: &Target) -> AnyView {
    match target {
        Target::Ticket(key) => ticket_line(tournee, key),
        Target::Thread(key) => thread_line(tournee, key),
    }
}

fn thread_line(tournee: Tournee, key: &ThreadKey) -> AnyView {
    let title = tournee.with_untracked(|phone| phone.threads().get(key).map(|row| subject(row)));
    view! { <div class="line"><a href=mails::address(key)>{title}</a></div> }.into_any()
}

fn ticket_line(tournee: Tournee, key: &TicketKey) -> AnyView {
    let title = tournee.with_untracked(|phone| phone.shown_row(key).map(|row| row.title));
    view! {
        <div class="line">
            <a href=address(key)>{ticket_number(key.id)} " " {title}</a>
            {chip_of(&key.source)}
        </div>
    }
    .into_any()
}
