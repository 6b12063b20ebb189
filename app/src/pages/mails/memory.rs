//! What the list remembers while the app is open: the box, and the place in each of them.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use tournee_core::domain::MailBox;

use super::listing::{Boxes, Rows};

const BOXES: usize = MailBox::ALL.len();

thread_local! {
    static SHOWN: Cell<Option<MailBox>> = const { Cell::new(None) };
    static TOPS: Cell<[f64; BOXES]> = const { Cell::new([0.0; BOXES]) };
    static SORTED: RefCell<Option<(Rows, Boxes)>> = const { RefCell::new(None) };
}

/// The boxes of these rows: ten thousand are put in order once, and not each time that the page is opened.
pub fn boxes(rows: &Rows) -> Boxes {
    SORTED.with_borrow_mut(|sorted| match sorted {
        Some((of, boxes)) if Arc::ptr_eq(of, rows) => boxes.clone(),
        _ => {
            let boxes = Boxes::of(rows.iter());
            *sorted = Some((rows.clone(), boxes.clone()));
            boxes
        }
    })
}

/// The box that was shown last, if one was chosen.
pub fn shown() -> Option<MailBox> {
    SHOWN.get()
}

/// Keeps which box is shown.
pub fn keep_shown(shown: MailBox) {
    SHOWN.set(Some(shown));
}

/// How far the shown box was scrolled.
pub fn top() -> f64 {
    let mut tops = TOPS.get();
    place(&mut tops).map_or(0.0, |top| *top)
}

/// Keeps how far it is.
pub fn keep_top(top: f64) {
    let mut tops = TOPS.get();
    if let Some(place) = place(&mut tops) {
        *place = top;
    }
    TOPS.set(tops);
}

fn place(tops: &mut [f64; BOXES]) -> Option<&mut f64> {
    tops.get_mut(SHOWN.get()? as usize)
}
