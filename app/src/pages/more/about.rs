//! What runs here, and what it takes up.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::words;
use crate::contexts::Tournee;
use crate::platform::device;
use crate::text::{fill, plural, t, tenths};

/// Version and storage.
#[component]
pub fn About() -> impl IntoView {
    let tournee = Tournee::expect();
    let used = RwSignal::new(None::<f64>);
    spawn_local(async move {
        used.try_set(device::storage_used().await);
    });
    let tickets = move || {
        let n = tournee.with(|phone| phone.rows().len());
        plural(n, |t| &t.more_tickets_kept)
    };
    let storage = move || {
        let size = used.get().map(|bytes| tenths((bytes / 100_000.0) as usize));
        size.map_or_else(String::new, |size| {
            fill(t(|t| t.more_storage_used), &[("size", &size)])
        })
    };
    let version = fill(
        t(|t| t.more_version),
        &[("version", env!("CARGO_PKG_VERSION"))],
    );
    view! {
        <h2>{t(|t| t.more_about)}</h2>
        <div class="card stack small">
            <p data-test="tickets-kept">{words(tickets)}</p>
            <p>{words(storage)}</p>
            <p>{version}</p>
        </div>
    }
    .into_any()
}
