//! The time as the simulated GLPI sees it.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// Where a GLPI reads its time.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `at`.
    pub fn new(at: Timestamp) -> Self {
        ManualClock(Mutex::new(at))
    }

    /// Shows `at` from now on.
    pub fn set(&self, at: Timestamp) {
        *self.lock() = at;
    }

    /// Moves by so many seconds.
    pub fn advance_seconds(&self, seconds: i64) {
        let mut at = self.lock();
        *at = at
            .checked_add(SignedDuration::from_secs(seconds))
            .unwrap_or(*at);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }
}

/// `2026-11-23 11:55:24`: how GLPI writes a date, in its own zone and to the second.
pub fn local_text(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The instant that such a text means.
pub fn parse_local(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let at = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}

/// `Mon, 23 Nov 2026 10:55:24 GMT`: how HTTP writes it.
pub fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_has_no_zone_and_one_second() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let at: Timestamp = "2026-11-23T10:55:24.9Z".parse().unwrap();
        assert_eq!(local_text(at, &zone), "2026-11-23 11:55:24");
        assert_eq!(
            http_date(parse_local("2026-11-23 11:55:24", &zone).unwrap()),
            "Mon, 23 Nov 2026 10:55:24 GMT"
        );
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        clock.advance_seconds(61);
        assert_eq!(clock.now().as_second(), 61);
    }
}
