//! A place with nothing in it, that says why.

use leptos::prelude::*;

use super::Icon;

/// Says what is missing, and what to do about it.
#[component]
pub fn Empty(
    /// An outline of [`super::icons`].
    icon: &'static str,
    /// What is so.
    #[prop(into)]
    title: String,
    /// What to do, buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon of=icon/>
            <h2>{title}</h2>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
