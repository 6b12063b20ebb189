//! The address, and going elsewhere without loading the page anew: the History API, and links that are taken over.

use gloo_events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

use super::device::on_window;
use super::finger::on_taps;

/// Where one is. Copy it into closures freely.
#[derive(Clone, Copy)]
pub struct Road {
    path: RwSignal<String>,
}

impl Road {
    /// Makes the context, and listens to the browser for as long as the page lives.
    pub fn provide() -> Self {
        let road = Self {
            path: RwSignal::new(path_of_now()),
        };
        provide_context(road);
        on_window("popstate", move |_| road.arrive());
        // Of a link's own click, since what hangs on that is to happen too.
        on_taps(|event| {
            link_of(event).is_some_and(|link| {
                link.click();
                true
            })
        });
        if let Some(window) = web_sys::window() {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "click", options, move |event| {
                if let Some(path) = followed(event) {
                    event.prevent_default();
                    road.go(&path);
                }
            })
            .forget();
        }
        road
    }

    /// The context.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The path of the address (reactive).
    pub fn path(self) -> ReadSignal<String> {
        self.path.read_only()
    }

    /// Goes to a path of the app.
    pub fn go(self, path: &str) {
        if path_of_now() != path {
            self.write(path, false);
        }
    }

    /// The same, without a way back to where one is now.
    pub fn turn(self, path: &str) {
        self.write(path, true);
    }

    fn write(self, path: &str, in_place: bool) {
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            // Refused only to pages that do nothing else: then the address stays as it was.
            let _ = match in_place {
                true => history.replace_state_with_url(&JsValue::NULL, "", Some(path)),
                false => history.push_state_with_url(&JsValue::NULL, "", Some(path)),
            };
        }
        self.arrive();
    }

    fn arrive(self) {
        let path = path_of_now();
        if self.path.with_untracked(|known| *known != path) {
            self.path.set(path);
        }
    }
}

fn path_of_now() -> String {
    let path = || web_sys::window()?.location().pathname().ok();
    path().unwrap_or_default()
}

/// The path of a plain tap on a link into the app; other taps and other links are the browser's own.
fn followed(event: &Event) -> Option<String> {
    let tap: &MouseEvent = event.dyn_ref()?;
    Some(link_of(tap)?.pathname())
}

/// The link into the app that is tapped.
fn link_of(tap: &MouseEvent) -> Option<HtmlAnchorElement> {
    let changed = tap.meta_key() || tap.ctrl_key() || tap.shift_key() || tap.alt_key();
    if tap.default_prevented() || tap.button() != 0 || changed {
        return None;
    }
    let element: Element = tap.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let ours = link.origin() == web_sys::window()?.location().origin().ok()?;
    let plain = link.target().is_empty() && !link.has_attribute("download");
    (ours && plain && link.hash().is_empty()).then_some(link)
}
