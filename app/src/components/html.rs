//! HTML that the server has sanitised.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Shows it. Whoever shows some has [`open_outside`] on an element around it.
#[component]
pub fn Html(
    /// Sanitised by the server, or made of typed text by `core`.
    of: String,
) -> impl IntoView {
    view! { <div class="html" dir="auto" inner_html=of></div> }.into_any()
}

/// On a click: a link inside such HTML opens outside the app.
pub fn open_outside(event: MouseEvent) {
    let target = event.target();
    let element = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let link = element.and_then(|element| element.closest(".html a[href]").ok()?);
    if let Some(link) = link {
        // Before the browser follows it.
        let _ = link.set_attribute("target", "_blank");
        let _ = link.set_attribute("rel", "noopener noreferrer");
    }
}
