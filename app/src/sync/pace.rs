//! When to ask the server again.

/// What the last exchange left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Nothing under way.
    Quiet,
    /// The server is at work for us (a first read, changes in its custody): asked for the n-th time since.
    Watching(u32),
    /// The n-th failure in a row; the server may have said how long to wait.
    Failed(u32, Option<u32>),
}

const QUIET_MS: u32 = 30_000;
const WATCHING_MS: [u32; 9] = [
    700, 1_000, 1_500, 2_000, 3_000, 5_000, 8_000, 13_000, 20_000,
];
const FIRST_RETRY_MS: u32 = 2_000;
const LAST_RETRY_MS: u32 = 30_000;

impl Pace {
    /// Milliseconds until the next exchange, or none while nobody looks and nothing waits to be sent. `jitter`
    /// between 0 and 1 spreads the phones of a whole service after their server was down.
    pub fn delay_ms(self, visible: bool, unsent: bool, jitter: f64) -> Option<u32> {
        match self {
            Pace::Quiet => visible.then_some(QUIET_MS),
            Pace::Watching(round) => visible.then(|| {
                let index = round as usize;
                WATCHING_MS.get(index).copied().unwrap_or(QUIET_MS)
            }),
            Pace::Failed(times, wait) => (visible || unsent).then(|| {
                let doubled = FIRST_RETRY_MS.saturating_mul(1 << times.saturating_sub(1).min(16));
                let backoff = f64::from(doubled.min(LAST_RETRY_MS)) * (0.75 + jitter / 2.0);
                (backoff as u32).max(wait.unwrap_or(0).saturating_mul(1_000))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_grow_and_are_bounded() {
        let at = |times| Pace::Failed(times, None).delay_ms(true, false, 0.5);
        assert_eq!(at(1), Some(2_000));
        assert_eq!(at(2), Some(4_000));
        assert_eq!(at(60), Some(LAST_RETRY_MS));
    }

    #[test]
    fn the_server_may_ask_for_more_patience() {
        let asked = Pace::Failed(1, Some(90)).delay_ms(true, false, 0.0);
        assert_eq!(asked, Some(90_000));
    }

    #[test]
    fn a_hidden_page_only_tries_again_for_what_is_unsent() {
        assert_eq!(Pace::Quiet.delay_ms(false, true, 0.5), None);
        assert_eq!(Pace::Failed(1, None).delay_ms(false, false, 0.5), None);
        assert!(Pace::Failed(1, None).delay_ms(false, true, 0.5).is_some());
    }

    #[test]
    fn watching_slows_down_to_the_quiet_pace() {
        assert_eq!(Pace::Watching(0).delay_ms(true, false, 0.5), Some(700));
        assert_eq!(
            Pace::Watching(50).delay_ms(true, false, 0.5),
            Some(QUIET_MS)
        );
    }
}
