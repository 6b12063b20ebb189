//! The form of a thread that a finger has come down on: made while it rests there, shown when it lifts.

use std::time::Duration;

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use tournee_core::ids::ThreadKey;

use crate::components::{provide_on_screen, touched};
use crate::contexts::Tournee;
use crate::pages::create::ConvertPage;

/// A finger that has not lifted by then scrolls the list, or thinks.
const PATIENCE: Duration = Duration::from_secs(2);

/// The thread that a form is made of before anybody sees it.
#[derive(Clone, Copy)]
struct Ahead(RwSignal<Option<ThreadKey>>);

/// The form of the thread that is `made` into a ticket, in its pane: hidden where it is only ahead.
pub fn pane(made: Memo<Option<ThreadKey>>) -> impl Fn() -> Option<AnyView> + Send {
    let ahead = Ahead(RwSignal::new(None));
    provide_context(ahead);
    let thread = Memo::new(move |_| made.get().or_else(|| ahead.0.get()));
    let is_shown = Memo::new(move |_| made.with(Option::is_some));
    move || {
        let thread = thread.get()?;
        provide_on_screen(is_shown.into());
        Some(
            view! {
                <div class="ticket-pane" hidden=move || !is_shown.get()><ConvertPage thread/></div>
            }
            .into_any(),
        )
    }
}

/// For `on:pointerdown` of whatever leads to the form of a thread.
pub fn made_ahead(key: ThreadKey) -> Box<dyn FnMut(PointerEvent)> {
    let (tournee, ahead) = (Tournee::expect(), use_context::<Ahead>());
    touched(move || match ahead {
        Some(ahead) => ahead.begin(&key),
        // Of another page only what storage says is worth to be asked for.
        None => tournee.open_ahead(key.clone()),
    })
}

impl Ahead {
    fn begin(self, key: &ThreadKey) {
        self.0.set(Some(key.clone()));
        let begun = key.clone();
        let is_begun = move |ahead: &Option<ThreadKey>| ahead.as_ref() == Some(&begun);
        set_timeout(
            move || {
                if self.0.try_with_untracked(is_begun) == Some(true) {
                    self.0.set(None);
                }
            },
            PATIENCE,
        );
    }
}
