//! Leaves a GLPI alone that does not answer: for a growing time, then one request finds out. Pure; the gate asks it.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row after which a GLPI is left alone.
const ENOUGH: u32 = 4;
const FIRST_REST: Duration = Duration::from_secs(5);
const LAST_REST: Duration = Duration::from_secs(300);
/// The longest that GLPI may ask for: a proxy's slip must not stop a day's work.
pub(crate) const LONGEST_ASKED: Duration = Duration::from_secs(3_600);
/// Somebody who waits for it has it asked again this soon after the last time, and no sooner.
const HURRY: Duration = Duration::from_secs(2);

/// What is known of a GLPI by its last answers.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    /// Tickets that were answered with an error, and nothing else in between.
    tickets: BTreeSet<u64>,
    rest: Option<Rest>,
}

/// A GLPI that is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Since when it has not answered.
    pub since: Instant,
    /// When it is asked again.
    pub due: Instant,
    /// What came of the last request.
    pub why: String,
    asked: Instant,
    rests: u32,
    is_probing: bool,
    /// GLPI itself said how long: nobody hurries it.
    is_told: bool,
}

/// How many requests a GLPI takes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// As many as there are.
    All,
    /// One, which finds out whether it answers again.
    One,
    /// None until then.
    None(Instant),
}

/// What a request goes as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// One of many.
    Usual,
    /// The one that finds out.
    Probe,
}

/// Why a request does not go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turned<'a> {
    /// It is left alone.
    Away(&'a Rest),
    /// Another one is finding out at this moment.
    Probed,
}

/// News about a GLPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing that was not known.
    None,
    /// It is left alone from now on.
    Down,
    /// It still does not answer.
    StillDown,
    /// It answers again.
    Up,
}

impl Breaker {
    /// How many requests go through now.
    pub fn admission(&self, now: Instant) -> Admission {
        match &self.rest {
            None => Admission::All,
            // Its outcome wakes whoever waits; this is for the case that it never comes.
            Some(rest) if rest.is_probing => Admission::None(now + FIRST_REST),
            Some(rest) if rest.due <= now => Admission::One,
            Some(rest) => Admission::None(rest.due),
        }
    }

    /// A request wants to go.
    pub fn enter(&mut self, now: Instant) -> Result<Pass, Turned<'_>> {
        match &mut self.rest {
            None => Ok(Pass::Usual),
            Some(rest) if rest.is_probing => Err(Turned::Probed),
            Some(rest) if rest.due <= now => {
                rest.is_probing = true;
                rest.asked = now;
                Ok(Pass::Probe)
            }
            Some(rest) => Err(Turned::Away(rest)),
        }
    }

    /// GLPI answered.
    pub fn answered(&mut self) -> News {
        self.failures = 0;
        self.tickets.clear();
        match self.rest.take() {
            Some(_) => News::Up,
            None => News::None,
        }
    }

    /// It did not. `jitter` is around 1; `asked` is for how long GLPI wants to be left alone.
    pub fn failed(&mut self, failure: Failure, now: Instant, jitter: f64) -> News {
        // Errors at tickets alone, however many, are not GLPI's silence: what is about none fails then, too.
        match failure.about {
            Some(ticket) => {
                self.tickets.insert(ticket);
            }
            None => self.failures = self.failures.saturating_add(1),
        }
        let about_all = self.tickets.len() + 1 >= ENOUGH as usize && self.failures > 0;
        let is_silent = self.failures >= ENOUGH || about_all;
        let asked = failure.asked.map(|asked| asked.min(LONGEST_ASKED));
        let news = match (&self.rest, failure.pass) {
            // One that left before it was known: that it failed is no news.
            (Some(rest), Pass::Usual) if asked.is_none_or(|asked| now + asked <= rest.due) => {
                return News::None;
            }
            (Some(_), _) => News::StillDown,
            (None, _) if asked.is_none() && !is_silent => return News::None,
            (None, _) => News::Down,
        };
        let (since, rests) = match &self.rest {
            Some(rest) => (rest.since, rest.rests.saturating_add(1)),
            None => (now, 0),
        };
        let doubled = FIRST_REST.saturating_mul(1 << rests.min(16));
        let wait = doubled.min(LAST_REST).mul_f64(jitter);
        self.rest = Some(Rest {
            since,
            due: now + wait.max(asked.unwrap_or_default()),
            why: failure.why,
            asked: now,
            rests,
            is_probing: false,
            is_told: asked.is_some(),
        });
        news
    }

    /// The probe was given up before its outcome was known.
    pub fn given_up(&mut self) {
        if let Some(rest) = &mut self.rest {
            rest.is_probing = false;
        }
    }

    /// Somebody waits for this GLPI: it is asked at once, unless it was a moment ago or said itself how long.
    pub fn hurry(&mut self, now: Instant) {
        if let Some(rest) = &mut self.rest
            && !rest.is_told
        {
            rest.due = rest.due.min(now.max(rest.asked + HURRY));
        }
    }

    /// If it is left alone.
    pub fn rest(&self) -> Option<&Rest> {
        self.rest.as_ref()
    }
}

/// A request that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What it went as.
    pub pass: Pass,
    /// For people.
    pub why: String,
    /// For how long GLPI asked to be left alone.
    pub asked: Option<Duration>,
    /// The ticket that it was about, where an error came in place of that.
    pub about: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(pass: Pass) -> Failure {
        Failure {
            pass,
            why: "refused".to_owned(),
            asked: None,
            about: None,
        }
    }

    fn down(now: Instant) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 1..ENOUGH {
            assert_eq!(breaker.failed(failure(Pass::Usual), now, 1.0), News::None);
        }
        assert_eq!(breaker.failed(failure(Pass::Usual), now, 1.0), News::Down);
        breaker
    }

    #[test]
    fn an_answer_between_failures_forgets_them() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            breaker.failed(failure(Pass::Usual), now, 1.0);
            assert_eq!(breaker.answered(), News::None);
        }
        assert_eq!(breaker.admission(now), Admission::All);
    }

    #[test]
    fn errors_at_tickets_alone_are_not_silence() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        let at = |ticket| Failure {
            about: Some(ticket),
            ..failure(Pass::Usual)
        };
        for ticket in [5, 6, 5, 6, 5, 6] {
            assert_eq!(breaker.failed(at(ticket), now, 1.0), News::None);
        }
        // Beside two of them, one lost request is one.
        assert_eq!(breaker.failed(failure(Pass::Usual), now, 1.0), News::None);
        assert_eq!(breaker.failed(at(7), now, 1.0), News::Down);
    }

    #[test]
    fn one_request_at_a_time_finds_out_and_the_rests_grow() {
        let start = Instant::now();
        let mut breaker = down(start);
        let mut now = start;
        let mut waits = Vec::new();
        for _ in 0..8 {
            let Admission::None(due) = breaker.admission(now) else {
                panic!("left alone");
            };
            assert!(breaker.enter(now).is_err());
            waits.push((due - now).as_secs());
            now = due;
            assert_eq!(breaker.admission(now), Admission::One);
            assert_eq!(breaker.enter(now).ok(), Some(Pass::Probe));
            assert!(breaker.enter(now).is_err(), "one at a time");
            let news = breaker.failed(failure(Pass::Probe), now, 1.0);
            assert_eq!(news, News::StillDown);
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(breaker.rest().unwrap().since, start);
        assert_eq!(breaker.answered(), News::Up);
        assert_eq!(breaker.admission(now), Admission::All);
    }

    #[test]
    fn failures_of_requests_that_left_before_do_not_lengthen_the_rest() {
        let now = Instant::now();
        let mut breaker = down(now);
        let due = breaker.rest().unwrap().due;
        for _ in 0..12 {
            assert_eq!(breaker.failed(failure(Pass::Usual), now, 1.0), News::None);
        }
        assert_eq!(breaker.rest().unwrap().due, due);
    }

    #[test]
    fn what_glpi_asks_for_is_kept_and_not_hurried() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        let asks = |seconds| Failure {
            asked: Some(Duration::from_secs(seconds)),
            ..failure(Pass::Usual)
        };
        assert_eq!(breaker.failed(asks(120), now, 1.0), News::Down);
        breaker.hurry(now + Duration::from_secs(60));
        let due = now + Duration::from_secs(120);
        assert_eq!(breaker.admission(now), Admission::None(due));
        let mut absurd = Breaker::default();
        absurd.failed(asks(u64::MAX), now, 1.0);
        assert_eq!(absurd.admission(now), Admission::None(now + LONGEST_ASKED));
    }

    #[test]
    fn somebody_who_waits_has_it_asked_sooner_but_not_at_once_again() {
        let now = Instant::now();
        let mut breaker = down(now);
        breaker.hurry(now);
        assert_eq!(breaker.admission(now), Admission::None(now + HURRY));
        let later = now + HURRY;
        breaker.hurry(later);
        assert_eq!(breaker.admission(later), Admission::One);
    }

    #[test]
    fn a_probe_that_is_given_up_leaves_its_place_to_another() {
        let now = Instant::now();
        let mut breaker = down(now);
        let due = now + FIRST_REST;
        assert!(breaker.enter(due).is_ok());
        breaker.given_up();
        assert_eq!(breaker.enter(due).ok(), Some(Pass::Probe));
    }
}
