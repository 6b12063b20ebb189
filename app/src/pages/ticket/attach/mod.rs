//! Attaching: a photo, pictures, any file. What GLPI would not take is said here, before it is queued.

mod desk;
mod prepare;

use leptos::prelude::*;

use self::desk::{Desk, Item, Stand};
use super::Open;
use super::composer::Note;
use crate::components::{Icon, Sheet, chosen, icons, part, switched, tap};
use crate::text::{fill, t};

/// The button in the composer, and its sheet.
#[component]
pub fn Attach(
    /// The ticket.
    open: Open,
    /// The note that is being written.
    note: Note,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <button
            type="button" class="icon-btn" data-test="attach-open" aria-haspopup="dialog" aria-label=t(|t| t.attach_open)
            on:click=tap(move || shown.set(true))
        >
            <Icon of=icons::FILE/>
        </button>
        <Sheet title=t(|t| t.attach_open) open=shown>{move || choices(Desk::new(open, note, shown))}</Sheet>
    }
    .into_any()
}

fn choices(desk: Desk) -> AnyView {
    let original = move || desk.original.get();
    let items = move || {
        let items = desk.items.get();
        items
            .into_iter()
            .map(|item| item_view(desk, item))
            .collect::<Vec<_>>()
    };
    view! {
        <div class="choices">
            {choice(desk, "attach-photo", icons::CAMERA, t(|t| t.attach_photo), "image/*", true)}
            {choice(desk, "attach-pictures", icons::PICTURES, t(|t| t.attach_pictures), "image/*", false)}
            {choice(desk, "attach-file", icons::DOCUMENT, t(|t| t.attach_file), "", false)}
        </div>
        <label class="switch">
            <input type="checkbox" name="original" prop:checked=original on:change=switched(move |on| desk.original.set(on))/>
            {t(|t| t.attach_original)}
        </label>
        {part(move || with_note(desk))}
        <p class="hint">{move || match original() {
            true => t(|t| t.attach_original_hint),
            false => t(|t| t.attach_small_hint),
        }}</p>
        <div role="status">{items}</div>
    }
    .into_any()
}

/// Where a note is being written, it can go with what is attached, and above it.
fn with_note(desk: Desk) -> Option<AnyView> {
    let is_there = untrack(|| !desk.note.is_empty());
    is_there.then(|| {
        view! {
            <label class="switch">
                <input
                    type="checkbox" name="with_note" prop:checked=move || desk.with_note.get()
                    on:change=switched(move |on| desk.with_note.set(on))
                />
                {t(|t| t.attach_with_note)}
            </label>
            <p class="hint">{move || desk.with_note.get().then(|| t(|t| t.attach_below_note))}</p>
        }
        .into_any()
    })
}

/// A button that is a field for files: the browser asks with the camera, the gallery or the files.
fn choice(
    desk: Desk,
    hook: &'static str,
    icon: &'static str,
    words: &'static str,
    accept: &'static str,
    camera: bool,
) -> AnyView {
    let take = chosen(move |files| desk.take(files, camera));
    view! {
        <label class="btn file-choice">
            <Icon of=icon/> {words}
            <input
                type="file" class="sr-only" data-test=hook accept=accept capture=camera.then_some("environment")
                multiple=!camera on:change=take
            />
        </label>
    }
    .into_any()
}

/// A file that is not attached (yet), and why.
fn item_view(desk: Desk, item: Item) -> AnyView {
    let Item { id, name, stand } = item;
    let busy = matches!(stand, Stand::Busy);
    let (words, ready, saveable) = match stand {
        Stand::Busy => (t(|t| t.attach_busy).to_owned(), None, false),
        Stand::Refused(words) => (words, None, false),
        Stand::Doubtful(words, ready) => (words, Some(ready), false),
        Stand::Unsaved(words, ready) => (words, Some(ready), true),
    };
    let anyway = ready.clone().map(|ready| {
        let label = match saveable {
            true => t(|t| t.queue_retry),
            false => t(|t| t.attach_anyway),
        };
        let attach = move || desk.attach(id, ready.clone());
        view! { <button type="button" class="btn" data-test="attach-anyway" on:click=tap(attach)>{label}</button> }
            .into_any()
    });
    let save = ready.filter(|_| saveable).map(|ready| {
        let save = move || desk.save(&ready);
        view! { <button type="button" class="btn" data-test="attach-save" on:click=tap(save)>{t(|t| t.attach_save)}</button> }
            .into_any()
    });
    let drop = (!busy).then(|| {
        let drop = move || desk.forget(id);
        view! { <button type="button" class="btn quiet" data-test="attach-drop" on:click=tap(drop)>{t(|t| t.attach_drop)}</button> }
            .into_any()
    });
    let said = fill(t(|t| t.attach_item), &[("name", &name), ("words", &words)]);
    view! {
        <div class="attach-item" data-test="attach-item" data-busy=busy.then_some("")>
            <p>{said}</p>
            <div class="line acts">{anyway}{save}{drop}</div>
        </div>
    }
    .into_any()
}
