//! One thread: its mails, the oldest first, the last one open.

mod files;
mod head;
mod link;
mod message;
mod pending;
mod pictures;
mod reply;
mod sort;
mod templates;
mod words;

use std::sync::Arc;

use leptos::prelude::*;
use tournee_core::domain::{Mail, Thread};
use tournee_core::ids::ThreadKey;
use tournee_core::time::Instant;

pub use self::link::link;

use self::head::Head;
use self::link::LinkBar;
use self::message::message;
use self::pending::pending;
use self::reply::ReplyBar;
use self::sort::SortBar;
use crate::components::{Empty, TicketToasts, back_to, each, icons, kept, open_outside};
use crate::contexts::{ThreadView, Tournee};
use crate::pages::queue::Waiting;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// The thread that is open, for the parts of its page.
#[derive(Clone, Copy)]
pub struct Open {
    tournee: Tournee,
    thread: Memo<Arc<Thread>>,
}

impl Open {
    fn key(self) -> ThreadKey {
        self.thread.with_untracked(|thread| thread.key.clone())
    }

    /// One of its mails, as it is by now.
    fn mail(self, id: String) -> Memo<Option<Mail>> {
        kept(move || {
            self.thread.with(|thread| {
                let mut mails = thread.mails.iter();
                mails.find(|mail| mail.id == id).cloned()
            })
        })
    }
}

/// The page of one thread.
#[component]
pub fn ThreadPage(
    /// Which.
    thread: ThreadKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let view = tournee.thread(thread);
    let ready = kept(move || {
        view.with(|view| match view {
            ThreadView::Loading => None,
            ThreadView::Missing => Some(false),
            ThreadView::Ready(_) => Some(true),
        })
    });
    move || match (ready.get(), view.get_untracked()) {
        (Some(true), ThreadView::Ready(first)) => {
            let thread = Memo::new(move |last: Option<&Arc<Thread>>| match view.get() {
                ThreadView::Ready(thread) => thread,
                _ => last.unwrap_or(&first).clone(),
            });
            view! { <Whole open=Open { tournee, thread }/> }.into_any()
        }
        (Some(_), _) => view! {
            <h1 class="sr-only">{t(|t| t.nav_mails)}</h1>
            <Empty icon=icons::MAIL title=t(|t| t.mail_missing)>
                <p>{t(|t| t.mail_missing_hint)}</p>
                <a class="btn" href=back_to("/mails")>{t(|t| t.mail_back)}</a>
            </Empty>
        }
        .into_any(),
        // Storage answers within a frame or two: anything shown here would only flash.
        (None, _) => ().into_any(),
    }
}

/// A thread that this phone does not hold: read at Gmail, to be read and no more.
#[component]
pub fn ReadThread(
    /// It.
    thread: Thread,
    /// When it was read.
    at: Instant,
) -> impl IntoView {
    let open = Open {
        tournee: Tournee::expect(),
        thread: Memo::new(move |_| Arc::new(thread.clone())),
    };
    let read_at = [("when", &*instant(at, Form::Full))];
    let words = fill(t(|t| t.mail_read_only), &read_at);
    view! {
        <article class="ticket" data-test="thread-read" data-key=open.key().to_string()>
            <div class="ticket-scroll" on:click=open_outside>
                <header class="ticket-head"><Head open/></header>
                <p class="banner" role="status">{words}</p>
                {messages(open)}
            </div>
        </article>
    }
    .into_any()
}

#[component]
fn Whole(open: Open) -> impl IntoView {
    view! {
        <article class="ticket" data-test="thread" data-key=open.key().to_string()>
            <div class="ticket-scroll" on:click=open_outside>
                <header class="ticket-head"><Head open/><LinkBar open/><SortBar open/></header>
                <Waiting target=open.key()/>
                {messages(open)}
                <div class="ticket-end"></div>
            </div>
            <TicketToasts/>
            <ReplyBar open/>
        </article>
    }
    .into_any()
}

/// Its mails, and what waits to be sent.
fn messages(open: Open) -> AnyView {
    let ids = kept(move || open.thread.with(|thread| ids(thread)));
    // Also of a mail that arrives while one looks.
    let is_last =
        move |id: &str| ids.with_untracked(|ids| ids.last().is_some_and(|last| last == id));
    view! {
        <section class="section">
            <h2 class="sr-only">{t(|t| t.mail_messages)}</h2>
            {each(move || ids.get(), move |id| message(open, id, is_last(id)))}
            {pending(open)}
        </section>
    }
    .into_any()
}

fn ids(thread: &Thread) -> Vec<String> {
    thread.mails.iter().map(|mail| mail.id.clone()).collect()
}
