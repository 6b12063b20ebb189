//! Cookie sessions. The database holds a hash: who reads it can't sign in with it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore as _;
use sha2::{Digest as _, Sha256};
use tournee_core::time::{Instant, Seconds};

use super::{Connection, Stored, TechnicianId};

/// A session that nobody used for so long is void.
const IDLE: Seconds = Seconds::days(30);
/// How stale `seen_at` may be: not every request is worth a write.
const SEEN_STEP: Seconds = Seconds(3_600);

/// What the cookie carries.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// From a cookie.
    pub fn from_cookie(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// For a cookie.
    pub fn value(&self) -> &str {
        &self.0
    }

    fn fresh() -> Self {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

/// Opens a session.
///
/// # Errors
/// The database.
pub async fn open(db: &mut Connection, who: TechnicianId, now: Instant) -> Stored<Token> {
    let token = Token::fresh();
    sqlx::query(
        "INSERT INTO sessions (token_hash, technician, created_at, seen_at) VALUES (?, ?, ?, ?)",
    )
    .bind(token.hash())
    .bind(who)
    .bind(now.0)
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(token)
}

/// A valid session.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// Whose.
    pub technician: TechnicianId,
    /// Its last use is worth writing down.
    pub worth_touching: bool,
}

/// The session of a token, if it is valid.
///
/// # Errors
/// The database.
pub async fn find(db: &mut Connection, token: &Token, now: Instant) -> Stored<Option<Session>> {
    let row: Option<(TechnicianId, i64)> = sqlx::query_as(
        "SELECT technician, seen_at FROM sessions WHERE token_hash = ? AND seen_at >= ?",
    )
    .bind(token.hash())
    .bind((now - IDLE).0)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(technician, seen_at)| Session {
        technician,
        worth_touching: now - Instant(seen_at) > SEEN_STEP,
    }))
}

/// Remembers that a session was used.
///
/// # Errors
/// The database.
pub async fn touch(db: &mut Connection, token: &Token, now: Instant) -> Stored<()> {
    sqlx::query("UPDATE sessions SET seen_at = ? WHERE token_hash = ?")
        .bind(now.0)
        .bind(token.hash())
        .execute(db)
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database.
pub async fn close(db: &mut Connection, token: &Token) -> Stored<()> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = ?")
        .bind(token.hash())
        .execute(db)
        .await?;
    Ok(())
}

/// Ends sessions that nobody used.
///
/// # Errors
/// The database.
pub async fn sweep(db: &mut Connection, now: Instant) -> Stored<()> {
    sqlx::query("DELETE FROM sessions WHERE seen_at < ?")
        .bind((now - IDLE).0)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether the technician is signed in anywhere.
///
/// # Errors
/// The database.
pub async fn has_any(db: &mut Connection, who: TechnicianId) -> Stored<bool> {
    let any: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sessions WHERE technician = ? LIMIT 1")
            .bind(who)
            .fetch_optional(db)
            .await?;
    Ok(any.is_some())
}
