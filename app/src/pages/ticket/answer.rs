//! What was answered to the solution, with the words that came along, and what can be done about it.

use leptos::prelude::*;
use tournee_core::answered::{Answered, Outcome, answered};
use tournee_core::changes::{ChangeBody, SetStatus};
use tournee_core::domain::Status;

use super::Open;
use super::act::act;
use crate::components::{Html, Toasts, kept, part, status_words, tap};
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// The answer, if there is one.
#[component]
pub fn AnswerNote(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let said = kept(move || open.ticket.with(|ticket| answered(ticket)));
    let status = kept(move || open.ticket.with(|ticket| ticket.status));
    part(move || {
        let said = said.get()?;
        Some(banner(open, &said, status.get()))
    })
    .into_any()
}

fn banner(open: Open, said: &Answered, status: Status) -> AnyView {
    let (class, words) = match said.outcome {
        Outcome::Approved => ("answer good", t(|t| t.answer_approved)),
        Outcome::Refused => ("answer bad", t(|t| t.answer_refused)),
        Outcome::Contested => ("answer bad", t(|t| t.answer_contested)),
    };
    let who = said.by.as_ref().map(|by| by.label().to_owned());
    let at = said.at.map(|at| instant(at, Form::Full));
    let source: Vec<String> = [who, at].into_iter().flatten().collect();
    let quoted = said
        .words
        .clone()
        .map(|html| view! { <blockquote><Html of=html/></blockquote> }.into_any());
    view! {
        <section class="section">
            <div class=class role="note" data-test="answer">
                <strong>{words}</strong>
                <p class="small">{source.join(", ")}</p>
                {quoted}
                <div class="line acts">{ways_on(open, said, status)}</div>
            </div>
        </section>
    }
    .into_any()
}

/// The moves that an answer asks for, as far as they are legal.
fn ways_on(open: Open, said: &Answered, from: Status) -> Vec<AnyView> {
    let toasts = Toasts::expect();
    let wanted = match (said.outcome, from) {
        (Outcome::Approved, Status::Solved) => vec![(Status::Closed, t(|t| t.answer_close))],
        (Outcome::Refused | Outcome::Contested, Status::Solved | Status::Closed) => {
            vec![(Status::Assigned, t(|t| t.ticket_reopen))]
        }
        _ => Vec::new(),
    };
    let button = |(to, words): (Status, &'static str)| {
        let go = move || {
            let body = ChangeBody::Status(SetStatus { from, to });
            let moved = fill(t(|t| t.ticket_moved), &[("status", status_words(to))]);
            act(open.tournee, toasts, open.key().into(), body, moved, |_| {});
        };
        view! { <button type="button" class="btn" data-test="answer-move" on:click=tap(go)>{words}</button> }
            .into_any()
    };
    wanted.into_iter().map(button).collect()
}
