//! The demo data: a retailer of the Var, its stores, its technicians and their tickets, the same for the same seed.

mod people;
mod places;
mod texts;
mod tickets;
mod timeline;

pub(crate) use people::requester;

use crate::{options::Options, value::Value, world::World};

pub(super) fn fill(world: &mut World, options: &Options) {
    let born = world.now_text();
    places::entities(world);
    places::dropdowns(world, options, &born);
    people::profiles(world);
    people::users(world, options, &born);
    places::assets(world, options, &born);
    tickets::tickets(world, options);
}

/// A text as this GLPI stores it.
fn stored(world: &World, text: &str) -> Value {
    world.dialect.store(crate::dialect::Write::Other, "", text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use jiff::Timestamp;

    use crate::clock::ManualClock;
    use crate::options::Options;
    use crate::world::{World, rights};

    /// Both, as `cargo xtask run` makes them where nobody asks for other sizes.
    fn made() -> [World; 2] {
        [Options::glpi_9_2(), Options::glpi_10()].map(|options| {
            let noon = Timestamp::from_second(1_800_000_000).unwrap();
            World::new(&Options {
                clock: Arc::new(ManualClock::new(noon)),
                ..options
            })
        })
    }

    #[test]
    fn each_glpi_has_twelve_stores_six_technicians_and_four_hundred_tickets_over_all_statuses() {
        for world in made() {
            let locations = world.table("Location").unwrap().iter();
            let stores = locations.filter(|row| row.text("name").starts_with("Magasin "));
            assert_eq!(stores.count(), 12);
            let active = |id| world.row("User", id).unwrap().int("is_active") == 1;
            let profiles = world.table("Profile_User").unwrap().iter();
            let technicians = profiles.filter(|row| {
                row.int("profiles_id") == rights::TECHNICIAN && active(row.int("users_id"))
            });
            assert_eq!(technicians.count(), 6);
            let mut statuses: BTreeMap<i64, usize> = BTreeMap::new();
            for row in world.table("Ticket").unwrap().iter() {
                *statuses.entry(row.int("status")).or_default() += 1;
            }
            assert_eq!(statuses.values().sum::<usize>(), 400);
            assert!(statuses.keys().copied().eq(1..=6), "{statuses:?}");
            assert!(statuses.values().all(|count| *count >= 20), "{statuses:?}");
        }
    }

    #[test]
    fn the_demo_data_are_the_same_each_time() {
        for (one, other) in made().iter().zip(&made()) {
            for itemtype in one.itemtypes() {
                let all = |world: &World| format!("{:?}", world.table(itemtype));
                assert!(all(one) == all(other), "{itemtype}");
            }
        }
    }
}
