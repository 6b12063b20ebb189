//! All chance comes from here: one stream a player, each from the seed and his name, so that one who draws more does
//! not move the others.

use std::time::Duration;

use rand::{Rng as _, RngCore as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

/// A stream of chance.
#[derive(Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a player.
    pub fn of(seed: u64, player: &str) -> Self {
        let mut mixed = seed ^ 0x5eed_0fca_5e00_0000;
        for byte in player.bytes() {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(ChaCha8Rng::seed_from_u64(mixed))
    }

    /// Whether something with this chance happens.
    pub fn hit(&mut self, chance: f64) -> bool {
        chance > 0.0 && self.0.random_bool(chance.min(1.0))
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0.random_range(low..=high.max(low))
    }

    /// A length of time, in milliseconds.
    pub fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.between(low, high))
    }

    /// A length of time, in seconds, with fractions.
    pub fn seconds(&mut self, low: u64, high: u64) -> Duration {
        self.millis(low * 1_000, high * 1_000)
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        match among.len() {
            0 => None,
            len => among.get(self.0.random_range(0..len)),
        }
    }

    /// A name for a change made at `unix_ms`, or for a device.
    pub fn uuid(&mut self, unix_ms: i64) -> Uuid {
        let mut random = [0; 10];
        self.0.fill_bytes(&mut random);
        let millis = u64::try_from(unix_ms).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
