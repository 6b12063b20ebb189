//! The phone's clock, which may be wrong by days.

use tournee_core::ids::{ChangeId, DeviceId, RuleId};
use tournee_core::time::Instant;
use uuid::Uuid;

/// What the phone believes.
pub fn now() -> Instant {
    Instant((js_sys::Date::now() / 1000.0) as i64)
}

/// A fresh name for a change.
pub fn new_change() -> ChangeId {
    ChangeId(Uuid::now_v7())
}

/// A fresh name for this installation.
pub fn new_device() -> DeviceId {
    DeviceId(Uuid::now_v7())
}

/// A fresh name for a rule.
pub fn new_rule() -> RuleId {
    RuleId(Uuid::now_v7())
}

/// A number between 0 and 1, to spread retries.
pub fn jitter() -> f64 {
    js_sys::Math::random()
}
