//! Profiles and their rights, as GLPI's bits.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::options::Version;

/// See the items.
pub const READ: i64 = 1;
/// Change them.
pub const UPDATE: i64 = 2;
/// Add some.
pub const CREATE: i64 = 4;
/// Put them into the trash.
pub const DELETE: i64 = 8;
/// Remove them for good.
pub const PURGE: i64 = 16;
/// On tickets: see all. On followups and tasks: change all.
pub const READALL: i64 = 1024;
/// On tickets: those assigned to me. On followups and tasks: add to every ticket.
pub const ADDALL: i64 = 4096;
/// On tickets: assign. On followups and tasks: see the private ones.
pub const SEEPRIVATE: i64 = 8192;
/// On tickets: assign anybody.
pub const ASSIGN: i64 = 8192;
/// On tickets: take an unassigned one.
pub const OWN: i64 = 32_768;

/// The Self-Service profile.
pub const SELF_SERVICE: i64 = 1;
/// The Super-Admin profile.
pub const SUPER_ADMIN: i64 = 4;
/// The Technician profile.
pub const TECHNICIAN: i64 = 6;
/// The Supervisor profile.
pub const SUPERVISOR: i64 = 7;

/// Every module of a GLPI with the stock Technician's right to it, in GLPI's order.
pub fn technician(version: Version) -> Vec<(&'static str, i64)> {
    let text = match version {
        Version::V9_2 => include_str!("../data/rights-9.2.txt"),
        Version::V10_0 => include_str!("../data/rights-10.0.txt"),
    };
    text.split_whitespace()
        .filter_map(|word| word.split_once('='))
        .filter_map(|(module, bits)| Some((module, bits.parse().ok()?)))
        .collect()
}

/// The rights of a profile, by module.
pub fn of(version: Version, profile: i64) -> Vec<(&'static str, i64)> {
    let change = |(module, bits): (&'static str, i64)| {
        let bits = match profile {
            SELF_SERVICE => self_service(module),
            SUPER_ADMIN => all(module),
            SUPERVISOR => match module {
                "location" | "itilcategory" | "dropdown" | "taskcategory" | "solutiontemplate" => {
                    31
                }
                "ticket" => all(module),
                _ => bits,
            },
            TECHNICIAN => bits,
            _ => 0,
        };
        (module, bits)
    };
    technician(version).into_iter().map(change).collect()
}

type Rights = FxHashMap<&'static str, i64>;

/// One right.
pub fn right(version: Version, profile: i64, module: &str) -> i64 {
    // Every row of a list asks: the profiles' rights are worked out once.
    static TABLES: OnceLock<FxHashMap<(Version, i64), Rights>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        let versions = [Version::V9_2, Version::V10_0];
        let profiles = |version| (1..=8).map(move |profile| (version, profile));
        versions
            .into_iter()
            .flat_map(profiles)
            .map(|(version, profile)| {
                (
                    (version, profile),
                    of(version, profile).into_iter().collect(),
                )
            })
            .collect()
    });
    let bits = tables
        .get(&(version, profile))
        .and_then(|rights| rights.get(module));
    bits.copied().unwrap_or(0)
}

fn self_service(module: &str) -> i64 {
    match module {
        "ticket" => 131_077,
        "followup" => 5,
        "task" => 1,
        "knowbase" => 2_048,
        "password_update" | "reservation" => 1_024,
        "ticketvalidation" => 12_288,
        _ => 0,
    }
}

fn all(module: &str) -> i64 {
    match module {
        "ticket" => 261_151,
        "followup" | "task" => 31_767,
        "user" => 7_327,
        "entity" => 3_327,
        "config" => 3,
        "logs" | "statistic" | "reports" => 1,
        _ => 127,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_technician_may_not_read_places_nor_delete_tickets() {
        for version in [Version::V9_2, Version::V10_0] {
            assert_eq!(right(version, TECHNICIAN, "location"), 0);
            assert_eq!(right(version, TECHNICIAN, "itilcategory"), 0);
            let ticket = right(version, TECHNICIAN, "ticket");
            assert_eq!(ticket & DELETE, 0);
            assert_ne!(ticket & READALL, 0);
            assert_ne!(right(version, SUPER_ADMIN, "location") & READ, 0);
            assert_eq!(right(version, SELF_SERVICE, "ticket") & READALL, 0);
        }
    }
}
