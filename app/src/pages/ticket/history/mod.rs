//! Who did what, between what was said: GLPI's log where his profile may read it, or else what was done with Tournée.

mod words;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Act, History, Teller};
use tournee_core::phone::Phone;

pub use self::words::act_words;

use super::Open;
use crate::components::{Standing, Ticks, kept, part, tap};
use crate::platform::intl::{Form, instant};
use crate::platform::settings;
use crate::sync::{ApiFailure, failure_words};
use crate::text::{fill, t};

/// The history of the open ticket. Copy it into closures freely.
#[derive(Clone, Copy)]
pub struct Past {
    open: Open,
    shown: RwSignal<bool>,
    told: RwSignal<Option<Arc<History>>>,
    asking: RwSignal<bool>,
    failure: RwSignal<Option<ApiFailure>>,
}

impl Past {
    /// That of a ticket; on the screen where it was on that of the last one.
    pub fn of(open: Open) -> Self {
        let past = Self {
            open,
            shown: RwSignal::new(settings::shows_history()),
            told: RwSignal::new(None),
            asking: RwSignal::new(false),
            failure: RwSignal::new(None),
        };
        // Anew whenever the ticket moves, and where somebody wants to see it.
        let moved = kept(move || open.ticket.with(|ticket| ticket.modified_at));
        Effect::new(move |before: Option<()>| {
            moved.track();
            let online = open.tournee.online().get_untracked();
            // With a network it is asked for below the first time, and when the network is back.
            if past.shown.get() && (before.is_some() || !online) {
                spawn_local(past.read(online));
            }
        });
        let is_silent = move || {
            let silent = past
                .failure
                .with(|f| f.as_ref().is_some_and(ApiFailure::is_silence));
            silent && past.shown.get() && !past.asking.get()
        };
        open.tournee
            .ask_until_answered(is_silent, move || past.read_for_who_looks());
        past
    }

    async fn read_for_who_looks(self) {
        if self.shown.try_get_untracked() == Some(true) {
            self.read(true).await;
        }
    }

    /// What is kept first, then what there is.
    async fn read(self, online: bool) {
        let key = self.open.key();
        if key.id.is_local() {
            return;
        }
        let tournee = self.open.tournee;
        if self.told.try_with_untracked(Option::is_none) == Some(true)
            && let Some(kept) = tournee.kept_history(&key).await
        {
            self.told.try_set(Some(Arc::new(kept)));
        }
        if !online {
            return;
        }
        self.asking.try_set(true);
        match tournee.read_history(&key).await {
            Ok(history) => {
                self.told.try_set(Some(Arc::new(history)));
                self.failure.try_set(None);
            }
            Err(failure) => {
                if self.failure.try_set(Some(failure.clone())).is_none() {
                    tournee.missed(&failure);
                }
            }
        }
        self.asking.try_set(false);
    }

    /// What is to be shown of it; nothing while nobody wants to see it.
    pub fn acts(self) -> Memo<Vec<Act>> {
        kept(move || match self.shown.get() {
            true => self.all(),
            false => Vec::new(),
        })
    }

    fn all(self) -> Vec<Act> {
        let key = self.open.key();
        let told = self.told.get();
        self.open
            .tournee
            .with(|phone| phone.acts(&key, told.as_deref()))
    }

    /// What there is to print, and who tells it: read now where that can be.
    pub async fn to_print(self) -> (Vec<Act>, String) {
        let online = self.open.tournee.online().get_untracked();
        self.read(online).await;
        untrack(|| (self.all(), self.teller()))
    }

    /// Who tells it, and of when it is.
    fn teller(self) -> String {
        let Some(told) = self.told.get() else {
            return t(|t| t.history_by_phone).to_owned();
        };
        let when = instant(told.read_at, Form::Full);
        let words = match told.teller {
            Teller::Glpi => t(|t| t.history_by_glpi),
            Teller::Tournee => t(|t| t.history_by_tournee),
        };
        let said = fill(words, &[("when", &when)]);
        match told.cut {
            true => format!("{said} {}", t(|t| t.history_cut)),
            false => said,
        }
    }

    /// The button that shows it, and below it who tells.
    pub fn switch(self) -> AnyView {
        let pressed = move || self.shown.get().to_string();
        let turn = move || {
            let shown = !self.shown.get_untracked();
            settings::show_history(shown);
            self.shown.set(shown);
        };
        view! {
            <button type="button" class="btn quiet push" data-test="history" aria-pressed=pressed on:click=tap(turn)>
                {t(|t| t.history_show)}
            </button>
        }
        .into_any()
    }

    /// Who tells what is shown, or why it can't be read.
    pub fn note(self) -> AnyView {
        let note = move || {
            if !self.shown.get() {
                return None;
            }
            let failed = self.failure.get();
            let failed = failed.filter(|failure| !failure.is_silence());
            Some(match (failed, self.asking.get()) {
                (_, true) => {
                    view! { <p class="muted small">{t(|t| t.history_asking)}</p> }.into_any()
                }
                (Some(failure), false) => {
                    view! { <p class="error">{failure_words(&failure)}</p> }.into_any()
                }
                (None, false) => {
                    view! { <p class="muted small" data-test="history-teller">{self.teller()}</p> }
                        .into_any()
                }
            })
        };
        view! { <div role="status" class="history-note">{part(note)}</div> }.into_any()
    }
}

/// One thing that was done: a line between the entries.
pub fn act_view(open: Open, act: &Act) -> AnyView {
    let noted = |phone: &Phone| {
        let queued = phone.outbox().get(act.change?)?;
        Some(Standing::of(queued))
    };
    let ticks = open
        .tournee
        .with(noted)
        .map(|standing| view! { <Ticks standing/> }.into_any());
    view! {
        <p class="act" data-test="act">
            <span>{instant(act.at, Form::Full)}</span>
            <strong>{who(act)}</strong>
            <span class="act-what" dir="auto">{act_words(&act.what)}</span>
            {ticks}
        </p>
    }
    .into_any()
}

/// Who did it: nobody's deeds are GLPI's own.
pub fn who(act: &Act) -> String {
    match act.who.is_empty() {
        true => t(|t| t.history_glpi_itself).to_owned(),
        false => act.who.clone(),
    }
}
