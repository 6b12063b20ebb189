//! A simulated GLPI 9.2 and GLPI 10.0, held to recorded exchanges, and a simulated Gmail.
//!
//! The plan of the house: [`world`] is the state (tables, accounts, sessions) with the demo data; `items` is what may
//! be done with each item type; `search` is the search engine; `http` is the REST API over them; [`dialect`] and
//! `text` hold every difference between the two versions; [`faults`] is the one place for what goes wrong. [`gmail`]
//! is a house of its own beside them, with the same clock, speed and faults.

pub mod accounts;
#[cfg(test)]
mod checks;
pub mod clock;
pub mod dialect;
pub mod faults;
pub mod gmail;
mod http;
mod items;
mod messages;
mod options;
mod schema;
mod search;
mod server;
mod speed;
mod text;
pub mod value;
pub mod world;

use std::{
    ops::DerefMut,
    sync::{Arc, Mutex},
};

pub use clock::{Clock, ManualClock, SystemClock};
pub use dialect::Dialect;
pub use faults::{Canned, Effect, Faults, Matcher, RuleId};
pub use options::{Options, Speed, Version};
pub use server::{Server, spawn};
pub use world::World;

/// One simulated GLPI; clones are the same one.
#[derive(Clone)]
pub struct Glpi(Arc<Inner>);

struct Inner {
    world: Mutex<World>,
    faults: Faults,
    speed: Speed,
    dialect: Dialect,
}

impl Glpi {
    /// Makes one, with its demo data.
    pub fn new(options: Options) -> Glpi {
        Glpi(Arc::new(Inner {
            world: Mutex::new(World::new(&options)),
            faults: Faults::new(options.seed),
            speed: options.speed,
            dialect: Dialect(options.version),
        }))
    }

    /// Its routes: 9.2 under `/glpi/apirest.php`, 10 under `/apirest.php`, and a small page at `/`.
    pub fn router(&self) -> axum::Router {
        http::router(self.clone())
    }

    /// The place for faults.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The state, to read and to edit. The GLPI answers nobody while this is held.
    pub fn world(&self) -> impl DerefMut<Target = World> + '_ {
        self.0
            .world
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    /// Its manners.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    pub(crate) fn speed(&self) -> Speed {
        self.0.speed
    }
}
