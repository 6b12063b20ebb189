//! The way to *File d'attente*, with what waits in it.

use leptos::prelude::*;
use tournee_core::outbox::Queued;
use tournee_core::phone::Phone;

use crate::components::{Icon, icons, kept, part};
use crate::contexts::Tournee;
use crate::text::{plural, t};

/// The link.
#[component]
pub fn QueueLink() -> impl IntoView {
    let tournee = Tournee::expect();
    let waiting = kept(move || tournee.with(waiting));
    let count = part(move || {
        let (n, bad) = waiting.get();
        let words = match bad {
            true => plural(n, |t| &t.sync_needs_you),
            false => plural(n, |t| &t.sync_pending),
        };
        (n > 0).then(|| view! { <span class="count" class:bad=bad>{words}</span> }.into_any())
    });
    view! {
        <a class="btn wide" href="/queue" data-test="queue-link">
            <Icon of=icons::QUEUE/> {t(|t| t.nav_queue)} {count}
        </a>
    }
    .into_any()
}

/// Changes that need the technician, or else those on their way.
fn waiting(phone: &Phone) -> (usize, bool) {
    let all = || phone.outbox().iter();
    match all().filter(|queued| queued.needs_you()).count() {
        0 => (
            all().filter(|queued| Queued::is_on_its_way(queued)).count(),
            false,
        ),
        n => (n, true),
    }
}
