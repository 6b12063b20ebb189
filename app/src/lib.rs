//! The Tournée PWA.
//!
//! # Layout
//! - `app`: what is drawn where, and the shell around every page.
//! - `entrance`: the front door, and what the sign-in needs of whoever shows it.
//! - `pages`: a folder a screen.
//! - `components`: what several screens share.
//! - `contexts`: the phone, its storage, its exchange, the settings: what all pages share.
//! - `storage`: IndexedDB.
//! - `sync`: the server's API, when to call it, what to say of it.
//! - `platform`: the browser, a line or two a thing.
//! - `ago`: how long ago, in words.
//! - `text`: the screen's words, out of `locales/`.
//!
//! Two programs are made of it: [`start`] is the whole app; [`door`] is the sign-in alone, a fraction of its size,
//! for a phone that holds nothing yet. `boot.js` decides which of them starts.

mod ago;
mod app;
mod components;
mod contexts;
mod entrance;
mod pages;
mod platform;
mod storage;
mod sync;
mod text;

use platform::{interned, settings};

/// Starts the whole app.
pub fn start() {
    console_error_panic_hook::set_once();
    interned::intern_all();
    // Leptos has its own executor only once something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        text::speak(settings::language());
        if let Some(start) = contexts::Start::load().await {
            leptos::mount::mount_to_body(move || app::app(start));
        }
    });
}

/// Shows the sign-in alone; once somebody is in, the page loads anew with the whole app.
pub fn door() {
    console_error_panic_hook::set_once();
    let language = settings::language();
    text::speak(language);
    settings::mark_document(language, settings::theme());
    leptos::mount::mount_to_body(entrance::door);
}
