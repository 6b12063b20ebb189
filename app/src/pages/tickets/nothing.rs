//! What the list says when it has no row.

use leptos::prelude::*;

use super::filter::{Filter, Statuses};
use super::listing::Listing;
use crate::components::{Empty, icons, kept, tap};
use crate::contexts::Tournee;
use crate::text::{fill, number, t};

/// Why there is no row: the first read is under way, or never began, or the choice leaves nothing.
#[component]
pub fn Nothing(
    /// The choice.
    filter: RwSignal<Filter>,
    /// The list.
    listing: Memo<Listing>,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let held = kept(move || listing.with(|listing| listing.held));
    let settled = kept(move || tournee.with(|phone| phone.meta().settled_in));
    move || {
        match (held.get(), settled.get()) {
        (0, false) => view! { <FirstRead/> }.into_any(),
        (0, true) => view! {
            <Empty icon=icons::TICKETS title=t(|t| t.tickets_none)><p>{t(|t| t.tickets_none_hint)}</p></Empty>
        }
        .into_any(),
        _ => view! {
            <Empty icon=icons::FILTER title=t(|t| t.tickets_no_match)>
                <button type="button" class="btn" data-test="clear-filters" on:click=tap(move || filter.update(show_all))>
                    {t(|t| t.tickets_show_all)}
                </button>
            </Empty>
        }
        .into_any(),
    }
    }
}

fn show_all(filter: &mut Filter) {
    *filter = Filter {
        statuses: Statuses::All,
        sort: filter.sort,
        reversed: filter.reversed,
        ..Filter::default()
    };
}

#[component]
fn FirstRead() -> impl IntoView {
    let tournee = Tournee::expect();
    let progress = move || {
        tournee.with(|phone| {
            let reading = phone.meta().sources.iter().filter_map(|s| s.progress);
            reading.fold((0, 0), |(done, total), p| (done + p.done, total + p.total))
        })
    };
    let words = move || {
        let (done, total) = progress();
        let of = |n: u32| number(n as usize);
        match total {
            0 => t(|t| t.tickets_first_wait).to_owned(),
            _ => fill(
                t(|t| t.tickets_first_read),
                &[("done", &of(done)), ("total", &of(total))],
            ),
        }
    };
    view! {
        <Empty icon=icons::TICKETS title=t(|t| t.tickets_first)>
            <p aria-live="polite">{words}</p>
            <progress
                aria-label=t(|t| t.tickets_first)
                max=move || progress().1.max(1)
                value=move || progress().0
            ></progress>
        </Empty>
    }
    .into_any()
}
