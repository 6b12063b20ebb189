//! The list with its boxes.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use tournee_core::domain::{MailBox, MailboxState};
use tournee_core::ids::{ChangeId, MailboxId, ThreadKey};
use tournee_core::phone::Phone;

use super::boxes::BoxTabs;
use super::card::{CARD, CardContext, card};
use super::listing::{Boxes, Placed, Rows as Listed};
use super::memory;
use super::nothing::{Nothing, is_connected};
use crate::components::{Rows, Scroller, kept, part, use_now, use_room};
use crate::contexts::Tournee;
use crate::pages::more::MAILBOXES;
use crate::text::{fill, t};

/// The list with its boxes.
#[component]
pub fn ListPane(
    /// The thread that is open.
    opened: Signal<Option<ThreadKey>>,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let boxes = boxes_of(tournee);
    let (chosen, choose) = signal(memory::shown());
    let shown = Memo::new(move |_| {
        let shown = match chosen.get() {
            Some(chosen) => chosen,
            None => boxes.with(Boxes::first),
        };
        memory::keep_shown(shown);
        shown
    });
    let count = kept(move || boxes.with(|boxes| boxes.shelf(shown.get()).rows.len()));
    let context = CardContext {
        count,
        opened,
        now: use_now(),
        shared: kept(move || tournee.with(shared)),
    };
    let empty = kept(move || count.get() == 0);
    let connected = kept(move || tournee.with(is_connected));
    view! {
        <section class="list-pane mails">
            // Beside an open thread, that one's subject is the page's heading.
            {move || opened.with(Option::is_none).then(|| view! { <h1 class="sr-only">{t(|t| t.nav_mails)}</h1> }.into_any())}
            <div>
                {part(move || connected.get().then(|| view! { <BoxTabs boxes shown choose/> }.into_any()))}
                {part(move || tournee.with(lost))}
            </div>
            <div class="list-place">
                // Each box is a list of its own, with a place of its own.
                {move || list(context, boxes, shown.get())}
                {move || empty.get().then(|| view! { <Nothing shown/> }.into_any())}
            </div>
        </section>
    }
    .into_any()
}

fn list(context: CardContext, boxes: Memo<Boxes>, of: MailBox) -> AnyView {
    let node = NodeRef::<Div>::new();
    let drawn = RwSignal::new(0..0);
    let placed = kept(move || boxes.with(|boxes| boxes.placed(of, drawn.get())));
    let opened = context.opened;
    let rows = Rows {
        hook: "mail-list",
        name: t(|t| t.nav_mails),
        count: context.count,
        drawn,
        keys: Arc::new(move || placed.with(|placed| keys(placed))),
        row: Arc::new(move |key: &str, _: bool| row(context, placed, key)),
        opened: Signal::derive(move || opened.with(|key| key.as_ref().map(ThreadKey::to_string))),
        card: CARD,
        table: None,
        top: memory::top,
        keep_top: memory::keep_top,
        node,
        room: use_room(node),
    };
    view! { <Scroller rows/> }.into_any()
}

fn keys(placed: &[Placed]) -> Vec<String> {
    placed.iter().map(|p| p.row.key.to_string()).collect()
}

/// A row that follows its thread for as long as it is drawn.
fn row(context: CardContext, drawn: Memo<Vec<Placed>>, key: &str) -> AnyView {
    let Some(key) = ThreadKey::parse(key) else {
        return ().into_any();
    };
    let placed = Memo::new(move |last: Option<&Option<Placed>>| {
        let here = |drawn: &Vec<Placed>| drawn.iter().find(|p| p.row.key == key).cloned();
        drawn.with(here).or_else(|| last.cloned().flatten())
    });
    (move || placed.get().map(|placed| card(context, placed))).into_any()
}

/// The boxes move with the threads, when all of them are looked at, and with what is done to one, when that one is.
fn boxes_of(tournee: Tournee) -> Memo<Boxes> {
    let threads = move |_: Option<&Listed>| tournee.with(|phone| phone.threads().shared().clone());
    let threads = Memo::new_with_compare(threads, |last, now| match (last, now) {
        (Some(last), Some(now)) => !Arc::ptr_eq(last, now),
        _ => true,
    });
    let ground = Memo::new_with_compare(move |_| threads.with(memory::boxes), |_, _| true);
    let unsettled = kept(move || tournee.with(on_threads));
    Memo::new_with_compare(
        move |_| {
            unsettled.track();
            ground.with(|ground| tournee.with_untracked(|phone| ground.with_changes(phone)))
        },
        |_, _| true,
    )
}

/// What is on its way on threads, by change.
fn on_threads(phone: &Phone) -> Vec<ChangeId> {
    let on_its_way = phone.outbox().iter().filter(|q| q.is_on_its_way());
    let on_threads = on_its_way.filter(|q| q.change.thread().is_some());
    on_threads.map(|q| q.change.id).collect()
}

fn shared(phone: &Phone) -> Option<MailboxId> {
    let all = &phone.meta().mailboxes;
    let shared = all.iter().find(|mailbox| mailbox.shared);
    shared
        .filter(|_| all.len() > 1)
        .map(|mailbox| mailbox.id.clone())
}

/// A mailbox that Google gives no access to any more.
fn lost(phone: &Phone) -> Option<AnyView> {
    let mut mailboxes = phone.meta().mailboxes.iter();
    let lost = mailboxes.find(|mailbox| mailbox.state == MailboxState::Reconnect)?;
    let words = fill(t(|t| t.mails_reconnect), &[("mailbox", &lost.id.0)]);
    Some(
        view! {
            <div class="banner warn" role="status" data-test="mailbox-lost">
                <span>{words}</span>
                <a class="btn push" href=MAILBOXES>{t(|t| t.more_mailbox_reconnect)}</a>
            </div>
        }
        .into_any(),
    )
}
