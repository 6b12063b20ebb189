//! What runs here, and what it takes up.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::contexts::Tournee;
use crate::platform::device;
use crate::text::{fill, plural, t};

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
        used.get().map(|bytes| {
            let size = format!("{:.1}", bytes / 1_000_000.0);
            fill(t(|t| t.more_storage_used), &[("size", &decimal(&size))])
        })
    };
    let version = fill(
        t(|t| t.more_version),
        &[("version", env!("CARGO_PKG_VERSION"))],
    );
    view! {
        <h2>{t(|t| t.more_about)}</h2>
        <div class="card stack small">
            <p data-test="tickets-kept">{tickets}</p>
            <p>{storage}</p>
            <p>{version}</p>
        </div>
    }
    .into_any()
}

fn decimal(number: &str) -> String {
    match crate::text::current() {
        crate::text::Language::Fr => number.replace('.', ","),
        crate::text::Language::En => number.to_owned(),
    }
}
