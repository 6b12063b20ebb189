//! Where the way back leads from a page that several screens show.

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Back(&'static str);

/// From the pages below, the way back leads there.
pub fn provide_back(to: &'static str) {
    provide_context(Back(to));
}

/// Where the way back leads: to the screen that shows the page, or else to its own list.
pub fn back_to(list: &'static str) -> &'static str {
    use_context::<Back>().map_or(list, |back| back.0)
}
