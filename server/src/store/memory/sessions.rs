//! The table `sessions`.

use async_trait::async_trait;
use tournee_core::time::Instant;

use super::View;
use super::tables::{Session, keep, taken};
use crate::store::sessions::Sessions;
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Sessions for View {
    async fn insert_session(&mut self, hash: &[u8], who: TechnicianId, now: Instant) -> Stored<()> {
        self.alter(|tables| {
            if tables.sessions.contains_key(hash) {
                return taken("sessions.token_hash");
            }
            tables.must_know(who)?;
            let session = Session {
                technician: who,
                seen_at: now,
            };
            tables.sessions.insert(hash.into(), session);
            Ok(())
        })
    }

    async fn session(
        &mut self,
        hash: &[u8],
        since: Instant,
    ) -> Stored<Option<(TechnicianId, Instant)>> {
        let session = self.tables()?.sessions.get(hash);
        let valid = session.filter(|session| session.seen_at >= since);
        Ok(valid.map(|session| (session.technician, session.seen_at)))
    }

    async fn touch_session(&mut self, hash: &[u8], now: Instant) -> Stored<()> {
        self.alter(|tables| {
            if let Some(session) = tables.sessions.get(hash) {
                let session = Session {
                    seen_at: now,
                    ..*session
                };
                tables.sessions.insert(hash.into(), session);
            }
            Ok(())
        })
    }

    async fn delete_session(&mut self, hash: &[u8]) -> Stored<()> {
        self.alter(|tables| {
            tables.sessions.remove(hash);
            Ok(())
        })
    }

    async fn sweep_sessions(&mut self, since: Instant) -> Stored<()> {
        self.alter(|tables| {
            tables.sessions = keep(&tables.sessions, |_, session| session.seen_at >= since);
            Ok(())
        })
    }

    async fn any_session(&mut self, who: TechnicianId) -> Stored<bool> {
        let mut sessions = self.tables()?.sessions.values();
        Ok(sessions.any(|session| session.technician == who))
    }

    async fn give_sessions(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for (hash, session) in &tables.sessions.clone() {
                if session.technician == from {
                    tables.must_know(to)?;
                    let session = Session {
                        technician: to,
                        ..*session
                    };
                    tables.sessions.insert(hash.clone(), session);
                }
            }
            Ok(())
        })
    }
}
