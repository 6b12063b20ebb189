//! A sandbox GLPI with everything that can go wrong on the way to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use tournee::glpi::{HttpRequest, HttpResponse, TransportError};
use tournee::links::GLPI_TIMEOUT;
use tournee_core::ids::SourceId;
use tournee_sandbox::{Effect, Glpi, Matcher, Options, Version, accounts};
use tower::ServiceExt as _;

use crate::asked;
use crate::chronicle::{By, Chronicle, Snag};
use crate::clock::SimClock;
use crate::counters::Count;
use crate::dice::Dice;
use crate::fate::Fate;
use crate::line::Far;
use crate::moment::Moment;
use crate::people;
use crate::storm::Wire;
use crate::weather::Weather;

/// Longer than the server's patience.
const TOO_LATE: Duration = Duration::from_secs(45);
/// Technicians that have phones, by their place in the sandbox's list; the next one works on GLPI's own page.
pub const TECHNICIANS: [usize; 2] = [0, 2];
/// The colleague without a phone.
pub const COLLEAGUE: usize = 3;
const TICKETS: std::ops::RangeInclusive<u64> = 14..=22;
/// How much oftener than other writes.
const CREATIONS_REFUSED: f64 = 5.0;
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// One GLPI, and the line to it.
pub struct Side {
    /// What the configuration calls it.
    pub source: SourceId,
    /// Its clock.
    pub clock: Arc<SimClock>,
    /// The sandbox.
    pub glpi: Glpi,
    weather: Arc<Weather>,
    router: Router,
    chronicle: Mutex<Chronicle>,
    dice: Mutex<Dice>,
    down_until_ms: Mutex<Option<(u64, Fate)>>,
    /// Tickets that it answers with an error, and until when.
    broken_until_ms: Mutex<BTreeMap<i64, u64>>,
    /// One thing at a time happens in it.
    turn: tokio::sync::Mutex<()>,
}

impl Side {
    /// A GLPI with a few tickets.
    pub fn new(weather: &Arc<Weather>, name: &str, version: Version) -> Self {
        let mut dice = weather.dice(name);
        let clock = Arc::new(weather.clock.wrong_by(0));
        let make = match version {
            Version::V9_2 => Options::glpi_9_2(),
            Version::V10_0 => Options::glpi_10(),
        };
        let glpi = Glpi::new(Options {
            seed: dice.between(1, u64::from(u32::MAX)),
            stores: 2,
            technicians: 4,
            tickets: usize::try_from(dice.between(*TICKETS.start(), *TICKETS.end())).unwrap_or(16),
            requesters: 3,
            clock: clock.clone(),
            ..make
        });
        let chronicle = Chronicle::begin(&glpi.world());
        Self {
            source: SourceId::new(name),
            clock,
            weather: weather.clone(),
            router: glpi.router(),
            chronicle: Mutex::new(chronicle),
            dice: Mutex::new(dice),
            down_until_ms: Mutex::new(None),
            broken_until_ms: Mutex::default(),
            turn: tokio::sync::Mutex::new(()),
            glpi,
        }
    }

    /// Where the server believes it is.
    pub fn url(&self) -> String {
        match self.glpi.dialect().is_9_2() {
            true => format!("http://{}.test/glpi", self.source),
            false => format!("http://{}.test", self.source),
        }
    }

    /// What happened in it.
    pub fn chronicle(&self) -> MutexGuard<'_, Chronicle> {
        lock(&self.chronicle)
    }

    /// Goes down for a while; answers like this meanwhile.
    pub fn go_down(&self, for_ms: u64, manner: Fate) {
        let until = self.weather.clock.elapsed_ms() + for_ms;
        *lock(&self.down_until_ms) = Some((until, manner));
    }

    /// Is well again.
    pub fn heal(&self) {
        *lock(&self.down_until_ms) = None;
        lock(&self.broken_until_ms).clear();
    }

    /// Answers what is asked of a ticket with an error for a while.
    pub fn break_ticket(&self, ticket: i64, for_ms: u64) {
        let until = self.weather.clock.elapsed_ms() + for_ms;
        lock(&self.broken_until_ms).insert(ticket, until);
        self.chronicle().snag(ticket, Snag::Broken);
    }

    fn is_broken(&self, request: &HttpRequest) -> bool {
        let now = self.weather.clock.elapsed_ms();
        let broken = lock(&self.broken_until_ms);
        let mut about = asked::shown(&request.url);
        about.extend(self.written(request));
        let mut those = about.iter().filter_map(|ticket| broken.get(ticket));
        those.any(|until| now < *until)
    }

    /// Somebody does something on GLPI's own page.
    pub async fn person(&self, ticket: i64, edit: impl FnOnce(&Glpi)) {
        let _turn = self.turn.lock().await;
        self.person_now(ticket, edit);
    }

    fn person_now(&self, ticket: i64, edit: impl FnOnce(&Glpi)) {
        let before = Moment::of(&self.glpi.world(), ticket);
        edit(&self.glpi);
        // A ticket that is gone does not say who was there.
        let who = self
            .glpi
            .world()
            .ticket(ticket)
            .map_or(0, |ticket| ticket.last_updater);
        self.tell(ticket, By::Person(who), &before);
    }

    fn tell(&self, ticket: i64, by: By, before: &Moment) {
        let after = Moment::of(&self.glpi.world(), ticket);
        let at = (self.weather.clock.elapsed_ms(), self.clock.instant().0);
        for what in self.chronicle().compare(at, ticket, by, before, &after) {
            let (who, source) = (self.source.0.as_str(), by);
            self.weather
                .say(who, format_args!("#{ticket} {what:?} by {source:?}"));
        }
    }

    fn draw(&self, request: &HttpRequest) -> Fate {
        if !self.weather.storms() {
            return Fate::Fine;
        }
        let now = self.weather.clock.elapsed_ms();
        if let Some((until, manner)) = *lock(&self.down_until_ms)
            && now < until
        {
            return manner;
        }
        if self.is_broken(request) {
            return Fate::ErrorInstead;
        }
        let writes = request.method != "GET";
        let signs_in = request.url.ends_with("initSession");
        let wire = &self.weather.storm.wire;
        // Rules ask most of who makes a ticket; and a refusal that strikes one in a hundred is seen too rarely.
        let creates = asked::creates(request).is_some();
        let refusal = if creates { CREATIONS_REFUSED } else { 1.0 };
        let wire = Wire {
            refusal: wire.refusal * refusal,
            ..wire.clone()
        };
        Fate::draw(&wire, &mut lock(&self.dice), writes, signs_in)
    }

    async fn meet(&self, fate: Fate, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let lost = |what: &str| Err(TransportError::Unknown(what.to_owned()));
        if let (Some(ticket), Some(snag)) = (self.written(&request), fate.snag()) {
            self.chronicle().snag(ticket, snag);
        }
        if let Some(words) = asked::creates(&request).or(asked::uploads(&request)) {
            self.chronicle().births.note(words, fate);
        }
        match fate {
            Fate::RefusedConnection => Err(TransportError::NotSent("refused".to_owned())),
            Fate::LostBefore => lost("lost before"),
            Fate::LostAfter => {
                self.carry_out(&request, None).await;
                lost("lost after")
            }
            Fate::TimedOutAfter => {
                self.carry_out(&request, None).await;
                tokio::time::sleep(TOO_LATE).await;
                lost("too late")
            }
            Fate::Late(wait) => {
                let answer = self.carry_out(&request, None).await;
                tokio::time::sleep(wait).await;
                Ok(answer)
            }
            Fate::ErrorAfter(status) => {
                self.carry_out(&request, None).await;
                Ok(fate.canned(status, &request))
            }
            Fate::ErrorInstead | Fate::Refusal | Fate::Throttled(_) | Fate::Maintenance => {
                Ok(fate.canned(500, &request))
            }
            Fate::Expired => {
                self.glpi.world().expire_all_sessions();
                Ok(self.carry_out(&request, None).await)
            }
            Fate::NoEffect => Ok(self
                .carry_out(&request, Some(Effect::OkWithoutEffect))
                .await),
            Fate::Notice => {
                let words = "<br />\n<b>Notice</b>: Undefined index: x in <b>/var/www/y.php</b>\n";
                let effect = Effect::PrecededBy(words.to_owned());
                Ok(self.carry_out(&request, Some(effect)).await)
            }
            Fate::Fine => Ok(self.carry_out(&request, None).await),
        }
    }

    /// GLPI does what it is asked; the chronicle compares.
    async fn carry_out(&self, request: &HttpRequest, effect: Option<Effect>) -> HttpResponse {
        let _turn = self.turn.lock().await;
        let ticket = self.written(request);
        let before = ticket.map(|ticket| Moment::of(&self.glpi.world(), ticket));
        let known = asked::creates(request).map(|_| self.glpi.world().ticket_ids());
        if let Some(effect) = effect {
            self.glpi.faults().add(Matcher::any().times(1), effect);
        }
        self.glpi.world().log.clear();
        let answer = self.ask(request).await;
        self.glpi.faults().clear();
        let user = self
            .glpi
            .world()
            .log
            .entries()
            .next()
            .and_then(|entry| entry.user);
        match (ticket, before, user) {
            (Some(ticket), Some(before), user) => {
                self.tell(ticket, By::Ours(user.unwrap_or(0)), &before);
            }
            (_, _, Some(user)) => self.was_shown(request, user),
            _ => {}
        }
        if let Some(known) = known {
            self.tell_of_new(&known, user.unwrap_or(0));
        }
        answer
    }

    /// The ticket that a request writes to.
    fn written(&self, request: &HttpRequest) -> Option<i64> {
        let of_part = || {
            let (kind, id) = asked::part(request)?;
            let world = self.glpi.world();
            world.row(kind, id).map(|row| row.int("tickets_id"))
        };
        asked::written(request).or_else(of_part)
    }

    fn tell_of_new(&self, known: &[i64], user: i64) {
        let all = self.glpi.world().ticket_ids();
        for ticket in all.into_iter().filter(|id| !known.contains(id)) {
            self.tell(ticket, By::Ours(user), &Moment::default());
        }
    }

    /// The ticket that was created last, if any was since the beginning.
    pub fn newest(&self) -> Option<i64> {
        let newest = self.glpi.world().ticket_ids().into_iter().max()?;
        (!self.chronicle().before.contains_key(&newest)).then_some(newest)
    }

    fn was_shown(&self, request: &HttpRequest, user: i64) {
        let shown = asked::shown(&request.url);
        for ticket in &shown {
            self.chronicle().look(&self.glpi.world(), user, *ticket);
        }
        let chance = self.weather.storm.people.in_the_second;
        let Some(ticket) = shown.first().copied() else {
            return;
        };
        let mut dice = lock(&self.dice);
        if self.weather.strikes(&mut dice, chance) {
            self.weather.count(Count::PersonInTheSecond);
            let edit = people::draw(&mut dice, &self.weather, ticket);
            drop(dice);
            self.person_now(ticket, |glpi| edit.make(glpi, ticket, &self.weather));
        }
    }

    async fn ask(&self, request: &HttpRequest) -> HttpResponse {
        let mut asked = Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            asked = asked.header(*name, value);
        }
        let host = format!("{}.test", self.source);
        let body = request.body.clone().map_or_else(Body::empty, Body::from);
        let Ok(asked) = asked.header(header::HOST, host).body(body) else {
            return Fate::ErrorInstead.canned(500, request);
        };
        let Ok(response) = self.router.clone().oneshot(asked).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, ANSWER_LIMIT)
            .await
            .unwrap_or_else(|_| Bytes::new());
        let named = parts.headers.iter().filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        // Hyper adds this where there is a socket.
        let date = tournee_sandbox::clock::http_date(self.clock.timestamp());
        HttpResponse {
            status: parts.status.as_u16(),
            headers: named.chain([("date".to_owned(), date)]).collect(),
            body: body.to_vec(),
        }
    }

    /// The number of a technician's account.
    pub fn user(&self, technician: usize) -> i64 {
        let login = accounts::technician(technician);
        self.glpi.world().user_id(&login).unwrap_or_default()
    }
}

#[async_trait]
impl Far for Side {
    fn name(&self) -> &str {
        &self.source.0
    }

    fn patience(&self) -> Duration {
        GLPI_TIMEOUT
    }

    async fn travel(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (there, back) = {
            let mut dice = lock(&self.dice);
            (dice.millis(2, 30), dice.millis(2, 30))
        };
        tokio::time::sleep(there).await;
        let fate = self.draw(&request);
        if let Some(count) = fate.count() {
            self.weather.count(count);
            self.weather.say(
                &self.source.0,
                format_args!("{} {}: {fate:?}", request.method, asked::path(&request.url)),
            );
        }
        let answer = self.meet(fate, request).await;
        tokio::time::sleep(back).await;
        answer
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
