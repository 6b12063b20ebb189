//! The rows of each box, the newest first: pure, so that ten thousand can be tried without a browser.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use tournee_core::domain::{MailBox, ThreadRow};
use tournee_core::phone::Phone;

/// Rows in the list's order.
pub type Rows = Arc<Vec<Arc<ThreadRow>>>;

/// One box.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Its rows, the newest first.
    pub rows: Rows,
    /// How many of them have not been read.
    pub unread: usize,
}

/// The four boxes.
#[derive(Clone, Debug, Default)]
pub struct Boxes([Shelf; MailBox::ALL.len()]);

/// A row, and where it stands in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// From 0.
    pub index: usize,
    /// The row.
    pub row: Arc<ThreadRow>,
}

impl Boxes {
    /// The boxes of all rows that the phone has.
    pub fn of<'a>(rows: impl Iterator<Item = &'a Arc<ThreadRow>>) -> Self {
        let mut boxes: [Vec<Arc<ThreadRow>>; MailBox::ALL.len()] = Default::default();
        for row in rows {
            for mail_box in &row.boxes {
                if let Some(shelf) = boxes.get_mut(*mail_box as usize) {
                    shelf.push(row.clone());
                }
            }
        }
        Self(boxes.map(|mut rows| {
            rows.sort_unstable_by(|a, b| newest_first(a, b));
            Shelf {
                unread: rows.iter().filter(|row| row.unread).count(),
                rows: Arc::new(rows),
            }
        }))
    }

    /// The same with the technician's own changes laid over them: only rows that one is on find their place anew.
    pub fn with_changes(&self, phone: &Phone) -> Self {
        let on_its_way = phone.outbox().iter().filter(|q| q.is_on_its_way());
        let changed: BTreeSet<_> = on_its_way.filter_map(|q| q.change.thread()).collect();
        let mut boxes = self.clone();
        for key in changed {
            if let (Some(base), Some(shown)) =
                (phone.threads().get(key), phone.shown_thread_row(key))
            {
                boxes.put(base, Arc::new(shown));
            }
        }
        boxes
    }

    fn put(&mut self, base: &ThreadRow, shown: Arc<ThreadRow>) {
        for (of, shelf) in MailBox::ALL.into_iter().zip(&mut self.0) {
            let (was, is) = (base.is_in(of), shown.is_in(of));
            if !was && !is {
                continue;
            }
            let unread = usize::from(shown.unread);
            let rows = Arc::make_mut(&mut shelf.rows);
            match (rows.binary_search_by(|row| newest_first(row, &shown)), is) {
                (Ok(at), true) => rows[at] = shown.clone(),
                (Ok(at), false) => {
                    rows.remove(at);
                    shelf.unread -= unread;
                }
                (Err(at), true) => {
                    rows.insert(at, shown.clone());
                    shelf.unread += unread;
                }
                (Err(_), false) => {}
            }
        }
    }

    /// One of them.
    pub fn shelf(&self, of: MailBox) -> Shelf {
        self.0.get(of as usize).cloned().unwrap_or_default()
    }

    /// The rows of a window into a box, with their places.
    pub fn placed(&self, of: MailBox, window: Range<usize>) -> Vec<Placed> {
        let rows = self.shelf(of).rows;
        let rows = rows.iter().enumerate().skip(window.start);
        rows.take(window.len())
            .map(|(index, row)| Placed {
                index,
                row: row.clone(),
            })
            .collect()
    }

    /// The box to begin with: the first that has something in it, but what is done comes last.
    pub fn first(&self) -> MailBox {
        let order = [MailBox::Urgent, MailBox::InProgress, MailBox::ToSort];
        let filled = |mail_box: &MailBox| !self.shelf(*mail_box).rows.is_empty();
        order.into_iter().find(filled).unwrap_or(MailBox::ToSort)
    }
}

fn newest_first(a: &ThreadRow, b: &ThreadRow) -> Ordering {
    b.at.cmp(&a.at).then_with(|| b.key.cmp(&a.key))
}

#[cfg(test)]
mod tests {
    use tournee_core::ids::{MailboxId, ThreadKey};
    use tournee_core::time::Instant;

    use super::*;

    fn row(id: usize, boxes: &[MailBox], unread: bool) -> Arc<ThreadRow> {
        Arc::new(ThreadRow {
            key: ThreadKey {
                mailbox: MailboxId::of("a@b.example"),
                id: format!("{id:x}"),
            },
            boxes: boxes.to_vec(),
            from: "Garcin Magali".to_owned(),
            mails: 1,
            subject: "Caisse 23".to_owned(),
            snippet: "Elle fume".to_owned(),
            at: Instant(1_000 + (id as i64 * 37) % 1_000),
            unread,
            answered: false,
            files: false,
            ticket: None,
            told_of: None,
            kept: Vec::new(),
        })
    }

    #[test]
    fn an_urgent_thread_is_also_in_progress_and_counted_in_both() {
        use MailBox::{Done, InProgress, ToSort, Urgent};
        let rows = [
            row(1, &[Urgent, InProgress], true),
            row(2, &[InProgress], false),
            row(3, &[ToSort], true),
        ];
        let boxes = Boxes::of(rows.iter());
        let counts = MailBox::ALL.map(|of| (boxes.shelf(of).rows.len(), boxes.shelf(of).unread));
        assert_eq!(counts, [(1, 1), (2, 1), (0, 0), (1, 1)]);
        assert!(boxes.shelf(Done).rows.is_empty());
        assert_eq!(boxes.first(), Urgent);
        assert_eq!(Boxes::default().first(), ToSort);
    }

    #[test]
    fn a_row_that_is_moved_leaves_one_box_and_finds_its_place_in_another() {
        use MailBox::{Done, InProgress, ToSort, Urgent};
        let rows = [
            row(1, &[ToSort], true),
            row(2, &[InProgress], false),
            row(3, &[ToSort], true),
        ];
        let mut boxes = Boxes::of(rows.iter());
        let moved = ThreadRow {
            boxes: vec![Urgent, InProgress],
            ..ThreadRow::clone(&rows[0])
        };
        boxes.put(&rows[0], Arc::new(moved));
        let counts = MailBox::ALL.map(|of| (boxes.shelf(of).rows.len(), boxes.shelf(of).unread));
        assert_eq!(counts, [(1, 1), (2, 1), (0, 0), (1, 1)]);
        assert!(boxes.shelf(Done).rows.is_empty());
        let placed = boxes.placed(InProgress, 0..2);
        assert!(placed[0].row.at >= placed[1].row.at);
    }

    #[test]
    fn ten_thousand_stand_in_order_the_newest_first() {
        let rows: Vec<_> = (0..10_000)
            .map(|id| row(id, &[MailBox::ToSort], false))
            .collect();
        let boxes = Boxes::of(rows.iter());
        let placed = boxes.placed(MailBox::ToSort, 0..10_000);
        assert_eq!(placed.len(), 10_000);
        assert!(
            placed
                .windows(2)
                .all(|pair| pair[0].row.at >= pair[1].row.at)
        );
        let window = boxes.placed(MailBox::ToSort, 9_990..10_020);
        assert_eq!(window.first().map(|placed| placed.index), Some(9_990));
        assert_eq!(window.len(), 10);
    }
}
