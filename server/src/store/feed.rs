//! What each technician's phones are told, in order.

use std::io::Read as _;

use async_trait::async_trait;
use tournee_core::domain::{Reference, Thread, Ticket};
use tournee_core::ids::{SourceId, ThreadKey, TicketKey};
use tournee_core::time::Instant;
use tournee_core::wire::{ChangeReport, FeedItem};

use super::{Connection, Stored, TechnicianId, technicians};

const ZSTD_LEVEL: i32 = 3;

/// The kinds of thing in a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[repr(i32)]
pub enum Kind {
    /// A ticket, there or gone.
    Ticket = 1,
    /// Where a change stands.
    Report = 2,
    /// One GLPI's lists.
    Reference = 3,
    /// A thread of mails, there or gone.
    Thread = 4,
}

/// One thing in a technician's feed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    /// Whose feed.
    pub technician: TechnicianId,
    /// Of what kind.
    pub kind: Kind,
    /// Which.
    pub key: String,
}

/// A row of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRecord {
    /// Its place.
    pub seq: i64,
    /// Of what kind it is.
    pub kind: Kind,
    /// What it is about.
    pub key: String,
    /// zstd of JSON; none for a ticket or a thread that left.
    pub body: Option<Vec<u8>>,
}

/// Looks at a row, and answers whether the next is wanted.
pub type Visit<'a> = dyn FnMut(FeedRecord) -> Stored<bool> + Send + 'a;

/// The rows of `feed`: one a thing, and one a technician and place.
#[async_trait]
pub trait Feed {
    /// Puts a thing at a place, instead of the one it had.
    async fn put_feed(
        &mut self,
        thing: &Thing,
        seq: i64,
        at: Instant,
        body: Option<&[u8]>,
    ) -> Stored<()>;
    /// Shows the rows behind `after` in order for as long as they are wanted; those without a body only where `gone` is
    /// set.
    async fn walk_feed(
        &mut self,
        who: TechnicianId,
        after: i64,
        gone: bool,
        visit: &mut Visit<'_>,
    ) -> Stored<()>;
    /// A thing's body, if it is there and has one.
    async fn feed_body(&mut self, thing: &Thing) -> Stored<Option<Vec<u8>>>;
    /// The body of the ticket of a delivered change of his, if its place is behind `last`.
    async fn ticket_behind(
        &mut self,
        who: TechnicianId,
        report: &ChangeReport,
        last: i64,
    ) -> Stored<Option<Vec<u8>>>;
    /// Deletes a thing.
    async fn delete_feed(&mut self, thing: &Thing) -> Stored<()>;
}

/// Puts something at the feed's end. The same thing again leaves its old place.
///
/// # Errors
/// The database.
pub async fn publish(
    db: &mut Connection,
    who: TechnicianId,
    item: &FeedItem,
    now: Instant,
) -> Stored<()> {
    let (kind, key) = match item {
        FeedItem::Ticket { ticket } => (Kind::Ticket, ticket.key.to_string()),
        FeedItem::Gone { key } => (Kind::Ticket, key.to_string()),
        FeedItem::Report { report } => {
            (Kind::Report, format!("{}:{}", report.device, report.change))
        }
        FeedItem::Reference { reference } => (Kind::Reference, reference.source.to_string()),
        FeedItem::Thread { thread } => (Kind::Thread, thread.key.to_string()),
        FeedItem::ThreadGone { key } => (Kind::Thread, key.to_string()),
    };
    let body = match item {
        FeedItem::Gone { .. } | FeedItem::ThreadGone { .. } => None,
        present => Some(zstd::bulk::compress(
            &serde_json::to_vec(present)?,
            ZSTD_LEVEL,
        )?),
    };
    let thing = Thing {
        technician: who,
        kind,
        key,
    };
    let seq = technicians::advance(db, who).await?;
    db.put_feed(&thing, seq, now, body.as_deref()).await
}

/// A page of the feed.
#[derive(Debug, Default)]
pub struct Page {
    /// In order.
    pub items: Vec<FeedItem>,
    /// How far it goes.
    pub last: Reached,
    /// There is more.
    pub more: bool,
}

/// How far a phone has come in the feed. Mails count apart: an app that took none in yet gets all of them once it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// In all but mails.
    pub seq: i64,
    /// In mails; none for a phone that takes in none.
    pub mails: Option<i64>,
}

impl Reached {
    /// A phone that takes in no mails, at this place.
    pub fn without_mails(seq: i64) -> Self {
        Self { seq, mails: None }
    }

    /// The same for a phone that takes in mails, which has come so far in them.
    pub fn with_mails(seq: i64, mails: i64) -> Self {
        let mails = Some(mails);
        Self { seq, mails }
    }

    /// Where a kind has come to.
    fn of(self, kind: Kind) -> i64 {
        match kind {
            Kind::Thread => self.mails.unwrap_or(i64::MAX),
            Kind::Ticket | Kind::Report | Kind::Reference => self.seq,
        }
    }

    /// Further on, where this place is further.
    pub fn at_least(self, seq: i64) -> Self {
        Self {
            seq: self.seq.max(seq),
            mails: self.mails.map(|mails| mails.max(seq)),
        }
    }
}

/// The items behind `after`, until they are `bytes` of JSON.
///
/// # Errors
/// The database, or a record that can't be read.
pub async fn page(
    db: &mut Connection,
    who: TechnicianId,
    after: Reached,
    bytes: usize,
) -> Stored<Page> {
    let mut page = Page {
        last: after,
        ..Page::default()
    };
    let mut size = 0;
    let start = after.seq.min(after.mails.unwrap_or(i64::MAX));
    let gone = after.seq > 0 || after.mails.is_some_and(|mails| mails > 0);
    db.walk_feed(who, start, gone, &mut |row| {
        let reached = after.of(row.kind);
        if row.seq <= reached {
            return Ok(true);
        }
        if size >= bytes {
            page.more = true;
            return Ok(false);
        }
        match row.body {
            Some(body) => {
                let json = unpack(&body)?;
                size += json.len();
                page.items.push(serde_json::from_slice(&json)?);
            }
            // A phone that knows nothing has nothing to let go.
            None if reached <= 0 => {}
            None if row.kind == Kind::Thread => page
                .items
                .extend(ThreadKey::parse(&row.key).map(|key| FeedItem::ThreadGone { key })),
            None => page
                .items
                .extend(TicketKey::parse(&row.key).map(|key| FeedItem::Gone { key })),
        }
        page.last = page.last.at_least(row.seq);
        Ok(true)
    })
    .await?;
    page.items = behind_their_tickets(db, who, page.items, page.last.seq).await?;
    Ok(page)
}

/// A ticket that moved again after a report has left its place before it. Where its new place is in another page, it
/// comes with this one too: else its phone would show neither the change nor its effect until that page.
async fn behind_their_tickets(
    db: &mut Connection,
    who: TechnicianId,
    items: Vec<FeedItem>,
    last: i64,
) -> Stored<Vec<FeedItem>> {
    let mut page = Vec::with_capacity(items.len());
    for item in items {
        if let FeedItem::Report { report } = &item
            && let Some(body) = db.ticket_behind(who, report, last).await?
        {
            page.push(serde_json::from_slice(&unpack(&body)?)?);
        }
        page.push(item);
    }
    Ok(page)
}

/// The ticket as the feed last said it.
///
/// # Errors
/// The database, or a record that can't be read.
pub async fn ticket(
    db: &mut Connection,
    who: TechnicianId,
    key: &TicketKey,
) -> Stored<Option<Box<Ticket>>> {
    match thing(db, who, Kind::Ticket, key.to_string()).await? {
        Some(FeedItem::Ticket { ticket }) => Ok(Some(ticket)),
        _ => Ok(None),
    }
}

/// A thread as the feed last said it.
///
/// # Errors
/// The database, or a record that can't be read.
pub async fn thread(
    db: &mut Connection,
    who: TechnicianId,
    key: &ThreadKey,
) -> Stored<Option<Box<Thread>>> {
    match thing(db, who, Kind::Thread, key.to_string()).await? {
        Some(FeedItem::Thread { thread }) => Ok(Some(thread)),
        _ => Ok(None),
    }
}

/// Reference data as the feed last said it.
///
/// # Errors
/// The database, or a record that can't be read.
pub async fn reference(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
) -> Stored<Option<Box<Reference>>> {
    match thing(db, who, Kind::Reference, source.0.clone()).await? {
        Some(FeedItem::Reference { reference }) => Ok(Some(reference)),
        _ => Ok(None),
    }
}

async fn thing(
    db: &mut Connection,
    technician: TechnicianId,
    kind: Kind,
    key: String,
) -> Stored<Option<FeedItem>> {
    let thing = Thing {
        technician,
        kind,
        key,
    };
    match db.feed_body(&thing).await? {
        Some(body) => Ok(Some(serde_json::from_slice(&unpack(&body)?)?)),
        None => Ok(None),
    }
}

/// Drops the reference data of one GLPI.
///
/// # Errors
/// The database.
pub async fn drop_reference(
    db: &mut Connection,
    who: TechnicianId,
    source: &SourceId,
) -> Stored<()> {
    db.delete_feed(&Thing {
        technician: who,
        kind: Kind::Reference,
        key: source.0.clone(),
    })
    .await
}

pub(super) fn unpack(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(body.len() * 4);
    zstd::stream::read::Decoder::new(body)?.read_to_end(&mut json)?;
    Ok(json)
}
