//! The server's machine: the real server on a simulated disk, from start to crash to start.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use serde::Serialize;
use tokio::task::JoinSet;
use tournee::app::Ways;
use tournee::chance::Chance;
use tournee::config::Config;
use tournee::glpi::{SourceConfig, Transport};
use tournee::links::Transports;
use tournee::mutation::Mutation;
use tournee::store::Store;
use tournee::store::changes;
use tournee::store::memory::{Backup, Disk};
use tournee::{App, AppError};
use tournee_core::ids::SourceId;
use tournee_core::wire::SyncResponse;
use tower::ServiceExt as _;

use crate::bell::Bell;
use crate::clock::SimClock;
use crate::counters::Count;
use crate::files::LARGEST;
use crate::glpi::Side;
use crate::ledger::{Ledger, Made, Name};
use crate::line::{Far, Line};
use crate::mail::Google;
use crate::mail::google::gmail_config;
use crate::weather::Weather;

const ANSWER_LIMIT: usize = 64 * 1024 * 1024;
/// A server's patience with a ticket that is answered with an error, where storms have such.
const IMPATIENT: Duration = Duration::from_secs(90);

/// What is sent to the server.
#[derive(Clone, Debug)]
pub struct Post {
    /// How.
    pub method: Method,
    /// Where.
    pub path: String,
    /// The cookie, where there is one.
    pub cookie: Option<String>,
    /// JSON, or a piece of a file.
    pub body: Vec<u8>,
    /// The changes in it, which an answer acknowledges.
    pub changes: Vec<Name>,
}

impl Post {
    /// Something that is posted.
    pub fn to(path: &str, cookie: Option<String>, body: &impl Serialize) -> Self {
        Self {
            method: Method::POST,
            path: path.to_owned(),
            cookie,
            body: serde_json::to_vec(body).unwrap_or_default(),
            changes: Vec::new(),
        }
    }

    /// Bytes that are put somewhere.
    pub fn put(path: &str, cookie: Option<String>, body: Vec<u8>) -> Self {
        Self {
            method: Method::PUT,
            body,
            ..Self::to(path, cookie, &())
        }
    }

    /// Something that is asked for.
    pub fn get(path: &str, cookie: Option<String>) -> Self {
        Self {
            method: Method::GET,
            body: Vec::new(),
            ..Self::to(path, cookie, &())
        }
    }
}

/// What it answers.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// A new cookie.
    pub cookie: Option<String>,
    /// JSON.
    pub body: Vec<u8>,
}

/// One life of the server.
struct Life {
    app: App,
    router: Router,
    bell: Arc<Bell>,
    guests: JoinSet<()>,
}

/// The server and its machine.
pub struct House {
    weather: Arc<Weather>,
    ledger: Arc<Ledger>,
    sides: Vec<Arc<Side>>,
    google: Option<Arc<Google>>,
    config: Config,
    chance: Chance,
    disk: Disk,
    life: Mutex<Option<Life>>,
    lives: Mutex<u64>,
    backup: Mutex<Option<Backup>>,
}

impl House {
    /// A machine with an empty disk; the server is not started yet.
    pub fn new(
        weather: &Arc<Weather>,
        ledger: &Arc<Ledger>,
        sides: Vec<Arc<Side>>,
        google: Option<Arc<Google>>,
        mutation: Option<Mutation>,
    ) -> anyhow::Result<Self> {
        let mut sources = Vec::new();
        for side in &sides {
            sources.push(SourceConfig {
                id: side.source.clone(),
                name: side.source.0.clone(),
                color: "#0b5d8a".to_owned(),
                url: side.url().parse()?,
                app_token: None,
                timezone: None,
            });
        }
        let mut config = Config::local("/nowhere", sources);
        config.mutation = mutation;
        if weather.storm.wire.breaks > 0.0 {
            config.custody.patience = IMPATIENT;
        }
        if weather.storm.files.is_some() {
            config.custody.largest_file = LARGEST;
        }
        config.gmail = google.as_ref().map(|_| gmail_config()).transpose()?;
        Ok(Self {
            chance: Chance::seeded(weather.seed),
            disk: Disk::new(weather.seed),
            weather: weather.clone(),
            ledger: ledger.clone(),
            sides,
            google,
            config,
            life: Mutex::new(None),
            lives: Mutex::new(0),
            backup: Mutex::new(None),
        })
    }

    /// Starts the server, if it does not run. It may fail to, and be killed while it does.
    pub async fn start(&self) -> bool {
        if self.runs() {
            return true;
        }
        let number = {
            let mut lives = lock(&self.lives);
            *lives += 1;
            *lives
        };
        let bell = Arc::new(Bell::default());
        self.have_disk_watched(&bell, number);
        let mut transports = Transports::new();
        for side in &self.sides {
            transports.insert(side.source.clone(), self.line(side.clone(), &bell, number));
        }
        let google = self.google.clone();
        let ways = Ways {
            glpi: transports,
            google: google.map(|google| self.line(google, &bell, number)),
        };
        let clock = Arc::new(self.weather.clock.wrong_by(0));
        let started = self.start_app(ways, clock);
        let app = tokio::select! {
            biased;
            app = started => app,
            () = bell.heard() => {
                self.disk.crash();
                return false;
            }
        };
        match app {
            Ok(app) => {
                self.say(format_args!("starts its life {number}"));
                self.begins_to_remember();
                let router = app.router();
                let guests = JoinSet::new();
                *self.life() = Some(Life {
                    app,
                    router,
                    bell,
                    guests,
                });
                self.knows_what_it_acknowledged().await;
                true
            }
            Err(error) => {
                self.say(format_args!("does not start: {error}"));
                false
            }
        }
    }

    fn line(&self, far: Arc<dyn Far>, bell: &Arc<Bell>, life: u64) -> Arc<dyn Transport> {
        Arc::new(Line::new(&self.weather, far, bell, life))
    }

    async fn start_app(&self, ways: Ways, clock: Arc<SimClock>) -> Result<App, AppError> {
        let store = Store::on(self.disk.clone())?;
        App::start_on(self.config.clone(), store, ways, clock, self.chance.clone()).await
    }

    fn have_disk_watched(&self, bell: &Arc<Bell>, number: u64) {
        let (weather, bell) = (self.weather.clone(), bell.clone());
        let dice = Arc::new(Mutex::new(weather.dice(&format!("disk {number}"))));
        self.disk.watch(Arc::new(move |step| {
            let (weather, bell, dice) = (weather.clone(), bell.clone(), dice.clone());
            Box::pin(async move {
                let chance = weather.storm.house.crash_at_disk;
                let dies = weather.strikes(&mut lock(&dice), chance);
                if dies && !bell.has_rung() {
                    weather.count(Count::CrashAtDisk);
                    weather.say("server", format_args!("killed at its disk: {step:?}"));
                    bell.ring();
                }
                bell.pass().await;
            })
        }));
    }

    /// Whether the server runs.
    pub fn runs(&self) -> bool {
        self.life().is_some()
    }

    /// Whether the server leaves a GLPI alone because it does not answer.
    pub fn leaves_alone(&self, source: &SourceId) -> bool {
        let life = self.life();
        life.as_ref()
            .is_some_and(|life| life.app.shared().links.is_down(source))
    }

    /// Waits until something ends this life.
    pub async fn death(&self) {
        let bell = self.life().as_ref().map(|life| life.bell.clone());
        match bell {
            Some(bell) => bell.heard().await,
            None => std::future::pending().await,
        }
    }

    /// The power goes: nothing of this life does anything more, and the disk drops what was not synced.
    pub async fn crash(&self) {
        let Some(mut life) = self.life().take() else {
            return;
        };
        life.bell.ring();
        self.disk.crash();
        life.guests.shutdown().await;
        life.app.kill().await;
        self.say(format_args!("is dead"));
    }

    /// Stopped as an administrator stops it.
    pub async fn stop(&self) {
        let Some(mut life) = self.life().take() else {
            return;
        };
        life.guests.shutdown().await;
        life.app.stop().await;
        self.say(format_args!("is stopped"));
    }

    /// Takes a backup, as `tournee backup` does.
    pub fn back_up(&self) {
        *lock(&self.backup) = Some(self.disk.backup());
        self.say(format_args!("is backed up"));
    }

    /// Whether there is one.
    pub fn has_backup(&self) -> bool {
        lock(&self.backup).is_some()
    }

    /// Puts the last backup in the place of what the stopped server has. Answers whether there was one.
    pub fn restore(&self) -> bool {
        let backup = lock(&self.backup).clone();
        let Some(backup) = backup else {
            return false;
        };
        self.disk.restore(&backup);
        let mut pages = self.ledger.open();
        pages.server_restored = true;
        pages.server_is_to_start = true;
        pages.server_restored_ms = self.weather.clock.elapsed_ms();
        drop(pages);
        self.say(format_args!("is restored from its backup"));
        true
    }

    /// What was made while nobody was there a server of before may have carried out, for all that it knows.
    fn begins_to_remember(&self) {
        let mut pages = self.ledger.open();
        if std::mem::take(&mut pages.server_is_to_start) {
            pages.server_restored_ms = self.weather.clock.elapsed_ms();
        }
    }

    /// Fills the disk, or makes room.
    pub fn set_full(&self, full: bool) {
        self.disk.set_full(full);
        self.say(format_args!(
            "has {} disk",
            if full { "a full" } else { "room on its" }
        ));
    }

    /// Answers a phone; nothing where nobody is there, or dies meanwhile.
    pub async fn answer(self: Arc<Self>, post: Post) -> Option<Reply> {
        let (sender, answer) = tokio::sync::oneshot::channel();
        {
            let mut life = self.life();
            let life = life.as_mut()?;
            while life.guests.try_join_next().is_some() {}
            let (router, house) = (life.router.clone(), self.clone());
            life.guests.spawn(async move {
                let reply = ask(router, &post).await;
                if let Some(reply) = &reply {
                    house.acknowledges(&post, reply);
                }
                // Who asked may be gone.
                let _ = sender.send(reply);
            });
        }
        answer.await.ok().flatten()
    }

    fn acknowledges(&self, post: &Post, reply: &Reply) {
        if post.changes.is_empty() || reply.status != 200 {
            return;
        }
        let Ok(response) = serde_json::from_slice::<SyncResponse>(&reply.body) else {
            return;
        };
        let mut pages = self.ledger.open();
        for name in post
            .changes
            .iter()
            .filter(|name| response.received.contains(&name.1))
        {
            if let Some(made) = pages.get_mut(*name) {
                made.acknowledged = true;
            }
        }
    }

    /// What was acknowledged is on the disk after any crash, unless an older backup took its place.
    async fn knows_what_it_acknowledged(&self) {
        let names: Vec<Name> = {
            let pages = self.ledger.open();
            if pages.server_restored {
                return;
            }
            pages
                .all()
                .filter(|made| made.acknowledged)
                .map(Made::name)
                .collect()
        };
        let store = self
            .life()
            .as_ref()
            .map(|life| life.app.shared().store.clone());
        let Some(Ok(mut db)) = (match store {
            Some(store) => Some(store.read().await),
            None => None,
        }) else {
            return;
        };
        for (device, id) in names {
            if matches!(changes::is_known(&mut db, device, id).await, Ok(false)) {
                let made = self
                    .ledger
                    .open()
                    .get((device, id))
                    .map(ToString::to_string);
                self.ledger
                    .broke("acknowledged means durable", made.unwrap_or_default());
            }
        }
    }

    fn say(&self, what: std::fmt::Arguments<'_>) {
        self.weather.say("server", what);
    }

    fn life(&self) -> MutexGuard<'_, Option<Life>> {
        lock(&self.life)
    }
}

async fn ask(router: Router, post: &Post) -> Option<Reply> {
    let mut request = Request::builder()
        .method(post.method.clone())
        .uri(&post.path)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(cookie) = &post.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let request = request.body(Body::from(post.body.clone())).ok()?;
    let Ok(response) = router.oneshot(request).await;
    let status = response.status().as_u16();
    let cookie = response.headers().get(header::SET_COOKIE);
    let cookie = cookie.and_then(|value| value.to_str().ok()?.split(';').next());
    let cookie = cookie.map(str::to_owned);
    let body = to_bytes(response.into_body(), ANSWER_LIMIT).await.ok()?;
    Some(Reply {
        status,
        cookie,
        body: body.to_vec(),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
