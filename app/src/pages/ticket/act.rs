//! One tap, one change.

use leptos::task::spawn_local;
use tournee_core::changes::ChangeBody;
use tournee_core::ids::TicketKey;

use crate::components::Toasts;
use crate::contexts::Tournee;
use crate::sync::edit_words;

/// Makes a change and says so.
pub fn act(tournee: Tournee, toasts: Toasts, ticket: TicketKey, body: ChangeBody, words: String) {
    spawn_local(async move {
        match tournee.edit(ticket, body, None).await {
            Ok(change) => toasts.made(words, change),
            Err(failure) => toasts.failed(edit_words(&failure)),
        }
    });
}
