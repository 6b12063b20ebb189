//! What the head says of the sync, out of all that is known.

use tournee_core::outbox::Queued;
use tournee_core::phone::Phone;
use tournee_core::time::Instant;
use tournee_core::wire::Progress;

use super::ApiFailure;

/// The sync state as the head shows it: one thing, the one that matters most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncState {
    /// An exchange that somebody asked for, or the first read, is under way.
    Syncing {
        /// How far the server's read has come.
        progress: Option<Progress>,
    },
    /// All is said and done.
    Synced {
        /// Since when.
        at: Instant,
    },
    /// Changes on their way.
    Pending {
        /// How many.
        n: usize,
    },
    /// No network, or no server.
    Offline {
        /// Changes that wait for it.
        pending: usize,
    },
    /// Changes that wait for the technician.
    NeedsYou {
        /// How many.
        n: usize,
    },
    /// The session is over: everything is kept.
    SignedOut,
    /// The server says no.
    Failed(ApiFailure),
}

/// What is known at this moment, beside the phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// The session has expired, or there never was one.
    pub signed_out: bool,
    /// The device has no network.
    pub offline: bool,
    /// How the last exchange failed.
    pub failure: Option<ApiFailure>,
    /// An exchange is under way that somebody asked for.
    pub asked: bool,
}

/// The one thing to show.
pub fn sync_state(phone: &Phone, glance: &Glance) -> SyncState {
    let pending = phone.outbox().iter().filter(|q| q.is_on_its_way()).count();
    let needs_you = phone
        .outbox()
        .iter()
        .filter(|q| Queued::needs_you(q))
        .count();
    let progress = phone.meta().sources.iter().find_map(|s| s.progress);
    if glance.signed_out {
        return SyncState::SignedOut;
    }
    if glance.offline || glance.failure.as_ref().is_some_and(ApiFailure::is_network) {
        return SyncState::Offline { pending };
    }
    if needs_you > 0 {
        return SyncState::NeedsYou { n: needs_you };
    }
    if let Some(failure) = &glance.failure {
        return SyncState::Failed(failure.clone());
    }
    if pending > 0 {
        return SyncState::Pending { n: pending };
    }
    match phone.meta().synced_at {
        Some(at) if !glance.asked && progress.is_none() => SyncState::Synced { at },
        _ => SyncState::Syncing { progress },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tournee_core::ids::DeviceId;
    use tournee_core::phone::Stored;
    use uuid::Uuid;

    fn phone() -> Phone {
        Phone::load(&Stored::default(), DeviceId(Uuid::nil())).unwrap()
    }

    #[test]
    fn a_server_that_cannot_be_reached_is_no_network_to_the_technician() {
        let glance = Glance {
            failure: Some(ApiFailure::Unreachable),
            ..Glance::default()
        };
        let offline = SyncState::Offline { pending: 0 };
        assert_eq!(sync_state(&phone(), &glance), offline);
    }

    #[test]
    fn an_expired_session_comes_before_all_else() {
        let glance = Glance {
            signed_out: true,
            offline: true,
            ..Glance::default()
        };
        assert_eq!(sync_state(&phone(), &glance), SyncState::SignedOut);
    }

    #[test]
    fn a_phone_that_never_synced_is_syncing() {
        let syncing = SyncState::Syncing { progress: None };
        assert_eq!(sync_state(&phone(), &Glance::default()), syncing);
    }
}
