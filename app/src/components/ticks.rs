//! The three ticks: on the phone · at the server · in GLPI or Gmail.

use leptos::prelude::*;
use tournee_core::outbox::{Queued, State};
use tournee_core::wire::Wish;

use crate::text::t;

const TICKS: &str = r#"<path d="M1 9l3 3 5-8"/><path d="M8 9l3 3 5-8"/><path d="M15 9l3 3 5-8"/>"#;
const BANG: &str = r#"<path d="M12 2v7M12 13v.1" stroke-width="3"/>"#;
const STRUCK: &str = r#"<path d="M7 3l10 10M17 3L7 13"/>"#;

/// Where a change stands, with what the technician asked of it since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Taken back, or to be taken back at the next exchange.
    Withdrawn,
    /// In GLPI.
    Delivered,
    /// On the server's disk.
    Server,
    /// On the phone alone.
    Phone,
    /// Waits for the technician.
    NeedsYou,
}

impl Standing {
    /// Of a change.
    pub fn of(queued: &Queued) -> Self {
        match (&queued.state, queued.wish) {
            (State::Delivered { .. }, _) => Self::Delivered,
            (State::Withdrawn { .. }, _) | (_, Some(Wish::Withdraw)) => Self::Withdrawn,
            (State::NeedsYou { .. }, None) => Self::NeedsYou,
            (State::Server, _) => Self::Server,
            // What was asked of it is still on the phone.
            (State::Phone, _) | (State::NeedsYou { .. }, Some(_)) => Self::Phone,
        }
    }

    /// As attributes have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Delivered => "delivered",
            Self::Server => "server",
            Self::Phone => "phone",
            Self::NeedsYou => "needs-you",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Withdrawn => t(|t| t.ticks_withdrawn),
            Self::Delivered => t(|t| t.ticks_delivered),
            Self::Server => t(|t| t.ticks_server),
            Self::Phone => t(|t| t.ticks_phone),
            Self::NeedsYou => t(|t| t.ticks_needs_you),
        }
    }
}

/// The ticks, with words beside them, or (`brief`) for screen readers alone.
#[component]
pub fn Ticks(
    /// Where it stands.
    standing: Standing,
    /// Without visible words.
    #[prop(optional)]
    brief: bool,
    /// It goes to Gmail.
    #[prop(optional)]
    in_gmail: bool,
) -> impl IntoView {
    let outline = match standing {
        Standing::NeedsYou => BANG,
        Standing::Withdrawn => STRUCK,
        _ => TICKS,
    };
    let words = if brief { "sr-only" } else { "" };
    view! {
        <span class="ticks" data-test="ticks" data-state=standing.name()>
            <svg class="icon" viewBox="0 0 24 16" aria-hidden="true" inner_html=outline></svg>
            <span class=words>{words_of(standing, in_gmail)}</span>
        </span>
    }
    .into_any()
}

fn words_of(standing: Standing, in_gmail: bool) -> &'static str {
    match standing {
        Standing::Delivered if in_gmail => t(|t| t.ticks_delivered_gmail),
        _ => standing.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_standing_is_the_greatest() {
        assert!(Standing::NeedsYou > Standing::Phone);
        assert!(Standing::Phone > Standing::Server);
        assert!(Standing::Server > Standing::Delivered);
    }
}
