//! A phone without a screen: the API by itself, for benches that count bytes and time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ORIGIN};
use serde::Serialize;
use tournee_core::changes::{Change, ChangeBody};
use tournee_core::domain::{Account, Actor, Status, Thread, Ticket};
use tournee_core::ids::{ChangeId, Cursor, DeviceId, Epoch, ThreadKey, TicketKey};
use tournee_core::time;
use tournee_core::wire::{
    Connect, ConnectStart, FeedItem, PROTOCOL, ReportState, SignIn, SignInMethod, SourceState,
    SourceTag, SyncRequest, SyncResponse,
};
use uuid::Uuid;

use crate::google::decide;

/// What a browser says that it understands.
const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// One technician's phone.
pub struct Phone {
    http: reqwest::Client,
    base: String,
    device: DeviceId,
    epoch: Option<Epoch>,
    cursor: Option<Cursor>,
    accounts: Vec<Account>,
    sources: Vec<SourceState>,
    seq: u64,
    /// What it holds.
    pub tickets: BTreeMap<TicketKey, Ticket>,
    /// The threads of mails that it holds.
    pub threads: BTreeMap<ThreadKey, Thread>,
    /// What it was told of its changes.
    pub reports: BTreeMap<ChangeId, ReportState>,
    /// Bytes of all answers so far, headers included, as they came.
    pub received: usize,
    /// Whether it keeps the tickets: two hundred phones in one process would only weigh on it.
    pub forgetful: bool,
}

impl Phone {
    /// A new one, for the server at this address.
    pub fn new(base: &str) -> Result<Self> {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .no_gzip()
            .timeout(Duration::from_secs(120))
            .build()?;
        Ok(Self {
            http,
            base: base.to_owned(),
            device: DeviceId(Uuid::now_v7()),
            epoch: None,
            cursor: None,
            accounts: Vec::new(),
            sources: Vec::new(),
            seq: 0,
            tickets: BTreeMap::new(),
            threads: BTreeMap::new(),
            reports: BTreeMap::new(),
            received: 0,
            forgetful: false,
        })
    }

    /// Signs in to one GLPI.
    pub async fn sign_in(&mut self, source: &str, login: &str, password: &str) -> Result<()> {
        let (login, password) = (login.to_owned(), password.to_owned());
        let body = SignIn {
            method: SignInMethod::Password { login, password },
        };
        let answer = self.post(&format!("/api/session/{source}"), &body).await?;
        self.accounts.push(serde_json::from_slice(&answer)?);
        Ok(())
    }

    /// Connects his mailbox, as a browser does: to Google's page, a yes there, and back.
    pub async fn connects_mailbox(&self, account: &str) -> Result<()> {
        let start = self
            .post_for("/api/gmail/connect", &Connect { shared: false })
            .await?;
        let start: ConnectStart = serde_json::from_slice(&start.body)?;
        let back = decide(&start.url.parse()?, "accept", account, true).await?;
        let query = back.query().unwrap_or_default();
        let way = format!("{}/api/gmail/return?{query}", self.base);
        let answer = self.http.get(way).send().await?;
        let outcome = answer.url().query().unwrap_or_default();
        ensure!(outcome == "gmail=connected", "it came back with {outcome}");
        Ok(())
    }

    /// One exchange, without changes.
    pub async fn sync(&mut self, pull: bool) -> Result<SyncResponse> {
        self.exchange(Vec::new(), pull).await
    }

    /// One exchange.
    pub async fn exchange(&mut self, changes: Vec<Change>, pull: bool) -> Result<SyncResponse> {
        let request = SyncRequest {
            protocol: PROTOCOL,
            device: self.device,
            epoch: self.epoch.clone(),
            cursor: self.cursor.clone(),
            changes,
            wishes: Vec::new(),
            pull,
            holds: self.holds(),
            mails: true,
        };
        let answer = self.post("/api/sync", &request).await?;
        let response: SyncResponse =
            serde_json::from_slice(&answer).context("an answer of the protocol")?;
        self.epoch = Some(response.epoch.clone());
        self.cursor = Some(response.cursor.clone());
        self.look_at_sources(&response);
        for item in &response.items {
            self.absorb(item);
        }
        Ok(response)
    }

    /// Exchanges until no read is under way and nothing more comes.
    pub async fn settle(&mut self) -> Result<()> {
        let start = Instant::now();
        loop {
            let response = self.sync(false).await?;
            let reading = self.sources.iter().any(|source| source.progress.is_some());
            let read = self.sources.iter().all(|s| s.refreshed_at.is_some());
            if !response.more && !reading && read {
                return Ok(());
            }
            if !response.more {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            ensure!(
                start.elapsed() < Duration::from_secs(600),
                "the first read never ended"
            );
        }
    }

    /// Exchanges until every one of these changes is in GLPI.
    ///
    /// # Errors
    /// One of them waits for the technician, or it takes too long.
    pub async fn delivers(&mut self, changes: &[ChangeId]) -> Result<()> {
        let start = Instant::now();
        loop {
            let mut delivered = 0;
            for change in changes {
                match self.reports.get(change) {
                    Some(ReportState::Delivered { .. }) => delivered += 1,
                    Some(ReportState::Queued) | None => {}
                    Some(other) => bail!("not delivered: {other:?}"),
                }
            }
            if delivered == changes.len() {
                return Ok(());
            }
            ensure!(
                start.elapsed() < Duration::from_secs(300),
                "{delivered} of {} delivered",
                changes.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.sync(false).await?;
        }
    }

    /// A change of this phone.
    pub fn change(&mut self, key: &TicketKey, body: ChangeBody) -> Result<Change> {
        let account = self
            .accounts
            .iter()
            .find(|account| account.source == key.source);
        let account = account.context("not signed in there")?;
        let author = Actor::User {
            id: account.user,
            name: account.name.clone(),
        };
        self.seq += 1;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        Ok(Change {
            id: ChangeId(Uuid::now_v7()),
            device: self.device,
            seq: self.seq,
            at: time::Instant(i64::try_from(now.as_secs())?),
            author,
            target: key.clone().into(),
            body,
            replaces: None,
        })
    }

    /// Its tickets of one GLPI in this status.
    pub fn tickets_in(&self, source: &str, status: Status) -> Vec<TicketKey> {
        let fits = |ticket: &&Ticket| ticket.key.source.0 == source && ticket.status == status;
        self.tickets
            .values()
            .filter(fits)
            .map(|ticket| ticket.key.clone())
            .collect()
    }

    fn holds(&self) -> Vec<SourceTag> {
        let tag = |state: &SourceState| SourceTag {
            source: state.source.clone(),
            tag: state.tag.clone(),
        };
        self.sources.iter().map(tag).collect()
    }

    fn look_at_sources(&mut self, response: &SyncResponse) {
        for told in &response.sources {
            self.sources.retain(|held| held.source != told.source);
            self.sources.push(told.clone());
        }
        for read in &response.reads {
            let mut held = self.sources.iter_mut();
            if let Some(state) = held.find(|held| held.source == read.source) {
                state.refreshed_at = read.refreshed_at;
                state.progress = read.progress;
            }
        }
    }

    fn absorb(&mut self, item: &FeedItem) {
        match item {
            FeedItem::Report { report } => {
                self.reports.insert(report.change, report.state.clone());
            }
            _ if self.forgetful => {}
            FeedItem::Ticket { ticket } => {
                self.tickets.insert(ticket.key.clone(), (**ticket).clone());
            }
            FeedItem::Gone { key } => {
                self.tickets.remove(key);
            }
            FeedItem::Thread { thread } => {
                self.threads.insert(thread.key.clone(), (**thread).clone());
            }
            FeedItem::ThreadGone { key } => {
                self.threads.remove(key);
            }
            FeedItem::Reference { .. } => {}
        }
    }

    async fn post(&mut self, path: &str, body: &impl Serialize) -> Result<Vec<u8>> {
        let answer = self.post_for(path, body).await?;
        self.received += answer.bytes;
        Ok(answer.body)
    }

    async fn post_for(&self, path: &str, body: &impl Serialize) -> Result<Answered> {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        let request = request
            .header(ACCEPT_ENCODING, ENCODINGS)
            .header(ORIGIN, &self.base);
        let answer = request.send().await?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let packed = answer.bytes().await?;
        // "HTTP/1.1 200 OK", each header with its colon, blank and line end, and an empty line.
        let head: usize = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        let how = headers
            .get(CONTENT_ENCODING)
            .map(|value| value.to_str())
            .transpose()?;
        let body = unpack(how, &packed)?;
        ensure!(
            status.is_success(),
            "{path}: {status} {}",
            String::from_utf8_lossy(&body)
        );
        Ok(Answered {
            bytes: packed.len() + head + 19,
            body,
        })
    }
}

/// An answer, and how many bytes came.
struct Answered {
    bytes: usize,
    body: Vec<u8>,
}

fn unpack(how: Option<&str>, packed: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    match how {
        None => body.extend_from_slice(packed),
        Some("br") => {
            std::io::copy(&mut brotli::Decompressor::new(packed, 4096), &mut body)?;
        }
        Some("gzip") => {
            std::io::copy(&mut flate2::read::GzDecoder::new(packed), &mut body)?;
        }
        Some("zstd") => body = zstd::decode_all(packed)?,
        Some(other) => bail!("an encoding that nobody asked for: {other}"),
    }
    Ok(body)
}
