//! Fifty power cuts at moments drawn from the seed, and what they hit.

use std::cell::Cell;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::time::sleep;
use tournee_tests::stage::{NEW, OLD, Stage};

use super::GLPI_TAKES;
use super::phone::Phone;

const KILLS: usize = 50;
/// Things that each phone does at least, however slow the machine.
const AT_LEAST: usize = 8;
/// How long a kill that is aimed at a write waits for one.
const AIM: Duration = Duration::from_secs(3);

/// When a server is killed.
enum Moment {
    /// So long after its process was started: it may not have listened yet.
    Starting(Duration),
    /// So long after it listens.
    Running(Duration),
    /// So long after so many writes have reached a GLPI, which needs [`GLPI_TAKES`] to answer.
    Writing(usize, Duration),
}

/// What the kills hit.
#[derive(Default)]
pub struct Caught {
    starting: usize,
    asking: usize,
    writing: usize,
    neither: usize,
}

impl fmt::Display for Caught {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "killed while starting {}, writing to GLPI {}, reading from it {}, neither {}",
            self.starting, self.writing, self.asking, self.neither
        )
    }
}

/// The time of the kills.
pub struct Storm {
    seed: u64,
    over: Cell<bool>,
}

impl Storm {
    /// Not begun.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            over: Cell::new(false),
        }
    }

    /// Works until it is over.
    pub async fn is_worked_in(&self, phone: &mut Phone) -> Result<()> {
        let mut done = 0;
        while !self.over.get() || done < AT_LEAST {
            phone.works().await?;
            done += 1;
        }
        phone.runs_the_other_errands().await
    }

    /// Starts and kills the server; leaves it running.
    pub async fn rages(&self, stage: &mut Stage) -> Result<Caught> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut caught = Caught::default();
        for _ in 0..KILLS {
            sleep(milliseconds(&mut rng, 0, 200)).await;
            let moment = match rng.random_range(0..5) {
                0 => Moment::Starting(milliseconds(&mut rng, 20, 400)),
                1 | 2 => Moment::Writing(
                    rng.random_range(1..5),
                    rng.random_range(Duration::ZERO..GLPI_TAKES),
                ),
                _ => Moment::Running(milliseconds(&mut rng, 20, 600)),
            };
            moment.comes(stage).await?;
            caught.count(&moment, stage);
            stage.kill_server();
        }
        stage.start_server().await?;
        self.over.set(true);
        ensure!(
            caught.writing > 0,
            "no kill came in the middle of a write: {caught}"
        );
        Ok(caught)
    }
}

impl Moment {
    async fn comes(&self, stage: &mut Stage) -> Result<()> {
        let before = writes(stage);
        stage.launch_server()?;
        if let Moment::Starting(time) = self {
            sleep(*time).await;
            return Ok(());
        }
        stage.server_listens().await?;
        match self {
            Moment::Starting(_) => {}
            Moment::Running(time) => sleep(*time).await,
            Moment::Writing(number, time) => {
                let start = Instant::now();
                while writes(stage) < before + number && start.elapsed() < AIM {
                    sleep(Duration::from_millis(2)).await;
                }
                sleep(*time).await;
            }
        }
        Ok(())
    }
}

impl Caught {
    fn count(&mut self, moment: &Moment, stage: &Stage) {
        let under_way: Vec<bool> = [OLD, NEW]
            .into_iter()
            .flat_map(|source| {
                let world = stage.glpi(source).world();
                let since = world.now() - GLPI_TAKES;
                let late = world.log.entries().filter(|entry| entry.at > since);
                late.map(|entry| entry.method != "GET").collect::<Vec<_>>()
            })
            .collect();
        match moment {
            _ if under_way.contains(&true) => self.writing += 1,
            _ if !under_way.is_empty() => self.asking += 1,
            Moment::Starting(_) => self.starting += 1,
            _ => self.neither += 1,
        }
    }
}

/// Writes that have reached a GLPI so far.
fn writes(stage: &Stage) -> usize {
    let of = |source| {
        let world = stage.glpi(source).world();
        let entries = world.log.entries();
        entries.filter(|entry| entry.method != "GET").count()
    };
    of(OLD) + of(NEW)
}

fn milliseconds(rng: &mut ChaCha8Rng, from: u64, to: u64) -> Duration {
    Duration::from_millis(rng.random_range(from..to))
}
