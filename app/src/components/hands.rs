//! What a control calls when it is used. Each type of handler is compiled apart, so there are only these few.

use std::cell::Cell;
use std::rc::Rc;

use leptos::ev::{Event, MouseEvent, PointerEvent, SubmitEvent};
use leptos::prelude::{event_target_checked, event_target_value};
use wasm_bindgen::JsCast as _;
use web_sys::{File, HtmlInputElement};

use crate::platform::finger::{Finger, click_is_done};

/// On a tap.
pub fn tap(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
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

/// On a tap, as soon as the finger lifts. The click that follows falls on nothing; that of a mouse, a keyboard or a screen
/// reader acts as any other.
pub fn press(act: impl Fn() + 'static) -> Press {
    let (act, finger) = (Rc::new(act), Rc::new(Cell::new(None::<Finger>)));
    let (down, lift) = (finger.clone(), act.clone());
    Press {
        down: Box::new(move |event| down.set(Finger::down(&event))),
        up: Box::new(move |event| {
            if finger.take().is_some_and(|finger| finger.taps(&event)) {
                click_is_done();
                lift();
            }
        }),
        click: Box::new(move |_| act()),
    }
}

/// As a finger comes down, for what can be made ready until it lifts.
pub fn touched(act: impl Fn() + 'static) -> Box<dyn FnMut(PointerEvent)> {
    Box::new(move |_| act())
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
