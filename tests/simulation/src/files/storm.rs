//! How often files come up.

use crate::dice::Dice;

/// So many of the storms have files in them.
const SHARE: f64 = 0.4;

/// Chances of each occasion.
#[derive(Clone, Debug)]
pub struct Files {
    /// A technician attaches something.
    pub attached: f64,
    /// Of what other people do, the share that attaches something.
    pub by_people: f64,
}

impl Files {
    /// Those of a seed, if it has any.
    pub fn of(seed: u64) -> Option<Self> {
        let mut dice = Dice::of(seed, "files");
        let of_hundred = |number: u64| number as f64 / 100.0;
        dice.hit(SHARE).then(|| Self {
            attached: of_hundred(dice.between(8, 35)),
            by_people: of_hundred(dice.between(5, 20)),
        })
    }
}
