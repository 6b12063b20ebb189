//! The state of one simulated Gmail: its mailboxes, tokens, quotas, switches and the log of what was asked.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{
    demo,
    log::Log,
    mailbox::{Letter, Mailbox, Raw},
    oauth::Oauth,
    options::Options,
    quota::Quota,
};
use crate::clock::Clock;

/// What a test can switch.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long an access token is good for, in seconds.
    pub access_seconds: i64,
    /// Units that one user may spend in a minute.
    pub units_per_minute: u32,
    /// What an exhausted quota is answered with: 403 or 429, both are Google's.
    pub quota_status: u16,
    /// `Retry-After`, where such an answer has one.
    pub retry_after: Option<u32>,
    /// Every list of history begins with a page that has a `nextPageToken` and no `history`.
    pub empty_history_page: bool,
    /// Every history id answers 404, also one of a moment ago.
    pub history_always_stale: bool,
    /// Text of bodies comes in the charset it was written in, not in UTF-8.
    pub keep_charsets: bool,
    /// Subjects and names come as RFC 2047 words, not decoded.
    pub keep_encoded_words: bool,
    /// The addresses that may be returned to, beside this machine's own.
    pub redirect_uris: Vec<String>,
}

/// Everything that one simulated Gmail knows.
#[derive(Clone)]
pub struct World {
    /// Its switches.
    pub settings: Settings,
    /// What it was asked.
    pub log: Log,
    pub(crate) oauth: Oauth,
    pub(crate) quotas: BTreeMap<String, Quota>,
    mailboxes: BTreeMap<String, Mailbox>,
    clock: Arc<dyn Clock>,
    sent: u64,
}

impl World {
    /// A Gmail with its demo data.
    pub fn new(options: &Options) -> Self {
        let mut world = World {
            settings: Settings {
                access_seconds: 3_599,
                units_per_minute: options.units_per_minute,
                quota_status: 403,
                retry_after: None,
                empty_history_page: false,
                history_always_stale: false,
                keep_charsets: false,
                keep_encoded_words: false,
                redirect_uris: Vec::new(),
            },
            log: Log::default(),
            oauth: Oauth::new(options.seed),
            quotas: BTreeMap::new(),
            mailboxes: BTreeMap::new(),
            clock: options.clock.clone(),
            sent: 0,
        };
        demo::fill(&mut world, options);
        world
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The addresses that have a mailbox here.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.mailboxes.keys().map(String::as_str)
    }

    /// A mailbox.
    pub fn mailbox(&self, address: &str) -> Option<&Mailbox> {
        self.mailboxes.get(&address.to_lowercase())
    }

    /// A mailbox, to edit as its owner does on Gmail's own page.
    pub fn mailbox_mut(&mut self, address: &str) -> Option<&mut Mailbox> {
        self.mailboxes.get_mut(&address.to_lowercase())
    }

    /// Opens an empty mailbox.
    pub fn open(&mut self, address: &str, name: &str, history: u128) -> &mut Mailbox {
        let mailbox = Mailbox::new(address, name, history);
        self.mailboxes
            .entry(address.to_lowercase())
            .or_insert(mailbox)
    }

    /// A mail arrives, in the inbox of every recipient that has a mailbox here; gives back `(address, message id)`.
    pub fn deliver(&mut self, letter: &Letter) -> Vec<(String, String)> {
        self.deliver_raw(&letter.recipients(), &letter.write())
    }

    /// The same with bytes of anybody's making.
    pub fn deliver_raw(&mut self, to: &[String], raw: &[u8]) -> Vec<(String, String)> {
        let now = self.now();
        let mut arrived = Vec::new();
        for address in to {
            let address = address.to_lowercase();
            if let Some(mailbox) = self.mailboxes.get_mut(&address) {
                let labels = ["INBOX", "UNREAD", "CATEGORY_PERSONAL"];
                let raw = Raw::from(raw.to_vec());
                let id = mailbox.add(raw, &labels, now, None);
                arrived.push((address, id));
            }
        }
        arrived
    }

    /// The access tokens of a mailbox expire now.
    pub fn expire_access_tokens(&mut self, address: &str) {
        self.oauth.expire_access(address);
    }

    /// Its refresh tokens die as after a password change: `invalid_grant` from now on, access tokens live on.
    pub fn kill_refresh_tokens(&mut self, address: &str) {
        self.oauth.kill(address, false);
    }

    /// The owner takes the app's access away on Google's page: everything dies at once.
    pub fn revoke(&mut self, address: &str) {
        self.oauth.kill(address, true);
    }

    /// How many grants of a mailbox are alive.
    pub fn grants(&self, address: &str) -> usize {
        self.oauth.alive(address)
    }

    /// An access token without any page: for tests of the API alone.
    pub fn access_token(&mut self, address: &str) -> String {
        let until = self.access_until();
        self.oauth
            .give_access(address, &[super::oauth::SCOPE.to_owned()], until, None)
    }

    /// The most requests of a mailbox that were in flight at once.
    pub fn most_in_flight(&self, address: &str) -> usize {
        self.quotas
            .get(address)
            .map_or(0, |quota| quota.most_in_flight)
    }

    /// The units that a mailbox has spent within the last minute.
    pub fn units_in_the_last_minute(&self, address: &str) -> u64 {
        self.quotas
            .get(address)
            .map_or(0, super::quota::Quota::in_the_last_minute)
    }

    pub(crate) fn access_until(&self) -> Timestamp {
        let life = jiff::SignedDuration::from_secs(self.settings.access_seconds);
        self.now().checked_add(life).unwrap_or(Timestamp::MAX)
    }

    /// The Message-ID that Gmail puts in place of the client's.
    pub(crate) fn next_message_id(&mut self) -> String {
        self.sent += 1;
        let number = self.sent.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("CA+{number:016x}{:04x}@mail.gmail.com", self.sent)
    }
}
