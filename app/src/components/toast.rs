//! What has just happened, and the way back.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::Queued;
use tournee_core::wire::Wish;

use super::{Icon, icons, tap};
use crate::contexts::Tournee;
use crate::text::t;

const LASTS: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, PartialEq)]
struct Toast {
    words: String,
    bad: bool,
    /// The change that can be taken back.
    undo: Option<ChangeId>,
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
        self.show(words.into(), false, Some(change));
    }

    /// Something was done.
    pub fn done(&self, words: impl Into<String>) {
        self.show(words.into(), false, None);
    }

    /// Something failed. Stays until it is closed.
    pub fn failed(&self, words: impl Into<String>) {
        self.show(words.into(), true, None);
    }

    fn show(self, words: String, bad: bool, undo: Option<ChangeId>) {
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

    fn undo(self, tournee: Tournee, change: ChangeId) {
        self.shown.set(None);
        spawn_local(async move {
            // A storage that fails says so in its own banner.
            if tournee.wish(change, Wish::Withdraw).await.is_ok() {
                self.done(t(|t| t.ui_undone));
            }
        });
    }
}

/// The place where toasts appear: once, in the shell.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = Toasts::expect();
    let path = use_location().pathname;
    // A ticket's page has its composer at the foot.
    let raised = move || path.with(|path| path.starts_with("/tickets/"));
    view! {
        <div class="toasts" class:raised=raised aria-live="polite">
            {move || toasts.shown.get().map(|toast| toast_view(toasts, toast))}
        </div>
    }
    .into_any()
}

fn toast_view(toasts: Toasts, toast: Toast) -> AnyView {
    let tournee = Tournee::expect();
    let undo = toast.undo.map(|change| {
        let possible = move || {
            let unsettled = |queued: &Queued| queued.is_unsettled() && queued.wish.is_none();
            tournee.with(|phone| phone.outbox().get(change).is_some_and(unsettled))
        };
        let taken_back = tap(move || toasts.undo(tournee, change));
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
