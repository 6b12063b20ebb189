//! The one source of randomness of whatever the server does: a simulation's own runs the same way again.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng as _, RngCore, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use uuid::{Builder, Uuid};

/// Draws numbers. Clones draw from the same source.
#[derive(Clone, Default)]
pub struct Chance(Source);

#[derive(Clone, Default)]
enum Source {
    /// Unforeseeable: tokens and nonces come from it.
    #[default]
    Machine,
    Seeded(Arc<Mutex<ChaCha12Rng>>),
}

impl Chance {
    /// The machine's, for production.
    pub fn machine() -> Self {
        Self(Source::Machine)
    }

    /// The same numbers for the same seed, for simulations.
    pub fn seeded(seed: u64) -> Self {
        let rng = ChaCha12Rng::seed_from_u64(seed);
        Self(Source::Seeded(Arc::new(Mutex::new(rng))))
    }

    /// Random bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.draw(|rng| rng.fill_bytes(bytes));
    }

    /// A random number.
    pub fn number(&self) -> u32 {
        self.draw(|rng| rng.next_u32())
    }

    /// A random number of at least `low` and less than `high`.
    pub fn between(&self, low: f64, high: f64) -> f64 {
        self.draw(|rng| rng.random_range(low..high))
    }

    /// A random UUID, version 4.
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut dyn RngCore) -> T) -> T {
        match &self.0 {
            Source::Machine => draw(&mut rand::rng()),
            Source::Seeded(rng) => draw(&mut *rng.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again_and_another_seed_does_not() {
        let draw = |chance: Chance| (chance.number(), chance.uuid(), chance.between(0.75, 1.25));
        assert_eq!(draw(Chance::seeded(7)), draw(Chance::seeded(7)));
        assert_ne!(draw(Chance::seeded(7)), draw(Chance::seeded(8)));
        assert_ne!(draw(Chance::machine()), draw(Chance::machine()));
    }

    #[test]
    fn clones_draw_from_one_source() {
        let chance = Chance::seeded(7);
        let twin = chance.clone();
        assert_ne!(chance.number(), twin.number());
    }
}
