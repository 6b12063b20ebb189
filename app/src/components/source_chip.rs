//! Which GLPI: `#7754` in one is not `#7754` in the other.

use leptos::prelude::*;

/// The GLPI's name in its colour.
#[component]
pub fn SourceChip(
    /// Its name.
    #[prop(into)]
    name: String,
    /// Its colour, `#rrggbb`.
    #[prop(into)]
    color: String,
) -> impl IntoView {
    view! { <span class="chip" style=("--c", color)>{name}</span> }
}
