//! The tables `files` and `file_pieces`.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tournee_core::ids::FileHash;
use tournee_core::time::Instant;

use crate::store::files::{FileRecord, Files, PieceKey};
use crate::store::{Stored, TechnicianId, number};
use crate::vault::Sealed;

#[async_trait]
impl Files for SqliteConnection {
    async fn file(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<Option<FileRecord>> {
        let row: Option<(i64, i64, bool, i64)> = sqlx::query_as(
            "SELECT size, received, whole, seen_at FROM files WHERE technician = ? AND hash = ?",
        )
        .bind(who)
        .bind(hash.to_string())
        .fetch_optional(self)
        .await?;
        Ok(row.map(|(size, received, whole, seen_at)| FileRecord {
            size: size.unsigned_abs(),
            received: received.unsigned_abs(),
            whole,
            seen_at: Instant(seen_at),
        }))
    }

    async fn put_file(
        &mut self,
        who: TechnicianId,
        hash: &FileHash,
        file: &FileRecord,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO files (technician, hash, size, received, whole, seen_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET size = excluded.size, received = excluded.received,
             whole = excluded.whole, seen_at = excluded.seen_at",
        )
        .bind(who)
        .bind(hash.to_string())
        .bind(number(file.size))
        .bind(number(file.received))
        .bind(file.whole)
        .bind(file.seen_at.0)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn delete_file(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<()> {
        sqlx::query("DELETE FROM files WHERE technician = ? AND hash = ?")
            .bind(who)
            .bind(hash.to_string())
            .execute(self)
            .await?;
        Ok(())
    }

    async fn put_piece(&mut self, key: &PieceKey, sealed: &Sealed) -> Stored<()> {
        sqlx::query(
            "INSERT INTO file_pieces (technician, hash, place, key_id, sealed) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed",
        )
        .bind(key.technician)
        .bind(key.hash.to_string())
        .bind(number(key.place))
        .bind(&sealed.key_id)
        .bind(&sealed.bytes)
        .execute(self)
        .await?;
        Ok(())
    }

    async fn piece(&mut self, key: &PieceKey) -> Stored<Option<Sealed>> {
        let row: Option<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT key_id, sealed FROM file_pieces WHERE technician = ? AND hash = ? AND place = ?",
        )
        .bind(key.technician)
        .bind(key.hash.to_string())
        .bind(number(key.place))
        .fetch_optional(self)
        .await?;
        Ok(row.map(|(key_id, bytes)| Sealed { key_id, bytes }))
    }

    async fn piece_places(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<Vec<u64>> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT place FROM file_pieces WHERE technician = ? AND hash = ? ORDER BY place",
        )
        .bind(who)
        .bind(hash.to_string())
        .fetch_all(self)
        .await?;
        Ok(rows.into_iter().map(i64::unsigned_abs).collect())
    }

    async fn pieces_not_sealed_by(&mut self, key_id: &str) -> Stored<Vec<PieceKey>> {
        let rows: Vec<(TechnicianId, String, i64)> = sqlx::query_as(
            "SELECT technician, hash, place FROM file_pieces WHERE key_id <> ?
             ORDER BY technician, hash, place",
        )
        .bind(key_id)
        .fetch_all(self)
        .await?;
        let keys = rows.into_iter().filter_map(|(technician, hash, place)| {
            Some(PieceKey {
                technician,
                hash: FileHash::parse(&hash)?,
                place: place.unsigned_abs(),
            })
        });
        Ok(keys.collect())
    }

    async fn bytes_of(&mut self, who: TechnicianId) -> Stored<u64> {
        let sum: i64 =
            sqlx::query_scalar("SELECT COALESCE(SUM(size), 0) FROM files WHERE technician = ?")
                .bind(who)
                .fetch_one(self)
                .await?;
        Ok(sum.unsigned_abs())
    }

    async fn hashes_of(&mut self, who: TechnicianId) -> Stored<Vec<FileHash>> {
        let sql = "SELECT hash FROM files WHERE technician = ? ORDER BY hash";
        let rows: Vec<String> = sqlx::query_scalar(sql).bind(who).fetch_all(self).await?;
        Ok(rows
            .iter()
            .filter_map(|hash| FileHash::parse(hash))
            .collect())
    }

    async fn give_files(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        // Pieces follow their files; what he has too goes with the technician that it came from.
        sqlx::query("UPDATE OR IGNORE files SET technician = ? WHERE technician = ?")
            .bind(to)
            .bind(from)
            .execute(self)
            .await?;
        Ok(())
    }

    async fn files_idle_since(&mut self, then: Instant) -> Stored<Vec<(TechnicianId, FileHash)>> {
        let rows: Vec<(TechnicianId, String)> = sqlx::query_as(
            "SELECT technician, hash FROM files WHERE seen_at < ? ORDER BY technician, hash",
        )
        .bind(then.0)
        .fetch_all(self)
        .await?;
        let named = |(who, hash): (TechnicianId, String)| Some((who, FileHash::parse(&hash)?));
        Ok(rows.into_iter().filter_map(named).collect())
    }

    async fn is_file_wanted(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<bool> {
        let wanted: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM changes WHERE phase IN ('queued', 'intended', 'needs_you')
             AND technician = ? AND body LIKE ? LIMIT 1",
        )
        .bind(who)
        .bind(format!("%\"hash\":\"{hash}\"%"))
        .fetch_optional(self)
        .await?;
        Ok(wanted.is_some())
    }
}
