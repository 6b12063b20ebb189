//! Results drawn once where nobody sees them, while nothing is typed yet: a phone compiles each piece of the app as it is first
//! used, and the first letter would wait for that.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::search::Query;

use super::memory;
use super::results::{Context, Results};
use crate::components::part;
use crate::contexts::{Indexed, Tournee};
use crate::platform::device::after_drawing;

/// What most texts have in them.
const COMMON: &str = "e";

/// The results that nobody sees, for a moment, once in the life of the app: when the page is on the screen, there is
/// something to find, and nothing is shown yet.
pub fn warm(
    context: Context,
    indexed: ReadSignal<Indexed>,
) -> Box<dyn FnMut() -> Option<AnyView> + Send> {
    let tournee = Tournee::expect();
    let drawn = RwSignal::new(false);
    Effect::new(move |_| {
        let ready = indexed.with(|indexed| indexed.ready);
        let free = || {
            context
                .results
                .with_untracked(|shown| shown.query.is_empty())
        };
        if ready && free() && memory::begins_cold() {
            after_drawing(move || {
                drawn.try_set(true);
                after_drawing(move || {
                    drawn.try_set(false);
                });
            });
        }
    });
    part(move || {
        drawn.get().then(|| {
            let query = Arc::new(Query::of(COMMON));
            let found = Arc::new(tournee.find(&query));
            let results = Memo::new(move |_| Results {
                typed: COMMON.into(),
                query: query.clone(),
                found: found.clone(),
            });
            let hidden = Context { results, ..context };
            view! { <div hidden aria-hidden="true">{super::results::results(hidden)}</div> }
                .into_any()
        })
    })
}
