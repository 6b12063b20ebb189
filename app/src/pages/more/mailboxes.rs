//! The mailboxes: which are connected, how they stand, and how one is connected.

use leptos::html::P;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Mailbox;
use tournee_core::ids::MailboxId;
use tournee_core::wire::{ConnectOutcome, GmailInfo};

use super::mailbox::MailboxCard;
use crate::components::{Toasts, each, kept, part, tap, whether};
use crate::contexts::Tournee;
use crate::platform::device;
use crate::platform::road::Road;
use crate::sync::{ApiFailure, api, failure_words};
use crate::text::{fill, t};

/// Their address: the page is long, and whoever comes for them is to see them.
pub const MAILBOXES: &str = "/more/mailboxes";

/// What the server offers.
#[derive(Clone)]
enum Offer {
    Asking,
    Known(GmailInfo),
    Failed(ApiFailure),
}

/// The section.
#[component]
pub fn Mailboxes() -> impl IntoView {
    let tournee = Tournee::expect();
    let offer = RwSignal::new(Offer::Asking);
    let mailboxes = kept(move || tournee.with(|phone| phone.meta().mailboxes.clone()));
    let ids =
        kept(move || mailboxes.with(|all| all.iter().map(|m| m.id.0.clone()).collect::<Vec<_>>()));
    let is_silent =
        move || offer.with(|offer| matches!(offer, Offer::Failed(failure) if failure.is_silence()));
    tournee.ask_until_answered(is_silent, move || ask(tournee, offer));
    Effect::new(move |is_known: Option<()>| {
        // Asked again when a mailbox has come or gone, too.
        ids.track();
        if is_known.is_some() && tournee.online().get_untracked() {
            spawn_local(ask(tournee, offer));
        }
    });
    let card = move |id: &str| {
        let id = MailboxId(id.to_owned());
        view! { <MailboxCard id mailboxes/> }.into_any()
    };
    view! {
        <h2 id="mailboxes">{t(|t| t.more_mailboxes)}</h2>
        {outcome(tournee)}
        {each(move || ids.get(), card)}
        {part(move || ways(tournee.online().get(), offer.get(), &mailboxes.get()))}
    }
    .into_any()
}

async fn ask(tournee: Tournee, offer: RwSignal<Offer>) {
    let answer = api::gmail().await;
    let left = offer.try_set(match answer.clone() {
        Ok(info) => Offer::Known(info),
        Err(failure) => Offer::Failed(failure),
    });
    if let (Err(failure), None) = (answer, left) {
        tournee.missed(&failure);
    }
}

/// How the journey to Google went, where one has just come back from there.
fn outcome(tournee: Tournee) -> Option<AnyView> {
    let word = device::query();
    let word = word.strip_prefix("gmail=")?;
    // Told once: a reload is no second return.
    Road::expect().turn(MAILBOXES);
    let (class, role) = match word {
        "connected" => {
            tournee.sync_now(true);
            ("banner info", "status")
        }
        _ => ("banner bad", "alert"),
    };
    let words = outcome_words(word);
    let node = NodeRef::<P>::new();
    // It is what somebody who comes back wants to know, and it stands below the accounts.
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            let _ = node.focus();
        }
    });
    Some(
        view! { <p class=class role=role tabindex="-1" node_ref=node data-test="gmail-outcome" data-outcome=word.to_owned()>{words}</p> }
            .into_any(),
    )
}

fn outcome_words(word: &str) -> &'static str {
    // Said by the service worker, which alone hears that the way back led nowhere.
    if word == "offline" {
        return t(|t| t.gmail_offline);
    }
    t(|t| match ConnectOutcome::of(word) {
        ConnectOutcome::Connected => t.gmail_connected,
        ConnectOutcome::Denied => t.gmail_denied,
        ConnectOutcome::Expired => t.gmail_expired,
        ConnectOutcome::WrongDomain => t.gmail_wrong_domain,
        ConnectOutcome::WrongMailbox => t.gmail_wrong_mailbox,
        ConnectOutcome::NoScope => t.gmail_no_scope,
        ConnectOutcome::Unreachable => t.gmail_unreachable,
        ConnectOutcome::Refused => t.gmail_refused,
        ConnectOutcome::Unknown => t.gmail_unknown,
    })
}

/// What can be connected, or why nothing can.
fn ways(online: bool, offer: Offer, mailboxes: &[Mailbox]) -> Option<AnyView> {
    let words = match (&offer, online) {
        (_, false) => t(|t| t.more_mailbox_offline).to_owned(),
        (Offer::Asking, _) => return None,
        (Offer::Failed(failure), _) => failure_words(failure),
        (Offer::Known(info), _) if !info.enabled => t(|t| t.more_mailbox_off).to_owned(),
        (Offer::Known(info), _) => return buttons(info, mailboxes),
    };
    Some(view! { <p class="muted small" data-test="mailbox-hint">{words}</p> }.into_any())
}

fn buttons(info: &GmailInfo, mailboxes: &[Mailbox]) -> Option<AnyView> {
    let own = mailboxes.iter().all(|mailbox| mailbox.shared).then(|| {
        let hint = info.domain.as_ref().map(|domain| {
            let words = fill(t(|t| t.more_mailbox_domain), &[("domain", domain)]);
            view! { <p class="hint">{words}</p> }.into_any()
        });
        let button = connect_button(false, t(|t| t.more_mailbox_connect).to_owned());
        view! { {button} {hint} }.into_any()
    });
    let shared = info.shared.as_ref().filter(|shared| {
        let mut connected = mailboxes.iter();
        !connected.any(|mailbox| mailbox.id == **shared)
    });
    let shared = shared.map(|shared| {
        let words = fill(
            t(|t| t.more_mailbox_connect_shared),
            &[("mailbox", &shared.0)],
        );
        connect_button(true, words)
    });
    Some(view! { {own} {shared} }.into_any())
}

/// The way to Google.
pub fn connect_button(shared: bool, words: String) -> AnyView {
    let (tournee, toasts) = (Tournee::expect(), Toasts::expect());
    let busy = RwSignal::new(false);
    let connect = move || {
        busy.set(true);
        spawn_local(async move {
            // Where that goes well, the page is left.
            if let Err(failure) = tournee.connect_mailbox(shared).await {
                busy.try_set(false);
                toasts.failed(failure_words(&failure));
            }
        });
    };
    let class = if shared { "btn" } else { "btn primary" };
    let hook = if shared {
        "connect-shared"
    } else {
        "connect-own"
    };
    view! {
        <button type="button" class=class data-test=hook disabled=whether(move || busy.get()) on:click=tap(connect)>
            {words}
        </button>
    }
    .into_any()
}
