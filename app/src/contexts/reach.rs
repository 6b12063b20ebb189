//! What a page asks the server for by itself, beside the exchange.

use leptos::prelude::*;

use super::Tournee;
use crate::sync::ApiFailure;

/// How soon an exchange finds out whether the server is there again, after a page has asked it in vain.
const AGAIN_MS: u32 = 3_000;

impl Tournee {
    /// Asks now, and when the network is back. While nobody answered, also with each exchange that gets through: a device that
    /// has a network may not reach the server, and a server that was away tells nobody that it is back.
    pub fn ask_until_answered(
        self,
        is_silent: impl Fn() -> bool + 'static,
        ask: impl Fn() + 'static,
    ) {
        Effect::new(move |was_online: Option<bool>| {
            let online = self.online.get();
            let reached = !self
                .failure
                .with(|f| f.as_ref().is_some_and(ApiFailure::is_network));
            let is_back = was_online != Some(true);
            if online && (is_back || (reached && untrack(&is_silent))) {
                ask();
            }
            online
        });
    }

    /// A page has asked in vain: the exchange finds out, and tells all of them.
    pub fn missed(&self, failure: &ApiFailure) {
        if *failure == ApiFailure::Unreachable {
            self.sync_in(AGAIN_MS);
        }
    }
}
