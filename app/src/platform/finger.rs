//! A finger's tap, acted on as it lifts: the browser makes its click of that only after it has looked again at what is
//! pressed and focused, on a slow phone a third of what a tap takes.

use std::cell::Cell;

use wasm_bindgen::JsCast as _;
use web_sys::{MouseEvent, PointerEvent};

use super::device::on_window_first;

/// A finger that rests longer, or moves further, may mean something else than a tap: then only the click decides.
const TAP_MS: f64 = 400.0;
const TAP_PIXELS: i32 = 8;
/// Within this time a finger that comes down on what scrolls stops it, and means nothing else.
const STOPS_MS: f64 = 150.0;

/// Where a finger came down.
#[derive(Clone, Copy)]
pub struct Finger {
    at: f64,
    x: i32,
    y: i32,
}

impl Finger {
    /// The one that came down, if it is one, and alone.
    pub fn down(event: &PointerEvent) -> Option<Self> {
        let alone = event.is_primary() && event.pointer_type() == "touch";
        alone.then(|| Self {
            at: event.time_stamp(),
            x: event.client_x(),
            y: event.client_y(),
        })
    }

    /// Whether it has tapped, now that it lifts.
    pub fn taps(self, event: &PointerEvent) -> bool {
        let near = |from: i32, to: i32| (from - to).abs() <= TAP_PIXELS;
        let still = near(self.x, event.client_x()) && near(self.y, event.client_y());
        still && event.is_primary() && event.time_stamp() - self.at < TAP_MS
    }
}

thread_local! {
    /// A finger has lifted and was acted on: the click behind it is to come.
    static CLICK_IS_DONE: Cell<bool> = const { Cell::new(false) };
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// The click behind a finger that was acted on falls on nothing: what was pressed may be gone by then, and something else
/// in its place. Without one, the next that comes down makes an end of it.
pub fn click_is_done() {
    CLICK_IS_DONE.set(true);
    if !WATCHED.replace(true) {
        on_window_first("pointerdown", |_| CLICK_IS_DONE.set(false));
        // The click is not even made: on a slow phone the browser would look first where a mouse had come and gone.
        on_window_first("touchend", |event| {
            if event.cancelable() && CLICK_IS_DONE.take() {
                event.prevent_default();
            }
        });
        // Where it was too late for that, the mouse that the browser makes of the finger takes the focus nowhere.
        on_window_first("mousedown", |event| {
            if CLICK_IS_DONE.get() {
                event.prevent_default();
            }
        });
        on_window_first("click", |event| {
            // Without a count of clicks it is not a finger's.
            let finger = event
                .dyn_ref::<MouseEvent>()
                .is_some_and(|event| event.detail() != 0);
            if finger && CLICK_IS_DONE.take() {
                event.stop_propagation();
                event.prevent_default();
            }
        });
    }
}

/// Calls with each tap of a finger, before the click that the browser makes of it; where it answers that this was acted
/// on, there is none. A finger that stops what scrolls is none.
pub fn on_taps(act: impl Fn(&PointerEvent) -> bool + 'static) {
    thread_local! {
        static DOWN: Cell<Option<Finger>> = const { Cell::new(None) };
        static SCROLLED: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
    }
    on_window_first("scroll", |event| SCROLLED.set(event.time_stamp()));
    on_window_first("pointerdown", |event| {
        let finger = event.dyn_ref().and_then(Finger::down);
        DOWN.set(finger.filter(|finger| finger.at - SCROLLED.get() > STOPS_MS));
    });
    on_window_first("pointerup", move |event| {
        let Some(event) = event.dyn_ref::<PointerEvent>() else {
            return;
        };
        let tapped = DOWN.take().is_some_and(|finger| finger.taps(event));
        if tapped && act(event) {
            click_is_done();
        }
    });
}
