//! The time, for words that stay true while one looks at them.

use std::time::Duration;

use leptos::prelude::*;
use tournee_core::time::Instant;

use crate::contexts::Tournee;

const A_MINUTE: Duration = Duration::from_secs(60);

/// The time, once a minute, for as long as the caller lives.
pub fn use_now() -> Signal<Instant> {
    let tournee = Tournee::expect();
    let now = RwSignal::new(tournee.now());
    if let Ok(timer) = set_interval_with_handle(move || now.set(tournee.now()), A_MINUTE) {
        on_cleanup(move || timer.clear());
    }
    now.into()
}
