//! A list whose items stay while their keys stay. The one keyed list of the app: each other would be compiled apart.

use std::sync::Arc;

use leptos::prelude::*;

/// A view for each key, in the keys' order.
pub fn each(
    keys: impl Fn() -> Vec<String> + Send + Sync + 'static,
    item: impl Fn(&str) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    keyed(Box::new(keys), Arc::new(item))
}

type Keys = Box<dyn Fn() -> Vec<String> + Send + Sync>;
type Item = Arc<dyn Fn(&str) -> AnyView + Send + Sync>;

fn keyed(keys: Keys, item: Item) -> AnyView {
    view! { <For each=keys key=|key: &String| key.clone() children=move |key: String| item(&key)/> }
        .into_any()
}
