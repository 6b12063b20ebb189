//! The rows of the list, as cards or as lines of a table.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use tournee_core::domain::Goals;
use tournee_core::ids::{SourceId, TicketKey};
use tournee_core::time::Instant;

use super::card::card;
use super::columns::{COUNT, TableHead, table_row};
use super::filter::Filter;
use super::listing::{Listing, Placed, followed};
use super::memory;
use crate::components::{Room, Rows, Table, kept};
use crate::contexts::Tournee;
use crate::text::t;

/// Heights of a row in rem: a card, a line of the table. styles.css has the same.
const CARD: f64 = 7.75;
const LINE: f64 = 2.8125;
/// From this width in rem on, the list is a table: all of its columns fit, and nobody scrolls sideways.
const TABLE_FROM: f64 = 72.0;

/// What rows need besides themselves.
#[derive(Clone, Copy)]
pub struct RowsContext {
    /// How many there are.
    pub count: Memo<usize>,
    /// The ticket that is open.
    pub opened: Signal<Option<TicketKey>>,
    /// The time.
    pub now: Signal<Instant>,
    /// How long a ticket may take where GLPI does not say.
    pub goals: Memo<Goals>,
    /// The GLPIs in which his tickets are of more than one entity.
    pub divided: Memo<BTreeSet<SourceId>>,
    /// Nobody sees the list: a ticket lies over it.
    pub hidden: Memo<bool>,
}

impl RowsContext {
    /// Whether this ticket is the one that is open.
    pub fn is_open(&self, key: &TicketKey) -> bool {
        self.opened.with(|opened| opened.as_ref() == Some(key))
    }
}

/// The rows of a listing, for the scroller.
pub fn rows(
    context: RowsContext,
    listing: Memo<Listing>,
    filter: RwSignal<Filter>,
    node: NodeRef<Div>,
    room: RwSignal<Room>,
) -> Rows {
    let drawn = RwSignal::new(0..0);
    let placed = placed(listing, drawn);
    let opened = context.opened;
    Rows {
        hook: "ticket-list",
        name: t(|t| t.tickets_list),
        count: context.count,
        drawn,
        keys: Arc::new(move || placed.with(|placed| keys(placed))),
        row: Arc::new(move |key: &str, table: bool| row(context, placed, key, table)),
        opened: Signal::derive(move || opened.with(|key| key.as_ref().map(TicketKey::to_string))),
        card: CARD,
        table: Some(Table {
            from: TABLE_FROM,
            line: LINE,
            columns: COUNT,
            head: Arc::new(move || view! { <TableHead filter/> }.into_any()),
        }),
        top: memory::top,
        keep_top: memory::keep_top,
        node,
        room,
    }
}

fn keys(placed: &[Placed]) -> Vec<String> {
    placed.iter().map(|p| p.row.key.to_string()).collect()
}

fn placed(listing: Memo<Listing>, drawn: RwSignal<Range<usize>>) -> Memo<Vec<Placed>> {
    kept(move || listing.with(|listing| listing.placed(drawn.get())))
}

/// A row that follows its ticket for as long as it is drawn.
fn row(context: RowsContext, drawn: Memo<Vec<Placed>>, key: &str, table: bool) -> AnyView {
    let Some(key) = TicketKey::parse(key) else {
        return ().into_any();
    };
    let listed = Memo::new(move |last: Option<&Option<Placed>>| {
        let here = |drawn: &Vec<Placed>| drawn.iter().find(|p| p.row.key == key).cloned();
        drawn.with(here).or_else(|| last.cloned().flatten())
    });
    let tournee = Tournee::expect();
    // What he does in the ticket beside it shows in its row at once; where the row goes, and the thousands around it, do
    // not have to be known for that.
    let placed = kept(move || {
        let listed = listed.get()?;
        Some(match context.hidden.get() {
            true => listed,
            false => tournee.with_own(|phone| followed(phone, listed)),
        })
    });
    let draw = if table { table_row } else { card };
    (move || placed.get().map(|placed| draw(context, placed))).into_any()
}
