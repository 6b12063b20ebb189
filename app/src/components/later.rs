//! What may come a moment after the first list: as the app starts, a slow phone compiles each piece as it is first used.

use leptos::prelude::*;

use super::part;
use crate::platform::device::after_drawing;

/// Whether the first page has been on the screen.
#[derive(Clone, Copy)]
struct Drawn(RwSignal<bool>);

/// Lets [`later`] know when the first page has been drawn.
pub fn provide_later() {
    let drawn = RwSignal::new(false);
    provide_context(Drawn(drawn));
    after_drawing(move || drawn.set(true));
}

/// Whether what is made here is on the screen; made ahead, it is not yet.
#[derive(Clone, Copy)]
struct OnScreen(Signal<bool>);

/// Lets [`once_drawn`] know when what is made here comes to the screen.
pub fn provide_on_screen(shown: Signal<bool>) {
    provide_context(OnScreen(shown));
}

/// Calls once what is made here has been drawn.
pub fn once_drawn(call: impl FnOnce() + 'static) {
    let shown = use_context::<OnScreen>().map(|shown| shown.0);
    let mut call = Some(call);
    Effect::new(move |_| {
        if shown.is_none_or(|shown| shown.get())
            && let Some(call) = call.take()
        {
            after_drawing(call);
        }
    });
}

/// A part of a page that comes once the rest of that page is on the screen: below what is seen at once, so that nothing
/// moves.
pub fn soon(
    view: impl Fn() -> AnyView + Send + 'static,
) -> Box<dyn FnMut() -> Option<AnyView> + Send> {
    let drawn = RwSignal::new(false);
    once_drawn(move || {
        drawn.try_set(true);
    });
    part(move || drawn.get().then(&view))
}

/// A part of the first page that comes once the rest of it is on the screen; of later pages, at once. Its place is to
/// be kept free, so that nothing moves.
pub fn later(
    view: impl Fn() -> AnyView + Send + 'static,
) -> Box<dyn FnMut() -> Option<AnyView> + Send> {
    let drawn = use_context::<Drawn>();
    part(move || drawn.is_none_or(|drawn| drawn.0.get()).then(&view))
}
