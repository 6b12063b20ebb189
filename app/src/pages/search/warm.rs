//! Rows that stand ready, unseen, before anything is typed: they are altered then, which a slow phone does in a fraction of the time
//! that it takes to make them.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::search::Query;

use super::results::Results;
use crate::components::kept;
use crate::contexts::{Indexed, Tournee};
use crate::platform::device::after_drawing;

/// What most texts have in them.
const COMMON: &str = "e";

/// What the rows show: what was found, and while nothing is typed what they showed before. At first that is what most texts
/// have, as soon as the page is on the screen and there is something to find.
pub fn ready_rows(found: Memo<Results>, indexed: ReadSignal<Indexed>) -> Memo<Results> {
    let tournee = Tournee::expect();
    let first = RwSignal::new(Results::default());
    let ready = kept(move || indexed.with(|indexed| indexed.ready));
    let unneeded = move || found.with_untracked(|found| !found.query.is_empty());
    Effect::new(move |_| {
        if !ready.get() || unneeded() {
            return;
        }
        after_drawing(move || {
            // Something may have been typed since, or the page left.
            if found.try_with_untracked(|found| found.query.is_empty()) == Some(true) {
                let query = Arc::new(Query::of(COMMON));
                first.try_set(Results {
                    typed: COMMON.into(),
                    found: Arc::new(tournee.find(&query)),
                    query,
                });
            }
        });
    });
    Memo::new(move |before: Option<&Results>| {
        if found.with(|found| !found.query.is_empty()) {
            return found.get();
        }
        let first = first.get();
        let before = before.filter(|before| !before.query.is_empty());
        before.cloned().unwrap_or(first)
    })
}
