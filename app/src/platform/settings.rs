//! Settings of this device, in localStorage: they must be there before anything is drawn.

use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::device::document;
use crate::text::Language;

/// Light, dark, or as the device says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As `data-theme` and the form want it.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads back what [`Theme::name`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        [Theme::Auto, Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.name() == name)
    }
}

const LANGUAGE: &str = "tournee.language";
const THEME: &str = "tournee.theme";
/// The list's last choice.
pub const FILTER: &str = "tournee.filter";
/// A GLPI's counts, as they were last told.
const COUNTS: &str = "tournee.counts.";
/// What was looked for, a line each.
const SEARCHES: &str = "tournee.searches";
/// Whether tickets show their history.
const HISTORY: &str = "tournee.history";
/// The favourites of a GLPI's lists.
const FAVOURITES: &str = "tournee.favourites.";
// Read by boot.js: whether the whole app starts, or the door.
const HOME: &str = "tournee.home";

/// The language chosen here, or else what the browser prefers.
pub fn language() -> Language {
    read(LANGUAGE)
        .and_then(|tag| Language::from_tag(&tag))
        .unwrap_or_else(browser_language)
}

/// Keeps the language and tells the document.
pub fn set_language(language: Language) {
    write(LANGUAGE, language.tag());
    mark("lang", language.tag());
}

/// The theme chosen here.
pub fn theme() -> Theme {
    read(THEME)
        .and_then(|name| Theme::from_name(&name))
        .unwrap_or(Theme::Auto)
}

/// Keeps the theme and tells the document.
pub fn set_theme(theme: Theme) {
    write(THEME, theme.name());
    mark("data-theme", theme.name());
}

/// What a GLPI counted last.
pub fn counts(source: &str) -> Option<String> {
    read(&format!("{COUNTS}{source}"))
}

/// Keeps it.
pub fn set_counts(source: &str, text: &str) {
    write(&format!("{COUNTS}{source}"), text);
}

/// What was looked for on this device, a line each.
pub fn searches() -> String {
    read(SEARCHES).unwrap_or_default()
}

/// Keeps it.
pub fn set_searches(lines: &str) {
    write(SEARCHES, lines);
}

/// Whether tickets show who did what.
pub fn shows_history() -> bool {
    read(HISTORY).as_deref() == Some("1")
}

/// Keeps that.
pub fn show_history(shown: bool) {
    write(HISTORY, if shown { "1" } else { "0" });
}

/// What he likes best of a GLPI's list.
pub fn favourites(list: &str) -> String {
    read(&format!("{FAVOURITES}{list}")).unwrap_or_default()
}

/// Keeps it.
pub fn set_favourites(list: &str, text: &str) {
    write(&format!("{FAVOURITES}{list}"), text);
}

/// Tells the document what was chosen, at start.
pub fn mark_document(language: Language, theme: Theme) {
    mark("lang", language.tag());
    mark("data-theme", theme.name());
}

/// Somebody lives here: from now on the whole app starts.
pub fn move_in() {
    write(HOME, "1");
}

/// Nobody does any more: the door is enough. What he was looking for goes with him; it may name a store.
pub fn move_out() {
    write(HOME, "0");
    if let Some(storage) = storage() {
        let _ = storage.remove_item(FILTER);
        let _ = storage.remove_item(SEARCHES);
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?);
        let his = |key: &String| key.starts_with(COUNTS) || key.starts_with(FAVOURITES);
        for key in keys.filter(his).collect::<Vec<String>>() {
            let _ = storage.remove_item(&key);
        }
    }
}

fn browser_language() -> Language {
    let tags: Vec<String> = web_sys::window()
        .map(|window| window.navigator().languages())
        .map(|tags| tags.iter().filter_map(|tag| tag.as_string()).collect())
        .unwrap_or_default();
    Language::preferred(tags.iter().map(String::as_str))
}

fn mark(attribute: &str, value: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(attribute, value);
    }
}

// Switched off in some private windows: settings then last as long as the page.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

fn write(key: &str, value: &str) {
    let _: Option<Result<(), JsValue>> = storage().map(|storage| storage.set_item(key, value));
}
