//! A house with a Gmail, and a phone that takes in mails.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tournee::glpi::Secret;
use tournee::gmail::GmailConfig;
use tournee::gmail::config::{Endpoints, ServiceAccount, WebClient};
use tournee_core::domain::{Mailbox, Thread};
use tournee_core::ids::{Cursor, DeviceId, MailboxId};
use tournee_core::wire::{FeedItem, SyncRequest, SyncResponse};
use tournee_sandbox::gmail::{self, Gmail, accounts};
use tournee_tests::google::decide;
use url::Url;
use uuid::Uuid;

use crate::support::{Handset, House};

/// Everything that a test of mails needs.
pub struct Post {
    pub house: House,
    pub gmail: Gmail,
    _server: tournee_sandbox::Server,
}

/// Google's parts at one address.
pub fn config(google: &Url) -> Result<GmailConfig> {
    let mut config = GmailConfig::new(Endpoints {
        authorize: google.join("/o/oauth2/v2/auth")?,
        token: google.join("/token")?,
        revoke: google.join("/revoke")?,
        api: google.clone(),
    });
    config.client = Some(WebClient {
        id: accounts::CLIENT_ID.to_owned(),
        secret: Secret::new(accounts::CLIENT_SECRET),
    });
    config.shared = Some(MailboxId::of(accounts::SHARED));
    config.domain = Some(accounts::DOMAIN.to_owned());
    config.every = Duration::ZERO;
    Ok(config)
}

/// The service account of the sandbox.
pub fn service_account() -> Result<ServiceAccount> {
    let key: serde_json::Value = serde_json::from_str(accounts::SERVICE_ACCOUNT_KEY)?;
    let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
    Ok(ServiceAccount {
        email: text("client_email"),
        key: Secret::new(text("private_key")),
    })
}

impl Post {
    pub async fn open() -> Result<Self> {
        Self::with(40, |_| Ok(())).await
    }

    pub async fn with(
        mails: usize,
        alter: impl FnOnce(&mut GmailConfig) -> Result<()>,
    ) -> Result<Self> {
        let gmail = Gmail::new(gmail::Options {
            mails,
            ..gmail::Options::default()
        });
        let server = gmail::spawn(&gmail, SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let mut google = config(&server.base_url().parse()?)?;
        alter(&mut google)?;
        let house = House::with(|config| {
            config.gmail = Some(google);
            // Whole, on a machine that has other things to do too.
            config.refresh.patience = Duration::from_secs(20);
        })
        .await?;
        Ok(Self {
            house,
            gmail,
            _server: server,
        })
    }

    /// A phone of the first technician, signed in to one GLPI.
    pub async fn phone(&self) -> Result<Reader> {
        self.phone_of(tournee_sandbox::accounts::TECHNICIAN).await
    }

    pub async fn phone_of(&self, login: &str) -> Result<Reader> {
        let handset = self.house.phone()?;
        handset.sign_in("nouveau", login).await?;
        Ok(Reader {
            handset,
            device: DeviceId(Uuid::now_v7()),
            cursor: None,
            pulls: false,
            epoch: None,
            threads: BTreeMap::new(),
            mailboxes: Vec::new(),
        })
    }

    /// The number of messages in the technician's mailbox that are of concern: in the inbox, or in the three labels.
    pub fn shown(&self, address: &str) -> Result<usize> {
        let world = self.gmail.world();
        let mailbox = world.mailbox(address).context("a mailbox")?;
        let ours: Vec<String> = accounts::LABELS
            .iter()
            .filter_map(|name| mailbox.label_id(name))
            .collect();
        let concerns = |label: &String| label == "INBOX" || ours.contains(label);
        let threads: std::collections::BTreeSet<_> = mailbox
            .messages()
            .into_iter()
            .filter(|message| message.labels.iter().any(concerns))
            .map(|message| message.thread_id.clone())
            .collect();
        Ok(threads.len())
    }
}

/// A phone that takes in mails.
pub struct Reader {
    pub handset: Handset,
    device: DeviceId,
    pub cursor: Option<Cursor>,
    /// Its thumb is on the word that asks.
    pub pulls: bool,
    epoch: Option<tournee_core::ids::Epoch>,
    pub threads: BTreeMap<String, Thread>,
    pub mailboxes: Vec<Mailbox>,
}

impl Reader {
    fn request(&self, mails: bool) -> SyncRequest {
        SyncRequest {
            protocol: 1,
            device: self.device,
            epoch: self.epoch.clone(),
            cursor: self.cursor.clone(),
            changes: Vec::new(),
            wishes: Vec::new(),
            pull: self.pulls,
            holds: Vec::new(),
            mails,
        }
    }

    /// One exchange; `mails`: as an app that takes them in.
    pub async fn exchange(&mut self, mails: bool) -> Result<SyncResponse> {
        let response = self.handset.send(&self.request(mails)).await?;
        self.epoch = Some(response.epoch.clone());
        self.cursor = Some(response.cursor.clone());
        self.mailboxes = response.mailboxes.clone();
        for item in &response.items {
            match item {
                FeedItem::Thread { thread } => {
                    self.threads
                        .insert(thread.key.id.clone(), (**thread).clone());
                }
                FeedItem::ThreadGone { key } => {
                    self.threads.remove(&key.id);
                }
                _ => {}
            }
        }
        Ok(response)
    }

    /// Exchanges until there is no more, beginning with a read of its own: the one that is under way, for a rule perhaps, may
    /// have begun before what a test has just sent.
    pub async fn read(&mut self) -> Result<()> {
        let pulled = std::mem::replace(&mut self.pulls, true);
        let first = self.exchange(true).await;
        self.pulls = pulled;
        let mut more = first?.more;
        for _ in 0..50 {
            if !more {
                return Ok(());
            }
            more = self.exchange(true).await?.more;
        }
        bail!("the feed does not end")
    }

    /// Connects a mailbox as a browser does: to Google's page, a decision there, back. Answers the outcome's word.
    pub async fn connect(&self, shared: bool, decision: &str, account: &str) -> Result<String> {
        let page = self.set_out(shared).await?;
        let back = decide(&page, decision, account, true).await?;
        self.come_back(&back).await
    }

    /// Google's page.
    pub async fn set_out(&self, shared: bool) -> Result<Url> {
        let address = format!("{}/api/gmail/connect", self.handset.base);
        let body = serde_json::json!({"shared": shared});
        let answer = self.handset.http.post(address).json(&body).send().await?;
        let start: serde_json::Value = answer.error_for_status()?.json().await?;
        Ok(start["url"].as_str().context("a page")?.parse()?)
    }

    /// The way back, to wherever this server listens.
    pub async fn come_back(&self, back: &Url) -> Result<String> {
        let query = back.query().unwrap_or_default();
        let address = format!("{}/api/gmail/return?{query}", self.handset.base);
        // The browser follows to the app's page; its address says how it went.
        let answer = self.handset.http.get(address).send().await?;
        let word = answer.url().query_pairs().find(|(name, _)| name == "gmail");
        Ok(word.context("an outcome")?.1.into_owned())
    }

    pub async fn get(&self, path: &str) -> Result<reqwest::Response> {
        Ok(self
            .handset
            .http
            .get(format!("{}{path}", self.handset.base))
            .send()
            .await?)
    }
}
