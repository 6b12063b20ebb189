//! How much room an element has, as the layout changes.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// The inner size of an element, and of the root's letter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Room {
    /// Pixels; 0 while the element is hidden.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// Pixels in 1 rem.
    pub rem: f64,
}

/// The room of `node`, for as long as the caller lives.
pub fn use_room(node: NodeRef<Div>) -> RwSignal<Room> {
    let room = RwSignal::new(Room::default());
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let measured = element.clone();
        let measure = move || {
            let new = Room {
                width: f64::from(measured.client_width()),
                height: f64::from(measured.client_height()),
                rem: root_letter(),
            };
            if room.try_get_untracked() != Some(new) {
                room.try_set(new);
            }
        };
        // The observer speaks a frame later: the first frame would be empty.
        measure();
        let measure = Closure::<dyn FnMut()>::new(measure);
        let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, measure));
        on_cleanup(move || {
            let _ = kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
    room
}

fn root_letter() -> f64 {
    let size = || {
        let window = web_sys::window()?;
        let root = window.document()?.document_element()?;
        let style = window.get_computed_style(&root).ok()??;
        let size = style.get_property_value("font-size").ok()?;
        Some(js_sys::parse_float(&size))
    };
    size().unwrap_or(16.0)
}
