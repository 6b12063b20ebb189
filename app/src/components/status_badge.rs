//! A ticket's status, by shape, colour and word.

use leptos::prelude::*;
use tournee_core::domain::Status;

use crate::text::t;

/// As GLPI says it.
pub fn status_words(status: Status) -> &'static str {
    match status {
        Status::New => t(|t| t.status_new),
        Status::Assigned => t(|t| t.status_assigned),
        Status::Planned => t(|t| t.status_planned),
        Status::Pending => t(|t| t.status_pending),
        Status::Solved => t(|t| t.status_solved),
        Status::Closed => t(|t| t.status_closed),
    }
}

/// In one word, for narrow places.
fn status_short(status: Status) -> &'static str {
    match status {
        Status::Assigned => t(|t| t.status_assigned_short),
        Status::Planned => t(|t| t.status_planned_short),
        other => status_words(other),
    }
}

/// As attributes and form values have it.
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Assigned => "assigned",
        Status::Planned => "planned",
        Status::Pending => "pending",
        Status::Solved => "solved",
        Status::Closed => "closed",
    }
}

/// The status with its sign.
#[component]
pub fn StatusBadge(
    /// Which.
    status: Status,
    /// In one word.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let words = if short {
        status_short(status)
    } else {
        status_words(status)
    };
    view! { <span class="badge" data-status=status_name(status)>{words}</span> }.into_any()
}
