//! *Nouveau ticket*: the form, and the change that it makes. Works without a network like everything else.

mod along;
mod because;
mod carried;
mod carry;
mod convert;
mod favourites;
mod fields;
mod filling;
mod form;
mod from_mail;
mod joined;
mod mail;
mod picker;
mod refused;
pub mod suggest;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, SetAsset};
use tournee_core::ids::{TicketId, TicketKey};

pub use self::carry::{CarryPage, address as carry_address, opened as carrying};
pub use self::convert::ConvertPage;
pub use self::filling::Start;

use self::fields::{choices, details, people_and_places};
use self::filling::Filling;
use super::ticket::EmojiHint;
use super::tickets::address;
use crate::components::{Icon, TicketToasts, icons, sent, soon, typed};
use crate::contexts::Tournee;
use crate::sync::edit_words;
use crate::text::t;

/// The form of a new ticket.
#[component]
pub fn CreatePage(
    /// What it begins with.
    start: Start,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let filling = Filling::open(tournee, start);
    let back = filling.back();
    view! {
        <article class="ticket create" data-test="create-page">
            <form class="ticket-scroll" id="create" novalidate on:submit=sent(move || send(filling))>
                <header class="ticket-head">
                    <div class="line ticket-nav">
                        <a class="icon-btn back" href=back aria-label=t(|t| t.create_back)><Icon of=icons::BACK/></a>
                        <h1 tabindex="-1">{filling.heading()}</h1>
                    </div>
                    {carry::made_of(filling)}
                    {mail::made_of(filling)}
                    {mail::likely_ones(filling)}
                </header>
                <div class="section stack">
                    {fields::glpi(filling)}
                    {fields::asset(filling)}
                    {title(filling)}
                    {people_and_places(filling)}
                    {content(filling)}
                    {soon(move || below(filling))}
                </div>
                <div class="ticket-end"></div>
            </form>
            <TicketToasts/>
            {foot()}
        </article>
    }
    .into_any()
}

/// What lies below the description, beyond the edge of a phone.
fn below(filling: Filling) -> AnyView {
    view! {
        {mail::rest(filling)}
        {along::files(filling)}
        {carry::files(filling)}
        {choices(filling)}
        {details(filling)}
    }
    .into_any()
}

fn title(filling: Filling) -> AnyView {
    let fault = filling.title_fault();
    view! {
        <div class="field">
            <label for="title">{t(|t| t.tickets_column_title)}</label>
            <input
                id="title" name="title" type="text" dir="auto" autocomplete="off" enterkeyhint="next"
                aria-invalid=move || fault.get().is_some().to_string() aria-describedby="title-fault"
                prop:value=move || filling.form.with(|form| form.title.clone())
                on:input=typed(move |value| filling.update(|form| form.title = value))
            />
            <p class="error" id="title-fault" hidden=move || fault.get().is_none()>{move || fault.get()}</p>
        </div>
    }
    .into_any()
}

fn content(filling: Filling) -> AnyView {
    view! {
        <label class="field">
            <span>{t(|t| t.ticket_description)}</span>
            <textarea
                name="content" dir="auto" rows="4"
                prop:value=move || filling.form.with(|form| form.content.clone())
                on:input=typed(move |value| filling.update(|form| form.content = value))
            ></textarea>
        </label>
        {move || view! { <EmojiHint text=filling.written stores_emoji=filling.stores_emoji()/> }.into_any()}
    }
    .into_any()
}

/// The button in the thumb's reach.
fn foot() -> AnyView {
    view! {
        <div class="composer line">
            <button type="submit" form="create" class="btn primary wide" data-test="send-create">
                <Icon of=icons::SEND/> {t(|t| t.create_send)}
            </button>
        </div>
    }
    .into_any()
}

/// Makes the ticket, once nothing stands in its way that the phone can know of.
fn send(filling: Filling) {
    filling.tried.set(true);
    let (tournee, toasts, road) = (filling.tournee, filling.toasts, filling.road);
    if filling.is_faulty() {
        return filling.focus_fault();
    }
    let Some((source, create)) = filling.ticket() else {
        return toasts.failed(t(|t| t.edit_no_account));
    };
    let nowhere = TicketKey {
        source,
        id: TicketId(0),
    };
    let mut beside = mail::beside(filling, &create);
    beside.extend(filling.carried_along());
    let asset = filling.form.with_untracked(|form| form.asset.clone());
    // Another text of the creation has the link behind it already.
    beside.extend(asset.filter(|_| filling.replaces.is_none()).map(|asset| {
        ChangeBody::Asset(SetAsset {
            asset,
            linked: true,
        })
    }));
    spawn_local(async move {
        let made = tournee.convert(nowhere, create, filling.replaces, beside);
        match made.await {
            Ok(changes) => {
                let change = changes[0];
                filling.sent();
                mail::remember(filling, change);
                toasts.made_all(t(|t| t.create_made), changes);
                let key = tournee.with_untracked(|phone| {
                    let queued = phone.outbox().get(change);
                    Some(phone.resolve(queued?.change.ticket()?))
                });
                road.turn(&key.map_or_else(|| "/tickets".to_owned(), |key| address(&key)));
            }
            Err(failure) => toasts.failed(edit_words(&failure)),
        }
    });
}
