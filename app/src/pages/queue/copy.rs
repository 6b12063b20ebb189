//! Text into the clipboard.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Copies. Answers whether the browser did.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let navigator = window.navigator();
    // Not there on a page that came over plain HTTP.
    let there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if there.is_ok_and(|clipboard| clipboard.is_object()) {
        let copied = navigator.clipboard().write_text(text);
        return JsFuture::from(copied).await.is_ok();
    }
    false
}
