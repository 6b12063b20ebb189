//! What each technician's phones are told, in order.

use std::io::Read as _;

use async_trait::async_trait;
use tournee_core::domain::{Reference, Ticket};
use tournee_core::ids::{SourceId, TicketKey};
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
    /// What it is about.
    pub key: String,
    /// zstd of JSON; none for a ticket that left.
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
    /// Shows the rows behind `after` in order for as long as they are wanted; from the very start those with a body.
    async fn walk_feed(
        &mut self,
        who: TechnicianId,
        after: i64,
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
    };
    let body = match item {
        FeedItem::Gone { .. } => None,
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
    /// The number of the last.
    pub last: i64,
    /// There is more.
    pub more: bool,
}

/// The items behind `after`, until they are `bytes` of JSON.
///
/// # Errors
/// The database, or a record that can't be read.
pub async fn page(
    db: &mut Connection,
    who: TechnicianId,
    after: i64,
    bytes: usize,
) -> Stored<Page> {
    let mut page = Page {
        last: after,
        ..Page::default()
    };
    let mut size = 0;
    // A phone that knows nothing has nothing to let go: from the very start, only what has a body.
    db.walk_feed(who, after, &mut |row| {
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
            None => page
                .items
                .extend(TicketKey::parse(&row.key).map(|key| FeedItem::Gone { key })),
        }
        page.last = row.seq;
        Ok(true)
    })
    .await?;
    page.items = behind_their_tickets(db, who, page.items, page.last).await?;
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

fn unpack(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(body.len() * 4);
    zstd::stream::read::Decoder::new(body)?.read_to_end(&mut json)?;
    Ok(json)
}
