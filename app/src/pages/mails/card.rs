//! A thread in the list.

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::{MailBox, Status, ThreadRow};
use tournee_core::ids::{MailboxId, ThreadKey, TicketKey};
use tournee_core::phone::Phone;
use tournee_core::time::Instant;

use super::listing::Placed;
use super::{address, convert_address, made_ahead};
use crate::ago::relative;
use crate::components::{Icon, StatusBadge, icons, kept, part, ticket_number};
use crate::contexts::Tournee;
use crate::text::{fill, number, t};

/// Heights of a row in rem; styles.css has the same.
pub const CARD: f64 = 5.5;

/// What rows need besides themselves.
#[derive(Clone, Copy)]
pub struct CardContext {
    /// How many there are.
    pub count: Memo<usize>,
    /// The thread that is open.
    pub opened: Signal<Option<ThreadKey>>,
    /// The time.
    pub now: Signal<Instant>,
    /// The service's mailbox, where there is another one beside it.
    pub shared: Memo<Option<MailboxId>>,
}

/// The row as a card of a fixed height.
pub fn card(context: CardContext, placed: Placed) -> AnyView {
    let Placed { index, row } = placed;
    let key = row.key.clone();
    let opened = move || context.opened.with(|opened| opened.as_ref() == Some(&key));
    // The row itself is not drawn anew for what is opened beside it, nor for how many others there are.
    let current = move || opened().then_some("true");
    let count = move || context.count.get();
    let urgent = row.is_in(MailBox::Urgent);
    let is_free = is_free(&row);
    let convertible = row.clone();
    view! {
        <div
            class="t-row m-row" role="listitem" style=("--i", index.to_string())
            aria-posinset=index + 1 aria-setsize=count aria-current=current
            data-test="mail-row" data-key=row.key.to_string() data-i=index
            data-p=urgent.then_some("6") data-new=row.unread.then_some("") data-free=move || is_free.get().then_some("")
        >
            <div class="t-line">
                {mark(row.unread, t(|t| t.mails_unread_mark))}
                {mark(urgent, t(|t| t.mails_urgent_mark))}
                <span class="m-from t-cut">{row.from.clone()}</span>
                {(row.mails > 1).then(|| view! { <span class="m-many">{number(row.mails as usize)}</span> }.into_any())}
                {row.files.then(files)}
                <span class="push">{relative(row.at, context.now.get())}</span>
            </div>
            <a href=address(&row.key)><span class="t-title">{subject(&row)}</span></a>
            <div class="t-line">
                <span class="t-cut m-words">{row.answered.then(|| view! { <b>{t(|t| t.mails_you)}</b> " " }.into_any())} {row.snippet.clone()}</span>
                {context.shared.with(|shared| shared.as_ref() == Some(&row.key.mailbox)).then(of_the_service)}
                {ticket(&row)}
            </div>
            {part(move || is_free.get().then(|| make(&convertible)))}
        </div>
    }
    .into_any()
}

/// The subject, or that there is none.
pub fn subject(row: &ThreadRow) -> String {
    subject_words(&row.subject)
}

/// What the screen says for a subject.
pub fn subject_words(subject: &str) -> String {
    match subject.trim() {
        "" => t(|t| t.mails_no_subject).to_owned(),
        subject => subject.to_owned(),
    }
}

fn mark(is_so: bool, words: &'static str) -> Option<AnyView> {
    is_so.then(|| view! { <span class="sr-only">{words}</span> }.into_any())
}

fn files() -> AnyView {
    view! { <Icon of=icons::FILE/><span class="sr-only">{t(|t| t.mails_has_files)}</span> }
        .into_any()
}

fn of_the_service() -> AnyView {
    view! { <span class="tag push" data-test="mail-shared">{t(|t| t.mails_shared)}</span> }
        .into_any()
}

/// Whether it may become a ticket, as far as a row can tell.
fn is_free(row: &Arc<ThreadRow>) -> Memo<bool> {
    let (tournee, told, row) = (Tournee::expect(), row.told_of.is_some(), row.clone());
    kept(move || !told && tournee.with(|phone| phone.ticket_of(&row).is_none()))
}

/// The way to its form, in one tap.
fn make(row: &ThreadRow) -> AnyView {
    let label = fill(t(|t| t.convert_label), &[("subject", &subject(row))]);
    let ahead = made_ahead(row.key.clone());
    view! {
        <a class="icon-btn m-make" on:pointerdown=ahead href=convert_address(&row.key) aria-label=label title=t(|t| t.convert_make) data-test="mail-make">
            <Icon of=icons::MAKE/>
        </a>
    }
    .into_any()
}

/// The thread's ticket, from before it has a number on; or the number that GLPI tells of.
pub fn ticket(row: &ThreadRow) -> AnyView {
    let (tournee, told_of, row) = (Tournee::expect(), row.told_of, row.clone());
    let standing = kept(move || {
        tournee.with(|phone| {
            let key = phone.ticket_of(&row)?;
            Some((key.id, status_of(phone, &key)))
        })
    });
    let shown = move || match standing.get() {
        Some((id, status)) => {
            let badge = status.map(|status| view! { <StatusBadge status short=true/> }.into_any());
            let number = ticket_number(id);
            Some(view! { <span class="m-ticket push" data-test="mail-ticket">{number} {badge}</span> }.into_any())
        }
        None => told(told_of),
    };
    part(shown).into_any()
}

fn told(of: Option<u64>) -> Option<AnyView> {
    let words = fill(t(|t| t.mails_told_of), &[("id", &of?.to_string())]);
    Some(view! { <span class="tag push" data-test="mail-told-of">{words}</span> }.into_any())
}

fn status_of(phone: &Phone, key: &TicketKey) -> Option<Status> {
    Some(phone.shown_row(&phone.resolve(key))?.status)
}
