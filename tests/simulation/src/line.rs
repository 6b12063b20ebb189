//! The server's transport to a GLPI or to Google, for one life of the server: it may die before a request and after it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tournee::glpi::transport::MAX_IN_FLIGHT;
use tournee::glpi::{HttpRequest, HttpResponse, Transport, TransportError};

use crate::bell::Bell;
use crate::counters::Count;
use crate::dice::Dice;
use crate::weather::Weather;

/// Where a line leads.
#[async_trait]
pub trait Far: Send + Sync + 'static {
    /// What it is called.
    fn name(&self) -> &str;
    /// How long the server waits for it.
    fn patience(&self) -> Duration;
    /// A request on its way, there and back. The work is done whatever becomes of who asked.
    async fn travel(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// A line to it.
pub struct Line {
    weather: Arc<Weather>,
    far: Arc<dyn Far>,
    bell: Arc<Bell>,
    dice: Mutex<Dice>,
    in_flight: Semaphore,
}

impl Line {
    /// A line for the life that this bell ends.
    pub fn new(weather: &Arc<Weather>, far: Arc<dyn Far>, bell: &Arc<Bell>, life: u64) -> Self {
        let dice = weather.dice(&format!("line {life} to {}", far.name()));
        Self {
            weather: weather.clone(),
            far,
            bell: bell.clone(),
            dice: Mutex::new(dice),
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
        }
    }

    async fn may_die(&self, chance: f64, count: Count) {
        let dies = {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            self.weather.strikes(&mut dice, chance)
        };
        if dies && !self.bell.has_rung() {
            self.weather.count(count);
            self.weather
                .say("server", format_args!("{}", count.words()));
            self.bell.ring();
        }
        self.bell.pass().await;
    }
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let _permit = self
            .in_flight
            .acquire()
            .await
            .map_err(|error| TransportError::NotSent(error.to_string()))?;
        let house = &self.weather.storm.house;
        let factor = if request.method == "GET" { 0.2 } else { 1.0 };
        self.may_die(house.crash_before * factor, Count::CrashBeforeUpstream)
            .await;
        let far = self.far.clone();
        // A task of its own: what is on its way arrives also when the server dies.
        let travel = tokio::spawn(async move { far.travel(request).await });
        let answer = match tokio::time::timeout(self.far.patience(), travel).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(TransportError::Unknown("the way broke".to_owned())),
            Err(_) => Err(TransportError::Unknown("time-out".to_owned())),
        };
        self.may_die(house.crash_after * factor, Count::CrashAfterUpstream)
            .await;
        answer
    }
}
