//! What a control calls when it is used. Each type of handler is compiled apart, so there are only these four.

use leptos::ev::{Event, MouseEvent, SubmitEvent};
use leptos::prelude::{event_target_checked, event_target_value};

/// On a tap.
pub fn tap(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
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

/// On a form that is sent; the page stays.
pub fn sent(act: impl Fn() + 'static) -> Box<dyn FnMut(SubmitEvent)> {
    Box::new(move |event| {
        event.prevent_default();
        act();
    })
}
