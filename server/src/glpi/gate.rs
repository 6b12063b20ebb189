//! The way to one GLPI for everybody: few requests at a time, and none to one that does not answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;
use tournee_core::ids::SourceId;

use super::answer::retry_after;
use super::breaker::{Admission, Breaker, Failure, News, Pass, Turned};
use super::transport::{HttpRequest, HttpResponse, MAX_IN_FLIGHT, Transport, TransportError};
use crate::chance::Chance;

/// Chains and reads of all technicians go through it.
pub struct Gate {
    source: SourceId,
    transport: Arc<dyn Transport>,
    in_flight: Semaphore,
    breaker: Mutex<Breaker>,
    /// Rung when a request has found out, or given it up.
    found: Notify,
    /// Rung when more or fewer requests go through than before.
    bell: Arc<Notify>,
    chance: Chance,
}

/// A GLPI that is left alone, for an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Down {
    /// Which.
    pub source: SourceId,
    /// For how long it has not answered.
    pub since: Duration,
    /// In how long it is asked again; zero: as soon as somebody needs it.
    pub next: Duration,
    /// What came of the last request.
    pub why: String,
}

impl Gate {
    /// A gate before a transport.
    pub fn new(
        source: SourceId,
        transport: Arc<dyn Transport>,
        bell: Arc<Notify>,
        chance: Chance,
    ) -> Self {
        Self {
            source,
            transport,
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
            breaker: Mutex::default(),
            found: Notify::new(),
            bell,
            chance,
        }
    }

    /// How many requests go through now.
    pub fn admission(&self) -> Admission {
        self.breaker().admission(Instant::now())
    }

    /// Somebody waits for an answer: a GLPI that is left alone is asked sooner.
    pub fn hurry(&self) {
        self.breaker().hurry(Instant::now());
        self.bell.notify_one();
    }

    /// Whether it is left alone, and since when.
    pub fn down(&self) -> Option<Down> {
        let now = Instant::now();
        let breaker = self.breaker();
        let rest = breaker.rest()?;
        Some(Down {
            source: self.source.clone(),
            since: now.saturating_duration_since(rest.since),
            next: rest.due.saturating_duration_since(now),
            why: rest.why.clone(),
        })
    }

    /// Whoever comes while one request finds out waits for what it finds. Of several that a read sends together one would
    /// find out, and the others, turned away, would end that read and the finding out with it: for ever.
    async fn enter(&self) -> Result<Pass, TransportError> {
        loop {
            let found = self.found.notified();
            tokio::pin!(found);
            // Registered before the look, so that nothing slips between.
            found.as_mut().enable();
            match self.breaker().enter(Instant::now()) {
                Ok(pass) => return Ok(pass),
                Err(Turned::Away(rest)) => {
                    let what = format!("it is left alone for a while: {}", rest.why);
                    return Err(TransportError::NotSent(what));
                }
                Err(Turned::Probed) => {}
            }
            found.await;
        }
    }

    fn learn(&self, pass: Pass, about: Option<u64>, answer: &Result<HttpResponse, TransportError>) {
        let failure = match answer {
            Ok(response) => failure(pass, about, response),
            Err(error) => Some(Failure {
                pass,
                why: error.to_string(),
                asked: None,
                about: None,
            }),
        };
        let why = failure.as_ref().map(|failure| failure.why.clone());
        let (news, down) = {
            let mut breaker = self.breaker();
            let down = breaker.rest().map(|rest| rest.since.elapsed());
            let news = match failure {
                None => breaker.answered(),
                Some(failure) => {
                    let jitter = self.chance.between(0.75, 1.25);
                    breaker.failed(failure, Instant::now(), jitter)
                }
            };
            (news, down)
        };
        self.found.notify_waiters();
        self.tell(news, &why.unwrap_or_default(), down.unwrap_or_default());
    }

    /// Each change of state is said once.
    fn tell(&self, news: News, why: &str, down: Duration) {
        let source = &self.source;
        match news {
            News::None => return,
            News::Down => {
                tracing::warn!(%source, why, "GLPI does not answer; it is left alone for a while")
            }
            News::StillDown => tracing::debug!(%source, why, "GLPI still does not answer"),
            News::Up => {
                tracing::info!(%source, after_seconds = down.as_secs(), "GLPI answers again")
            }
        }
        self.bell.notify_one();
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Gate {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let permit = self.in_flight.acquire().await;
        let _permit = permit.map_err(|error| TransportError::NotSent(error.to_string()))?;
        // After the wait for a turn: what queued up behind a GLPI that fell silent does not go to it any more.
        let pass = self.enter().await?;
        let probe = Probe {
            gate: self,
            is_open: pass == Pass::Probe,
        };
        let about = ticket(&request.url);
        let answer = self.transport.send(request).await;
        probe.ends();
        self.learn(pass, about, &answer);
        answer
    }
}

/// Gives the probe's place back, also when whoever sent it has gone.
struct Probe<'a> {
    gate: &'a Gate,
    is_open: bool,
}

impl Probe<'_> {
    fn ends(mut self) {
        self.is_open = false;
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.gate.breaker().given_up();
            self.gate.found.notify_waiters();
            self.gate.bell.notify_one();
        }
    }
}

/// The one ticket that an address names.
fn ticket(url: &str) -> Option<u64> {
    let (_, behind) = url.split_once("/Ticket/")?;
    let digits = behind.split(|letter: char| !letter.is_ascii_digit());
    digits.into_iter().next()?.parse().ok()
}

/// What in an answer says that GLPI is not at work: a proxy's error, a page in place of its API, a request to wait.
fn failure(pass: Pass, about: Option<u64>, response: &HttpResponse) -> Option<Failure> {
    let status = response.status;
    let page = || {
        let kind = response.header("content-type").unwrap_or_default();
        kind.starts_with("text/html") && response.body.trim_ascii_start().starts_with(b"<")
    };
    let is_away = match status {
        429 | 500.. => true,
        200..=399 | 404 => page(),
        _ => false,
    };
    let seconds = matches!(status, 429 | 503).then(|| retry_after(response));
    is_away.then(|| Failure {
        pass,
        why: format!("HTTP {status}"),
        asked: seconds.flatten().map(|s| Duration::from_secs(u64::from(s))),
        // A page in the place of the API stands before all of it.
        about: about.filter(|_| status >= 500),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// Falls silent, and counts what it is asked all the same.
    #[derive(Default)]
    struct Silent {
        asked: AtomicUsize,
        now: AtomicUsize,
        most: AtomicUsize,
        answers: std::sync::atomic::AtomicBool,
    }

    #[async_trait]
    impl Transport for Silent {
        async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.answers.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(20)).await;
                return Ok(HttpResponse {
                    status: 200,
                    headers: Vec::new(),
                    body: b"{}".to_vec(),
                });
            }
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(PATIENCE).await;
            self.now.fetch_sub(1, Ordering::SeqCst);
            Err(TransportError::Unknown("no answer".to_owned()))
        }
    }

    fn gate() -> (Arc<Silent>, Arc<Gate>) {
        let glpi = Arc::new(Silent::default());
        let gate = Gate::new(
            SourceId::new("ancien"),
            glpi.clone(),
            Arc::default(),
            Chance::seeded(1),
        );
        (glpi, Arc::new(gate))
    }

    fn request() -> HttpRequest {
        HttpRequest {
            method: "GET",
            url: String::new(),
            headers: Vec::new(),
            body: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_queued_up_behind_a_glpi_that_fell_silent_does_not_go_to_it() {
        let (glpi, gate) = gate();
        let all = futures::future::join_all((0..40).map(|_| gate.send(request())));
        assert!(all.await.iter().all(Result::is_err));
        assert_eq!(glpi.most.load(Ordering::SeqCst), MAX_IN_FLIGHT);
        assert_eq!(glpi.asked.load(Ordering::SeqCst), MAX_IN_FLIGHT);
        assert!(gate.down().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_finds_out_and_an_answer_lets_all_through_again() {
        let (glpi, gate) = gate();
        let all = || futures::future::join_all((0..40).map(|_| gate.send(request())));
        all().await;
        for probes in 1..4 {
            tokio::time::sleep(gate.down().unwrap().next).await;
            assert_eq!(gate.admission(), Admission::One);
            all().await;
            assert_eq!(glpi.asked.load(Ordering::SeqCst), MAX_IN_FLIGHT + probes);
        }
        glpi.answers.store(true, Ordering::SeqCst);
        tokio::time::sleep(gate.down().unwrap().next).await;
        assert!(gate.send(request()).await.is_ok());
        assert_eq!(gate.down(), None);
        assert!(all().await.iter().all(Result::is_ok));
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_begins_with_several_requests_at_once_finds_out_too() {
        let (glpi, gate) = gate();
        futures::future::join_all((0..4).map(|_| gate.send(request()))).await;
        glpi.answers.store(true, Ordering::SeqCst);
        tokio::time::sleep(gate.down().unwrap().next).await;
        let all = futures::future::try_join_all((0..3).map(|_| gate.send(request())));
        assert!(all.await.is_ok());
        assert_eq!(gate.down(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_whose_sender_goes_away_is_not_the_last() {
        let (glpi, gate) = gate();
        futures::future::join_all((0..4).map(|_| gate.send(request()))).await;
        tokio::time::sleep(gate.down().unwrap().next).await;
        let second = Duration::from_secs(1);
        assert!(
            tokio::time::timeout(second, gate.send(request()))
                .await
                .is_err()
        );
        glpi.answers.store(true, Ordering::SeqCst);
        assert!(gate.send(request()).await.is_ok());
    }
}
