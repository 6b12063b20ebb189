//! A mail becomes a ticket: the form, filled in; or why it can't.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::Machine;
use tournee_core::ids::{ThreadKey, TicketId, TicketKey};
use tournee_core::phone::Phone;
use tournee_core::proposal::{Standing, standing};

use super::CreatePage;
use super::filling::Start;
use super::from_mail::MailStart;
use super::refused::{Refused, link, refused};
use crate::components::icons;
use crate::contexts::{Opening, Tournee};
use crate::pages::mails;
use crate::text::{fill, t};

/// What is shown.
#[derive(Clone)]
enum Ready {
    Form(Arc<MailStart>),
    Refused(Refusal),
}

/// Why there is no form.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    /// The phone does not have the thread.
    Missing,
    /// It has a ticket.
    Has(TicketKey),
    /// It belongs to tickets of this number, as far as the phone has them.
    Names(u64, Vec<TicketKey>),
    /// No person wrote it.
    Machine(Machine),
    /// He wrote it himself.
    Ours,
}

/// The page of a thread that is to become a ticket.
#[component]
pub fn ConvertPage(
    /// Which.
    thread: ThreadKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let ready = RwSignal::new(None::<Ready>);
    let back = mails::address(&thread);
    spawn_local(async move {
        let found = look(tournee, &thread).await;
        ready.try_set(Some(found));
    });
    // Storage answers within a frame or two: anything shown before would only flash.
    move || {
        ready.get().map(|ready| match ready {
            Ready::Form(mail) => view! { <CreatePage start=Start::Mail(mail)/> }.into_any(),
            Ready::Refused(refusal) => why(&refusal, back.clone()),
        })
    }
}

async fn look(tournee: Tournee, thread: &ThreadKey) -> Ready {
    let has = tournee.with_untracked(|phone| {
        let row = phone.threads().get(thread)?;
        phone.ticket_of(row)
    });
    if let Some(ticket) = has {
        return Ready::Refused(Refusal::Has(ticket));
    }
    match tournee.opening(thread).await {
        Some(opening) => tournee.with_untracked(|phone| judge(phone, opening)),
        None => Ready::Refused(Refusal::Missing),
    }
}

fn judge(phone: &Phone, opening: Opening) -> Ready {
    let Opening { thread, counsel } = opening;
    Ready::Refused(match standing(&thread) {
        Standing::Free(mail) => {
            let start = MailStart::new(&thread.key, mail, counsel);
            return Ready::Form(Arc::new(start));
        }
        Standing::Names { number, .. } => Refusal::Names(number, numbered(phone, number)),
        Standing::Machine(machine) => Refusal::Machine(machine),
        Standing::Ours => Refusal::Ours,
    })
}

/// Which GLPI a number is of, no mail says.
fn numbered(phone: &Phone, number: u64) -> Vec<TicketKey> {
    let sources = phone.meta().sources.iter();
    let keys = sources.map(|state| TicketKey {
        source: state.source.clone(),
        id: TicketId(number),
    });
    keys.filter(|key| phone.rows().get(key).is_some()).collect()
}

fn why(refusal: &Refusal, back: String) -> AnyView {
    let (title, hint) = words(refusal);
    let tickets = match refusal {
        Refusal::Has(key) => std::slice::from_ref(key),
        Refusal::Names(_, keys) => keys.as_slice(),
        Refusal::Missing | Refusal::Machine(_) | Refusal::Ours => &[],
    };
    let links = tickets.iter().map(|key| link(key, "convert-ticket", None));
    refused(Refused {
        hook: "convert-refused",
        heading: t(|t| t.create_title),
        icon: icons::MAIL,
        title,
        hint,
        links: links.collect(),
        back: (t(|t| t.convert_to_mail), back),
    })
}

fn words(refusal: &Refusal) -> (String, &'static str) {
    let plain = |words: &'static str| words.to_owned();
    match refusal {
        Refusal::Missing => (plain(t(|t| t.mail_missing)), t(|t| t.mail_missing_hint)),
        Refusal::Has(_) => (plain(t(|t| t.convert_has)), t(|t| t.convert_has_hint)),
        Refusal::Names(number, keys) => {
            let title = fill(t(|t| t.convert_names), &[("id", &number.to_string())]);
            let hint = match keys.is_empty() {
                true => t(|t| t.convert_names_elsewhere),
                false => t(|t| t.convert_names_hint),
            };
            (title, hint)
        }
        Refusal::Machine(Machine::AutoReply) => (
            plain(t(|t| t.convert_auto_reply)),
            t(|t| t.convert_machine_hint),
        ),
        Refusal::Machine(Machine::Bounce) => (
            plain(t(|t| t.convert_bounce)),
            t(|t| t.convert_machine_hint),
        ),
        Refusal::Machine(Machine::Bulk) => {
            (plain(t(|t| t.convert_bulk)), t(|t| t.convert_machine_hint))
        }
        Refusal::Machine(_) => (
            plain(t(|t| t.convert_machine)),
            t(|t| t.convert_machine_hint),
        ),
        Refusal::Ours => (plain(t(|t| t.convert_ours)), t(|t| t.convert_ours_hint)),
    }
}
