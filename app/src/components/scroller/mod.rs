//! A long list: thousands of rows, of which only those near what is seen are drawn.

mod keys;
mod viewport;
mod window;

use std::ops::Range;
use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

pub use self::viewport::{Room, use_room};

use self::window::{advance, reveal, sight, window};
use super::{each, kept};

/// Frames after which a row is not awaited any more.
const FRAMES: u32 = 8;

/// Draws a row by its key, as a card or as a line of the table.
pub type DrawRow = Arc<dyn Fn(&str, bool) -> AnyView + Send + Sync>;

/// What a list of rows is made of. The page that has the list knows the rows; the scroller knows which of them are to
/// be drawn.
pub struct Rows {
    /// For tests.
    pub hook: &'static str,
    /// What it is a list of.
    pub name: &'static str,
    /// How many rows there are.
    pub count: Memo<usize>,
    /// The rows that are drawn: the scroller's answer.
    pub drawn: RwSignal<Range<usize>>,
    /// The keys of those.
    pub keys: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// A row by its key, as a card or as a line of the table. It has `data-key`, `data-i` and a link in it.
    pub row: DrawRow,
    /// The key of the row whose page is open beside the list or over it.
    pub opened: Signal<Option<String>>,
    /// A card's height in rem; styles.css has the same.
    pub card: f64,
    /// The same list as a table, where there is one.
    pub table: Option<Table>,
    /// How far the list was scrolled.
    pub top: fn() -> f64,
    /// Keeps how far it is.
    pub keep_top: fn(f64),
    /// The scrolled element.
    pub node: NodeRef<Div>,
    /// Its room.
    pub room: RwSignal<Room>,
}

/// A list as a table.
pub struct Table {
    /// From this width in rem on: all of its columns fit, and nobody scrolls sideways.
    pub from: f64,
    /// A line's height in rem; styles.css has the same.
    pub line: f64,
    /// How many columns.
    pub columns: usize,
    /// Its head.
    pub head: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

/// Where the list is scrolled to, and what follows from it.
#[derive(Clone, Copy)]
struct Scroll {
    node: NodeRef<Div>,
    room: RwSignal<Room>,
    card: f64,
    /// Where it becomes a table, and a line of that.
    table: Option<(f64, f64)>,
    top: RwSignal<f64>,
    keep_top: fn(f64),
    drawn: RwSignal<Range<usize>>,
    /// More are on their way: the frames of a fling must not each add their own.
    drawing: StoredValue<bool>,
}

impl Scroll {
    fn of(rows: &Rows) -> Self {
        Self {
            node: rows.node,
            room: rows.room,
            card: rows.card,
            table: rows.table.as_ref().map(|table| (table.from, table.line)),
            top: RwSignal::new((rows.top)()),
            keep_top: rows.keep_top,
            drawn: rows.drawn,
            drawing: StoredValue::new(false),
        }
    }

    fn is_hidden(self) -> bool {
        self.room.with(|room| room.width <= 0.0)
    }

    fn is_table(self) -> bool {
        let fits = |(from, _)| self.room.with(|room| room.width >= from * room.rem);
        self.table.is_some_and(fits)
    }

    fn row_height(self) -> f64 {
        let rem = self.room.with(|room| room.rem);
        let line = self.table.filter(|_| self.is_table());
        rem * line.map_or(self.card, |(_, line)| line)
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
            (self.keep_top)(top);
            self.top.set(top);
        }
    }

    fn restore(self, top: f64) {
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

    /// Draws what is wanted, whenever that moves; and finds its place again when the list is shown.
    fn follow(self, count: Memo<usize>, top: fn() -> f64) {
        let hidden = kept(move || self.is_hidden());
        let goal = Memo::new(move |last: Option<&(Range<usize>, Range<usize>)>| {
            // A hidden list stays as it is, so that it is there at once when it shows again.
            match last.filter(|_| hidden.get()) {
                Some(last) => last.clone(),
                None => self.goal(count.get()),
            }
        });
        Effect::new(move |_| {
            goal.track();
            if !self.drawing.get_value() {
                self.draw(goal);
            }
        });
        let shown = kept(move || !hidden.get() && count.get() > 0);
        Effect::new(move |_| {
            if shown.get() {
                self.restore(top());
            }
        });
    }
}

/// The list.
#[component]
pub fn Scroller(
    /// What it is made of.
    rows: Rows,
) -> impl IntoView {
    let scroll = Scroll::of(&rows);
    let (count, node, name) = (rows.count, rows.node, rows.name);
    scroll.follow(count, rows.top);
    come_back(rows.opened, node);
    let table = kept(move || scroll.is_table());
    let height = move || format!("{}px", (count.get() as f64 * scroll.row_height()) as u32);
    let (keys, row) = (rows.keys, rows.row);
    let drawn = move || {
        let (table, keys, row) = (table.get(), keys.clone(), row.clone());
        each(move || keys(), move |key| row(key, table))
    };
    let (head, columns) = match rows.table {
        Some(Table { head, columns, .. }) => (Some(head), columns),
        None => (None, 0),
    };
    let head = move || head.as_ref().filter(|_| table.get()).map(|head| head());
    view! {
        <div
            class="list" class:is-table=table data-test=rows.hook tabindex="-1" node_ref=node
            role=move || table.get().then_some("table")
            aria-label=move || table.get().then_some(name)
            aria-rowcount=move || table.get().then(|| count.get() + 1)
            aria-colcount=move || table.get().then_some(columns)
            on:scroll=move |_| scroll.read()
            on:keydown=move |event| scroll.key(&event, count.get_untracked())
        >
            {head}
            <div
                class="list-body" style:height=height
                role=move || if table.get() { "rowgroup" } else { "list" }
                aria-label=move || (!table.get()).then_some(name)
            >
                {drawn}
            </div>
        </div>
    }
    .into_any()
}

/// From an open page back to the row one came from.
fn come_back(opened: Signal<Option<String>>, node: NodeRef<Div>) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = opened.get();
        if let (Some(Some(left)), None) = (before, &now) {
            let focus = move || {
                let list = node.try_get_untracked().flatten();
                list.is_some_and(|list| keys::focus_key(&list, &left))
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
