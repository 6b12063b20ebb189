//! The Tournée PWA.
//!
//! # Layout
//! - `app`: the routes, and the shell around every page.
//! - `pages`: a folder a screen.
//! - `components`: what several screens share.
//! - `contexts`: the phone, its storage, its exchange, the settings: what all pages share.
//! - `storage`: IndexedDB.
//! - `sync`: the server's API, when to call it, what to say of it.
//! - `platform`: the browser, a line or two a thing.
//! - `text`: the screen's words, out of `locales/`.

mod app;
mod components;
mod contexts;
mod pages;
mod platform;
mod storage;
mod sync;
mod text;

fn main() {
    console_error_panic_hook::set_once();
    // Leptos has its own executor only once something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        text::speak(platform::settings::language());
        if let Some(start) = contexts::Start::load().await {
            leptos::mount::mount_to_body(move || app::app(start));
        }
    });
}
