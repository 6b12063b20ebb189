//! Icons: outlines of 24 × 24 in the colour of the text beside them.

use leptos::prelude::*;

/// An icon; what it means is said by the text beside it or by the control's label.
#[component]
pub fn Icon(
    /// One of [`icons`].
    of: &'static str,
) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" inner_html=of></svg> }
        .into_any()
}

/// The outlines.
pub mod icons {
    /// A favourite.
    pub const STAR: &str = r#"<path d="M12 4l2.5 5.2 5.7.7-4.2 3.9 1.1 5.6-5.1-2.8-5.1 2.8 1.1-5.6L3.8 9.9l5.7-.7z"/>"#;
    /// Back.
    pub const BACK: &str = r#"<path d="M15 5l-7 7 7 7"/>"#;
    /// Close, take away.
    pub const CLOSE: &str = r#"<path d="M6 6l12 12M18 6L6 18"/>"#;
    /// Something new.
    pub const PLUS: &str = r#"<path d="M12 5v14M5 12h14"/>"#;
    /// Correct.
    pub const PEN: &str = r#"<path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4"/>"#;
    /// Filter.
    pub const FILTER: &str = r#"<path d="M3 6h18M6 12h12M10 18h4"/>"#;
    /// Counts.
    pub const CHART: &str = r#"<path d="M4 20h16M6 16v-5M12 16V5M18 16v-8"/>"#;
    /// Search.
    pub const SEARCH: &str = r#"<path d="M11 4a7 7 0 110 14 7 7 0 010-14zM16 16l5 5"/>"#;
    /// A page elsewhere.
    pub const OUT: &str = r#"<path d="M14 4h6v6M20 4l-9 9M18 14v6H4V6h6"/>"#;
    /// A ticket, several of them.
    pub const TICKETS: &str =
        r#"<path d="M4 7h16v3.5a1.5 1.5 0 000 3V17H4v-3.5a1.5 1.5 0 000-3zM14 7v10"/>"#;
    /// A new ticket of something.
    pub const MAKE: &str = r#"<path d="M20 12V7H4v3.5a1.5 1.5 0 010 3V17h8M18 15v6M15 18h6"/>"#;
    /// The queue.
    pub const QUEUE: &str = r#"<path d="M12 20V8M7 13l5-5 5 5M5 4h14"/>"#;
    /// A mail, several of them.
    pub const MAIL: &str = r#"<path d="M3 6h18v12H3zM3 7l9 7 9-7"/>"#;
    /// A file that came along.
    pub const FILE: &str = r#"<path d="M19 11l-7.5 7.5a4.5 4.5 0 01-6.4-6.4L13 4.2a3 3 0 014.3 4.3l-7.8 7.7a1.5 1.5 0 01-2.1-2.1L14.5 7"/>"#;
    /// A photo.
    pub const CAMERA: &str =
        r#"<path d="M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.2 3.2 0 100-6.4 3.2 3.2 0 000 6.4z"/>"#;
    /// Pictures.
    pub const PICTURES: &str = r#"<path d="M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01"/>"#;
    /// More.
    pub const MORE: &str = r#"<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3.5"/>"#;
    /// A followup.
    pub const FOLLOWUP: &str = r#"<path d="M4 5h16v11h-9l-5 4v-4H4z"/>"#;
    /// A task.
    pub const TASK: &str = r#"<path d="M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01"/>"#;
    /// A solution, done.
    pub const DONE: &str = r#"<path d="M4 13l5 5L20 6"/>"#;
    /// A document.
    pub const DOCUMENT: &str = r#"<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>"#;
    /// Somebody.
    pub const PERSON: &str = r#"<path d="M12 12a4 4 0 100-8 4 4 0 000 8zM4 21a8 8 0 0116 0"/>"#;
    /// A place to go to, several of them.
    pub const ROUND: &str = r#"<path d="M12 21s-6-5.5-6-10a6 6 0 0112 0c0 4.5-6 10-6 10zM12 13a2 2 0 100-4 2 2 0 000 4z"/>"#;
    /// A call.
    pub const PHONE: &str = r#"<path d="M6 3h3l2 5-2.5 1.5a11 11 0 006 6L16 13l5 2v3a2.5 2.5 0 01-2.7 2.5A16 16 0 013.5 5.7 2.5 2.5 0 016 3z"/>"#;
    /// One place up.
    pub const UP: &str = r#"<path d="M12 19V6M6 12l6-6 6 6"/>"#;
    /// One place down.
    pub const DOWN: &str = r#"<path d="M12 5v13M6 12l6 6 6-6"/>"#;
    /// Send.
    pub const SEND: &str = r#"<path d="M4 12h15M13 6l6 6-6 6"/>"#;
    /// Time that runs.
    pub const TIMER: &str = r#"<path d="M12 8v5l3 2M10 2h4"/><circle cx="12" cy="13" r="8"/>"#;
    /// Time that stops.
    pub const STOP: &str = r#"<path d="M7 7h10v10H7z"/>"#;
    /// A label, what carries one.
    pub const SCAN: &str =
        r#"<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 9v6M11 9v6M13.5 9v6M16 9v6"/>"#;
    /// A status, a move.
    pub const STATUS: &str = r#"<path d="M4 8h13l-4-4M20 16H7l4 4"/>"#;
}
