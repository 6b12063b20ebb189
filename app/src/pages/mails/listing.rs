//! The rows of each box, the newest first: pure, so that ten thousand can be tried without a browser.

use std::ops::Range;
use std::sync::Arc;

use tournee_core::domain::{MailBox, ThreadRow};

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
            rows.sort_unstable_by(|a, b| b.at.cmp(&a.at).then_with(|| b.key.cmp(&a.key)));
            Shelf {
                unread: rows.iter().filter(|row| row.unread).count(),
                rows: Arc::new(rows),
            }
        }))
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
