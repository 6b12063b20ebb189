//! The sandbox's Gmail with everything that can go wrong on the way to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use tournee::glpi::{HttpRequest, HttpResponse, Secret, TransportError};
use tournee::gmail::GmailConfig;
use tournee::gmail::config::{Endpoints, WebClient};
use tournee_core::ids::{MailboxId, ThreadKey};
use tournee_sandbox::gmail::{self, Gmail, accounts};
use tower::ServiceExt as _;
use url::Url;

use super::asked;
use super::chronicle::{By, Chronicle};
use super::fate::Fate;
use super::moment::Moment;
use super::people;
use crate::counters::Count;
use crate::dice::Dice;
use crate::glpi::TECHNICIANS;
use crate::line::Far;
use crate::weather::Weather;

/// Where the server believes Google to be.
const ADDRESS: &str = "http://google.test/";
/// As long as the server waits for Google.
const PATIENCE: Duration = Duration::from_secs(90);
const TOO_LATE: Duration = Duration::from_secs(120);
/// Storms are short: mailboxes are read oftener than they are by default.
const EVERY: Duration = Duration::from_secs(15);
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// Gmail as the server's administrator sets it up.
///
/// # Errors
/// None: the addresses are ones.
pub fn gmail_config() -> anyhow::Result<GmailConfig> {
    let at = |path: &str| Url::parse(&format!("{ADDRESS}{path}"));
    let mut config = GmailConfig::new(Endpoints {
        authorize: at("o/oauth2/v2/auth")?,
        token: at("token")?,
        revoke: at("revoke")?,
        api: at("")?,
    });
    config.client = Some(WebClient {
        id: accounts::CLIENT_ID.to_owned(),
        secret: Secret::new(accounts::CLIENT_SECRET),
    });
    config.shared = Some(MailboxId::of(accounts::SHARED));
    config.domain = Some(accounts::DOMAIN.to_owned());
    config.every = EVERY;
    Ok(config)
}

/// Gmail, and the line to it.
pub struct Google {
    /// The sandbox.
    pub gmail: Gmail,
    weather: Arc<Weather>,
    router: Router,
    chronicle: Mutex<Chronicle>,
    dice: Mutex<Dice>,
    down_until_ms: Mutex<Option<u64>>,
    letters: Mutex<u64>,
    /// One thing at a time happens in it.
    turn: tokio::sync::Mutex<()>,
}

impl Google {
    /// A Gmail with a few mails in a mailbox of each technician's and in the service's.
    pub fn new(weather: &Arc<Weather>) -> Self {
        let mut dice = weather.dice("google");
        let gmail = Gmail::new(gmail::Options {
            seed: dice.between(1, u64::from(u32::MAX)),
            mails: 0,
            technicians: TECHNICIANS.iter().max().map_or(1, |last| last + 1),
            clock: Arc::new(weather.clock.wrong_by(0)),
            ..gmail::Options::default()
        });
        let google = Self {
            weather: weather.clone(),
            router: gmail.router(),
            chronicle: Mutex::default(),
            dice: Mutex::new(dice),
            down_until_ms: Mutex::new(None),
            letters: Mutex::new(0),
            turn: tokio::sync::Mutex::new(()),
            gmail,
        };
        google.furnish();
        *google.chronicle() = Chronicle::begin(&google.gmail.world());
        google
    }

    fn furnish(&self) {
        let mut dice = self.weather.dice("first mails");
        for address in Self::addresses() {
            for _ in 0..dice.between(2, 4) {
                people::write(self, &[address.as_str()]);
            }
        }
        let both = [accounts::TECHNICIAN, accounts::SHARED];
        people::write(self, &both);
    }

    /// The addresses of the mailboxes.
    pub fn addresses() -> Vec<String> {
        let own = TECHNICIANS.iter().map(|at| accounts::mailbox_of(*at));
        own.chain([accounts::SHARED.to_owned()]).collect()
    }

    /// The mailboxes that a technician sees: his own, and the service's.
    pub fn seen_by(technician: usize) -> [(MailboxId, bool); 2] {
        let own = MailboxId::of(&accounts::mailbox_of(technician));
        [(own, false), (MailboxId::of(accounts::SHARED), true)]
    }

    /// The number of the next letter that somebody writes.
    pub fn next_letter(&self) -> u64 {
        let mut letters = lock(&self.letters);
        *letters += 1;
        *letters
    }

    /// Whether some of the letters bring files.
    pub fn sends_files(&self) -> bool {
        self.weather.storm.files.is_some()
    }

    /// What happened in it.
    pub fn chronicle(&self) -> MutexGuard<'_, Chronicle> {
        lock(&self.chronicle)
    }

    /// Does not answer for a while.
    pub fn go_down(&self, for_ms: u64) {
        *lock(&self.down_until_ms) = Some(self.weather.clock.elapsed_ms() + for_ms);
    }

    /// Is well again.
    pub fn heal(&self) {
        *lock(&self.down_until_ms) = None;
    }

    /// Somebody does something on Gmail's own page, or writes.
    pub async fn person(&self, edit: impl FnOnce(&Self)) {
        let _turn = self.turn.lock().await;
        self.person_now(edit);
    }

    fn person_now(&self, edit: impl FnOnce(&Self)) {
        let before = Moment::of(&self.gmail.world());
        edit(self);
        self.tell(By::Person, &before);
    }

    fn tell(&self, by: By, before: &Moment) {
        let after = Moment::of(&self.gmail.world());
        let at = self.weather.clock.elapsed_ms();
        for (thread, what) in self.chronicle().compare(at, by, before, &after) {
            self.weather
                .say("google", format_args!("{thread} {what:?} by {by:?}"));
        }
    }

    fn draw(&self, request: &HttpRequest) -> Fate {
        let Some(mails) = self
            .weather
            .storm
            .mails
            .as_ref()
            .filter(|_| self.weather.storms())
        else {
            return Fate::Fine;
        };
        let now = self.weather.clock.elapsed_ms();
        if lock(&self.down_until_ms).is_some_and(|until| now < until) {
            return Fate::LostBefore;
        }
        let of_history = asked::path(&request.url) == "history";
        let mut dice = lock(&self.dice);
        Fate::draw(mails, &mut dice, asked::writes(request), of_history)
    }

    async fn meet(&self, fate: Fate, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let lost = |what: &str| Err(TransportError::Unknown(what.to_owned()));
        match (fate, self.written(&request)) {
            (Fate::Refusal, Some(thread)) if request.method == "DELETE" => {
                self.chronicle().keep(thread);
            }
            (Fate::Refusal, thread) => self.chronicle().refuse(thread),
            (fate, Some(thread)) if fate.hides() => self.chronicle().hide(thread),
            _ => {}
        }
        match fate {
            Fate::RefusedConnection => Err(TransportError::NotSent("refused".to_owned())),
            Fate::LostBefore => lost("lost before"),
            Fate::LostAfter => {
                self.carry_out(&request).await;
                lost("lost after")
            }
            Fate::TimedOutAfter => {
                self.carry_out(&request).await;
                tokio::time::sleep(TOO_LATE).await;
                lost("too late")
            }
            Fate::Late(wait) => {
                let answer = self.carry_out(&request).await;
                tokio::time::sleep(wait).await;
                Ok(answer)
            }
            Fate::ErrorAfter => {
                self.carry_out(&request).await;
                Ok(fate.canned())
            }
            Fate::ErrorInstead | Fate::Refusal | Fate::Throttled(_) => Ok(fate.canned()),
            Fate::Expired => {
                self.each_mailbox(|world, address| world.expire_access_tokens(address));
                Ok(self.carry_out(&request).await)
            }
            Fate::Stale => {
                self.each_mailbox(|world, address| {
                    if let Some(mailbox) = world.mailbox_mut(address) {
                        mailbox.expire_history();
                    }
                });
                Ok(self.carry_out(&request).await)
            }
            Fate::Fine => Ok(self.carry_out(&request).await),
        }
    }

    fn each_mailbox(&self, alter: impl Fn(&mut gmail::World, &str)) {
        let mut world = self.gmail.world();
        for address in Self::addresses() {
            alter(&mut world, &address);
        }
    }

    /// Gmail does what it is asked; the chronicle compares.
    async fn carry_out(&self, request: &HttpRequest) -> HttpResponse {
        let _turn = self.turn.lock().await;
        let before = asked::writes(request).then(|| Moment::of(&self.gmail.world()));
        let answer = self.ask(request).await;
        if let Some(before) = before {
            self.tell(By::Ours, &before);
        }
        if let Some(thread) = self.looked_at(request) {
            self.was_shown(&thread);
        }
        answer
    }

    /// The thread that a write alters; of two mailboxes no thread has the same id.
    fn written(&self, request: &HttpRequest) -> Option<ThreadKey> {
        if let Some(draft) = asked::draft(request) {
            let world = self.gmail.world();
            let mut mailboxes = world.addresses().filter_map(|one| world.mailbox(one));
            return mailboxes.find_map(|mailbox| {
                let (_, message) = mailbox.drafts().find(|(id, _)| *id == draft)?;
                let thread = mailbox.message(message)?.thread_id.clone();
                Some(ThreadKey {
                    mailbox: MailboxId::of(&mailbox.address),
                    id: thread,
                })
            });
        }
        self.key_of(&asked::written(request)?)
    }

    fn looked_at(&self, request: &HttpRequest) -> Option<ThreadKey> {
        self.key_of(asked::looked_at(request)?)
    }

    fn key_of(&self, thread: &str) -> Option<ThreadKey> {
        let world = self.gmail.world();
        let mut mailboxes = world.addresses().filter_map(|one| world.mailbox(one));
        let mailbox = mailboxes.find(|mailbox| !mailbox.thread(thread).is_empty())?;
        Some(ThreadKey {
            mailbox: MailboxId::of(&mailbox.address),
            id: thread.to_owned(),
        })
    }

    fn was_shown(&self, thread: &ThreadKey) {
        let now = Moment::of(&self.gmail.world());
        self.chronicle().look(thread, now.thread(thread).boxes);
        let mails = self.weather.storm.mails.as_ref();
        let chance = mails.map_or(0.0, |mails| mails.in_the_second);
        let mut dice = lock(&self.dice);
        if self.weather.strikes(&mut dice, chance) {
            self.weather.count(Count::MailInTheSecond);
            let deed = people::draw(&mut dice, 0.0);
            drop(dice);
            self.person_now(|google| deed.make(google, thread, &self.weather));
        }
    }

    /// A person accepts on Google's page; answers where he is sent back to.
    pub async fn consent(&self, page: &str, account: &MailboxId) -> Option<String> {
        let scope = tournee::gmail::config::SCOPE;
        let (account, scope) = (escaped(&account.0), escaped(&format!("scope:{scope}")));
        let form = format!("decision=accept&account={account}&{scope}=on");
        let asked = Request::post(page)
            .header(header::HOST, "google.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let asked = asked.body(Body::from(form)).ok()?;
        let Ok(answer) = self.router.clone().oneshot(asked).await;
        let back = answer.headers().get(header::LOCATION)?;
        back.to_str().ok().map(str::to_owned)
    }

    async fn ask(&self, request: &HttpRequest) -> HttpResponse {
        let mut asked = Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            asked = asked.header(*name, value);
        }
        let body = request.body.clone().map_or_else(Body::empty, Body::from);
        let Ok(asked) = asked.header(header::HOST, "google.test").body(body) else {
            return Fate::ErrorInstead.canned();
        };
        let Ok(response) = self.router.clone().oneshot(asked).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, ANSWER_LIMIT)
            .await
            .unwrap_or_else(|_| Bytes::new());
        let named = parts.headers.iter().filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        HttpResponse {
            status: parts.status.as_u16(),
            headers: named.collect(),
            body: body.to_vec(),
        }
    }
}

#[async_trait]
impl Far for Google {
    fn name(&self) -> &str {
        "google"
    }

    fn patience(&self) -> Duration {
        PATIENCE
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
                "google",
                format_args!("{} {}: {fate:?}", request.method, asked::path(&request.url)),
            );
        }
        let answer = self.meet(fate, request).await;
        tokio::time::sleep(back).await;
        answer
    }
}

/// As a form has it: whatever is no letter and no digit in the way of an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
