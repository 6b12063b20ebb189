//! *Ticket*: facts, timeline, and the four changes.

mod act;
mod actions;
mod answer;
mod assets;
mod attach;
mod carry;
mod composer;
mod dossier;
mod draft;
mod edit;
mod entry;
mod facts;
mod file;
mod head;
mod history;
mod mails;
mod offers;
mod posted;
mod report;
mod sign;
mod solve;
mod status;
mod task;
mod time;
mod timeline;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tournee_core::domain::{Account, Status, Ticket};
use tournee_core::ids::TicketKey;
use tournee_core::time::Instant;

pub use self::act::act;
pub use self::draft::{Draft, EmojiHint, words_joined};
pub use self::edit::chooser;

use self::actions::Actions;
use self::answer::AnswerNote;
use self::assets::Assets;
use self::composer::Composer;
use self::edit::{EditSheet, Editing};
use self::facts::Facts;
use self::file::{Large, Viewer};
use self::head::Head;
use self::mails::Mails;
use self::report::{Printed, ReportPaper};
use self::task::{TaskSheet, TaskSheets};
use self::timeline::Timeline;
use crate::components::{
    Empty, TicketToasts, back_to, icons, kept, open_outside, sheet_is_shown, ticket_number, use_now,
};
use crate::contexts::{TicketView, Tournee};
use crate::pages::queue::Waiting;
use crate::platform::intl::{Form, instant};
use crate::text::{fill, t};

/// The ticket that is open, for the parts of its page.
#[derive(Clone, Copy)]
pub struct Open {
    tournee: Tournee,
    ticket: Memo<Arc<Ticket>>,
    now: Signal<Instant>,
    /// The sheet of a task, if one is there.
    task: RwSignal<Option<TaskSheet>>,
    /// It is not this phone's: it is read, and no more.
    read_only: bool,
    /// The picture that is shown large.
    large: RwSignal<Option<Large>>,
    /// What is on paper.
    printed: Printed,
}

impl Open {
    fn key(self) -> TicketKey {
        self.ticket.with_untracked(|ticket| ticket.key.clone())
    }

    /// The technician's account at its GLPI.
    fn account(self) -> Option<Account> {
        let source = self.key().source;
        self.tournee.with(|phone| phone.account(&source).cloned())
    }

    /// A page of its GLPI.
    fn in_glpi(self, page: &str) -> Option<String> {
        if self.key().id.is_local() {
            return None;
        }
        let base = untrack(|| self.account())?.web_url;
        let base = base.trim_end_matches('/');
        (!base.is_empty()).then(|| format!("{base}/front/{page}"))
    }

    /// Whether its facts can be corrected: GLPI lets nobody alter a closed ticket.
    fn is_correctable(self) -> bool {
        !self.read_only && self.ticket.with(|ticket| ticket.status != Status::Closed)
    }

    /// Whether its GLPI keeps emoji.
    fn stores_emoji(self) -> bool {
        untrack(|| self.account()).is_none_or(|account| account.stores_emoji)
    }
}

/// The page of one ticket.
#[component]
pub fn TicketPage(
    /// Which.
    ticket: TicketKey,
) -> impl IntoView {
    let tournee = Tournee::expect();
    see(tournee, ticket.clone());
    let id = ticket.id;
    let view = tournee.ticket(ticket);
    let now = use_now();
    let ready = kept(move || {
        view.with(|view| match view {
            TicketView::Loading => None,
            TicketView::Missing => Some(false),
            TicketView::Ready(_) => Some(true),
        })
    });
    move || match (ready.get(), view.get_untracked()) {
        (Some(true), TicketView::Ready(first)) => {
            let ticket = Memo::new(move |last: Option<&Arc<Ticket>>| match view.get() {
                TicketView::Ready(ticket) => ticket,
                _ => last.unwrap_or(&first).clone(),
            });
            let task = RwSignal::new(None);
            let (large, printed) = (RwSignal::new(None), RwSignal::new(None));
            let open = Open {
                tournee,
                ticket,
                now,
                task,
                read_only: false,
                large,
                printed,
            };
            view! { <Whole open/> }.into_any()
        }
        (Some(_), _) => view! {
            <h1 class="sr-only">{ticket_number(id)}</h1>
            <Empty icon=icons::TICKETS title=t(|t| t.ticket_missing)>
                <p>{t(|t| t.ticket_missing_hint)}</p>
                <a class="btn" href=back_to("/tickets")>{t(|t| t.ticket_back)}</a>
            </Empty>
        }
        .into_any(),
        // Storage answers within a frame or two: anything shown here would only flash.
        (None, _) => ().into_any(),
    }
}

/// A ticket by its name of today: one that was made here may have landed since. `last` is the page that is there: under an
/// open sheet it stays until that is closed, since what the camera is about to give comes back to the page that asked.
pub fn by_todays_name(tournee: Tournee, named: TicketKey, last: Option<&TicketKey>) -> TicketKey {
    let today = tournee.with(|phone| phone.resolve(&named));
    match last == Some(&named) && sheet_is_shown() {
        true => named,
        false => today,
    }
}

/// A ticket that is looked at is no news, also when it moves while one looks.
fn see(tournee: Tournee, key: TicketKey) {
    let asked = key.clone();
    let news =
        kept(move || tournee.with(|phone| phone.rows().get(&asked).is_some_and(|row| row.news)));
    Effect::new(move |_| {
        if news.get() {
            let keys = vec![key.clone()];
            spawn_local(async move { tournee.look(keys).await });
        }
    });
}

#[component]
fn Whole(open: Open) -> impl IntoView {
    let editing: Editing = RwSignal::new(None);
    view! {
        <article class="ticket" data-test="ticket" data-key=open.key().to_string()>
            <div class="ticket-scroll" on:click=open_outside>
                <header class="ticket-head">
                    <Head open editing/>
                    <Actions open/>
                    {carry::note(open)}
                </header>
                <AnswerNote open/>
                <Waiting target=open.key()/>
                <Facts open editing/>
                <Assets open/>
                <Mails open/>
                <Timeline open editing/>
            </div>
            <TicketToasts/>
            <Composer open/>
            <EditSheet open editing/>
            <TaskSheets open/>
            <Viewer open/>
            <ReportPaper open/>
        </article>
    }
    .into_any()
}

/// A ticket that the phone does not hold, as it was read: nothing can be done to it here.
#[component]
pub fn ReadTicket(
    /// It.
    ticket: Ticket,
    /// When it was read.
    at: Instant,
) -> impl IntoView {
    let open = Open {
        tournee: Tournee::expect(),
        ticket: Memo::new(move |_| Arc::new(ticket.clone())),
        now: use_now(),
        task: RwSignal::new(None),
        large: RwSignal::new(None),
        printed: RwSignal::new(None),
        read_only: true,
    };
    let editing: Editing = RwSignal::new(None);
    let read_at = [("when", &*instant(at, Form::Full))];
    view! {
        <article class="ticket" data-test="ticket-read" data-key=open.key().to_string()>
            <div class="ticket-scroll" on:click=open_outside>
                <header class="ticket-head"><Head open editing/> {carry::note(open)}</header>
                <p class="banner" role="status">{fill(t(|t| t.ticket_read_only), &read_at)}</p>
                <Facts open editing/>
                <Assets open/>
                <Timeline open editing/>
            </div>
            <Viewer open/>
            <ReportPaper open/>
        </article>
    }
    .into_any()
}
