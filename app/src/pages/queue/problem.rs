//! Why a change waits for the technician.

use leptos::prelude::*;
use tournee_core::changes::Conflict;
use tournee_core::wire::{Attempt, Evidence, Problem, ProblemKind};

use super::words::value_words;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, plural, t};

/// The problem in words, with GLPI's own, and both sides of a conflict.
pub fn problem_view(problem: &Problem) -> AnyView {
    let own = problem.words.clone().filter(|words| !words.is_empty());
    view! {
        <div class="problem" data-test="problem">
            <strong>{kind_words(problem.kind)}</strong>
            {own.map(|words| view! { <p>{fill(t(|t| t.queue_glpi_says), &[("words", &words)])}</p> })}
            {problem.conflict.as_ref().map(conflict_view)}
            {problem.evidence.as_deref().map(evidence_view)}
        </div>
    }
    .into_any()
}

fn conflict_view(conflict: &Conflict) -> AnyView {
    let at = conflict.at.map(|at| instant(at, Form::Full));
    let who = match (&conflict.who, &at) {
        (Some(who), Some(at)) => fill(t(|t| t.queue_by_at), &[("who", who), ("at", at)]),
        (Some(who), None) => fill(t(|t| t.queue_by), &[("who", who)]),
        (None, Some(at)) => fill(t(|t| t.queue_at), &[("at", at)]),
        (None, None) => String::new(),
    };
    let side = |value| match value_words(value) {
        (html, true) => view! { <div class="html" inner_html=html></div> }.into_any(),
        (words, false) => view! { <strong>{words}</strong> }.into_any(),
    };
    view! {
        <dl class="versus">
            <dt>{t(|t| t.queue_mine)}</dt>
            <dd>{side(&conflict.mine)}</dd>
            <dt>{t(|t| t.queue_theirs)}</dt>
            <dd>{side(&conflict.theirs)} " " <span class="muted small">{who}</span></dd>
        </dl>
    }
    .into_any()
}

/// What was tried when, and how often it was looked for: he decides, nobody guesses.
fn evidence_view(evidence: &Evidence) -> AnyView {
    let tried = |attempt: &Attempt| {
        let at = instant(attempt.at, Form::Full);
        let words = fill(
            t(|t| t.queue_evidence_tried),
            &[("at", &at), ("said", &attempt.said)],
        );
        view! { <li>{words}</li> }
    };
    let looked = evidence.looked_at.map(|at| {
        let at = instant(at, Form::Full);
        let words = plural(evidence.looks as usize, |t| &t.queue_evidence_looked);
        view! { <li>{fill(&words, &[("at", &at)])}</li> }
    });
    let forgotten = evidence.forgotten.then(|| {
        view! { <li>{t(|t| t.queue_evidence_forgotten)}</li> }
    });
    let unread = evidence.unread.as_ref().map(|unread| {
        let at = instant(unread.at, Form::Full);
        let words = fill(
            t(|t| t.queue_evidence_unread),
            &[("at", &at), ("said", &unread.said)],
        );
        view! { <li>{words}</li> }
    });
    view! {
        <ul class="small" data-test="evidence">
            {forgotten}
            {evidence.tries.iter().map(tried).collect_view()}
            {looked}
            {unread}
        </ul>
    }
    .into_any()
}

fn kind_words(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Rights => t(|t| t.queue_rights),
        ProblemKind::TicketGone => t(|t| t.queue_ticket_gone),
        ProblemKind::TicketTrashed => t(|t| t.queue_ticket_trashed),
        ProblemKind::TicketClosed => t(|t| t.queue_ticket_closed),
        ProblemKind::TaskGone => t(|t| t.queue_task_gone),
        ProblemKind::PlaceGone => t(|t| t.queue_place_gone),
        ProblemKind::Refused => t(|t| t.queue_refused),
        ProblemKind::Conflict => t(|t| t.queue_conflict),
        ProblemKind::NoEffect => t(|t| t.queue_no_effect),
        ProblemKind::Invalid => t(|t| t.queue_invalid),
        ProblemKind::AlreadySent => t(|t| t.queue_already_sent),
        ProblemKind::Unsettled => t(|t| t.queue_unsettled),
        ProblemKind::NoAccount => t(|t| t.queue_no_account),
        ProblemKind::FileTooLarge => t(|t| t.queue_file_too_large),
        ProblemKind::FileMissing => t(|t| t.queue_file_missing),
        ProblemKind::MailConverted => t(|t| t.queue_mail_converted_elsewhere),
        ProblemKind::Carried => t(|t| t.queue_carried),
        ProblemKind::OldClosed => t(|t| t.queue_old_closed),
        ProblemKind::ThreadGone => t(|t| t.queue_thread_gone),
        ProblemKind::NoMailbox => t(|t| t.queue_no_mailbox),
        ProblemKind::RevokedDevice => t(|t| t.queue_revoked_device),
        ProblemKind::Unreadable => t(|t| t.queue_unreadable),
        ProblemKind::Unknown => t(|t| t.queue_unknown),
    }
}
