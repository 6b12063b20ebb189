//! Network, visibility, storage quota.

use std::time::Duration;

use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::{request_animation_frame, set_timeout};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement};

const TWO_FRAMES: Duration = Duration::from_millis(33);

/// The page's document.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Whether the device has a network at all. `true` promises nothing.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether somebody can see this page.
pub fn is_visible() -> bool {
    document().is_none_or(|document| !document.hidden())
}

/// Calls back on an event of the window, for as long as the page lives.
pub fn on_window(event: &'static str, call: impl FnMut(&web_sys::Event) + 'static) {
    if let Some(window) = web_sys::window() {
        EventListener::new(&window, event, call).forget();
    }
}

/// The same before any element hears of it, who may then not hear of it at all.
pub fn on_window_first(event: &'static str, call: impl FnMut(&web_sys::Event) + 'static) {
    if let Some(window) = web_sys::window() {
        let first = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        EventListener::new_with_options(&window, event, first, call).forget();
    }
}

/// Calls back when the page is shown or hidden, for as long as it lives.
pub fn on_visibility(mut call: impl FnMut(bool) + 'static) {
    if let Some(document) = document() {
        EventListener::new(&document, "visibilitychange", move |_| call(is_visible())).forget();
    }
}

/// Calls once the next frame is on the screen: for what may come a moment later. The frame behind it would be begun at
/// once on a slow phone, before the first one has shown.
pub fn after_drawing(call: impl FnOnce() + 'static) {
    request_animation_frame(move || set_timeout(call, TWO_FRAMES));
}

/// Asks the browser not to clear our storage when the device runs short.
pub async fn ask_to_persist() {
    let _ = storage_manager("persist").await;
}

/// Bytes that the app's storage uses, where the browser says.
pub async fn storage_used() -> Option<f64> {
    let estimate = storage_manager("estimate").await?;
    Reflect::get(&estimate, &"usage".into()).ok()?.as_f64()
}

async fn storage_manager(method: &str) -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    let manager = Reflect::get(&navigator, &"storage".into()).ok()?;
    // Absent on plain HTTP.
    let method: Function = Reflect::get(&manager, &method.into())
        .ok()?
        .dyn_into()
        .ok()?;
    let promise: Promise = method.call0(&manager).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

/// The app's icon, by the name that the build gave it.
pub fn icon_address() -> Option<String> {
    let link = document()?.query_selector("link[rel=icon]").ok()??;
    link.get_attribute("href")
}

/// What the address says behind `?`.
pub fn query() -> String {
    let search = || web_sys::window()?.location().search().ok();
    let search = search().unwrap_or_default();
    search.trim_start_matches('?').to_owned()
}

/// Loads another address, ours or not, from the ground up.
pub fn go(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(path);
    }
}

/// Gives the focus to the first element that the selector finds.
pub fn focus(selector: &str) {
    focus_if_there(selector);
}

/// The same; answers whether there is one.
pub fn focus_if_there(selector: &str) -> bool {
    let element = document().and_then(|document| document.query_selector(selector).ok()?);
    let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// Takes the focus from what has it; on a phone the keyboard goes.
pub fn blur() {
    let focused = document().and_then(|document| document.active_element());
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.blur();
    }
}

/// Whether nothing has the focus: what had it is gone.
pub fn is_focus_lost() -> bool {
    let focused = document().and_then(|document| document.active_element());
    focused.is_none_or(|element| element.tag_name() == "BODY")
}
