//! *Matériel*: an asset by its label, scanned or typed; what is open on it; a ticket for it.

mod asset;
mod finder;
mod memory;
mod row;
mod scanner;

use leptos::prelude::*;
use tournee_core::domain::AssetKey;
use tournee_core::ids::SourceId;

pub use self::finder::{Choose, finder};
pub use self::memory::seen;
pub use self::row::link_row;

use self::asset::AssetPage;
use crate::components::{Icon, icons, kept};
use crate::platform::road::Road;
use crate::text::t;

/// The page's address.
pub const EQUIPMENT: &str = "/equipment";

/// The address of an asset.
pub fn address(source: &SourceId, key: AssetKey) -> String {
    format!("{EQUIPMENT}/{source}/{key}")
}

/// The asset of an address.
pub fn opened(path: &str) -> Option<(SourceId, AssetKey)> {
    let (source, key) = path.strip_prefix("/equipment/")?.split_once('/')?;
    let key = AssetKey::parse(key.trim_end_matches('/'))?;
    (!source.is_empty()).then(|| (SourceId::new(source), key))
}

/// The page: the field, or the asset that is open.
#[component]
pub fn EquipmentPage() -> impl IntoView {
    let path = Road::expect().path();
    let opened = kept(move || path.with(|path| opened(path)));
    view! {
        <section class="page">
            {move || match opened.get() {
                Some((source, key)) => view! { <AssetPage source key/> }.into_any(),
                None => search(),
            }}
        </section>
    }
    .into_any()
}

fn search() -> AnyView {
    let words = RwSignal::new(memory::words());
    Effect::new(move |_| words.with(|words| memory::keep_words(words)));
    view! {
        <div class="stack">
            <div class="line">
                <a class="icon-btn back" href="/more" aria-label=t(|t| t.assets_back)><Icon of=icons::BACK/></a>
                <h1 tabindex="-1">{t(|t| t.assets_title)}</h1>
            </div>
            {finder(None, words, None)}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use tournee_core::domain::AssetKind;

    use super::*;

    #[test]
    fn an_address_opens_the_asset_that_it_was_made_of() {
        let source = SourceId::new("ancien");
        let key = AssetKey {
            kind: AssetKind::NetworkEquipment,
            id: 12,
        };
        assert_eq!(opened(&address(&source, key)), Some((source, key)));
        for path in [
            "/equipment",
            "/equipment/",
            "/equipment/ancien",
            "/equipment/ancien/Software/3",
        ] {
            assert_eq!(opened(path), None, "{path}");
        }
    }
}
