//! What a page asks the server for by itself, beside the exchange.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Tournee;
use crate::sync::ApiFailure;

/// How soon an exchange finds out whether the server is there again, after a page has asked it in vain.
const AGAIN_MS: u32 = 3_000;

impl Tournee {
    /// Asks now, and when the network is back. While nobody answered, also with each exchange that gets through: a device that
    /// has a network may not reach the server, and a server that was away tells nobody that it is back. Not while it is being
    /// asked.
    pub fn ask_until_answered<F: Future<Output = ()> + 'static>(
        self,
        is_silent: impl Fn() -> bool + 'static,
        ask: impl Fn() -> F + 'static,
    ) {
        let asking = Rc::new(Cell::new(false));
        Effect::new(move |was_online: Option<bool>| {
            let online = self.online.get();
            let reached = !self
                .failure
                .with(|f| f.as_ref().is_some_and(ApiFailure::is_silence));
            let is_back = was_online != Some(true);
            let is_wanted = is_back || (reached && untrack(&is_silent));
            if online && is_wanted && !asking.replace(true) {
                let (answer, asking) = (untrack(&ask), asking.clone());
                spawn_local(async move {
                    answer.await;
                    asking.set(false);
                });
            }
            online
        });
    }

    /// A page has asked, and this came of it. Where nobody answered, an exchange finds out when somebody does again, and tells
    /// all pages; one that is about to be made anyway does so too.
    pub fn missed(&self, failure: &ApiFailure) {
        let is_away = matches!(failure, ApiFailure::Unreachable | ApiFailure::Garbled);
        if is_away && self.is_at_rest() {
            self.sync_in(AGAIN_MS);
        }
    }
}
