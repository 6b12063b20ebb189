//! HTML that the server has sanitised.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Shows it, its links opening outside the app.
#[component]
pub fn Html(
    /// Sanitised by the server, or made of typed text by `core`.
    #[prop(into)]
    of: Signal<String>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    Effect::new(move |_| {
        of.track();
        if let Some(root) = node.get() {
            open_links_outside(&root);
        }
    });
    view! { <div class="html" dir="auto" node_ref=node inner_html=move || of.get()></div> }
        .into_any()
}

fn open_links_outside(root: &web_sys::Element) {
    let Ok(links) = root.query_selector_all("a[href]") else {
        return;
    };
    for index in 0..links.length() {
        let link = links.item(index);
        if let Some(link) = link.and_then(|node| node.dyn_into::<web_sys::Element>().ok()) {
            let _ = link.set_attribute("target", "_blank");
            let _ = link.set_attribute("rel", "noopener noreferrer");
        }
    }
}
