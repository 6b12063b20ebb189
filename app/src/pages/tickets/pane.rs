//! The list with its tools.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use tournee_core::domain::Account;
use tournee_core::ids::TicketKey;
use tournee_core::phone::Phone;

use super::choices::ChoicesSheet;
use super::create_address;
use super::filter::Filter;
use super::listing::{Ground, Listing, Rows, accounts, divided, ground, listing};
use super::memory;
use super::nothing::Nothing;
use super::rows::{RowsContext, rows};
use super::tools::Tools;
use crate::components::{Icon, Scroller, icons, kept, later, use_now, use_room};
use crate::contexts::Tournee;
use crate::text::t;

/// The list with its tools.
#[component]
pub fn ListPane(
    /// The ticket that is open.
    opened: Signal<Option<TicketKey>>,
) -> impl IntoView {
    let tournee = Tournee::expect();
    let filter = RwSignal::new(memory::filter());
    Effect::watch(
        move || filter.get(),
        |filter, _, _| memory::keep_filter(filter),
        false,
    );
    let node = NodeRef::<Div>::new();
    let room = use_room(node);
    let hidden = kept(move || room.with(|room| room.width <= 0.0));
    let ground = ground_of(tournee, filter);
    let listing = Memo::new(move |last: Option<&Listing>| {
        // Under an open ticket on a phone nobody sees it: a tap there has not to wait for it.
        match last.filter(|_| hidden.get()) {
            Some(last) => last.clone(),
            None => ground.with(|ground| {
                filter.with(|filter| tournee.with(|phone| listing(phone, filter, ground)))
            }),
        }
    });
    let now = use_now();
    let count = kept(move || listing.with(|listing| listing.rows.len()));
    let goals = kept(move || tournee.with(|phone| phone.goals().clone()));
    let divided = Memo::new(move |_| ground.with(|_| tournee.with_untracked(divided)));
    let context = RowsContext {
        count,
        opened,
        now,
        goals,
        divided,
        hidden,
    };
    let rows = rows(context, listing, filter, node, room);
    let choosing = RwSignal::new(false);
    let empty = kept(move || count.get() == 0);
    view! {
        <section class="list-pane">
            // Beside an open ticket, that one's title is the page's heading.
            {move || opened.with(Option::is_none).then(|| view! { <h1 class="sr-only">{t(|t| t.tickets_list)}</h1> }.into_any())}
            <Tools filter listing choosing/>
            <div class="list-place">
                <Scroller rows/>
                {move || empty.get().then(|| view! { <Nothing filter listing/> }.into_any())}
            </div>
            {later(move || view! {
                <a class="fab" href=create_address(None) aria-label=t(|t| t.create_title) data-test="create">
                    <Icon of=icons::PLUS/>
                </a>
                <ChoicesSheet filter open=choosing/>
            }.into_any())}
        </section>
    }
    .into_any()
}

/// The ground moves with the base, the accounts and the choice; not with the outbox.
fn ground_of(tournee: Tournee, filter: RwSignal<Filter>) -> Memo<Ground> {
    let base = move |phone: &Phone| {
        let accounts = accounts(phone).into_iter().cloned().collect();
        (phone.rows().shared().clone(), accounts)
    };
    let base = Memo::new_with_compare(
        move |_| tournee.with(base),
        |last: Option<&(Rows, Vec<Account>)>, now| match (last, now) {
            (Some(last), Some(now)) => !Arc::ptr_eq(&last.0, &now.0) || last.1 != now.1,
            _ => true,
        },
    );
    Memo::new(move |_| {
        // Read, not only tracked: a memo that nobody has read follows nothing itself.
        base.with(|_| filter.with(|filter| tournee.with_untracked(|phone| ground(phone, filter))))
    })
}
