//! What stands in a store.

use leptos::prelude::*;
use tournee_core::domain::StoreId;

use super::people::all_button;
use crate::components::{Icon, icons, kept, part};
use crate::pages::equipment::{EQUIPMENT, link_row};
use crate::pages::round::Round;
use crate::text::t;

/// So many are drawn at once; the others when asked for.
const SHOWN: usize = 6;

/// The assets of the store, and the way to any other.
pub fn assets(round: Round, store: StoreId) -> AnyView {
    let shelves = round.tournee.shelves();
    let here = kept(move || shelves.with(|shelves| shelves.at(&store)));
    let all = RwSignal::new(false);
    part(move || {
        let most = if all.get() { usize::MAX } else { SHOWN };
        let (rows, more) = here.with(|here| {
            let rows: Vec<AnyView> = here.iter().take(most).map(link_row).collect();
            (rows, here.len() > most)
        });
        let more = more.then(|| all_button(all));
        (!rows.is_empty()).then(|| {
            view! {
                <section class="section" data-test="store-assets">
                    <div class="line">
                        <h2>{t(|t| t.assets_title)}</h2>
                        <a class="btn quiet push" href=EQUIPMENT data-test="store-scan"><Icon of=icons::SCAN/> {t(|t| t.scan_start)}</a>
                    </div>
                    <ul class="plain store-tickets">{rows}</ul>
                    {more}
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}
