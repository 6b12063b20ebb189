//! What the list says when it has no row.

use leptos::prelude::*;
use tournee_core::domain::{MailBox, MailboxState};
use tournee_core::phone::Phone;

use super::boxes::box_name;
use crate::components::{Empty, icons, kept, part};
use crate::contexts::Tournee;
use crate::pages::more::MAILBOXES;
use crate::text::{fill, t};

/// Why there is no row.
#[derive(Clone, Copy, PartialEq)]
enum Why {
    /// No mailbox is connected, and nothing is left of one.
    NotConnected,
    /// A mailbox is being read for the first time.
    FirstRead,
    /// There is none in this box.
    Empty,
}

fn why(phone: &Phone) -> Why {
    let mailboxes = &phone.meta().mailboxes;
    let first = |mailbox: &tournee_core::domain::Mailbox| {
        mailbox.state == MailboxState::Active && mailbox.refreshed_at.is_none()
    };
    match (mailboxes.is_empty(), phone.threads().is_empty()) {
        (true, true) => Why::NotConnected,
        (false, true) if mailboxes.iter().any(first) => Why::FirstRead,
        _ => Why::Empty,
    }
}

/// Whether there is a mailbox, or something left of one.
pub fn is_connected(phone: &Phone) -> bool {
    why(phone) != Why::NotConnected
}

/// Says it.
#[component]
pub fn Nothing(
    /// The box that is shown.
    shown: Memo<MailBox>,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let why = kept(move || tournee.with(why));
    part(move || {
        Some(match why.get() {
            Why::NotConnected => view! {
                <Empty icon=icons::MAIL title=t(|t| t.mails_not_connected)>
                    <p>{t(|t| t.mails_not_connected_hint)}</p>
                    <a class="btn primary" href=MAILBOXES data-test="mails-connect">{t(|t| t.mails_connect)}</a>
                </Empty>
            }
            .into_any(),
            Why::FirstRead => view! {
                <Empty icon=icons::MAIL title=t(|t| t.tickets_first)>
                    <p aria-live="polite">{t(|t| t.mails_first)}</p>
                    <progress aria-label=t(|t| t.tickets_first)></progress>
                </Empty>
            }
            .into_any(),
            Why::Empty => {
                let title = fill(t(|t| t.mails_empty), &[("name", box_name(shown.get()))]);
                view! { <Empty icon=icons::MAIL title/> }.into_any()
            }
        })
    })
    .into_any()
}
