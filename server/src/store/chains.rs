//! Changes by ticket: what is under way, in order.

use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::time::Instant;

use super::accounts::number;
use super::changes::{COLUMNS, Held, from_row};
use super::{Connection, Stored, TechnicianId};

/// The changes of one ticket that one technician has under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainKey {
    /// Whose.
    pub technician: TechnicianId,
    /// On what.
    pub ticket: TicketKey,
}

/// The unsettled changes of a chain, in order.
///
/// # Errors
/// The database.
pub async fn rows(db: &mut Connection, key: &ChainKey) -> Stored<Vec<Held>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM changes WHERE technician = ? AND source = ? AND ticket = ?
         AND phase IN ('queued', 'intended', 'needs_you') ORDER BY place, num"
    );
    let rows = sqlx::query(&sql)
        .bind(key.technician)
        .bind(&key.ticket.source.0)
        .bind(number(key.ticket.id.0))
        .fetch_all(db)
        .await?;
    rows.iter().map(from_row).collect()
}

/// All chains with something to carry out, oldest first; of one technician, or of all.
///
/// # Errors
/// The database.
pub async fn open(db: &mut Connection, who: Option<TechnicianId>) -> Stored<Vec<ChainKey>> {
    let rows: Vec<(TechnicianId, String, i64)> = sqlx::query_as(
        "SELECT technician, source, ticket FROM changes
         WHERE phase IN ('queued', 'intended') AND (?1 IS NULL OR technician = ?1)
         GROUP BY technician, source, ticket ORDER BY MIN(num)",
    )
    .bind(who)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(technician, source, ticket)| ChainKey {
            technician,
            ticket: TicketKey {
                source: SourceId(source),
                id: TicketId(ticket.unsigned_abs()),
            },
        })
        .collect())
}

/// Whether something waits to be carried out at this GLPI.
///
/// # Errors
/// The database.
pub async fn any_open(db: &mut Connection, who: TechnicianId, source: &SourceId) -> Stored<bool> {
    let any: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM changes WHERE phase IN ('queued', 'intended') AND technician = ?
         AND source = ? LIMIT 1",
    )
    .bind(who)
    .bind(&source.0)
    .fetch_optional(db)
    .await?;
    Ok(any.is_some())
}

/// When a solution of this technician's was last found to have closed this ticket at once.
///
/// # Errors
/// The database.
pub async fn closed_at_once(db: &mut Connection, key: &ChainKey) -> Stored<Option<Instant>> {
    let at: Option<i64> = sqlx::query_scalar(
        "SELECT MAX(settled_at) FROM changes WHERE technician = ? AND source = ? AND ticket = ?
         AND phase = 'delivered' AND report LIKE '%\"closed_at_once\"%'",
    )
    .bind(key.technician)
    .bind(&key.ticket.source.0)
    .bind(number(key.ticket.id.0))
    .fetch_one(db)
    .await?;
    Ok(at.map(Instant))
}
