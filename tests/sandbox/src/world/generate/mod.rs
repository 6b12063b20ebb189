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
