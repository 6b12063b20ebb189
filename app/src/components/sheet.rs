//! A sheet over the page: from below on a phone, in the middle on a wide screen.

use leptos::ev::MouseEvent;
use leptos::html::Dialog;
use leptos::prelude::*;

use super::{Icon, icons, tap};
use crate::text::t;

thread_local! {
    static SHOWN: ArcRwSignal<usize> = ArcRwSignal::new(0);
}

/// Whether a sheet is over the page.
pub fn sheet_is_shown() -> bool {
    SHOWN.with(ArcRwSignal::clone).get() > 0
}

/// Counts one that is there, for as long as what it holds is.
fn count() {
    let shown = SHOWN.with(ArcRwSignal::clone);
    shown.update(|number| *number += 1);
    on_cleanup(move || shown.update(|number| *number -= 1));
}

/// A modal sheet. The browser's own `dialog` keeps the focus inside, the page behind inert, and Esc working.
#[component]
pub fn Sheet(
    /// Its title.
    #[prop(into)]
    title: String,
    /// Whether it is there. What it holds is made anew each time.
    open: RwSignal<bool>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // The dialog has no padding: only a tap beside it has the dialog itself as its target.
    let tapped = move |event: MouseEvent| {
        if event.target().is_some() && event.target() == event.current_target() {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    let label = title.clone();
    view! {
        <dialog class="sheet" node_ref=node aria-label=label on:close=move |_| open.set(false) on:click=tapped>
            {move || open.get().then(|| {
                count();
                view! {
                    <div class="sheet-head">
                        <h2>{title.clone()}</h2>
                        <button type="button" class="icon-btn" aria-label=t(|t| t.ui_close) on:click=tap(move || open.set(false))>
                            <Icon of=icons::CLOSE/>
                        </button>
                    </div>
                    <div class="sheet-body">{children.with_value(|children| children())}</div>
                }.into_any()
            })}
        </dialog>
    }
    .into_any()
}
