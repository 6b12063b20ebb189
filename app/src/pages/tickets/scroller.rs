//! The scrolled part of the list: thousands of rows, of which only those near what is seen are drawn.

use std::ops::Range;

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use tournee_core::ids::TicketKey;
use tournee_core::time::Instant;

use super::card::card;
use super::columns::{COUNT, TableHead, table_row};
use super::filter::Filter;
use super::listing::{Listing, Placed};
use super::viewport::Room;
use super::window::{advance, reveal, sight, window};
use super::{keys, memory};
use crate::components::{each, kept};
use crate::text::t;

/// Heights of a row in rem: a card, a line of the table. styles.css has the same.
const CARD: f64 = 6.5;
const LINE: f64 = 2.8125;
/// From this width in rem on, the list is a table: all of its columns fit, and nobody scrolls sideways.
const TABLE_FROM: f64 = 72.0;

/// Frames after which a row is not awaited any more.
const FRAMES: u32 = 8;

/// What rows need besides themselves.
#[derive(Clone, Copy)]
pub struct RowsContext {
    /// How many there are.
    pub count: Memo<usize>,
    /// The ticket that is open.
    pub opened: Signal<Option<TicketKey>>,
    /// The time.
    pub now: Signal<Instant>,
}

impl RowsContext {
    /// Whether this ticket is the one that is open.
    pub fn is_open(&self, key: &TicketKey) -> bool {
        self.opened.with(|opened| opened.as_ref() == Some(key))
    }
}

/// Where the list is scrolled to, and what follows from it.
#[derive(Clone, Copy)]
struct Scroll {
    node: NodeRef<Div>,
    room: RwSignal<Room>,
    top: RwSignal<f64>,
    /// The rows that are drawn.
    drawn: RwSignal<Range<usize>>,
    /// More are on their way: the frames of a fling must not each add their own.
    drawing: StoredValue<bool>,
}

impl Scroll {
    fn is_hidden(self) -> bool {
        self.room.with(|room| room.width <= 0.0)
    }

    fn is_table(self) -> bool {
        self.room.with(|room| room.width >= TABLE_FROM * room.rem)
    }

    fn row_height(self) -> f64 {
        let rem = self.room.with(|room| room.rem);
        rem * if self.is_table() { LINE } else { CARD }
    }

    /// The rows that are wanted, and those of them that are in sight.
    fn goal(self, count: usize) -> (Range<usize>, Range<usize>) {
        let (height, top) = (self.row_height(), self.top.get());
        let seen = self.room.with(|room| room.height);
        (
            window(count, height, top, seen),
            sight(count, height, top, seen),
        )
    }

    /// Draws towards the goal, a frame at a time.
    fn draw(self, goal: Memo<(Range<usize>, Range<usize>)>) {
        let Some((wanted, sight)) = goal.try_get_untracked() else {
            return;
        };
        let drawn = self.drawn.get_untracked();
        self.drawing.set_value(drawn != wanted);
        if drawn == wanted {
            return;
        }
        let next = advance(&drawn, &wanted, &sight);
        spawn_local(async move {
            self.walk(next).await;
            request_animation_frame(move || self.draw(goal));
        });
    }

    /// Rows come in above one by one, within the frame: given two at once, the keyed list moves all the rows below
    /// them in the document, and the one that has the focus loses it.
    async fn walk(self, next: Range<usize>) {
        let Some(drawn) = self.drawn.try_get_untracked() else {
            return;
        };
        let together = drawn.start < next.end && next.start < drawn.end;
        let mut start = match together {
            true => drawn.start.max(next.start),
            false => next.start,
        };
        self.drawn.set(start..next.end);
        while start > next.start {
            start -= 1;
            tick().await;
            self.drawn.set(start..next.end);
        }
    }

    /// Browsers tell of scrolling once a frame, before anything is drawn: to read it then costs no layout.
    fn read(self) {
        // A hidden list has lost its place; it finds it again in `restore`.
        if untrack(|| self.is_hidden()) {
            return;
        }
        if let Some(list) = self.node.get_untracked() {
            let top = f64::from(list.scroll_top());
            memory::keep_top(top);
            self.top.set(top);
        }
    }

    fn restore(self) {
        let top = memory::top();
        if let Some(list) = self.node.get_untracked() {
            list.set_scroll_top(top as i32);
        }
        self.top.set(top);
    }

    fn key(self, event: &KeyboardEvent, count: usize) {
        let height = untrack(|| self.row_height());
        let first = (self.top.get_untracked() / height) as usize;
        let Some(row) = keys::target(&event.key(), keys::focused(event), first, count) else {
            return;
        };
        let Some(list) = self.node.get_untracked() else {
            return;
        };
        event.prevent_default();
        let (top, seen) = (
            f64::from(list.scroll_top()),
            f64::from(list.client_height()),
        );
        let head = if untrack(|| self.is_table()) {
            height
        } else {
            0.0
        };
        if let Some(top) = reveal(row, height, top, seen, head) {
            list.set_scroll_top(top as i32);
            self.read();
        }
        focus_when_drawn(Box::new(move || keys::focus_row(&list, row)), FRAMES);
    }
}

/// The list.
#[component]
pub fn Scroller(
    /// What rows need.
    context: RowsContext,
    /// The list.
    listing: Memo<Listing>,
    /// What the columns' heads sort.
    filter: RwSignal<Filter>,
    /// The scrolled element.
    node: NodeRef<Div>,
    /// Its room.
    room: RwSignal<Room>,
) -> impl IntoView {
    let scroll = Scroll {
        node,
        room,
        top: RwSignal::new(memory::top()),
        drawn: RwSignal::new(0..0),
        drawing: StoredValue::new(false),
    };
    let count = context.count;
    let table = kept(move || scroll.is_table());
    let hidden = kept(move || scroll.is_hidden());
    let goal = Memo::new(move |last: Option<&(Range<usize>, Range<usize>)>| {
        // A hidden list stays as it is, so that it is there at once when it shows again.
        match last.filter(|_| hidden.get()) {
            Some(last) => last.clone(),
            None => scroll.goal(count.get()),
        }
    });
    Effect::new(move |_| {
        goal.track();
        if !scroll.drawing.get_value() {
            scroll.draw(goal);
        }
    });
    let drawn = kept(move || listing.with(|listing| listing.placed(scroll.drawn.get())));
    let shown = kept(move || !hidden.get() && count.get() > 0);
    Effect::new(move |_| {
        if shown.get() {
            scroll.restore();
        }
    });
    come_back(context.opened, node);
    let height = move || format!("{}px", (count.get() as f64 * scroll.row_height()) as u32);
    let keys = move || drawn.with(|drawn| drawn.iter().map(|p| p.row.key.to_string()).collect());
    let rows = move || {
        let table = table.get();
        each(keys, move |key| row(context, drawn, key, table))
    };
    view! {
        <div
            class="list" class:is-table=table data-test="ticket-list" tabindex="-1" node_ref=node
            role=move || table.get().then_some("table")
            aria-label=move || table.get().then_some(t(|t| t.tickets_list))
            aria-rowcount=move || table.get().then(|| count.get() + 1)
            aria-colcount=move || table.get().then_some(COUNT)
            on:scroll=move |_| scroll.read()
            on:keydown=move |event| scroll.key(&event, count.get_untracked())
        >
            {move || table.get().then(|| view! { <TableHead filter/> }.into_any())}
            <div
                class="list-body" style:height=height
                role=move || if table.get() { "rowgroup" } else { "list" }
                aria-label=move || (!table.get()).then_some(t(|t| t.tickets_list))
            >
                {rows}
            </div>
        </div>
    }
    .into_any()
}

/// From a ticket back to the row one came from.
fn come_back(opened: Signal<Option<TicketKey>>, node: NodeRef<Div>) {
    Effect::new(move |before: Option<Option<TicketKey>>| {
        let now = opened.get();
        if let (Some(Some(left)), None) = (before, &now) {
            let focus = move || {
                let list = node.try_get_untracked().flatten();
                list.is_some_and(|list| keys::focus_ticket(&list, &left))
            };
            focus_when_drawn(Box::new(focus), FRAMES);
        }
        now
    });
}

/// A row that has just been scrolled to is drawn within a few frames.
fn focus_when_drawn(focus: Box<dyn Fn() -> bool>, frames: u32) {
    request_animation_frame(move || {
        if !focus() && frames > 0 {
            focus_when_drawn(focus, frames - 1);
        }
    });
}

/// A row that follows its ticket for as long as it is drawn.
fn row(context: RowsContext, drawn: Memo<Vec<Placed>>, key: &str, table: bool) -> AnyView {
    let Some(key) = TicketKey::parse(key) else {
        return ().into_any();
    };
    let placed = Memo::new(move |last: Option<&Option<Placed>>| {
        let here = |drawn: &Vec<Placed>| drawn.iter().find(|p| p.row.key == key).cloned();
        drawn.with(here).or_else(|| last.cloned().flatten())
    });
    let draw = if table { table_row } else { card };
    (move || placed.get().map(|placed| draw(context, placed))).into_any()
}
