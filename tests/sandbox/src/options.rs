//! What a simulated GLPI is made from.

use std::{sync::Arc, time::Duration};

use jiff::tz::TimeZone;

use crate::clock::{Clock, SystemClock};

/// Which GLPI is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(non_camel_case_types)]
pub enum Version {
    /// GLPI 9.2 on PHP 7.4.
    V9_2,
    /// GLPI 10.0.17 on PHP 8.2.
    V10_0,
}

/// How long an answer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// As fast as this machine can.
    Instant,
    /// The medians of GLPI.md's speed table, by kind of request.
    Recorded,
    /// Every request as long as the others.
    Fixed(Duration),
}

/// The make of one simulated GLPI.
#[derive(Clone)]
pub struct Options {
    /// Which GLPI.
    pub version: Version,
    /// The seed of the demo data and of the chances in faults.
    pub seed: u64,
    /// How many stores (locations beside the head office and the depots).
    pub stores: usize,
    /// How many technicians.
    pub technicians: usize,
    /// How many tickets.
    pub tickets: usize,
    /// How many self-service users.
    pub requesters: usize,
    /// How fast it answers.
    pub speed: Speed,
    /// Where it reads the time.
    pub clock: Arc<dyn Clock>,
    /// The application token it demands, where it demands one.
    pub app_token: Option<String>,
    /// Its zone.
    pub timezone: TimeZone,
}

impl Options {
    /// A GLPI 9.2 with the demo data.
    pub fn glpi_9_2() -> Self {
        Options::of(Version::V9_2)
    }

    /// A GLPI 10.0.17 with the demo data.
    pub fn glpi_10() -> Self {
        Options::of(Version::V10_0)
    }

    fn of(version: Version) -> Self {
        Options {
            version,
            seed: 2026,
            stores: 12,
            technicians: 6,
            tickets: 400,
            requesters: 40,
            speed: Speed::Instant,
            clock: Arc::new(SystemClock),
            app_token: None,
            timezone: TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options::glpi_10()
    }
}
