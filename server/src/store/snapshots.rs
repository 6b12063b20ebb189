//! What the reader knows of each ticket in the feed without opening it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use async_trait::async_trait;
use tournee_core::domain::Ticket;
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::FeedItem;

use super::{Connection, Stored, TechnicianId, feed, mail_links};

/// GLPI's clock is never further from ours than this; `tournee check` warns long before.
pub(crate) const GLPIS_CLOCK_DIFFERS: Seconds = Seconds(600);
/// A stamp's second, and the one that a read may take.
const ONE_STAMP: Seconds = Seconds(2);
/// Nothing more can have happened in a stamp's second.
const SETTLED: Instant = Instant(0);

/// A ticket as last read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// GLPI's date of its last change.
    pub modified: Instant,
    /// Its timeline is in the feed too.
    pub complete: bool,
    /// Its stamp is so fresh that it has to be read again after this instant.
    pub doubtful: Option<Instant>,
}

impl Snapshot {
    /// Whether a ticket that GLPI dates `modified` has to be read.
    pub fn is_stale(&self, modified: Instant) -> bool {
        self.modified != modified || !self.complete
    }
}

/// A snapshot as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotRecord {
    /// GLPI's date of its last change.
    pub modified: Instant,
    /// Its timeline is in the feed too, as his present profile is shown it.
    pub complete: bool,
    /// Its stamp has to be read again after this instant; 0 once that was done.
    pub doubtful: Instant,
    /// A digest of the ticket.
    pub digest: i64,
}

/// The rows of `snapshots`: one a technician and ticket.
#[async_trait]
pub trait Snapshots {
    /// A technician's at one GLPI, by ticket.
    async fn snapshots_of(
        &mut self,
        who: TechnicianId,
        source: &SourceId,
    ) -> Stored<Vec<(TicketId, SnapshotRecord)>>;
    /// A ticket's.
    async fn snapshot(
        &mut self,
        who: TechnicianId,
        key: &TicketKey,
    ) -> Stored<Option<SnapshotRecord>>;
    /// Puts one in the place of what was there.
    async fn put_snapshot(
        &mut self,
        who: TechnicianId,
        key: &TicketKey,
        snapshot: SnapshotRecord,
    ) -> Stored<()>;
    /// Remembers of all how they stand now, whatever is put in their place: the database may have been put back to a copy.
    async fn remember_how_all_stood(&mut self) -> Stored<()>;
    /// The same of one that is known.
    async fn put_stood(&mut self, who: TechnicianId, key: &TicketKey, at: Instant) -> Stored<()>;
    /// How a ticket stood then: GLPI's date of its last change.
    async fn stood(&mut self, who: TechnicianId, key: &TicketKey) -> Stored<Option<Instant>>;
    /// Deletes one, and answers whether it was there.
    async fn delete_snapshot(&mut self, who: TechnicianId, key: &TicketKey) -> Stored<bool>;
}

/// All tickets of one GLPI in a technician's feed.
///
/// # Errors
/// The database.
pub async fn of_source(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
) -> Stored<BTreeMap<TicketId, Snapshot>> {
    let rows = db.snapshots_of(who, source).await?;
    let snapshots = rows.into_iter().map(|(ticket, row)| {
        let snapshot = Snapshot {
            modified: row.modified,
            complete: row.complete,
            doubtful: (row.doubtful != SETTLED).then_some(row.doubtful),
        };
        (ticket, snapshot)
    });
    Ok(snapshots.collect())
}

/// How much of a ticket was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Some of it; the rest is as the feed last said it, so what else happened in that second is still unknown.
    Part,
    /// No more than what a change of ours altered: behind its date there hides what somebody else did between the look
    /// before it and the write.
    Written,
}

/// Takes in a ticket as read from `started` on: into the feed if it moved, with what it says of its mails. Answers whether it
/// did.
///
/// # Errors
/// The database.
pub async fn take(
    db: &mut Connection,
    who: TechnicianId,
    ticket: &Ticket,
    extent: Extent,
    started: Instant,
) -> Stored<bool> {
    // Also where it says what it said to him: somebody else's reading may have come between.
    mail_links::learn(db, who, ticket, started).await?;
    put(db, who, ticket, extent, started).await
}

/// The same where a later reading is on record: of the ticket's mails this one says only what was taken from it since he read
/// it before, which somebody else may never have seen there.
///
/// # Errors
/// The database.
pub async fn show(
    db: &mut Connection,
    who: TechnicianId,
    ticket: &Ticket,
    extent: Extent,
    started: Instant,
) -> Stored<bool> {
    if !is_newer(db, who, ticket).await? {
        mail_links::part_missing(db, who, ticket, started).await?;
    }
    put(db, who, ticket, extent, started).await
}

async fn put(
    db: &mut Connection,
    who: TechnicianId,
    ticket: &Ticket,
    extent: Extent,
    started: Instant,
) -> Stored<bool> {
    let digest = digest(ticket)?;
    let known = db.snapshot(who, &ticket.key).await?;
    let before = known.map(|row| (row.modified, row.doubtful));
    let snapshot = SnapshotRecord {
        modified: ticket.modified_at,
        complete: ticket.timeline.is_some(),
        doubtful: doubt(before, ticket.modified_at, extent, started),
        digest,
    };
    db.put_snapshot(who, &ticket.key, snapshot).await?;
    if known.is_some_and(|known| known.digest == digest) {
        return Ok(false);
    }
    let item = FeedItem::Ticket {
        ticket: Box::new(ticket.clone()),
    };
    feed::publish(db, who, &item, started).await?;
    Ok(true)
}

/// From when on a read settles what else happened in the second of `modified`; 0 if this read does. GLPI's clock
/// and ours differ, so what counts is when *we* first saw the stamp.
fn doubt(
    before: Option<(Instant, Instant)>,
    modified: Instant,
    extent: Extent,
    started: Instant,
) -> Instant {
    let whole = extent == Extent::Whole;
    let old = started - modified > GLPIS_CLOCK_DIFFERS;
    // Its second is over by GLPI's clock too, also where that is ahead of ours or will be put back.
    let over = started.max(modified) + ONE_STAMP;
    match before {
        // The date of before says nothing of it, even if it is the same one: that clock may have been put back.
        _ if extent == Extent::Written => over,
        _ if old && whole => SETTLED,
        // A later reading has settled it, and this one may be of before that: it was slow.
        Some((known, SETTLED)) if known == modified && !old => over,
        Some((known, until)) if known == modified && !whole => until,
        Some((known, until)) if known == modified && until <= started => SETTLED,
        Some((known, until)) if known == modified => until,
        _ => over,
    }
}

/// Whether more may have happened in the second of a ticket's last change than the feed says.
///
/// # Errors
/// The database.
pub async fn is_doubtful(db: &mut Connection, who: TechnicianId, key: &TicketKey) -> Stored<bool> {
    let known = db.snapshot(who, key).await?;
    Ok(known.is_some_and(|row| row.doubtful != SETTLED))
}

/// Whether the feed has a ticket with a later date than this reading of it.
///
/// # Errors
/// The database.
pub async fn is_newer(db: &mut Connection, who: TechnicianId, read: &Ticket) -> Stored<bool> {
    let known = db.snapshot(who, &read.key).await?;
    Ok(known.is_some_and(|row| row.modified > read.modified_at))
}

/// Lets a ticket go that left the scope. Answers whether it was there.
///
/// # Errors
/// The database.
pub async fn let_go(
    db: &mut Connection,
    who: TechnicianId,
    key: &TicketKey,
    now: Instant,
) -> Stored<bool> {
    if !db.delete_snapshot(who, key).await? {
        return Ok(false);
    }
    feed::publish(db, who, &FeedItem::Gone { key: key.clone() }, now).await?;
    Ok(true)
}

/// He looks at one GLPI with another profile: it may show him more or less of each ticket, so each is read again.
///
/// # Errors
/// The database.
pub async fn doubt_all(db: &mut Connection, who: TechnicianId, source: &SourceId) -> Stored<()> {
    for (id, row) in db.snapshots_of(who, source).await? {
        let key = TicketKey {
            source: source.clone(),
            id,
        };
        let complete = false;
        db.put_snapshot(who, &key, SnapshotRecord { complete, ..row })
            .await?;
    }
    Ok(())
}

/// Lets all tickets of one GLPI go.
///
/// # Errors
/// The database.
pub async fn let_all_go(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
    now: Instant,
) -> Stored<()> {
    for id in of_source(db, who, source).await?.into_keys() {
        let key = TicketKey {
            source: source.clone(),
            id,
        };
        let_go(db, who, &key, now).await?;
    }
    Ok(())
}

/// Stable only as long as the compiler's: another one costs each ticket one transfer.
fn digest(ticket: &Ticket) -> Stored<i64> {
    let mut hasher = DefaultHasher::new();
    serde_json::to_vec(ticket)?.hash(&mut hasher);
    Ok(hasher.finish().cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_stamp_is_read_again_once_its_second_is_over() {
        let modified = Instant(10_000);
        let first = doubt(None, modified, Extent::Whole, Instant(10_000));
        assert_eq!(first, Instant(10_002));
        let too_soon = doubt(
            Some((modified, first)),
            modified,
            Extent::Whole,
            Instant(10_001),
        );
        assert_eq!(too_soon, first);
        assert_eq!(
            doubt(
                Some((modified, first)),
                modified,
                Extent::Whole,
                Instant(10_002)
            ),
            Instant(0)
        );
    }

    #[test]
    fn a_reading_that_was_overtaken_settles_nothing() {
        let modified = Instant(10_000);
        let overtaken = doubt(
            Some((modified, SETTLED)),
            modified,
            Extent::Whole,
            Instant(10_000),
        );
        assert_eq!(overtaken, Instant(10_002));
        let again = doubt(
            Some((modified, overtaken)),
            modified,
            Extent::Whole,
            Instant(10_003),
        );
        assert_eq!(again, SETTLED);
    }

    #[test]
    fn an_old_stamp_is_not_doubted() {
        assert_eq!(
            doubt(None, Instant(10_000), Extent::Whole, Instant(10_601)),
            Instant(0)
        );
    }

    #[test]
    fn what_hides_behind_a_change_of_ours_is_looked_for_whatever_its_date() {
        let modified = Instant(10_000);
        for before in [None, Some((modified, SETTLED)), Some((modified, modified))] {
            for started in [10_000, 10_100, 99_000].map(Instant) {
                let doubted = doubt(before, modified, Extent::Written, started);
                assert!(doubted > started, "{before:?} {started:?}");
            }
        }
    }

    #[test]
    fn what_was_read_in_part_leaves_the_doubt() {
        let modified = Instant(10_000);
        let first = doubt(None, modified, Extent::Part, Instant(10_700));
        assert_eq!(first, Instant(10_702));
        let part = doubt(
            Some((modified, first)),
            modified,
            Extent::Part,
            Instant(10_800),
        );
        assert_eq!(part, first);
        let whole = doubt(
            Some((modified, first)),
            modified,
            Extent::Whole,
            Instant(10_800),
        );
        assert_eq!(whole, SETTLED);
    }
}
