//! The air between a phone and the server: what is sent may be lost, late, or arrive twice.

use std::sync::Arc;
use std::time::Duration;

use crate::counters::Count;
use crate::dice::Dice;
use crate::house::{House, Post, Reply};
use crate::weather::Weather;

/// How long a phone waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The way to the server.
#[derive(Clone)]
pub struct Air {
    weather: Arc<Weather>,
    house: Arc<House>,
}

impl Air {
    /// The way to this server.
    pub fn to(weather: Arc<Weather>, house: Arc<House>) -> Self {
        Self { weather, house }
    }

    /// Sends something and waits for the answer; none where either was lost.
    pub async fn send(&self, dice: &mut Dice, who: &str, post: Post) -> Option<Reply> {
        let chances = &self.weather.storm.air;
        let strikes = |dice: &mut Dice, chance: f64, count: Count| {
            let hit = self.weather.strikes(dice, chance);
            if hit {
                self.weather.count(count);
                self.weather.say(who, format_args!("{}", count.words()));
            }
            hit
        };
        let (there, back) = (dice.millis(5, 120), dice.millis(5, 120));
        if strikes(dice, chances.lost_request, Count::RequestLost) {
            tokio::time::sleep(PATIENCE).await;
            return None;
        }
        if strikes(dice, chances.late, Count::RequestLate) {
            self.deliver_later(post, PATIENCE + dice.seconds(1, 90));
            tokio::time::sleep(PATIENCE).await;
            return None;
        }
        if strikes(dice, chances.duplicate, Count::RequestDuplicated) {
            let wait = match dice.hit(0.5) {
                true => dice.millis(1, 300),
                false => dice.seconds(1, 60),
            };
            self.deliver_later(post.clone(), wait);
        }
        tokio::time::sleep(there).await;
        let reply = tokio::time::timeout(PATIENCE, self.house.clone().answer(post)).await;
        if strikes(dice, chances.lost_response, Count::ResponseLost) {
            tokio::time::sleep(PATIENCE).await;
            return None;
        }
        tokio::time::sleep(back).await;
        reply.ok().flatten()
    }

    /// Delivers something after a while; nobody waits for the answer.
    pub fn deliver_later(&self, post: Post, wait: Duration) {
        let house = self.house.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            house.answer(post).await;
        });
    }
}
