//! What can go wrong with Gmail, and how often.

use crate::dice::Dice;
use crate::storm::some;

/// Of the storms that could, so many have mailboxes in them.
const SHARE: f64 = 0.35;

/// Chances of each request to Google, and of what happens in the mailboxes.
#[derive(Clone, Debug)]
pub struct Mails {
    /// Refused connections.
    pub refused: f64,
    /// Lost before the work.
    pub lost_before: f64,
    /// Lost after the work.
    pub lost_after: f64,
    /// Done, but answered after the server's patience.
    pub timed_out: f64,
    /// Answered late.
    pub late: f64,
    /// 5xx instead of the work.
    pub error_instead: f64,
    /// 5xx after the work.
    pub error_after: f64,
    /// 400 in Google's words.
    pub refusal: f64,
    /// All access tokens expire.
    pub expired: f64,
    /// 403, 429 or 503: the quota is spent.
    pub throttled: f64,
    /// The history does not reach back: 404.
    pub stale: f64,
    /// Google goes down, each half minute.
    pub down: f64,
    /// The owner takes the access away, each half minute.
    pub revoked: f64,
    /// Seconds between two things that other people do, at most.
    pub every: u64,
    /// Somebody is in the thread in the second of a look.
    pub in_the_second: f64,
    /// Of what they do, the share that deletes something.
    pub rough: f64,
}

impl Mails {
    /// Those of a seed, if it has any.
    pub fn of(seed: u64) -> Option<Self> {
        let mut dice = Dice::of(seed, "mails");
        dice.hit(SHARE).then(|| Self::drawn(&mut dice))
    }

    fn drawn(dice: &mut Dice) -> Self {
        Self {
            refused: some(dice, 0.3, 0.06),
            lost_before: some(dice, 0.4, 0.08),
            lost_after: some(dice, 0.5, 0.12),
            timed_out: some(dice, 0.3, 0.02),
            late: some(dice, 0.3, 0.05),
            error_instead: some(dice, 0.3, 0.08),
            error_after: some(dice, 0.5, 0.15),
            refusal: some(dice, 0.2, 0.08),
            expired: some(dice, 0.3, 0.03),
            throttled: some(dice, 0.3, 0.08),
            stale: some(dice, 0.3, 0.15),
            down: some(dice, 0.3, 0.15),
            revoked: some(dice, 0.2, 0.08),
            every: dice.between(6, 60),
            in_the_second: some(dice, 0.5, 0.08),
            rough: some(dice, 0.4, 0.2),
        }
    }
}
