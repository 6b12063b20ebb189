//! One mailbox: how it stands, and the way out of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Mailbox, MailboxState};
use tournee_core::ids::MailboxId;

use super::mailboxes::connect_button;
use crate::components::{Sheet, Toasts, kept, part, tap, whether};
use crate::contexts::Tournee;
use crate::platform::intl::{Form, instant};
use crate::sync::failure_words;
use crate::text::{fill, plural, t};

/// One mailbox.
#[component]
pub fn MailboxCard(
    /// Which.
    id: MailboxId,
    /// All of them, as the server last said.
    mailboxes: Memo<Vec<Mailbox>>,
) -> impl IntoView {
    let own = id.clone();
    let mailbox = kept(move || {
        let here = |all: &Vec<Mailbox>| all.iter().find(|mailbox| mailbox.id == own).cloned();
        mailboxes.with(here)
    });
    let state = move || mailbox.with(|mailbox| mailbox.as_ref().map(name_of_state));
    let shared = mailbox.with_untracked(|mailbox| mailbox.as_ref().is_some_and(|m| m.shared));
    let whose = t(|t| match shared {
        true => t.more_mailbox_shared,
        false => t.more_mailbox_own,
    });
    let asking = RwSignal::new(false);
    let leave = (!shared).then(|| view! {
        <button type="button" class="btn quiet" data-test="mailbox-disconnect" on:click=tap(move || asking.set(true))>
            {t(|t| t.more_mailbox_disconnect)}
        </button>
    }.into_any());
    let (address, named) = (id.0.clone(), id.0.clone());
    view! {
        <div class="card stack" data-test="mailbox" data-mailbox=named data-state=state>
            <div class="line"><strong class="mail-address">{address}</strong><span class="tag small">{whose}</span></div>
            {part(move || mailbox.with(|mailbox| mailbox.as_ref().map(standing)))}
            {leave}
        </div>
        <Sheet title=t(|t| t.more_mailbox_disconnect_title) open=asking>{ask(asking, id.clone())}</Sheet>
    }
    .into_any()
}

fn name_of_state(mailbox: &Mailbox) -> &'static str {
    match (mailbox.state, mailbox.refreshed_at) {
        (MailboxState::Reconnect, _) => "reconnect",
        (_, None) => "first-read",
        _ => "active",
    }
}

fn standing(mailbox: &Mailbox) -> AnyView {
    match (mailbox.state, mailbox.refreshed_at) {
        (MailboxState::Reconnect, _) => view! {
            <p class="error">{t(|t| t.more_mailbox_lost)}</p>
            {connect_button(mailbox.shared, t(|t| t.more_mailbox_reconnect).to_owned())}
        }
        .into_any(),
        (_, None) => first_read(mailbox.id.clone()),
        (_, Some(at)) => {
            let words = fill(
                t(|t| t.more_mailbox_read),
                &[("when", &instant(at, Form::Full))],
            );
            view! { <p class="muted small">{words}</p> }.into_any()
        }
    }
}

/// Nobody knows how many there will be; so many are there.
fn first_read(id: MailboxId) -> AnyView {
    let tournee = Tournee::expect();
    let count = kept(move || {
        tournee.with(|phone| {
            let threads = phone.threads().iter();
            threads.filter(|row| row.key.mailbox == id).count()
        })
    });
    let words = move || plural(count.get(), |t| &t.more_mailbox_first);
    view! { <p class="muted small" role="status">{words}</p><progress aria-label=t(|t| t.tickets_first)></progress> }
        .into_any()
}

fn ask(asking: RwSignal<bool>, id: MailboxId) -> AnyView {
    let (tournee, toasts) = (Tournee::expect(), Toasts::expect());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None);
    let address = id.0.clone();
    let leave = move || {
        let id = id.clone();
        busy.set(true);
        spawn_local(async move {
            let left = tournee.disconnect_mailbox(&id).await;
            busy.try_set(false);
            match left {
                Ok(()) => {
                    asking.try_set(false);
                    toasts.done(t(|t| t.more_mailbox_disconnected));
                }
                // A toast lies under the sheet.
                Err(failure) => drop(failed.try_set(Some(failure_words(&failure)))),
            }
        });
    };
    let failed = move || {
        let words = failed.get()?;
        Some(view! { <p class="error" role="alert">{words}</p> }.into_any())
    };
    view! {
        <div class="stack">
            <p><strong>{address}</strong></p>
            <p>{t(|t| t.more_mailbox_disconnect_hint)}</p>
            {part(failed)}
            <button type="button" class="btn danger" data-test="mailbox-disconnect-now" disabled=whether(move || busy.get()) on:click=tap(leave)>
                {t(|t| t.more_mailbox_disconnect)}
            </button>
        </div>
    }
    .into_any()
}
