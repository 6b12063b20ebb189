//! This life of the server, and whether its database may be older than it seems: one that was put back, or a machine that slept.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tournee_core::time::{Instant, Seconds};

use crate::app::{Server, Shared};
use crate::custody::before::{self, Doubt};
use crate::store::{Stored, lives};

/// How often it says in its database that it runs.
const BEAT: Duration = Duration::from_secs(60);
/// A pause that is longer may be one in which another server went on from here: a machine's snapshot, or a copied file, looks
/// just so. Reboots and updates take less.
pub(crate) const LONG: Seconds = Seconds(3_600);

/// A life of the server.
#[derive(Clone, Debug)]
pub struct Life {
    /// What it is called: cursors carry it.
    pub name: String,
    /// When it began.
    pub began_at: Instant,
}

/// The life that it is, and when it last ran for certain.
#[derive(Debug)]
pub struct Awake(Mutex<(Life, Instant)>);

impl Awake {
    /// From its beginning.
    pub fn new(life: Life) -> Self {
        let seen = life.began_at;
        Self(Mutex::new((life, seen)))
    }

    fn has_slept(&self, now: Instant) -> bool {
        now - self.state().1 > LONG
    }

    fn state(&self) -> MutexGuard<'_, (Life, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that it runs, for as long as it does.
pub(crate) async fn run(server: Server) {
    loop {
        tokio::time::sleep(BEAT).await;
        if let Err(error) = server.beat().await {
            tracing::warn!(%error, "that the server runs could not be written down");
        }
    }
}

impl Shared {
    /// The life that it is.
    pub fn life(&self) -> Life {
        self.awake.state().0.clone()
    }

    /// When this life began.
    pub fn began_at(&self) -> Instant {
        self.awake.state().0.began_at
    }

    /// To be asked before anything is carried out, or told: after a long sleep another life begins.
    pub(crate) async fn wake(&self) -> Stored<()> {
        match self.awake.has_slept(self.clock.now()) {
            true => self.beat().await,
            false => Ok(()),
        }
    }

    async fn beat(&self) -> Stored<()> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let another = match self.awake.has_slept(now) {
            true => {
                tracing::warn!("the server has slept: what it may not know of is looked for");
                before::doubt_all(&mut tx, &self.chance, Doubt::Away, now).await?;
                Some(lives::begin(&mut tx, &self.chance, now).await?)
            }
            false => {
                tx.set_seen(now).await?;
                None
            }
        };
        tx.commit().await?;
        let mut state = self.awake.state();
        state.1 = state.1.max(now);
        if let Some(name) = another {
            let began_at = now;
            state.0 = Life { name, began_at };
        }
        Ok(())
    }
}
