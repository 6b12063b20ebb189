//! The state of one simulated GLPI: its tables, accounts, sessions, files, settings and the log of what was asked.

mod edit;
mod generate;
pub mod log;
pub mod rights;
pub mod session;
pub mod table;
mod view;

use std::{collections::HashMap, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashMap;

use crate::{
    clock::{Clock, local_text},
    dialect::Dialect,
    options::Options,
    schema,
    value::Value,
};
pub use edit::TicketEdit;
pub(crate) use generate::requester;
pub use log::{LogEntry, RequestLog};
use session::Session;
use table::{Row, Table};
pub use view::{ActorView, DocumentView, FollowupView, SolutionView, TaskView, TicketView};

/// What an administrator can switch.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether the API is on at all.
    pub api_enabled: bool,
    /// Whether a login and a password are taken.
    pub login_with_credentials: bool,
    /// The application token that is demanded, where one is.
    pub app_token: Option<String>,
    /// Whether a solution closes its ticket at once (the default of an entity in 9.2).
    pub solution_closes: bool,
}

/// Everything that one simulated GLPI knows.
pub struct World {
    /// Its manners.
    pub dialect: Dialect,
    /// Its switches.
    pub settings: Settings,
    /// What it was asked.
    pub log: RequestLog,
    tables: FxHashMap<&'static str, Table>,
    pub(crate) passwords: HashMap<i64, String>,
    pub(crate) api_tokens: HashMap<String, i64>,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) files: HashMap<i64, Vec<u8>>,
    clock: Arc<dyn Clock>,
    /// Its zone.
    pub zone: TimeZone,
    rng: ChaCha8Rng,
}

impl World {
    /// A GLPI with its demo data.
    pub fn new(options: &Options) -> Self {
        let mut world = World {
            dialect: Dialect(options.version),
            settings: Settings {
                api_enabled: true,
                login_with_credentials: true,
                app_token: options.app_token.clone(),
                solution_closes: Dialect(options.version).solution_closes(),
            },
            log: RequestLog::default(),
            tables: schema::schemas(options.version)
                .iter()
                .map(|schema| (schema.itemtype, Table::new(schema)))
                .collect(),
            passwords: HashMap::new(),
            api_tokens: HashMap::new(),
            sessions: HashMap::new(),
            files: HashMap::new(),
            clock: options.clock.clone(),
            zone: options.timezone.clone(),
            rng: ChaCha8Rng::seed_from_u64(options.seed),
        };
        generate::fill(&mut world, options);
        world
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The present, as GLPI writes it.
    pub fn now_text(&self) -> String {
        local_text(self.now(), &self.zone)
    }

    /// The present, as a row holds it.
    pub(crate) fn now_value(&self) -> Value {
        Value::Text(self.now_text())
    }

    /// The names of its item types.
    pub fn itemtypes(&self) -> impl Iterator<Item = &'static str> + '_ {
        schema::schemas(self.dialect.0)
            .iter()
            .map(|schema| schema.itemtype)
    }

    /// The rows of an item type.
    pub fn table(&self, itemtype: &str) -> Option<&Table> {
        self.tables.get(itemtype)
    }

    pub(crate) fn table_mut(&mut self, itemtype: &str) -> Option<&mut Table> {
        self.tables.get_mut(itemtype)
    }

    /// One row.
    pub fn row(&self, itemtype: &str, id: i64) -> Option<Row<'_>> {
        self.table(itemtype)?.get(id)
    }

    /// The rows in which an indexed column has a value.
    pub fn rows_by<'a>(
        &'a self,
        itemtype: &str,
        column: &'a str,
        key: i64,
    ) -> impl Iterator<Item = Row<'a>> + 'a {
        self.table(itemtype)
            .into_iter()
            .flat_map(move |table| table.by(column, key))
    }

    /// Adds a row as it is, past all rules, and answers its id.
    pub fn insert(&mut self, itemtype: &str, given: &[(&str, Value)]) -> i64 {
        self.table_mut(itemtype)
            .map_or(0, |table| table.insert(given))
    }

    /// Sets a column as it is, past all rules, and says whether that changed it.
    pub fn set(&mut self, itemtype: &str, id: i64, column: &str, value: Value) -> bool {
        self.table_mut(itemtype)
            .is_some_and(|table| table.set(id, column, value))
    }

    /// Takes a row out, past all rules.
    pub fn remove(&mut self, itemtype: &str, id: i64) -> bool {
        self.table_mut(itemtype)
            .is_some_and(|table| table.remove(id))
    }

    /// The followups of a ticket.
    pub(crate) fn followups_of(&self, ticket: i64) -> impl Iterator<Item = Row<'_>> {
        self.rows_by(
            self.dialect.followup(),
            self.dialect.followup_parent(),
            ticket,
        )
    }

    /// The users in a role (1 requester, 2 assigned, 3 observer) on a ticket.
    pub(crate) fn actors(&self, ticket: i64, role: i64) -> impl Iterator<Item = i64> + '_ {
        self.rows_by("Ticket_User", "tickets_id", ticket)
            .filter(move |row| row.int("type") == role)
            .map(|row| row.int("users_id"))
    }

    /// Hexadecimal digits from the seeded source.
    pub(crate) fn random_hex(&mut self, digits: usize) -> String {
        const HEX: &[u8] = b"0123456789abcdef";
        (0..digits)
            .map(|_| char::from(HEX[self.rng.random_range(0..16)]))
            .collect()
    }

    /// A session token: 26 letters and digits.
    pub(crate) fn random_token(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuv";
        (0..length)
            .map(|_| char::from(LETTERS[self.rng.random_range(0..LETTERS.len())]))
            .collect()
    }

    /// What a version 4 UUID looks like.
    pub(crate) fn random_uuid(&mut self) -> String {
        let hex = self.random_hex(31);
        format!(
            "{}-{}-4{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..15],
            &hex[15..19],
            &hex[19..31]
        )
    }
}
