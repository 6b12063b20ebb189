//! What has just happened, and the way back.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::{Outbox, Queued};
use tournee_core::wire::Wish;

use super::{Icon, icons, kept, part, tap};
use crate::contexts::Tournee;
use crate::platform::road::Road;
use crate::text::t;

const LASTS: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Toast {
    words: String,
    bad: bool,
    undo: Undo,
}

/// The way back.
#[derive(Clone)]
enum Undo {
    None,
    /// The changes can be taken back while they are not in GLPI.
    Changes(Vec<ChangeId>),
    /// What was done can be made undone.
    Act(Arc<dyn Fn() + Send + Sync>),
}

/// Says things at the foot of the screen, one at a time.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Option<Toast>>,
    count: StoredValue<u32>,
}

impl Toasts {
    /// Makes the context.
    pub fn provide() {
        provide_context(Self {
            shown: RwSignal::new(None),
            count: StoredValue::new(0),
        });
    }

    /// The context.
    pub fn expect() -> Self {
        expect_context()
    }

    /// A change was made; it can be taken back while it is not in GLPI.
    pub fn made(&self, words: impl Into<String>, change: ChangeId) {
        self.made_all(words, vec![change]);
    }

    /// Several changes were made at one gesture; they are taken back together.
    pub fn made_all(&self, words: impl Into<String>, changes: Vec<ChangeId>) {
        self.show(words.into(), false, Undo::Changes(changes));
    }

    /// Something was done that can be undone.
    pub fn undoable(&self, words: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.show(words.into(), false, Undo::Act(Arc::new(undo)));
    }

    /// Something was done.
    pub fn done(&self, words: impl Into<String>) {
        self.show(words.into(), false, Undo::None);
    }

    /// Something failed. Stays until it is closed.
    pub fn failed(&self, words: impl Into<String>) {
        self.show(words.into(), true, Undo::None);
    }

    fn view(self) -> Option<AnyView> {
        Some(toast_view(self, self.shown.get()?))
    }

    fn show(self, words: String, bad: bool, undo: Undo) {
        let turn = self.count.get_value() + 1;
        self.count.set_value(turn);
        self.shown.set(Some(Toast { words, bad, undo }));
        if !bad {
            set_timeout(move || self.hide(turn), LASTS);
        }
    }

    fn hide(self, turn: u32) {
        if self.count.try_get_value() == Some(turn) {
            self.shown.set(None);
        }
    }

    fn undo(self, tournee: Tournee, undo: &Undo) {
        self.shown.set(None);
        let changes = match undo {
            Undo::None => return,
            Undo::Act(act) => return act(),
            Undo::Changes(changes) => changes.clone(),
        };
        spawn_local(async move {
            for change in changes {
                // A storage that fails says so in its own banner.
                if tournee.wish(change, Wish::Withdraw).await.is_err() {
                    return;
                }
            }
            self.done(t(|t| t.ui_undone));
        });
    }
}

/// The place where toasts appear on most pages: once, in the shell. A ticket's page, and a thread's, has its own.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = Toasts::expect();
    let path = Road::expect().path();
    let elsewhere = kept(move || {
        path.with(|path| path.starts_with("/tickets/") || path.starts_with("/mails/"))
    });
    let toast = part(move || (!elsewhere.get()).then(|| toasts.view()).flatten());
    view! { <div class="toasts" aria-live="polite">{toast}</div> }.into_any()
}

/// The same above the composer of a ticket or a thread, however high that is: nothing that he types is covered.
#[component]
pub fn TicketToasts() -> impl IntoView {
    let toasts = Toasts::expect();
    view! { <div class="toasts here" aria-live="polite">{part(move || toasts.view())}</div> }
        .into_any()
}

fn toast_view(toasts: Toasts, toast: Toast) -> AnyView {
    let tournee = Tournee::expect();
    let undo = (!matches!(toast.undo, Undo::None)).then(|| {
        let (undo, looked_at) = (toast.undo.clone(), toast.undo);
        let possible = move || match &looked_at {
            Undo::Changes(changes) => {
                let unsettled = |queued: &Queued| queued.is_unsettled() && queued.wish.is_none();
                let has = |outbox: &Outbox, id| outbox.get(id).is_some_and(unsettled);
                tournee.with(|phone| changes.iter().any(|id| has(phone.outbox(), *id)))
            }
            _ => true,
        };
        let taken_back = tap(move || toasts.undo(tournee, &undo));
        view! {
            <button type="button" class="btn" data-test="undo" hidden=move || !possible() on:click=taken_back>
                {t(|t| t.ui_undo)}
            </button>
        }
    });
    view! {
        <div class="toast" class:bad=toast.bad role="alert">
            <span>{toast.words}</span>
            {undo}
            <button type="button" class="icon-btn" aria-label=t(|t| t.ui_close) on:click=tap(move || toasts.shown.set(None))>
                <Icon of=icons::CLOSE/>
            </button>
        </div>
    }
    .into_any()
}
