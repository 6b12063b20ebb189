//! Words that every row of every list hands to the browser: they go over once, not decoded anew for each element.

use wasm_bindgen::intern;

/// Names of attributes, and the values that stand in every row.
const WORDS: [&str; 49] = [
    "class",
    "style",
    "role",
    "type",
    "name",
    "id",
    "href",
    "hidden",
    "for",
    "title",
    "value",
    "dir",
    "auto",
    "tabindex",
    "viewBox",
    "0 0 24 24",
    "0 0 24 16",
    "data-test",
    "data-key",
    "data-i",
    "data-p",
    "data-status",
    "data-state",
    "data-new",
    "data-kind",
    "aria-label",
    "aria-hidden",
    "aria-haspopup",
    "aria-posinset",
    "aria-setsize",
    "aria-current",
    "aria-pressed",
    "aria-describedby",
    "aria-invalid",
    "true",
    "button",
    "dialog",
    "listitem",
    "--i",
    "--c",
    "ticket-row",
    "t-line",
    "t-num",
    "chip",
    "badge",
    "push",
    "t-cut",
    "sr-only",
    "icon",
];

/// Hands them over. Before anything is drawn.
pub fn intern_all() {
    for word in WORDS {
        intern(word);
    }
}
