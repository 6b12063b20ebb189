//! Reads that are under way when their page goes: ended by us, for not every browser ends them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::IdbTransaction;

use leptos::prelude::window;

use crate::platform::device;

/// How a transaction says that it is over; a failed one is aborted.
const ENDS: [&str; 2] = ["complete", "abort"];

thread_local! {
    static UNDER_WAY: RefCell<Vec<Read>> = const { RefCell::new(Vec::new()) };
    static LISTENS: Cell<bool> = const { Cell::new(false) };
}

struct Read {
    raw: IdbTransaction,
    _ends: [EventListener; 2],
}

/// A read began. With its last answer it is not over yet, only with the browser's word that it is.
pub fn reading(raw: &IdbTransaction) {
    let ends = ENDS.map(|end| {
        let over = raw.clone();
        EventListener::new(raw, end, move |_| {
            let gone: Vec<Read> = UNDER_WAY
                .with_borrow_mut(|all| all.extract_if(.., |read| read.raw == over).collect());
            // A listener may not be dropped while it is being called.
            wasm_bindgen_futures::spawn_local(async move { drop(gone) });
        })
    });
    let raw = raw.clone();
    if !LISTENS.replace(true) {
        end_reads_with_the_page();
    }
    UNDER_WAY.with_borrow_mut(|all| all.push(Read { raw, _ends: ends }));
}

/// Ends with the page what it was reading. In Safari's engine a read outlives a page that is loaded anew in the middle
/// of it, and no write to the same tables ever begins again, in no page, until the browser is closed. Writes are left
/// to the browser: what was typed counts for more. It says beforehand of pages that may come back which it then does
/// not keep, so all are treated alike; one that does come back is loaded anew where it was reading.
fn end_reads_with_the_page() {
    let cut_short = Rc::new(Cell::new(false));
    let was = cut_short.clone();
    device::on_window("pagehide", move |_| {
        UNDER_WAY.with_borrow(|all| {
            for read in all {
                cut_short.set(read.raw.abort().is_ok() || cut_short.get());
            }
        });
    });
    device::on_window("pageshow", move |_| {
        if was.get() {
            let _ = window().location().reload();
        }
    });
}
