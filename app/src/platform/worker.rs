//! The service worker, which `boot.js` registers: its updates, its wake-ups, Background Sync.

use gloo_events::EventListener;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CustomEvent;

use super::device::{document, on_window};

const SYNC_TAG: &str = "tournee-outbox";

/// Calls back when a new version of the app is ready, at once if it already is.
pub fn on_update_ready(call: impl Fn() + 'static) {
    let ready = document()
        .and_then(|document| document.document_element())
        .and_then(|root| root.get_attribute("data-update"));
    if ready.as_deref() == Some("ready") {
        call();
    }
    on_window("tournee:update", move |_| call());
}

/// Lets the new version take over and loads the page anew.
pub fn apply_update() {
    if let (Some(window), Ok(event)) = (web_sys::window(), CustomEvent::new("tournee:reload")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Calls back when the service worker says that the network is there.
pub fn on_wake_up(mut call: impl FnMut() + 'static) {
    let Some(container) = container() else {
        return;
    };
    if let Ok(target) = container.dyn_into::<web_sys::EventTarget>() {
        EventListener::new(&target, "message", move |_| call()).forget();
    }
}

/// Asks the browser to wake the service worker once there is a network, where it can.
pub async fn ask_for_wake_up() -> Option<()> {
    let container = container()?;
    // `ready` would wait for ever where no worker is registered (plain HTTP in a test).
    let controller = Reflect::get(&container, &"controller".into()).ok()?;
    if controller.is_null() || controller.is_undefined() {
        return None;
    }
    let ready: Promise = Reflect::get(&container, &"ready".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let registration = JsFuture::from(ready).await.ok()?;
    let manager = Reflect::get(&registration, &"sync".into()).ok()?;
    let register: Function = Reflect::get(&manager, &"register".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let asked: Promise = register
        .call1(&manager, &SYNC_TAG.into())
        .ok()?
        .dyn_into()
        .ok()?;
    JsFuture::from(asked).await.ok()?;
    Some(())
}

fn container() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    let container = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    (!container.is_undefined()).then_some(container)
}

/// Has the browser look for a new version of the app.
pub async fn look_for_update() -> Option<()> {
    let container = container()?;
    let ask: Function = Reflect::get(&container, &"getRegistration".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let registration: Promise = ask.call0(&container).ok()?.dyn_into().ok()?;
    let registration = JsFuture::from(registration).await.ok()?;
    let update: Function = Reflect::get(&registration, &"update".into())
        .ok()?
        .dyn_into()
        .ok()?;
    update.call0(&registration).ok()?;
    Some(())
}
