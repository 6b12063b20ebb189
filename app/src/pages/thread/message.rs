//! One mail of the thread: folded to a line, or open.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Mail, MailBody};

use super::Open;
use super::files::files;
use super::pictures::show_pictures;
use super::words::{author, machine, readers};
use crate::components::{Html, kept, part, tap};
use crate::platform::intl::{Form, instant};
use crate::sync::{ApiFailure, failure_words};
use crate::text::t;

/// A mail that is open on the screen.
#[derive(Clone, Copy)]
pub struct Unfolded {
    /// Its thread.
    pub open: Open,
    /// The mail.
    pub mail: Memo<Option<Mail>>,
    /// How fetching it failed.
    failure: RwSignal<Option<ApiFailure>>,
    fetching: RwSignal<bool>,
}

/// A mail.
pub fn message(open: Open, id: &str, is_last: bool) -> AnyView {
    let mail = open.mail(id.to_owned());
    let unfolded = RwSignal::new(is_last);
    let body = move || unfolded.get().then(|| whole(open, mail));
    view! {
        <article class="entry mail" data-test="mail" data-id=id.to_owned() data-new=move || mail.with(is_unread).then_some("")>
            <h3>
                <button
                    type="button" class="mail-head" data-test="mail-head" aria-expanded=move || unfolded.get().to_string()
                    on:click=tap(move || unfolded.update(|unfolded| *unfolded = !*unfolded))
                >
                    {move || mail.with(|mail| mail.as_ref().map(|mail| line(mail, unfolded.get())))}
                </button>
            </h3>
            {part(body)}
        </article>
    }
    .into_any()
}

fn is_unread(mail: &Option<Mail>) -> bool {
    mail.as_ref().is_some_and(|mail| mail.unread)
}

/// What is seen of a mail also while it is folded.
fn line(mail: &Mail, unfolded: bool) -> AnyView {
    let words = (!unfolded).then(|| {
        let snippet = mail.snippet.clone();
        view! { <span class="mail-words">{snippet}</span> }.into_any()
    });
    let machine = machine(mail).map(|words| view! { <span class="tag">{words}</span> }.into_any());
    let unread = mail
        .unread
        .then(|| view! { <span class="sr-only">{t(|t| t.mails_unread_mark)}</span> }.into_any());
    view! {
        {unread}<strong>{author(mail)}</strong> {machine}
        <span class="push">{instant(mail.at, Form::Full)}</span>
        {words}
    }
    .into_any()
}

fn whole(open: Open, mail: Memo<Option<Mail>>) -> AnyView {
    let unfolded = Unfolded {
        open,
        mail,
        failure: RwSignal::new(None),
        fetching: RwSignal::new(false),
    };
    let facts = move || {
        let lines = mail.with(|mail| mail.as_ref().map(readers).unwrap_or_default());
        let address = mail.with(|mail| mail.as_ref().map(|mail| mail.from.address.clone()));
        let lines = address.into_iter().chain(lines);
        lines
            .map(|line| view! { <p>{line}</p> }.into_any())
            .collect_view()
            .into_any()
    };
    // Most of what moves in a thread is not the text of this mail: what was drawn once is left alone.
    let body = kept(move || mail.with(|mail| mail.as_ref().and_then(|mail| mail.body.clone())));
    let text = move || {
        Some(match body.get() {
            Some(body) => text(unfolded, body),
            None => without_text(unfolded),
        })
    };
    view! {
        <div class="mail-facts small muted">{facts}</div>
        {part(text)}
        {files(unfolded)}
    }
    .into_any()
}

fn text(unfolded: Unfolded, body: MailBody) -> AnyView {
    let node = NodeRef::<Div>::new();
    let remote = RwSignal::new(false);
    show_pictures(unfolded, node, remote);
    let empty = body.html.trim().is_empty() && body.quoted.is_none();
    let asked = body.remote.then(|| view! {
        <p class="line small muted mail-remote" data-test="mail-remote" hidden=move || remote.get()>
            <span>{t(|t| t.mail_remote)}</span>
            <button type="button" class="btn quiet" data-test="mail-remote-show" on:click=tap(move || remote.set(true))>
                {t(|t| t.mail_remote_show)}
            </button>
        </p>
    }.into_any());
    let quoted = body.quoted.map(|quoted| {
        view! {
            <details class="quoted" data-test="mail-quoted">
                <summary aria-label=t(|t| t.mail_quoted)>"…"</summary>
                <Html of=quoted/>
            </details>
        }
        .into_any()
    });
    view! {
        {asked}
        <div node_ref=node data-test="mail-body">
            {empty.then(|| view! { <p class="muted">{t(|t| t.mail_empty)}</p> }.into_any())}
            <Html of=body.html/>
            {quoted}
        </div>
    }
    .into_any()
}

/// A mail of which the phone has the head alone: fetched as soon as there is a network.
fn without_text(unfolded: Unfolded) -> AnyView {
    let Unfolded {
        open,
        mail,
        failure,
        fetching,
    } = unfolded;
    let fetch = move || {
        let id = mail.with_untracked(|mail| mail.as_ref().map(|mail| mail.id.clone()));
        let Some(id) = id.filter(|_| !fetching.get_untracked()) else {
            return;
        };
        fetching.set(true);
        failure.set(None);
        let key = open.key();
        spawn_local(async move {
            let fetched = open.tournee.fetch_mail(&key, &id).await;
            fetching.try_set(false);
            let missed = fetched.as_ref().err().cloned();
            if let (None, Some(missed)) = (failure.try_set(fetched.err()), missed) {
                open.tournee.missed(&missed);
            }
        });
    };
    let online = open.tournee.online();
    let is_silent = move || failure.with(|f| f.as_ref().is_none_or(ApiFailure::is_silence));
    open.tournee.ask_until_answered(is_silent, move || {
        fetch();
        async {}
    });
    let words = move || {
        if fetching.get() {
            return Some(
                view! { <p class="muted" role="status">{t(|t| t.mail_fetching)}</p> }.into_any(),
            );
        }
        let offline =
            !online.get() || failure.with(|f| f.as_ref().is_some_and(ApiFailure::is_network));
        let words = match failure.get() {
            Some(failure) if !offline => failure_words(&failure),
            _ => t(|t| t.mail_offline).to_owned(),
        };
        let again = online.get().then(|| view! {
            <button type="button" class="btn" data-test="mail-again" on:click=tap(fetch)>{t(|t| t.sign_in_again)}</button>
        }.into_any());
        Some(
            view! {
                <p class="hint" data-test="mail-offline" role="status">{words}</p>
                {again}
            }
            .into_any(),
        )
    };
    let snippet = move || mail.with(|mail| mail.as_ref().map(|mail| mail.snippet.clone()));
    view! { <p>{snippet}</p> {part(words)} }.into_any()
}
