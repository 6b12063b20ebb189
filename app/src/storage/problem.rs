//! What can be wrong with the phone's storage.

use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// Why the phone's storage could not do what was asked. Nothing that was there before is lost by any of these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageProblem {
    /// No room left.
    #[error("the storage is full")]
    Full,
    /// The browser gives no storage (private window, switched off).
    #[error("the browser gives no storage: {0}")]
    Unavailable(String),
    /// A newer version of the app has taken the storage over.
    #[error("the storage belongs to a newer version of the app")]
    Newer,
    /// Another tab, with an older version of the app, keeps the storage from being brought up to date.
    #[error("an older version of the app holds the storage")]
    Blocked,
    /// The browser closed the connection.
    #[error("the connection to the storage was lost: {0}")]
    Lost(String),
    /// A record is not what we wrote.
    #[error("a stored record can't be read: {0}")]
    Unreadable(String),
    /// Something else.
    #[error("{0}")]
    Failed(String),
}

impl StorageProblem {
    pub(super) fn aborted(reason: Option<DomException>) -> Self {
        match reason {
            Some(reason) => Self::named(&reason.name(), reason.message()),
            // The browser gives no reason when it closes the connection itself.
            None => Self::Lost("aborted".to_owned()),
        }
    }

    fn named(name: &str, words: String) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "VersionError" => Self::Newer,
            // Safari: "Connection to Indexed Database server lost". What it did of a transaction is not known then.
            "InvalidStateError" | "UnknownError" | "AbortError" | "TimeoutError" => {
                Self::Lost(words)
            }
            "SecurityError" | "NotSupportedError" => Self::Unavailable(words),
            _ => Self::Failed(format!("{name}: {words}")),
        }
    }

    fn worded(words: String) -> Self {
        let name = words
            .split(':')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        Self::named(&name, words)
    }
}

impl From<JsValue> for StorageProblem {
    fn from(value: JsValue) -> Self {
        match value.dyn_ref::<DomException>() {
            Some(exception) => Self::named(&exception.name(), exception.message()),
            None => Self::Failed(String::from(Object::from(value).to_string())),
        }
    }
}

impl From<idb::Error> for StorageProblem {
    fn from(error: idb::Error) -> Self {
        use idb::Error;
        match error {
            Error::DomException(exception) => Self::named(&exception.name(), exception.message()),
            Error::TransactionOpenFailed(value)
            | Error::IndexedDbNotFound(value)
            | Error::IndexedDbOpenFailed(value)
            | Error::GetFailed(value)
            | Error::GetAllFailed(value)
            | Error::GetAllKeysFailed(value)
            | Error::ObjectStoreNotFound(value) => value.into(),
            other => Self::worded(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_a_lost_connection_is_tried_again_and_a_full_phone_is_not() {
        for name in ["InvalidStateError", "UnknownError", "AbortError"] {
            let problem = StorageProblem::named(name, String::new());
            assert!(matches!(problem, StorageProblem::Lost(_)), "{name}");
        }
        assert!(matches!(
            StorageProblem::aborted(None),
            StorageProblem::Lost(_)
        ));
    }

    #[test]
    fn a_full_quota_is_known_by_its_name() {
        let full = StorageProblem::named("QuotaExceededError", String::new());
        assert_eq!(full, StorageProblem::Full);
        let lost = StorageProblem::worded("InvalidStateError: closing".to_owned());
        assert!(matches!(lost, StorageProblem::Lost(_)));
    }
}
