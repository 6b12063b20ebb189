//! What only its GLPI or its mailbox holds: read when it is opened, to be read and no more.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_core::time::Instant;

use super::SEARCH;
use crate::components::{Empty, Icon, chip_of, icons, tap, ticket_number};
use crate::contexts::Tournee;
use crate::pages::thread::ReadThread;
use crate::pages::ticket::ReadTicket;
use crate::sync::{ApiFailure, failure_words};
use crate::text::t;

/// How far the reading is.
#[derive(Clone)]
enum Reading<T> {
    Asking,
    Read(Box<T>, Instant),
    Failed(ApiFailure),
}

/// What is said until it is read.
#[derive(Clone, Copy)]
struct Words {
    asking: &'static str,
    failed: &'static str,
}

/// The page of a ticket that this phone does not hold.
#[component]
pub fn UnheldTicket(
    /// Which.
    ticket: TicketKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let key = ticket.clone();
    let head = move || {
        let (chip, number) = (chip_of(&ticket.source), ticket_number(ticket.id));
        (chip, number)
    };
    let words = Words {
        asking: t(|t| t.search_reading_ticket),
        failed: t(|t| t.search_not_read),
    };
    let ask = move || {
        let key = key.clone();
        async move { tournee.read_ticket(&key).await }
    };
    read(words, head, ask, |ticket, at| {
        view! { <ReadTicket ticket at/> }.into_any()
    })
}

/// The page of a thread that this phone does not hold.
#[component]
pub fn UnheldThread(
    /// Which.
    thread: ThreadKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let mailbox = thread.mailbox.0.clone();
    let head = move || {
        let chip = view! { <span class="chip">{mailbox.clone()}</span> }.into_any();
        (chip, t(|t| t.nav_mails).to_owned())
    };
    let words = Words {
        asking: t(|t| t.search_reading_thread),
        failed: t(|t| t.search_thread_not_read),
    };
    let ask = move || {
        let thread = thread.clone();
        async move { tournee.read_thread(&thread).await }
    };
    read(words, head, ask, |thread, at| {
        view! { <ReadThread thread at/> }.into_any()
    })
}

/// Asks, and shows what is read; `head` is a chip and a title until then.
fn read<T, F>(
    words: Words,
    head: impl Fn() -> (AnyView, String) + Send + 'static,
    ask: impl Fn() -> F + Clone + Send + Sync + 'static,
    show: fn(T, Instant) -> AnyView,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiFailure>> + 'static,
{
    let tournee = Tournee::expect();
    let reading = RwSignal::new(Reading::Asking);
    let ask = move || {
        let asked = ask();
        reading.set(Reading::Asking);
        spawn_local(async move {
            reading.try_set(match asked.await {
                Ok(read) => Reading::Read(Box::new(read), tournee.now()),
                Err(failure) => Reading::Failed(failure),
            });
        });
    };
    ask();
    let page = move || match reading.get() {
        Reading::Read(read, at) => show(*read, at),
        Reading::Asking => waiting(
            head(),
            view! { <p role="status">{words.asking}</p> }.into_any(),
        ),
        Reading::Failed(failure) => {
            let (ask, said) = (ask.clone(), failure_words(&failure));
            let empty = view! {
                <Empty icon=icons::SEARCH title=words.failed>
                    <p role="alert">{said}</p>
                    <button type="button" class="btn" on:click=tap(ask)>{t(|t| t.search_retry)}</button>
                </Empty>
            };
            waiting(head(), empty.into_any())
        }
    };
    page.into_any()
}

fn waiting((chip, title): (AnyView, String), what: AnyView) -> AnyView {
    view! {
        <article class="ticket">
            <div class="ticket-scroll">
                <header class="ticket-head">
                    <div class="line ticket-nav">
                        <a class="icon-btn back" href=SEARCH aria-label=t(|t| t.search_back)><Icon of=icons::BACK/></a>
                        {chip}
                    </div>
                    <h1 tabindex="-1">{title}</h1>
                </header>
                <section class="section">{what}</section>
            </div>
        </article>
    }
    .into_any()
}
