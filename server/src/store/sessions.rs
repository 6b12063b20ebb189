//! Cookie sessions. The database holds a hash: who reads it can't sign in with it.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tournee_core::ids::DeviceId;
use tournee_core::time::{Instant, Seconds};

use super::{Connection, Stored, TechnicianId};
use crate::chance::Chance;

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

    fn fresh(chance: &Chance) -> Self {
        let mut bytes = [0; 32];
        chance.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// A session as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// Whose.
    pub technician: TechnicianId,
    /// When it was last used.
    pub seen_at: Instant,
    /// On which device, once that has said so.
    pub device: Option<DeviceId>,
    /// That device was revoked.
    pub revoked: bool,
}

/// The rows of `sessions`, by a token's hash; each goes with its technician.
#[async_trait]
pub trait Sessions {
    /// Adds one.
    async fn insert_session(&mut self, hash: &[u8], who: TechnicianId, now: Instant) -> Stored<()>;
    /// One, if it was last used not before `since`.
    async fn session(&mut self, hash: &[u8], since: Instant) -> Stored<Option<SessionRecord>>;
    /// Sets which device uses it.
    async fn bind_session(&mut self, hash: &[u8], device: DeviceId) -> Stored<()>;
    /// Revokes those of a technician's device.
    async fn revoke_sessions(&mut self, who: TechnicianId, device: DeviceId) -> Stored<()>;
    /// The devices that a technician has a session on, revoked or not.
    async fn session_devices(&mut self, who: TechnicianId) -> Stored<Vec<DeviceId>>;
    /// Sets when it was last used.
    async fn touch_session(&mut self, hash: &[u8], now: Instant) -> Stored<()>;
    /// Deletes one.
    async fn delete_session(&mut self, hash: &[u8]) -> Stored<()>;
    /// Deletes those last used before `since`.
    async fn sweep_sessions(&mut self, since: Instant) -> Stored<()>;
    /// Whether a technician has any that is not revoked: one that a device uses, or that was last used after `since`.
    async fn any_session(&mut self, who: TechnicianId, since: Instant) -> Stored<bool>;
    /// Moves all of a technician's to another.
    async fn give_sessions(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
}

/// Opens a session.
///
/// # Errors
/// The database.
pub async fn open(
    db: &mut Connection,
    chance: &Chance,
    who: TechnicianId,
    now: Instant,
) -> Stored<Token> {
    let token = Token::fresh(chance);
    db.insert_session(&token.hash(), who, now).await?;
    Ok(token)
}

/// A valid session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub technician: TechnicianId,
    /// Its last use is worth writing down.
    pub worth_touching: bool,
    /// On which device, once that has said so.
    pub device: Option<DeviceId>,
    /// That device was revoked: the session may hand over and sign out, and nothing else.
    pub revoked: bool,
}

/// The session of a token, if it is valid.
///
/// # Errors
/// The database.
pub async fn find(db: &mut Connection, token: &Token, now: Instant) -> Stored<Option<Session>> {
    let row = db.session(&token.hash(), now - IDLE).await?;
    Ok(row.map(|row| Session {
        technician: row.technician,
        worth_touching: now - row.seen_at > SEEN_STEP,
        device: row.device,
        revoked: row.revoked,
    }))
}

/// Remembers on which device a session is used.
///
/// # Errors
/// The database.
pub async fn bind(db: &mut Connection, token: &Token, device: DeviceId) -> Stored<()> {
    db.bind_session(&token.hash(), device).await
}

/// Remembers that a session was used.
///
/// # Errors
/// The database.
pub async fn touch(db: &mut Connection, token: &Token, now: Instant) -> Stored<()> {
    db.touch_session(&token.hash(), now).await
}

/// Ends a session.
///
/// # Errors
/// The database.
pub async fn close(db: &mut Connection, token: &Token) -> Stored<()> {
    db.delete_session(&token.hash()).await
}

/// Ends sessions that nobody used.
///
/// # Errors
/// The database.
pub async fn sweep(db: &mut Connection, now: Instant) -> Stored<()> {
    db.sweep_sessions(now - IDLE).await
}

/// Whether the technician is signed in anywhere. A session that no device has used for long is one whose cookie was lost on
/// its way.
///
/// # Errors
/// The database.
pub async fn has_any(db: &mut Connection, who: TechnicianId, now: Instant) -> Stored<bool> {
    db.any_session(who, now - SEEN_STEP).await
}
