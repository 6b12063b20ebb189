//! What the list remembers: the choice between visits, the place and the words while the app is open.

use std::cell::{Cell, RefCell};

use super::filter::Filter;
use super::slice::Slice;
use crate::platform::settings::FILTER;

thread_local! {
    static TOP: Cell<f64> = const { Cell::new(0.0) };
    static WORDS: RefCell<String> = const { RefCell::new(String::new()) };
    static SLICE: RefCell<Option<Slice>> = const { RefCell::new(None) };
}

/// The last choice.
pub fn filter() -> Filter {
    let stored = storage().and_then(|storage| storage.get_item(FILTER).ok()?);
    Filter {
        words: WORDS.with_borrow(Clone::clone),
        slice: SLICE.with_borrow(Clone::clone),
        ..Filter::of(&stored.unwrap_or_default())
    }
}

/// Keeps the choice.
pub fn keep_filter(filter: &Filter) {
    WORDS.with_borrow_mut(|words| words.clone_from(&filter.words));
    SLICE.with_borrow_mut(|slice| slice.clone_from(&filter.slice));
    if let Some(storage) = storage() {
        // Without room the choice lasts as long as the app is open.
        let _ = storage.set_item(FILTER, &filter.stored());
    }
}

/// The list shows these when it is opened next, from its top.
pub fn show(filter: &Filter) {
    keep_filter(filter);
    keep_top(0.0);
}

/// How far the list was scrolled.
pub fn top() -> f64 {
    TOP.get()
}

/// Keeps how far the list is scrolled.
pub fn keep_top(top: f64) {
    TOP.set(top);
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
