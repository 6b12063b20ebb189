//! *Mails*: the four boxes, and beside or over them the thread that is open.

mod ahead;
mod boxes;
mod card;
mod listing;
mod memory;
mod nothing;
mod pane;

use leptos::prelude::*;
use tournee_core::ids::{MailboxId, ThreadKey};

pub use self::ahead::made_ahead;
pub use self::boxes::{box_hook, box_name};
pub use self::card::{subject, subject_words, ticket as ticket_of};

use self::pane::ListPane;
use super::thread::ThreadPage;
use crate::contexts::Tournee;
use crate::platform::road::Road;

/// The page. It stays while threads are opened and closed, so that the way back is instant and leads to the same place.
#[component]
pub fn MailsPage() -> impl IntoView {
    let path = Road::expect().path();
    let reading = Memo::new(move |_| path.with(|path| opened(path)));
    let made = Memo::new(move |_| path.with(|path| converting(path)));
    let opened = Memo::new(move |_| reading.get().or_else(|| made.get()));
    Tournee::expect().prepare_proposals();
    // Before what leads there is drawn.
    let convert = ahead::pane(made);
    view! {
        <div class="tickets" class:has-ticket=move || opened.with(Option::is_some)>
            <ListPane opened=opened.into()/>
            {move || reading.get().map(|thread| view! {
                <div class="ticket-pane"><ThreadPage thread/></div>
            }.into_any())}
            {convert}
        </div>
    }
    .into_any()
}

/// The address of a thread in the app.
pub fn address(key: &ThreadKey) -> String {
    format!("/mails/{}/{}", key.mailbox, key.id)
}

/// The address of the form of a ticket that is to be made of a thread.
pub fn convert_address(key: &ThreadKey) -> String {
    format!("{}{CONVERT}", address(key))
}

const CONVERT: &str = "/ticket";

/// The thread that is to become a ticket, of an address.
pub fn converting(path: &str) -> Option<ThreadKey> {
    opened(path.trim_end_matches('/').strip_suffix(CONVERT)?)
}

/// The thread of an address.
pub fn opened(path: &str) -> Option<ThreadKey> {
    let (mailbox, id) = path.strip_prefix("/mails/")?.split_once('/')?;
    let id = id.trim_end_matches('/');
    let whole = !mailbox.is_empty() && !id.is_empty() && !id.contains('/');
    whole.then(|| ThreadKey {
        mailbox: MailboxId::of(mailbox),
        id: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_the_thread_that_it_was_made_of() {
        let key = ThreadKey {
            mailbox: MailboxId::of("pmarcoux@glpi.example"),
            id: "19a".to_owned(),
        };
        assert_eq!(opened(&address(&key)), Some(key.clone()));
        assert_eq!(converting(&convert_address(&key)), Some(key.clone()));
        assert_eq!(opened(&convert_address(&key)), None);
        assert_eq!(converting(&address(&key)), None);
        for path in [
            "/mails",
            "/mails/a@b.example",
            "/mails//19a",
            "/mails/a@b.example/1/2",
        ] {
            assert_eq!(opened(path), None, "{path}");
        }
    }
}
