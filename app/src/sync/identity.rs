//! Whether the one who signs in is the one whose work the phone holds.

use tournee_core::wire::{SessionInfo, SourceState};

/// `true` for a phone that holds nobody's work, and for whoever shares an account with it: a technician's accounts
/// belong together at the server, so one is enough.
pub fn is_same_person(held: &[SourceState], session: &SessionInfo) -> bool {
    held.is_empty()
        || held.iter().any(|state| {
            session
                .sources
                .iter()
                .filter_map(|source| source.account.as_ref())
                .any(|account| account.source == state.source && account.user == state.account.user)
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(source: &str, user: u64) -> serde_json::Value {
        json!({"source": source, "user": user, "login": "x", "name": "x", "groups": [],
            "profile": {"id": 6, "name": "Technician"}, "profiles": [], "entity": "all",
            "state": "active", "stores_emoji": true, "web_url": ""})
    }

    fn held(source: &str, user: u64) -> SourceState {
        serde_json::from_value(json!({"source": source, "name": "", "color": "",
            "account": account(source, user), "refreshed_at": null, "progress": null}))
        .unwrap()
    }

    fn session(accounts: &[(&str, u64)]) -> SessionInfo {
        let sources: Vec<_> = accounts
            .iter()
            .map(|(source, user)| {
                json!({"id": source, "name": "", "color": "", "account": account(source, *user)})
            })
            .collect();
        serde_json::from_value(json!({"version": "", "signed_in": true, "sources": sources}))
            .unwrap()
    }

    #[test]
    fn one_shared_account_is_enough() {
        let phone = [held("ancien", 7), held("nouveau", 8)];
        assert!(is_same_person(&phone, &session(&[("nouveau", 8)])));
        assert!(is_same_person(&[], &session(&[("nouveau", 8)])));
    }

    #[test]
    fn the_same_number_in_another_glpi_is_somebody_else() {
        let phone = [held("ancien", 7)];
        assert!(!is_same_person(&phone, &session(&[("nouveau", 7)])));
        assert!(!is_same_person(&phone, &session(&[("ancien", 8)])));
    }
}
