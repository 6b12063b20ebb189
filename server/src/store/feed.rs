//! What each technician's phones are told, in order.

use std::io::Read as _;

use futures::TryStreamExt as _;
use tournee_core::ids::TicketKey;
use tournee_core::time::Instant;
use tournee_core::wire::FeedItem;

use super::{Connection, Stored, TechnicianId, technicians};

const ZSTD_LEVEL: i32 = 3;

/// The kinds of thing in a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[repr(i32)]
enum Kind {
    Ticket = 1,
    Report = 2,
    Reference = 3,
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
    let seq = technicians::advance(db, who).await?;
    sqlx::query(
        "INSERT INTO feed (technician, kind, key, seq, at, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (technician, kind, key)
         DO UPDATE SET seq = excluded.seq, at = excluded.at, body = excluded.body",
    )
    .bind(who)
    .bind(kind)
    .bind(key)
    .bind(seq)
    .bind(now.0)
    .bind(body)
    .execute(db)
    .await?;
    Ok(())
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
    // A phone that knows nothing has nothing to let go.
    let sql = "SELECT seq, key, body FROM feed WHERE technician = ? AND seq > ?
               AND (body IS NOT NULL OR ? > 0) ORDER BY seq";
    let mut rows = sqlx::query_as::<_, (i64, String, Option<Vec<u8>>)>(sql)
        .bind(who)
        .bind(after)
        .bind(after)
        .fetch(&mut *db);
    let mut page = Page {
        last: after,
        ..Page::default()
    };
    let mut size = 0;
    while let Some((seq, key, body)) = rows.try_next().await? {
        if size >= bytes {
            page.more = true;
            break;
        }
        match body {
            Some(body) => {
                let json = unpack(&body)?;
                size += json.len();
                page.items.push(serde_json::from_slice(&json)?);
            }
            None => page
                .items
                .extend(TicketKey::parse(&key).map(|key| FeedItem::Gone { key })),
        }
        page.last = seq;
    }
    drop(rows);
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
        if let FeedItem::Report { report } = &item {
            let sql =
                "SELECT feed.body FROM changes JOIN feed ON feed.technician = changes.technician
                       AND feed.kind = ? AND feed.key = changes.source || ':' || changes.ticket
                       WHERE changes.technician = ? AND changes.device = ? AND changes.id = ?
                       AND changes.phase = 'delivered' AND feed.seq > ? AND feed.body IS NOT NULL";
            let body: Option<Vec<u8>> = sqlx::query_scalar(sql)
                .bind(Kind::Ticket)
                .bind(who)
                .bind(report.device.0)
                .bind(report.change.0)
                .bind(last)
                .fetch_optional(&mut *db)
                .await?;
            if let Some(body) = body {
                page.push(serde_json::from_slice(&unpack(&body)?)?);
            }
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
) -> Stored<Option<Box<tournee_core::domain::Ticket>>> {
    match thing(db, who, Kind::Ticket, &key.to_string()).await? {
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
    source: &tournee_core::ids::SourceId,
) -> Stored<Option<Box<tournee_core::domain::Reference>>> {
    match thing(db, who, Kind::Reference, &source.0).await? {
        Some(FeedItem::Reference { reference }) => Ok(Some(reference)),
        _ => Ok(None),
    }
}

async fn thing(
    db: &mut Connection,
    who: TechnicianId,
    kind: Kind,
    key: &str,
) -> Stored<Option<FeedItem>> {
    let body: Option<Option<Vec<u8>>> =
        sqlx::query_scalar("SELECT body FROM feed WHERE technician = ? AND kind = ? AND key = ?")
            .bind(who)
            .bind(kind)
            .bind(key)
            .fetch_optional(db)
            .await?;
    match body.flatten() {
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
    source: &tournee_core::ids::SourceId,
) -> Stored<()> {
    sqlx::query("DELETE FROM feed WHERE technician = ? AND kind = ? AND key = ?")
        .bind(who)
        .bind(Kind::Reference)
        .bind(&source.0)
        .execute(db)
        .await?;
    Ok(())
}

fn unpack(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(body.len() * 4);
    zstd::stream::read::Decoder::new(body)?.read_to_end(&mut json)?;
    Ok(json)
}
