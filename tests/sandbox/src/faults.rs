//! The one place for what goes wrong: rules that make a simulated GLPI slow, wrong, or silent.

use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Which requests a rule is for. Everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    /// The verb.
    pub method: Option<String>,
    /// A part of the path below `apirest.php`, query included.
    pub path_contains: Option<String>,
    /// A part of the body.
    pub body_contains: Option<String>,
    /// Only the n-th request (from 1) that the rest matches.
    pub nth: Option<u64>,
    /// Only so many of them.
    pub times: Option<u64>,
    /// Only with this probability, by the GLPI's seed.
    pub probability: Option<f64>,
}

impl Matcher {
    /// Every request.
    pub fn any() -> Self {
        Matcher::default()
    }

    /// Requests with this verb whose path holds this.
    pub fn on(method: &str, path_contains: &str) -> Self {
        Matcher {
            method: Some(method.to_owned()),
            path_contains: Some(path_contains.to_owned()),
            ..Matcher::default()
        }
    }

    /// Only the n-th of them, from 1.
    pub fn nth(mut self, n: u64) -> Self {
        self.nth = Some(n);
        self
    }

    /// Only the first so many of them.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Only some of them, by chance.
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }
}

/// An answer that GLPI's work has no part in.
#[derive(Clone, Debug)]
pub struct Canned {
    /// Its status.
    pub status: u16,
    /// Its media type.
    pub content_type: &'static str,
    /// Its body.
    pub body: String,
    /// Seconds that it asks to wait.
    pub retry_after: Option<u32>,
}

impl Canned {
    /// A JSON answer.
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Canned {
            status,
            content_type: "application/json; charset=UTF-8",
            body: body.into(),
            retry_after: None,
        }
    }

    /// An HTML page, as a reverse proxy puts it in the way.
    pub fn html(status: u16, body: impl Into<String>) -> Self {
        Canned {
            status,
            content_type: "text/html; charset=UTF-8",
            body: body.into(),
            retry_after: None,
        }
    }

    /// The same, with `Retry-After`.
    pub fn asking_to_wait(self, seconds: u32) -> Self {
        Canned {
            retry_after: Some(seconds),
            ..self
        }
    }
}

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Effect {
    /// It takes longer. Later rules still count.
    Delay(Duration),
    /// It isn't carried out, and answered so.
    Status(Canned),
    /// It is carried out, and answered so all the same.
    DoThenStatus(Canned),
    /// It is carried out, and the connection closed without an answer.
    DoThenLose,
    /// The connection is closed at once without an answer, and it is carried out after that time.
    LoseThenDo(Duration),
    /// It isn't carried out, and the connection closed.
    LoseBefore,
    /// It is carried out, and PHP's words stand before the JSON: a notice, a warning.
    PrecededBy(String),
    /// It isn't carried out and never answered.
    Hang,
    /// It isn't carried out, and answered as if it were.
    OkWithoutEffect,
}

/// The number of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId(u64);

#[derive(Debug)]
struct Rule {
    id: RuleId,
    matcher: Matcher,
    effect: Effect,
    matched: u64,
    hits: u64,
}

/// The rules of one simulated GLPI.
#[derive(Debug)]
pub struct Faults(Mutex<Rules>);

#[derive(Debug)]
struct Rules {
    rules: Vec<Rule>,
    next: u64,
    rng: ChaCha8Rng,
}

/// What the rules say about one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) delay: Duration,
    pub(crate) effect: Option<Effect>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(seed ^ 0xfa17);
        Faults(Mutex::new(Rules {
            rules: Vec::new(),
            next: 1,
            rng,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// Adds a rule. The first rule that fits decides; delays add up.
    pub fn add(&self, matcher: Matcher, effect: Effect) -> RuleId {
        let mut rules = self.lock();
        let id = RuleId(rules.next);
        rules.next += 1;
        rules.rules.push(Rule {
            id,
            matcher,
            effect,
            matched: 0,
            hits: 0,
        });
        id
    }

    /// Takes a rule away.
    pub fn remove(&self, id: RuleId) {
        self.lock().rules.retain(|rule| rule.id != id);
    }

    /// Takes all rules away.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    /// How often a rule struck.
    pub fn hits(&self, id: RuleId) -> u64 {
        let rules = self.lock();
        rules
            .rules
            .iter()
            .find(|rule| rule.id == id)
            .map_or(0, |rule| rule.hits)
    }

    pub(crate) fn judge(&self, method: &str, path: &str, body: &[u8]) -> Verdict {
        let mut rules = self.lock();
        let Rules { rules, rng, .. } = &mut *rules;
        let mut verdict = Verdict::default();
        for rule in rules {
            if verdict.effect.is_some() || !rule.strikes(method, path, body, rng) {
                continue;
            }
            rule.hits += 1;
            match &rule.effect {
                Effect::Delay(delay) => verdict.delay += *delay,
                effect => verdict.effect = Some(effect.clone()),
            }
        }
        verdict
    }
}

impl Rule {
    fn strikes(&mut self, method: &str, path: &str, body: &[u8], rng: &mut ChaCha8Rng) -> bool {
        let m = &self.matcher;
        let holds = |part: &Option<String>, whole: &[u8]| {
            part.as_ref().is_none_or(|part| {
                part.is_empty()
                    || whole
                        .windows(part.len())
                        .any(|window| window == part.as_bytes())
            })
        };
        let fits = m
            .method
            .as_ref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && holds(&m.path_contains, path.as_bytes())
            && holds(&m.body_contains, body);
        if !fits {
            return false;
        }
        self.matched += 1;
        m.nth.is_none_or(|n| n == self.matched)
            && m.times.is_none_or(|times| self.hits < times)
            && m.probability
                .is_none_or(|p| rng.random_bool(p.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nth_match_is_struck() {
        let faults = Faults::new(1);
        let rule = faults.add(Matcher::on("PUT", "Ticket/").nth(2), Effect::DoThenLose);
        let judge = |method, path| faults.judge(method, path, b"").effect.is_some();
        assert!(!judge("PUT", "/Ticket/1"));
        assert!(!judge("GET", "/Ticket/1"));
        assert!(judge("PUT", "/Ticket/1"));
        assert!(!judge("PUT", "/Ticket/1"));
        assert_eq!(faults.hits(rule), 1);
    }

    #[test]
    fn delays_add_up_and_the_first_other_effect_decides() {
        let faults = Faults::new(1);
        faults.add(Matcher::any(), Effect::Delay(Duration::from_millis(5)));
        faults.add(Matcher::any(), Effect::Delay(Duration::from_millis(7)));
        faults.add(Matcher::any(), Effect::Hang);
        faults.add(Matcher::any(), Effect::LoseBefore);
        let verdict = faults.judge("GET", "/", b"");
        assert_eq!(verdict.delay, Duration::from_millis(12));
        assert!(matches!(verdict.effect, Some(Effect::Hang)));
        faults.clear();
        assert!(faults.judge("GET", "/", b"").effect.is_none());
    }

    #[test]
    fn chance_follows_the_seed() {
        let run = |seed| {
            let faults = Faults::new(seed);
            faults.add(Matcher::any().with_probability(0.5), Effect::Hang);
            (0..64)
                .map(|_| faults.judge("GET", "/", b"").effect.is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
    }
}
