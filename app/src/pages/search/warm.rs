//! Results drawn once where nobody sees them, while nothing is typed yet: a phone compiles each piece of the app as it is first
//! used, and the first letter would wait for that.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::search::Query;

use super::results::{Context, Results};
use crate::components::part;
use crate::contexts::{Indexed, Tournee};
use crate::platform::device::after_drawing;

/// What most texts have in them.
const COMMON: &str = "e";

/// Where it is in that.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Warm {
    NotYet,
    Now,
    Done,
}

/// The results that nobody sees, for a moment, once the page is on the screen and there is something to find.
pub fn warm(
    context: Context,
    indexed: ReadSignal<Indexed>,
) -> Box<dyn FnMut() -> Option<AnyView> + Send> {
    let tournee = Tournee::expect();
    let stage = RwSignal::new(Warm::NotYet);
    Effect::new(move |_| {
        if indexed.with(|indexed| indexed.ready) && stage.get_untracked() == Warm::NotYet {
            after_drawing(move || {
                stage.try_set(Warm::Now);
                after_drawing(move || {
                    stage.try_set(Warm::Done);
                });
            });
        }
    });
    part(move || {
        (stage.get() == Warm::Now).then(|| {
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
