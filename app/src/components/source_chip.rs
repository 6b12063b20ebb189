//! Which GLPI: `#7754` in one is not `#7754` in the other.

use leptos::prelude::*;
use tournee_core::ids::SourceId;

use crate::contexts::Tournee;

/// A GLPI's name in its colour.
#[component]
pub fn SourceChip(
    /// Its name.
    #[prop(into)]
    name: String,
    /// Its colour, `#rrggbb`.
    #[prop(into)]
    color: String,
) -> impl IntoView {
    view! { <span class="chip" style=("--c", color)>{name}</span> }.into_any()
}

/// The chip of a GLPI that the phone knows.
pub fn chip_of(source: &SourceId) -> AnyView {
    let look = Tournee::expect().with_untracked(|phone| {
        let mut sources = phone.meta().sources.iter();
        let known = sources.find(|known| known.source == *source);
        known.map(|known| (known.name.clone(), known.color.clone()))
    });
    let (name, color) = look.unwrap_or_else(|| (source.to_string(), String::new()));
    view! { <SourceChip name color/> }.into_any()
}
