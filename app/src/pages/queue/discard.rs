//! Before typed words go: they are shown once more, and can be copied out.

use leptos::prelude::*;
use tournee_core::outbox::Queued;

use super::hands::Hands;
use super::words::typed_words;
use crate::components::{Sheet, tap};
use crate::text::t;

/// The sheet that asks.
#[component]
pub fn DiscardSheet(
    /// What acts.
    hands: Hands,
    /// The change.
    queued: Memo<Option<Queued>>,
) -> impl IntoView {
    view! {
        <Sheet title=t(|t| t.queue_discard_title) open=hands.discarding>
            {move || queued.get_untracked().map(|queued| asked(hands, &queued))}
        </Sheet>
    }
    .into_any()
}

fn asked(hands: Hands, queued: &Queued) -> AnyView {
    let text = typed_words(&queued.change.body)
        .unwrap_or_default()
        .to_owned();
    let copied = text.clone();
    let discard = move || {
        hands.discarding.set(false);
        hands.withdraw();
    };
    view! {
        <div class="stack">
            <p class="text whole" dir="auto">{text}</p>
            <p class="hint">{t(|t| t.queue_discard_hint)}</p>
            <div class="line acts">
                <button type="button" class="btn danger" data-test="discard-confirm" on:click=tap(discard)>
                    {t(|t| t.queue_discard)}
                </button>
                <button type="button" class="btn" data-test="discard-copy" on:click=tap(move || hands.copy(copied.clone()))>
                    {t(|t| t.queue_copy)}
                </button>
                <button type="button" class="btn push" data-test="discard-keep" autofocus on:click=tap(move || hands.discarding.set(false))>
                    {t(|t| t.queue_keep)}
                </button>
            </div>
        </div>
    }
    .into_any()
}
