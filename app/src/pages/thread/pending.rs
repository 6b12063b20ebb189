//! Answers that have not left yet: their words, and where each stands.

use leptos::prelude::*;
use tournee_core::changes::ChangeBody;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::Queued;

use super::Open;
use crate::components::{Icon, Standing, Ticks, each, icons, kept};
use crate::pages::queue::change_words;
use crate::platform::intl::{Form, instant};
use crate::text::t;

/// The answers, below the mails. What waits for him is asked of him above them.
pub fn pending(open: Open) -> AnyView {
    let key = open.key();
    let waiting = kept(move || {
        open.tournee.with(|phone| {
            let queued = phone.outbox().of_thread(&key);
            let leaving = queued.filter(|q| q.is_on_its_way());
            let replies = leaving.filter(|q| matches!(q.change.body, ChangeBody::Reply(_)));
            replies.map(|q| q.change.id.to_string()).collect::<Vec<_>>()
        })
    });
    each(move || waiting.get(), move |id| reply(open, id)).into_any()
}

fn reply(open: Open, id: &str) -> AnyView {
    let Ok(id) = id.parse().map(ChangeId) else {
        return ().into_any();
    };
    let queued = kept(move || open.tournee.with(|phone| phone.outbox().get(id).cloned()));
    (move || queued.with(|queued| queued.as_ref().map(article))).into_any()
}

fn article(queued: &Queued) -> AnyView {
    let change = &queued.change;
    let text = match &change.body {
        ChangeBody::Reply(reply) => reply.text.clone(),
        _ => String::new(),
    };
    view! {
        <article class="entry mail" data-test="pending-reply">
            <div class="entry-head">
                <Icon of=icons::SEND/>
                <strong>{t(|t| t.mails_you)}</strong>
                <span>{change_words(&change.body)}</span>
                <span>{instant(change.at, Form::Full)}</span>
            </div>
            <p class="text" dir="auto">{text}</p>
            <div class="entry-foot"><Ticks standing=Standing::of(queued) in_gmail=true/></div>
        </article>
    }
    .into_any()
}
