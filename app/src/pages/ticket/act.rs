//! One tap, one change.

use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, Target};

use crate::components::Toasts;
use crate::contexts::Tournee;
use crate::platform::device::after_drawing;
use crate::sync::edit_words;

/// Makes a change, says so, and calls `done` with whether it was made.
///
/// ## Control flow
/// The change is written first, before anything is drawn. Once it lasts, what it altered is drawn, alone in its frame;
/// the words about it, and whatever `done` takes away, come in the next.
pub fn act(
    tournee: Tournee,
    toasts: Toasts,
    target: Target,
    body: ChangeBody,
    words: String,
    done: impl FnOnce(bool) + 'static,
) {
    spawn_local(async move {
        let made = tournee.edit(target, body, None).await;
        after_drawing(move || {
            let lasts = made.is_ok();
            match made {
                Ok(change) => toasts.made(words, change),
                Err(failure) => toasts.failed(edit_words(&failure)),
            }
            done(lasts);
        });
    });
}
