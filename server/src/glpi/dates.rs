//! GLPI's local times without a zone, and our instants in UTC.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Span, Timestamp};
use tournee_core::time::Instant;

/// A time as GLPI writes it: local, no zone, one second. Ordered as GLPI orders it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalStamp(pub String);

/// The zone that a GLPI session counts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// A zone of the IANA database.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The zone of a GLPI whose clock shows `local` at the instant `now`: Paris where that fits (GLPI does not say
    /// more than an offset, and only a named zone knows the summer), else that offset for ever.
    pub fn detect(local: &str, now: Timestamp) -> Option<Self> {
        let local = parse(local)?;
        let utc = now.to_zoned(TimeZone::UTC).datetime();
        let seconds = local.duration_since(utc).as_secs();
        // Requests take time and clocks differ: zones come in quarters of an hour.
        let quarter = 900;
        let offset = (seconds + quarter / 2).div_euclid(quarter) * quarter;
        let offset = Offset::from_seconds(i32::try_from(offset).ok()?).ok()?;
        let paris = TimeZone::get("Europe/Paris").ok();
        let paris = paris.filter(|paris| paris.to_offset(now) == offset);
        Some(Self(paris.unwrap_or_else(|| TimeZone::fixed(offset))))
    }

    /// UTC, where nothing better is known.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Whether this zone's clock shows `local` (within minutes) at the instant `now`.
    pub fn fits(&self, local: &str, now: Timestamp) -> bool {
        let here = self.0.to_datetime(now);
        parse(local).is_some_and(|local| local.duration_since(here).as_secs().abs() < 600)
    }

    /// Its name, or its offset.
    pub fn name(&self) -> String {
        match self.0.iana_name() {
            Some(name) => name.to_owned(),
            None => self
                .0
                .to_fixed_offset()
                .map(|offset| format!("UTC{offset}"))
                .unwrap_or_else(|_| "UTC".to_owned()),
        }
    }

    /// The instant of a local time. `None` for null, `0000-00-00 00:00:00` and nonsense. In the hour that comes
    /// twice the first is meant, in the one that is skipped the clock was not yet put forward.
    pub fn instant(&self, local: &str) -> Option<Instant> {
        let timestamp = self
            .0
            .to_ambiguous_timestamp(parse(local)?)
            .compatible()
            .ok()?;
        Some(Instant(timestamp.as_second()))
    }

    /// The local time of an instant.
    pub fn stamp(&self, instant: Instant) -> LocalStamp {
        let timestamp = Timestamp::from_second(instant.0).unwrap_or(Timestamp::UNIX_EPOCH);
        LocalStamp(format(self.0.to_datetime(timestamp)))
    }

    /// Day and hour of an instant, as they are written in France: `12/11/2026 à 09:00`.
    pub fn day_and_hour(&self, instant: Instant) -> String {
        let timestamp = Timestamp::from_second(instant.0).unwrap_or(Timestamp::UNIX_EPOCH);
        let local = self.0.to_datetime(timestamp);
        local.strftime("%d/%m/%Y à %H:%M").to_string()
    }

    /// Where a delta has to start so that it misses nothing after `stamp`: `morethan` is strict, stamps have one
    /// second, and in the hour that comes twice later changes have earlier stamps.
    pub fn overlapped(&self, stamp: &LocalStamp) -> LocalStamp {
        let Some(local) = parse(&stamp.0) else {
            return stamp.clone();
        };
        let seconds = match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Fold { before, after } => {
                i64::from(before.seconds() - after.seconds()) + 2
            }
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => 2,
        };
        let earlier = local.saturating_sub(Span::new().seconds(seconds));
        LocalStamp(format(earlier))
    }
}

fn parse(local: &str) -> Option<DateTime> {
    // Fractions and a `T` do not occur in answers, but cost nothing.
    let head = local.get(..19)?.replace('T', " ");
    DateTime::strptime("%Y-%m-%d %H:%M:%S", head).ok()
}

fn format(local: DateTime) -> String {
    local.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> Zone {
        Zone::named("Europe/Paris").unwrap()
    }

    #[test]
    fn local_times_become_instants_and_back() {
        let instant = paris().instant("2026-11-23 11:55:22").unwrap();
        assert_eq!(instant, Instant(1_795_431_322));
        assert_eq!(
            paris().stamp(instant),
            LocalStamp("2026-11-23 11:55:22".into())
        );
        let summer = paris().instant("2026-07-01 12:00:00").unwrap();
        assert_eq!(summer.0 % 86_400, 10 * 3600);
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in ["", "0000-00-00 00:00:00", "2026-13-40 00:00:00", "demain"] {
            assert_eq!(paris().instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_hours_of_the_clock_change_do_not_fail() {
        let before = paris().instant("2026-03-29 01:59:59").unwrap();
        assert_eq!(
            paris().instant("2026-03-29 02:30:00").unwrap().0 - before.0,
            1801
        );
        let first = paris().instant("2026-10-25 02:30:00").unwrap();
        assert_eq!(first, Instant(1_792_888_200));
    }

    #[test]
    fn a_delta_overlaps_and_spans_the_hour_that_comes_twice() {
        let stamp = |text: &str| LocalStamp(text.to_owned());
        assert_eq!(
            paris().overlapped(&stamp("2026-11-23 11:00:00")),
            stamp("2026-11-23 10:59:58")
        );
        assert_eq!(
            paris().overlapped(&stamp("2026-10-25 02:59:00")),
            stamp("2026-10-25 01:58:58")
        );
    }

    #[test]
    fn the_zone_is_found_from_glpis_clock() {
        let now: Timestamp = "2026-11-23T10:55:22Z".parse().unwrap();
        assert_eq!(
            Zone::detect("2026-11-23 11:55:23", now).unwrap().name(),
            "Europe/Paris"
        );
        let new_york = Zone::detect("2026-11-23 05:55:21", now).unwrap();
        assert!(new_york.fits("2026-11-23 05:55:22", now));
        assert!(!paris().fits("2026-11-23 05:55:22", now));
        assert_eq!(
            new_york.instant("2026-11-23 05:55:22"),
            Some(Instant(now.as_second()))
        );
    }
}
