//! One run: fair weather, a storm, healing, quiet, and the checks.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tournee::mutation::Mutation;
use tournee_core::ids::Cursor;
use tournee_core::outbox::State;
use tournee_sandbox::Version;

use crate::air::Air;
use crate::checker::{Facts, is_held};
use crate::counters::{Count, Counters};
use crate::dice::Dice;
use crate::glpi::{Side, TECHNICIANS};
use crate::hand::{Hand, Passwords, World};
use crate::house::House;
use crate::ledger::{Broken, Ledger};
use crate::mail::{self, Google};
use crate::storm::Storm;
use crate::weather::Weather;
use crate::{people, troubles, undoer};

/// Exchanges until a first read is complete.
const FIRST_READS: usize = 40;
/// Rounds until all is quiet, each longer than the one before, up to the longest wait of a retry.
const ROUNDS: usize = 30;
const FIRST_ROUND: Duration = Duration::from_secs(6);
const LAST_ROUND: Duration = Duration::from_secs(300);
const BETWEEN: Duration = Duration::from_secs(20);
/// The server runs for longer than it is in doubt about its own past.
const LEAD: Duration = Duration::from_secs(900);
/// Longer than the server lets pass between two comparisons of the whole scope.
const LONG: Duration = Duration::from_secs(660);

/// What a run is made from.
#[derive(Clone, Debug)]
pub struct Run {
    /// The seed.
    pub seed: u64,
    /// A virtue that the server misses.
    pub mutation: Option<Mutation>,
    /// How many lines of the trace are kept.
    pub kept: usize,
}

/// What came of a run.
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// What was drawn.
    pub storm: Storm,
    /// What does not hold.
    pub broken: Vec<Broken>,
    /// All that happened, in one number.
    pub hash: u64,
    /// How many lines that is.
    pub lines: u64,
    /// The last of them.
    pub tail: Vec<String>,
    /// How often what happened.
    pub counters: Counters,
}

impl Run {
    /// The run of a seed.
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            mutation: None,
            kept: 0,
        }
    }

    /// Runs it, on a time of its own.
    ///
    /// # Errors
    /// The simulation itself could not be set up.
    pub fn play(&self) -> anyhow::Result<Outcome> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()?;
        runtime.block_on(self.story())
    }

    async fn story(&self) -> anyhow::Result<Outcome> {
        let weather = Arc::new(Weather::new(self.seed, Storm::of(self.seed), self.kept));
        let ledger = Arc::new(Ledger::default());
        let sides = vec![
            Arc::new(Side::new(&weather, "ancien", Version::V9_2)),
            Arc::new(Side::new(&weather, "nouveau", Version::V10_0)),
        ];
        let mails = weather.storm.mails.is_some();
        let google = mails.then(|| Arc::new(Google::new(&weather)));
        let (way, virtue) = (google.clone(), self.mutation);
        let house = House::new(&weather, &ledger, sides.clone(), way, virtue)?;
        let stage = Stage {
            google,
            house: Arc::new(house),
            passwords: Passwords::default(),
            weather,
            ledger,
            sides,
        };
        stage.house.start().await;
        let hands = stage.morning().await?;
        // Of what was made near its start a server knows that it may be an older one's: this one is old itself.
        tokio::time::sleep(LEAD).await;
        let mut hands = stage.storm(hands).await;
        stage.quiet(&mut hands).await;
        stage.check_what_is_read(&hands);
        if stage.stand_still(&mut hands).await {
            stage.check(&hands);
            stage.settle(&mut hands).await;
        }
        Ok(stage.outcome(self.seed))
    }
}

struct Stage {
    weather: Arc<Weather>,
    ledger: Arc<Ledger>,
    sides: Vec<Arc<Side>>,
    google: Option<Arc<Google>>,
    house: Arc<House>,
    passwords: Passwords,
}

impl Stage {
    /// Everybody signs in and reads what is his.
    async fn morning(&self) -> anyhow::Result<Vec<Hand>> {
        let world = World {
            weather: self.weather.clone(),
            ledger: self.ledger.clone(),
            air: Air::to(self.weather.clone(), self.house.clone()),
            sides: self.sides.clone(),
            google: self.google.clone(),
            passwords: self.passwords.clone(),
        };
        let storm = &self.weather.storm;
        let mut dice = self.weather.dice("morning");
        let alone = storm.twins || (storm.phones == 2 && dice.hit(0.4));
        let mut hands: Vec<Hand> = Vec::new();
        for index in 0..storm.phones {
            let other = index == 1 && !alone;
            let technician = TECHNICIANS[usize::from(other)];
            let names = match storm.twins && index < 2 {
                true => "twins".to_owned(),
                false => format!("names {index}"),
            };
            let mut hand = Hand::new(world.clone(), index, technician, &names)?;
            hand.sign_in_where_needed().await;
            for _ in 0..FIRST_READS {
                // A first read takes its time; the next visit tells.
                let _ = hand.exchange_all(true).await;
                if hand.has_to_connect() {
                    hand.connect_where_needed().await;
                }
                let tickets = hand.phone.meta().settled.len() == self.sides.len();
                if tickets && (self.google.is_none() || hand.has_his_mails()) {
                    break;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            hands.push(hand);
        }
        if self.google.is_some() {
            self.rule(&mut hands, &mut dice).await;
        }
        if storm.clone {
            // Both carry what the first one made before.
            hands[0].make_ticket();
            let copy = hands[0].cloned(hands.len());
            self.weather.count(Count::PhoneCloned);
            hands.push(copy);
        }
        Ok(hands)
    }

    /// Some mailboxes have a rule, the service's and a technician's own.
    async fn rule(&self, hands: &mut [Hand], dice: &mut Dice) {
        for hand in hands.iter_mut().take(2) {
            for (mailbox, shared) in Google::seen_by(hand.technician) {
                let ruled = {
                    let pages = self.ledger.open();
                    pages.rules.iter().any(|rule| rule.mailbox == mailbox)
                };
                if !ruled && dice.hit(if shared { 0.6 } else { 0.4 }) {
                    hand.rule(&mailbox).await;
                }
            }
        }
    }

    /// Everything goes wrong for some minutes.
    async fn storm(&self, hands: Vec<Hand>) -> Vec<Hand> {
        self.weather.begin();
        self.weather.say("weather", format_args!("a storm begins"));
        tokio::spawn(troubles::keep(self.weather.clone(), self.house.clone()));
        for side in &self.sides {
            let (weather, side) = (self.weather.clone(), side.clone());
            tokio::spawn(people::work(weather.clone(), side.clone()));
            let house = self.house.clone();
            tokio::spawn(undoer::work(weather.clone(), side.clone(), house));
            let (house, passwords) = (self.house.clone(), self.passwords.clone());
            tokio::spawn(troubles::trouble(weather, side, house, passwords));
        }
        if let Some(google) = &self.google {
            let (weather, google) = (self.weather.clone(), google.clone());
            tokio::spawn(mail::people::work(weather.clone(), google.clone()));
            tokio::spawn(mail::trouble::strike(weather, google));
        }
        let living: Vec<JoinHandle<Hand>> = hands
            .into_iter()
            .map(|hand| tokio::spawn(hand.live()))
            .collect();
        tokio::time::sleep(Duration::from_secs(60 * self.weather.storm.minutes)).await;
        self.weather.heal();
        self.weather
            .say("weather", format_args!("the storm is over"));
        for side in &self.sides {
            side.heal();
            side.clock.set_ahead(0);
        }
        if let Some(google) = &self.google {
            google.heal();
        }
        self.house.set_full(false);
        let mut back = Vec::new();
        for living in living {
            match living.await {
                Ok(hand) => back.push(hand),
                Err(error) => self.ledger.broke("nothing panics", error.to_string()),
            }
        }
        back
    }

    /// The world goes on until nothing moves any more.
    async fn quiet(&self, hands: &mut [Hand]) {
        let mut round = FIRST_ROUND;
        for _ in 0..ROUNDS {
            tokio::time::sleep(round).await;
            for hand in &mut *hands {
                hand.visit(Duration::from_secs(1), false).await;
            }
            if self.house.runs() && !moves(hands) {
                break;
            }
            round = round.mul_f64(1.5).min(LAST_ROUND);
        }
        for _ in 0..ROUNDS {
            let before = (self.deeds(), cursors(hands));
            for hand in &mut *hands {
                hand.visit(BETWEEN, true).await;
            }
            // Who has just heard that he must sign in has read nothing since; and one phone's look at a mailbox may have a
            // mail told on a ticket that another one has looked at before.
            let asked = |hand: &Hand| hand.has_to_sign_in() || hand.has_to_connect();
            // An answer does not wait for a long read, as one is after a sign-in: the next one has it.
            if !hands.iter().any(asked) && (self.deeds(), cursors(hands)) == before {
                break;
            }
        }
    }

    /// How much has happened in the GLPIs.
    fn deeds(&self) -> usize {
        let sides = self.sides.iter();
        sides.map(|side| side.chronicle().deeds.len()).sum()
    }

    /// Long enough for what nobody announces: it is found by comparison. Answers whether all holds until here.
    async fn stand_still(&self, hands: &mut [Hand]) -> bool {
        tokio::time::sleep(LONG).await;
        for round in 0..ROUNDS {
            let before = cursors(hands);
            for hand in &mut *hands {
                hand.visit(BETWEEN, true).await;
            }
            // What is found by comparison is in the next answer.
            if round > 0 && cursors(hands) == before {
                break;
            }
        }
        self.ledger.open().broken().is_empty()
    }

    /// What moved in GLPI is found by its date, without any comparison.
    fn check_what_is_read(&self, hands: &[Hand]) {
        // Of a phone that was put back the server may still carry out what nobody waits for.
        let whole = self.ledger.open().phones_restored.is_empty();
        if whole && self.weather.storm.wire.clock_back == 0.0 {
            self.facts(hands).check_what_is_read();
        }
    }

    fn check(&self, hands: &[Hand]) {
        self.facts(hands).check();
    }

    fn facts<'a>(&'a self, hands: &'a [Hand]) -> Facts<'a> {
        let world = (self.sides.as_slice(), self.google.as_ref());
        Facts::gather(&self.weather, hands, world, &self.ledger)
    }

    /// One tap settles each thing that waits.
    async fn settle(&self, hands: &mut [Hand]) {
        let mut taps = 0;
        for hand in &mut *hands {
            taps += hand.tap();
        }
        if taps == 0 {
            return;
        }
        self.quiet(hands).await;
        if self.stand_still(hands).await {
            self.weather
                .say("weather", format_args!("after {taps} taps"));
            self.check(hands);
        }
    }

    fn outcome(self, seed: u64) -> Outcome {
        let broken = self.ledger.open().broken().to_vec();
        let counters = Counters::default();
        counters.merge(&self.weather.counters);
        Outcome {
            storm: self.weather.storm.clone(),
            hash: self.weather.trace.hash(),
            lines: self.weather.trace.count(),
            tail: self.weather.trace.tail(),
            seed,
            broken,
            counters,
        }
    }
}

/// How far each phone has read.
fn cursors(hands: &[Hand]) -> Vec<Option<Cursor>> {
    let cursor = |hand: &Hand| hand.phone.meta().cursor.clone();
    hands.iter().map(cursor).collect()
}

/// Whether something is still on its way, and not only behind what waits for somebody.
fn moves(hands: &[Hand]) -> bool {
    hands.iter().any(|hand| {
        hand.phone.outbox().iter().any(|queued| {
            let held =
                queued.state == State::Server && is_held(hands, hand.technician, &queued.change);
            queued.wish.is_some() || (queued.is_on_its_way() && !held)
        })
    })
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.tail {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "seed {}: {}", self.seed, self.storm)?;
        writeln!(f, "trace of {} lines, {:016x}", self.lines, self.hash)?;
        for broken in &self.broken {
            writeln!(f, "BROKEN {broken}")?;
        }
        write!(
            f,
            "replay: cargo run -p tournee-simulation -- --seed {}",
            self.seed
        )
    }
}
