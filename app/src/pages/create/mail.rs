//! What a form that is made of a mail shows beside its fields: whose mail, and what was cut off it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::changes::{ChangeBody, CreateTicket};
use tournee_core::domain::{MailBox, TicketRow};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::phone::Phone;
use tournee_core::proposal::{Choice, likely};

use super::filling::Filling;
use super::from_mail::MailStart;
use crate::components::{Icon, chip_of, icons, kept, once_drawn, part, tap, ticket_number};
use crate::pages::{mails, tickets};
use crate::text::{fill, t};

/// Whose mail it is made of, and the way there.
pub fn made_of(filling: Filling) -> Option<AnyView> {
    let mail = filling.mail.get_value()?;
    let words = fill(
        t(|t| t.create_from_mail),
        &[("name", mail.letter.from.label())],
    );
    Some(
        view! {
            <a class="btn quiet small made-of" href=mails::address(mail.thread()) data-test="create-from-mail">
                <Icon of=icons::MAIL/> <span class="t-cut">{words}</span>
            </a>
        }
        .into_any(),
    )
}

/// Open tickets of the same sender that say the same: perhaps there is nothing to create. Looked for once the form is on
/// the screen.
pub fn likely_ones(filling: Filling) -> Option<AnyView> {
    let mail = filling.mail.get_value()?;
    let found = RwSignal::new(Vec::<(TicketKey, String)>::new());
    once_drawn(move || {
        let likely = filling.tournee.with_untracked(|phone| alike(phone, &mail));
        found.try_set(likely);
    });
    let view = move || {
        let links: Vec<AnyView> = found.with(|found| found.iter().map(likely_one).collect());
        (!links.is_empty()).then(|| {
            view! {
                <div class="line small" role="status" data-test="create-likely">
                    <span class="muted">{t(|t| t.create_likely)}</span> {links}
                </div>
            }
            .into_any()
        })
    };
    Some(part(view).into_any())
}

fn alike(phone: &Phone, mail: &MailStart) -> Vec<(TicketKey, String)> {
    let names = mail.names();
    // The sender's own: to take all titles apart takes longer than anybody waits.
    let rows = phone.rows().iter().map(AsRef::as_ref);
    let his = rows.filter(|row: &&TicketRow| {
        names
            .iter()
            .any(|name| row.requester.starts_with(name.as_str()))
    });
    let found = likely(&mail.letter, &mail.letter.title, &names, his);
    let title = |key: &TicketKey| phone.shown_row(key).map(|row| row.title);
    found
        .into_iter()
        .filter_map(|one| Some((one.key.clone(), title(&one.key)?)))
        .collect()
}

fn likely_one((key, title): &(TicketKey, String)) -> AnyView {
    let words = format!("{} {title}", ticket_number(key.id));
    view! { <a class="btn quiet small" href=tickets::address(key)><span class="t-cut">{words}</span> {chip_of(&key.source)}</a> }
        .into_any()
}

/// What was cut off the description, below a fold; and that the rest of the mail has not come yet.
pub fn rest(filling: Filling) -> AnyView {
    let mail = move |of: fn(&super::from_mail::FromMail) -> String| {
        filling
            .form
            .with(|form| form.mail.as_ref().map(of).unwrap_or_default())
    };
    let rest = kept(move || mail(|mail| mail.rest.clone()));
    let is_partial = kept(move || {
        filling
            .form
            .with(|form| form.mail.as_ref().is_some_and(|mail| mail.is_partial))
    });
    let is_there = kept(move || rest.with(|rest| !rest.is_empty()));
    let put_in = move || filling.update(|form| form.put_rest_in());
    let fold = move || {
        is_there.get().then(|| view! {
            <details class="rest" data-test="create-rest">
                <summary>{t(|t| t.create_rest)}</summary>
                <p class="rest-text small muted">{move || rest.get()}</p>
                <button type="button" class="btn" data-test="create-rest-in" on:click=tap(put_in)>{t(|t| t.create_rest_in)}</button>
            </details>
        }.into_any())
    };
    let partial = move || {
        is_partial.get().then(|| view! { <p class="hint" role="status" data-test="create-partial">{t(|t| t.create_partial)}</p> }.into_any())
    };
    view! { {part(partial)} {part(fold)} }.into_any()
}

/// It became a ticket: what was chosen is proposed for this sender's next mail.
pub fn remember(filling: Filling, change: ChangeId) {
    let Some(mail) = filling.mail.get_value() else {
        return;
    };
    let tournee = filling.tournee;
    let choice = tournee.with_untracked(|phone| {
        let made = &phone.outbox().get(change)?.change;
        let create = made.body.creation()?;
        Some(Choice::of(
            &mail.letter,
            create,
            &made.ticket()?.source,
            made.at,
        ))
    });
    if let Some(choice) = choice {
        spawn_local(async move {
            tournee
                .remember_choice(&mail.letter.from.address, choice)
                .await;
        });
    }
}

/// What the same gesture does: its files go along, and the mail is being worked on, *En cours*, or *Urgent* where the
/// ticket hurries.
pub fn beside(filling: Filling, create: &CreateTicket) -> Vec<ChangeBody> {
    let Some(mail) = filling.mail.get_value() else {
        return Vec::new();
    };
    let rules = untrack(|| filling.file_rules());
    let mut beside = filling.form.with_untracked(|form| form.files(&rules));
    let to = MailBox::of_new(create.urgency);
    let classify = filling.tournee.with_untracked(|phone| {
        let classify = phone.classify(mail.thread(), to)?;
        (classify.from != classify.to).then_some(classify)
    });
    beside.extend(classify.map(ChangeBody::Classify));
    beside
}
