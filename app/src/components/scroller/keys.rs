//! The list under the keyboard: arrows, Home, End. Enter is the link's own.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The row that a key leads to, from `current` among `count` rows, of which `first` is the first one seen.
pub fn target(key: &str, current: Option<usize>, first: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let to = match (key, current) {
        ("ArrowDown", Some(row)) => row + 1,
        ("ArrowUp", Some(row)) => row.saturating_sub(1),
        ("ArrowDown" | "ArrowUp", None) => first,
        ("Home", _) => 0,
        ("End", _) => last,
        _ => return None,
    };
    Some(to.min(last))
}

/// The row that has the focus.
pub fn focused(event: &KeyboardEvent) -> Option<usize> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let row = element.closest("[data-i]").ok()??;
    row.get_attribute("data-i")?.parse().ok()
}

/// Gives a row the focus; answers whether it is drawn.
pub fn focus_row(list: &Element, row: usize) -> bool {
    focus(list, &format!("[data-i='{row}'] a"))
}

/// Gives the row of a key the focus; answers whether it is drawn.
pub fn focus_key(list: &Element, key: &str) -> bool {
    focus(list, &format!("[data-key='{key}'] a"))
}

fn focus(list: &Element, selector: &str) -> bool {
    let link = list.query_selector(selector).ok().flatten();
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let options = web_sys::FocusOptions::new();
    // The list has scrolled to it already, below its sticky head.
    options.set_prevent_scroll(true);
    link.focus_with_options(&options).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_move_by_one_and_stop_at_both_ends() {
        assert_eq!(target("ArrowDown", Some(3), 0, 10), Some(4));
        assert_eq!(target("ArrowDown", Some(9), 0, 10), Some(9));
        assert_eq!(target("ArrowUp", Some(0), 0, 10), Some(0));
        assert_eq!(target("End", Some(2), 0, 10), Some(9));
        assert_eq!(target("Home", None, 5, 10), Some(0));
    }

    #[test]
    fn the_first_arrow_goes_to_what_is_seen() {
        assert_eq!(target("ArrowDown", None, 40, 100), Some(40));
        assert_eq!(target("ArrowDown", None, 40, 3), Some(2));
        assert_eq!(target("ArrowDown", None, 0, 0), None);
        assert_eq!(target("a", Some(1), 0, 10), None);
    }
}
