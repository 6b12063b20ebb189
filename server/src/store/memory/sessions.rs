//! The table `sessions`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use tournee_core::ids::DeviceId;
use tournee_core::time::Instant;

use super::View;
use super::tables::{keep, taken};
use crate::store::sessions::{SessionRecord, Sessions};
use crate::store::{Stored, TechnicianId};

#[async_trait]
impl Sessions for View {
    async fn insert_session(&mut self, hash: &[u8], who: TechnicianId, now: Instant) -> Stored<()> {
        self.alter(|tables| {
            if tables.sessions.contains_key(hash) {
                return taken("sessions.token_hash");
            }
            tables.must_know(who)?;
            let session = SessionRecord {
                technician: who,
                seen_at: now,
                device: None,
                revoked: false,
            };
            tables.sessions.insert(hash.into(), session);
            Ok(())
        })
    }

    async fn session(&mut self, hash: &[u8], since: Instant) -> Stored<Option<SessionRecord>> {
        let session = self.tables()?.sessions.get(hash);
        Ok(session.filter(|session| session.seen_at >= since).copied())
    }

    async fn bind_session(&mut self, hash: &[u8], device: DeviceId) -> Stored<()> {
        self.alter(|tables| {
            if let Some(session) = tables.sessions.get_mut(hash) {
                session.device = Some(device);
            }
            Ok(())
        })
    }

    async fn revoke_sessions(&mut self, who: TechnicianId, device: DeviceId) -> Stored<()> {
        self.alter(|tables| {
            for (hash, session) in &tables.sessions.clone() {
                if session.technician == who && session.device == Some(device) {
                    let session = SessionRecord {
                        revoked: true,
                        ..*session
                    };
                    tables.sessions.insert(hash.clone(), session);
                }
            }
            Ok(())
        })
    }

    async fn session_devices(&mut self, who: TechnicianId) -> Stored<Vec<DeviceId>> {
        let sessions = self.tables()?.sessions.values();
        let his = sessions.filter(|session| session.technician == who);
        let devices: BTreeSet<DeviceId> = his.filter_map(|session| session.device).collect();
        Ok(devices.into_iter().collect())
    }

    async fn touch_session(&mut self, hash: &[u8], now: Instant) -> Stored<()> {
        self.alter(|tables| {
            if let Some(session) = tables.sessions.get_mut(hash) {
                session.seen_at = now;
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

    async fn any_session(&mut self, who: TechnicianId, since: Instant) -> Stored<bool> {
        let mut sessions = self.tables()?.sessions.values();
        Ok(sessions.any(|session| {
            let is_used = session.device.is_some() || session.seen_at > since;
            session.technician == who && !session.revoked && is_used
        }))
    }

    async fn give_sessions(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for (hash, session) in &tables.sessions.clone() {
                if session.technician == from {
                    tables.must_know(to)?;
                    let session = SessionRecord {
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
