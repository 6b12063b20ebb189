//! A phone: the real state machine of `core`, with a map for storage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use reqwest::StatusCode;
use tournee_core::changes::{AddFollowup, AddSolution, ChangeBody, SetStatus, Take, Target};
use tournee_core::domain::{Account, AccountState, Reference, Status, Thread, Ticket, TicketRow};
use tournee_core::ids::{ChangeId, DeviceId, FileHash, SourceId, ThreadKey, TicketKey};
use tournee_core::outbox::State;
use tournee_core::phone::{Batch, Exchanged, NewChange, Phone, Stored, Table};
use tournee_core::time::Instant;
use tournee_core::wire::{ApiError, SignIn, SignInMethod, SyncRequest, SyncResponse, Wish};
use tournee_sandbox::accounts::PASSWORD;
use uuid::Uuid;

/// Far above what anything takes, also on a machine that does ten other things.
const PATIENCE: Duration = Duration::from_secs(90);

/// A phone and its cookie.
pub struct Handset {
    pub http: reqwest::Client,
    pub base: String,
    pub phone: Phone,
    /// As the server last said them.
    pub tickets: BTreeMap<String, Ticket>,
    threads: BTreeMap<String, Thread>,
    /// Reference data by source.
    pub references: BTreeMap<String, Reference>,
    /// Files that the server has.
    pub ready: BTreeSet<FileHash>,
    /// When it asked last, in seconds.
    asked: AtomicI64,
}

impl Handset {
    pub fn new(base: String) -> Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder().cookie_store(true).build()?,
            base,
            phone: Phone::load(&Stored::default(), DeviceId(Uuid::now_v7()))?,
            tickets: BTreeMap::new(),
            threads: BTreeMap::new(),
            references: BTreeMap::new(),
            ready: BTreeSet::new(),
            asked: AtomicI64::new(now().0),
        })
    }

    /// Signs in with the demo password.
    pub async fn sign_in(&self, source: &str, login: &str) -> Result<Account> {
        let method = SignInMethod::Password {
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
        };
        match self.try_sign_in(source, method).await? {
            Ok(account) => Ok(account),
            Err(error) => bail!("refused: {error:?}"),
        }
    }

    /// Signs in, or is refused.
    pub async fn try_sign_in(
        &self,
        source: &str,
        method: SignInMethod,
    ) -> Result<std::result::Result<Account, ApiError>> {
        let address = format!("{}/api/session/{source}", self.base);
        let answer = self
            .http
            .post(address)
            .json(&SignIn { method })
            .send()
            .await?;
        Ok(match answer.status() {
            StatusCode::OK => Ok(answer.json().await?),
            _ => Err(answer.json().await?),
        })
    }

    /// One exchange, taken in.
    pub async fn sync(&mut self) -> Result<SyncResponse> {
        let response = self
            .send(&self.phone.request_with(true, &self.ready))
            .await?;
        self.take_in(response.clone());
        Ok(response)
    }

    /// Sends a request; whether the answer arrives is the caller's business.
    pub async fn send(&self, request: &SyncRequest) -> Result<SyncResponse> {
        let answer = self.try_send(request).await?;
        match answer.status() {
            StatusCode::OK => Ok(answer.json().await?),
            status => bail!("{status}: {}", answer.text().await?),
        }
    }

    pub async fn try_send(&self, request: &SyncRequest) -> Result<reqwest::Response> {
        let address = format!("{}/api/sync", self.base);
        self.asked.store(now().0, Ordering::Relaxed);
        Ok(self.http.post(address).json(request).send().await?)
    }

    /// Takes an answer in, as the app does.
    pub fn take_in(&mut self, response: SyncResponse) {
        let exchanged = Exchanged {
            asked: Instant(self.asked.load(Ordering::Relaxed)),
            answered: now(),
        };
        let (batch, _) = self.phone.absorb(response, exchanged);
        self.store(batch);
    }

    /// Exchanges until there is nothing more and no read under way.
    pub async fn sync_whole(&mut self) -> Result<()> {
        let give_up = tokio::time::Instant::now() + PATIENCE;
        loop {
            let response = self.sync().await?;
            let sources = &self.phone.meta().sources;
            let reading = sources.iter().any(|s| s.progress.is_some());
            let unread = sources.iter().any(|s| s.refreshed_at.is_none());
            if !response.more && !reading && !unread {
                return Ok(());
            }
            if tokio::time::Instant::now() > give_up {
                bail!("the read does not end: {sources:?}");
            }
        }
    }

    /// Exchanges until no change is on its way any more.
    pub async fn settle(&mut self) -> Result<()> {
        let give_up = tokio::time::Instant::now() + PATIENCE;
        loop {
            self.sync_whole().await?;
            let moving = self
                .phone
                .outbox()
                .iter()
                .any(|q| q.is_on_its_way() || q.wish.is_some());
            if !moving {
                return Ok(());
            }
            if tokio::time::Instant::now() > give_up {
                bail!("not settled: {:?}", self.states());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Exchanges until this is how the account stands.
    pub async fn sync_until(&mut self, source: &str, state: AccountState) -> Result<()> {
        let give_up = tokio::time::Instant::now() + PATIENCE;
        while self.account(source)?.state != state {
            if tokio::time::Instant::now() > give_up {
                bail!("{source} does not become {state:?}");
            }
            self.sync().await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Where every change stands.
    pub fn states(&self) -> Vec<State> {
        let outbox = self.phone.outbox();
        outbox.iter().map(|queued| queued.state.clone()).collect()
    }

    pub fn state(&self, id: ChangeId) -> Result<State> {
        let queued = self.phone.outbox().get(id).context("a change of ours")?;
        Ok(queued.state.clone())
    }

    pub fn edit(&mut self, key: &TicketKey, body: ChangeBody) -> Result<ChangeId> {
        self.replace(key, body, None)
    }

    pub fn replace(
        &mut self,
        key: &TicketKey,
        body: ChangeBody,
        replaces: Option<ChangeId>,
    ) -> Result<ChangeId> {
        self.act(key.clone().into(), body, replaces)
    }

    /// Makes a change on a thread.
    pub fn edit_thread(&mut self, key: &ThreadKey, body: ChangeBody) -> Result<ChangeId> {
        self.act(key.clone().into(), body, None)
    }

    fn act(
        &mut self,
        target: Target,
        body: ChangeBody,
        replaces: Option<ChangeId>,
    ) -> Result<ChangeId> {
        let (id, batch) = self.phone.edit(NewChange {
            id: ChangeId(Uuid::now_v7()),
            phone_clock: now(),
            target,
            body,
            replaces,
        })?;
        self.store(batch);
        Ok(id)
    }

    /// Makes a ticket, and what the same gesture does beside.
    pub fn convert(
        &mut self,
        key: &TicketKey,
        body: ChangeBody,
        beside: &[(ChangeId, ChangeBody)],
    ) -> Result<ChangeId> {
        let new = NewChange {
            id: ChangeId(Uuid::now_v7()),
            phone_clock: now(),
            target: key.clone().into(),
            body,
            replaces: None,
        };
        let (id, batch) = self.phone.convert(new, beside)?;
        self.store(batch);
        Ok(id)
    }

    pub fn wish(&mut self, id: ChangeId, wish: Wish) {
        let batch = self.phone.wish(id, wish);
        self.store(batch);
    }

    /// The ticket as the server last said it.
    pub fn base(&self, key: &TicketKey) -> Result<&Ticket> {
        let ticket = self.tickets.get(&key.to_string());
        ticket.with_context(|| format!("{key} is on the phone"))
    }

    /// A thread as the server last said it.
    pub fn thread(&self, key: &ThreadKey) -> Result<&Thread> {
        let thread = self.threads.get(&key.to_string());
        thread.with_context(|| format!("{key} is on the phone"))
    }

    pub fn has(&self, key: &TicketKey) -> bool {
        self.tickets.contains_key(&key.to_string())
    }

    pub fn account(&self, source: &str) -> Result<Account> {
        let account = self.phone.account(&SourceId::new(source));
        account.cloned().context("signed in")
    }

    /// Rows of one GLPI that fit.
    pub fn rows(&self, source: &str, fits: impl Fn(&TicketRow) -> bool) -> Vec<TicketRow> {
        let rows = self.phone.rows().iter();
        let fits = |row: &&std::sync::Arc<TicketRow>| row.key.source.0 == source && fits(row);
        rows.filter(fits).map(|row| row.as_ref().clone()).collect()
    }

    /// A ticket that nobody has.
    pub fn free_ticket(&self, source: &str) -> Result<TicketKey> {
        let rows = self.rows(source, |row| {
            row.is_unassigned() && row.status == Status::New
        });
        Ok(rows.first().context("a new ticket")?.key.clone())
    }

    /// A ticket of his, in this status.
    pub fn own_ticket(&self, source: &str, status: Status) -> Result<TicketKey> {
        let account = self.account(source)?;
        let rows = self.rows(source, |row| row.is_mine(&account) && row.status == status);
        Ok(rows.first().context("a ticket of his")?.key.clone())
    }

    pub fn take(&self, key: &TicketKey) -> Result<ChangeBody> {
        let account = self.account(&key.source.0)?;
        let assignees = &self.base(key)?.assignees;
        Ok(ChangeBody::Take(Take {
            user: account.user,
            name: account.name,
            before: assignees.iter().filter_map(|actor| actor.user()).collect(),
        }))
    }

    fn store(&mut self, batch: Batch) {
        for write in batch.writes {
            if write.table == Table::References {
                let lists = write.value.and_then(|b| serde_json::from_slice(&b).ok());
                match lists {
                    Some(lists) => self.references.insert(write.key, lists),
                    None => self.references.remove(&write.key),
                };
                continue;
            }
            if write.table == Table::Threads {
                let thread = write.value.and_then(|b| serde_json::from_slice(&b).ok());
                match thread {
                    Some(thread) => self.threads.insert(write.key, thread),
                    None => self.threads.remove(&write.key),
                };
                continue;
            }
            if write.table != Table::Tickets {
                continue;
            }
            match write
                .value
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            {
                Some(ticket) => self.tickets.insert(write.key, ticket),
                None => self.tickets.remove(&write.key),
            };
        }
    }
}

pub fn status(from: Status, to: Status) -> ChangeBody {
    ChangeBody::Status(SetStatus { from, to })
}

pub fn followup(content: &str) -> ChangeBody {
    ChangeBody::Followup(AddFollowup {
        content: content.to_owned(),
        private: false,
    })
}

pub fn solution(content: &str) -> ChangeBody {
    ChangeBody::Solution(AddSolution {
        content: content.to_owned(),
        solution_type: None,
    })
}

pub fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Instant(since.map_or(0, |since| since.as_secs().cast_signed()))
}
