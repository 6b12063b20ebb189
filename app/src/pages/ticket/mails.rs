//! The mails that belong to the ticket, and linking another one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::ThreadRow;
use tournee_core::ids::ThreadKey;
use tournee_core::phone::Phone;

use super::Open;
use super::edit::chooser;
use crate::ago::relative;
use crate::components::{Icon, Sheet, Toasts, icons, kept, part, tap};
use crate::pages::create::suggest::Offer;
use crate::pages::mails::{self, box_name, subject};
use crate::pages::thread::link;
use crate::text::t;

/// What speaks for a thread before anything is typed: the same person wrote it, nobody has linked it.
const SAME_PERSON: usize = 100;
const UNLINKED: usize = 10;

/// The linked threads; nothing where no mailbox is connected.
#[component]
pub fn Mails(
    /// The ticket.
    open: Open,
) -> impl IntoView {
    let key = open.key();
    let threads = kept(move || open.tournee.with(|phone| phone.threads_of(&key)));
    let has_mails = kept(move || open.tournee.with(|phone| !phone.threads().is_empty()));
    let choosing = RwSignal::new(false);
    let rows = move || {
        threads.with(|all| {
            all.iter()
                .map(|row| thread(open, row))
                .collect_view()
                .into_any()
        })
    };
    let view = move || {
        has_mails.get().then(|| view! {
            <section class="section" data-test="ticket-mails">
                <div class="line">
                    <h2>{t(|t| t.nav_mails)}</h2>
                    <button
                        type="button" class="btn quiet push" data-test="link-mail" aria-haspopup="dialog"
                        on:click=tap(move || choosing.set(true))
                    >
                        <Icon of=icons::MAIL/> {t(|t| t.ticket_link_mail)}
                    </button>
                </div>
                <ul class="plain">{rows}</ul>
            </section>
        }.into_any())
    };
    view! {
        {part(view)}
        <Sheet title=t(|t| t.ticket_link_mail) open=choosing>{chooser_of(open, choosing)}</Sheet>
    }
    .into_any()
}

fn thread(open: Open, row: &ThreadRow) -> AnyView {
    let boxes: Vec<&str> = row.boxes.iter().map(|of| box_name(*of)).collect();
    let key = row.key.clone();
    let part_them = move || part_from(open, key.clone());
    let now = open.now;
    let at = row.at;
    view! {
        <li class="line entry linked" data-test="ticket-mail" data-key=row.key.to_string()>
            <Icon of=icons::MAIL/>
            <a class="grow" href=mails::address(&row.key)>
                <strong>{row.from.clone()}</strong> " " {subject(row)}
            </a>
            <span class="muted small">{boxes.join(" + ")} " · " {move || relative(at, now.get())}</span>
            <button type="button" class="icon-btn" data-test="unlink" aria-label=t(|t| t.mail_unlink) on:click=tap(part_them)>
                <Icon of=icons::CLOSE/>
            </button>
        </li>
    }
    .into_any()
}

fn part_from(open: Open, thread: ThreadKey) {
    let toasts = Toasts::expect();
    spawn_local(async move {
        if let Some(thread) = open.tournee.base_thread(&thread).await {
            link(open.tournee, toasts, open.key(), &thread, false, || {});
        }
    });
}

fn chooser_of(open: Open, shown: RwSignal<bool>) -> AnyView {
    let toasts = Toasts::expect();
    let offered = StoredValue::new(open.tournee.with_untracked(|phone| offers(phone, open)));
    let offers = move |_: &str| {
        offered.with_value(|all| {
            all.iter()
                .map(|(_, o, n)| (o.clone(), *n))
                .collect::<Vec<_>>()
        })
    };
    let choose = move |offer: &Offer| {
        let place = usize::try_from(offer.id).unwrap_or_default();
        let key = offered.with_value(|all| all.get(place).map(|(key, ..)| key.clone()));
        spawn_local(async move {
            let Some(key) = key else { return };
            if let Some(thread) = open.tournee.base_thread(&key).await {
                let done = move || {
                    shown.try_set(false);
                };
                link(open.tournee, toasts, open.key(), &thread, true, done);
            }
        });
    };
    chooser(t(|t| t.ticket_link_search), Box::new(offers), choose)
}

type Offered = Vec<(ThreadKey, Offer, usize)>;

/// All threads that the phone has, the likeliest with the most weight.
fn offers(phone: &Phone, open: Open) -> Offered {
    let requesters: Vec<String> = open.ticket.with_untracked(|ticket| {
        ticket
            .requesters
            .iter()
            .map(|actor| actor.label().to_owned())
            .collect()
    });
    let weigh = |is_so: bool, weight: usize| if is_so { weight } else { 0 };
    let rows = phone.threads().iter().enumerate();
    rows.map(|(at, row)| {
        let place = u64::try_from(at).unwrap_or_default();
        let same = requesters.iter().any(|name| *name == row.from);
        let weight = weigh(same, SAME_PERSON) + weigh(row.ticket.is_none(), UNLINKED);
        (
            row.key.clone(),
            Offer::new(place, &subject(row), &row.from),
            weight,
        )
    })
    .collect()
}
