//! A priority, by colour and by word.

use leptos::prelude::*;
use tournee_core::domain::Level;

use crate::text::t;

/// A level's name.
pub fn level_words(level: u8) -> &'static str {
    match level {
        1 => t(|t| t.level_1),
        2 => t(|t| t.level_2),
        3 => t(|t| t.level_3),
        4 => t(|t| t.level_4),
        5 => t(|t| t.level_5),
        _ => t(|t| t.level_6),
    }
}

/// A bar in the level's colour, and its name.
#[component]
pub fn Priority(
    /// Which.
    level: Level,
) -> impl IntoView {
    view! { <span class="prio" data-p=level.number()>{level_words(level.number())}</span> }
        .into_any()
}
