//! This life of the server, and whether its database may be older than it seems: one that was put back, or a machine that slept.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tournee_core::time::{Instant, Seconds};

use crate::app::{Server, Shared};
use crate::chance::Chance;
use crate::custody::before::{self, Doubt};
use crate::store::{Connection, Stored, lives};

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
    /// Whether it has; else it runs, whatever becomes of what it writes down.
    fn has_slept(&self, now: Instant) -> bool {
        let mut state = self.state();
        let has_slept = now - state.1 > LONG;
        if !has_slept {
            state.1 = now;
        }
        has_slept
    }

    fn state(&self) -> MutexGuard<'_, (Life, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins a life on a database, which may be a copy.
pub(crate) async fn begin(db: &mut Connection, chance: &Chance, now: Instant) -> Stored<Awake> {
    match before::wake_up(db, chance, now).await? {
        Some(Doubt::Copy) => tracing::warn!(
            "this database is a backup: phones start over, and what it may lack is looked for"
        ),
        Some(Doubt::Away) => tracing::warn!(
            "this database was last used over an hour ago: what it may lack is looked for, and if it was put back, phones will tell"
        ),
        None => {}
    }
    let name = lives::begin(db, chance, now).await?;
    let life = Life {
        name,
        began_at: now,
    };
    Ok(Awake(Mutex::new((life, now))))
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
        // It runs, also where nothing can be written down.
        self.awake.has_slept(self.clock.now());
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
        state.1 = now;
        if let Some(name) = another {
            let began_at = now;
            state.0 = Life { name, began_at };
            self.custody.begin_anew();
        }
        Ok(())
    }
}
