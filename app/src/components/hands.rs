//! What a control calls when it is used. Each type of handler is compiled apart, so there are only these six.

use std::cell::Cell;
use std::rc::Rc;

use leptos::ev::{Event, MouseEvent, PointerEvent, SubmitEvent};
use leptos::prelude::{event_target_checked, event_target_value};
use wasm_bindgen::JsCast as _;
use web_sys::{File, HtmlInputElement};

use crate::platform::device::on_window_first;

/// On a tap.
pub fn tap(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
}

/// A finger that rests longer, or moves further, may mean something else than a tap: then only the click decides.
const TAP_MS: f64 = 400.0;
const TAP_PIXELS: i32 = 8;

/// Where the finger of a [`press`] came down.
#[derive(Clone, Copy)]
struct Finger {
    at: f64,
    x: i32,
    y: i32,
}

/// The handlers of a [`press`].
pub struct Press {
    /// For `on:pointerdown`.
    pub down: Box<dyn FnMut(PointerEvent)>,
    /// For `on:pointerup`.
    pub up: Box<dyn FnMut(PointerEvent)>,
    /// For `on:click`.
    pub click: Box<dyn FnMut(MouseEvent)>,
}

/// On a tap, as soon as the finger lifts: the browser makes its click of that only after it has looked again at what is
/// pressed and focused, on a slow phone a third of what a tap takes. The click that follows falls on nothing; that of a
/// mouse, a keyboard or a screen reader acts as any other.
pub fn press(act: impl Fn() + 'static) -> Press {
    let (act, finger) = (Rc::new(act), Rc::new(Cell::new(None)));
    let (down, lift) = (finger.clone(), act.clone());
    Press {
        down: Box::new(move |event| {
            let alone = event.is_primary() && event.pointer_type() == "touch";
            down.set(alone.then(|| Finger {
                at: event.time_stamp(),
                x: event.client_x(),
                y: event.client_y(),
            }));
        }),
        up: Box::new(move |event| {
            if finger.take().is_some_and(|finger| is_tap(finger, &event)) {
                click_is_done();
                lift();
            }
        }),
        click: Box::new(move |_| act()),
    }
}

thread_local! {
    /// A finger has lifted and was acted on: the click behind it is to come.
    static CLICK_IS_DONE: Cell<bool> = const { Cell::new(false) };
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// The click behind a finger that was acted on falls on nothing: what was pressed may be gone by then, and something else
/// in its place. Without one, the next that comes down makes an end of it.
fn click_is_done() {
    CLICK_IS_DONE.set(true);
    if !WATCHED.replace(true) {
        on_window_first("pointerdown", |_| CLICK_IS_DONE.set(false));
        // The click is not even made: on a slow phone the browser would look first where a mouse had come and gone.
        on_window_first("touchend", |event| {
            if event.cancelable() && CLICK_IS_DONE.take() {
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

fn is_tap(finger: Finger, event: &PointerEvent) -> bool {
    let Finger { at, x, y } = finger;
    let near = |from: i32, to: i32| (from - to).abs() <= TAP_PIXELS;
    let still = near(x, event.client_x()) && near(y, event.client_y());
    still && event.is_primary() && event.time_stamp() - at < TAP_MS
}

/// On another value in a field: it.
pub fn typed(act: impl Fn(String) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(event_target_value(&event)))
}

/// On a switch: whether it is on.
pub fn switched(act: impl Fn(bool) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(event_target_checked(&event)))
}

/// On files that were chosen: they. The same ones may be chosen again.
pub fn chosen(act: impl Fn(Vec<File>) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let files = input.files();
        let files = files
            .iter()
            .flat_map(|list| (0..list.length()).filter_map(|at| list.get(at)));
        let files = files.collect();
        input.set_value("");
        act(files);
    })
}

/// On a form that is sent; the page stays.
pub fn sent(act: impl Fn() + 'static) -> Box<dyn FnMut(SubmitEvent)> {
    Box::new(move |event| {
        event.prevent_default();
        act();
    })
}
