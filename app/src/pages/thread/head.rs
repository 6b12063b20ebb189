//! Which thread this is, and where it stands.

use leptos::prelude::*;

use super::Open;
use crate::components::{Icon, back_to, icons, kept, part};
use crate::pages::mails::subject_words;
use crate::text::{plural, t};

/// The head of the page.
#[component]
pub fn Head(
    /// The thread.
    open: Open,
) -> impl IntoView {
    let subject = move || {
        let subject = open
            .thread
            .with(|thread| thread.subject().trim().to_owned());
        subject_words(&subject)
    };
    let count = move || {
        open.thread
            .with(|thread| plural(thread.mails.len(), |t| &t.mail_count))
    };
    let mailbox = open.key().mailbox.0;
    // Nobody needs to be told which of one.
    let several = kept(move || open.tournee.with(|phone| phone.meta().mailboxes.len() > 1));
    let mailbox = move || {
        let mailbox = mailbox.clone();
        several
            .get()
            .then(|| view! { <span class="chip">{mailbox}</span> }.into_any())
    };
    view! {
        <div class="line ticket-nav">
            <a class="icon-btn back" href=back_to("/mails") aria-label=t(|t| t.mail_back)><Icon of=icons::BACK/></a>
        </div>
        <h1 tabindex="-1" data-test="thread-subject">{subject}</h1>
        <div class="line small muted"><span>{count}</span>{part(mailbox)}</div>
    }
    .into_any()
}
