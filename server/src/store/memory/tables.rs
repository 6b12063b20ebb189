//! The tables as persistent maps, with the constraints that the migrations give them.

use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use tournee_core::ids::{
    ChangeId, DeviceId, FileHash, MailboxId, RuleId, SourceId, ThreadKey, TicketKey, UserId,
};
use tournee_core::time::Instant;

use crate::store::accounts::AccountRecord;
use crate::store::changes::NewChange;
use crate::store::credentials::CredentialRecord;
use crate::store::feed::Thing;
use crate::store::files::{FileRecord, PieceKey};
use crate::store::follows::Follow;
use crate::store::mail_links::MailLink;
use crate::store::mails::{MailRecord, MailboxRecord};
use crate::store::rules::{DeedRecord, RuleRecord};
use crate::store::sessions::SessionRecord;
use crate::store::snapshots::SnapshotRecord;
use crate::store::technicians::DeviceRecord;
use crate::store::{AccountId, StoreError, Stored, TechnicianId};
use crate::vault::Sealed;

/// Everything. A clone costs nothing: what does not change is shared.
#[derive(Clone, Default)]
pub(super) struct Tables {
    pub technicians: OrdMap<TechnicianId, Technician>,
    pub accounts: OrdMap<AccountId, Arc<Account>>,
    pub credentials: OrdMap<AccountId, Arc<CredentialRecord>>,
    pub sessions: OrdMap<Arc<[u8]>, SessionRecord>,
    pub devices: OrdMap<(TechnicianId, DeviceId), DeviceRecord>,
    pub changes: OrdMap<i64, Arc<Change>>,
    /// The unique names of changes.
    pub change_names: OrdMap<(DeviceId, ChangeId), i64>,
    pub withdrawals: OrdSet<(TechnicianId, ChangeId)>,
    pub feed: OrdMap<Arc<Thing>, FeedRow>,
    /// The unique places of things.
    pub feed_order: OrdMap<(TechnicianId, i64), Arc<Thing>>,
    pub snapshots: OrdMap<(TechnicianId, TicketKey), SnapshotRecord>,
    /// How they stood when a backup was put in place.
    pub stood: OrdMap<(TechnicianId, TicketKey), Instant>,
    /// It is a backup that no server has started on.
    pub is_copy: bool,
    /// When its newest life was last known to run.
    pub seen: Option<Instant>,
    pub lives: OrdMap<i64, String>,
    /// No number is given twice, also when its life is forgotten.
    pub last_life: i64,
    pub life_starts: OrdMap<(TechnicianId, i64), i64>,
    pub mailboxes: OrdMap<MailboxId, Arc<MailboxRecord>>,
    pub mailbox_readers: OrdSet<(MailboxId, TechnicianId)>,
    pub mails: OrdMap<(MailboxId, String), Arc<MailRecord>>,
    pub mail_links: OrdMap<(String, TicketKey), MailLink>,
    pub carried: OrdSet<(TicketKey, TicketKey)>,
    pub follows: OrdMap<(TicketKey, ThreadKey), Follow>,
    pub rules: OrdMap<RuleId, RuleRecord>,
    pub rule_deeds: OrdMap<(RuleId, MailboxId, String), DeedRecord>,
    pub new_mails: OrdMap<(MailboxId, String), (Instant, u32)>,
    /// The index of mails by thread.
    pub mail_places: OrdSet<(MailboxId, String, Instant, String)>,
    pub files: OrdMap<(TechnicianId, FileHash), FileRecord>,
    pub file_pieces: OrdMap<PieceKey, Arc<Sealed>>,
}

#[derive(Clone)]
pub(super) struct Technician {
    pub epoch: String,
    pub feed_seq: i64,
    pub epoch_since: Option<Instant>,
}

#[derive(Clone)]
pub(super) struct Account {
    pub source: SourceId,
    pub user: UserId,
    pub record: AccountRecord,
}

#[derive(Clone)]
pub(super) struct Change {
    pub row: NewChange,
    pub against: Option<String>,
    pub withdraw: bool,
    pub evidence: Option<String>,
    pub draft: Option<String>,
    pub of_before: bool,
}

#[derive(Clone)]
pub(super) struct FeedRow {
    pub seq: i64,
    pub body: Option<Arc<[u8]>>,
}

impl Tables {
    /// A foreign key: the technician that a row names is there.
    pub fn must_know(&self, who: TechnicianId) -> Stored<()> {
        match self.technicians.contains_key(&who) {
            true => Ok(()),
            false => Err(StoreError::Dangling("technician".to_owned())),
        }
    }

    /// What is deleted with a technician, as `ON DELETE CASCADE` says.
    pub fn cascade_from(&mut self, who: TechnicianId) {
        self.sessions = keep(&self.sessions, |_, row| row.technician != who);
        self.devices = keep(&self.devices, |(of, _), _| *of != who);
        self.feed = keep(&self.feed, |thing, _| thing.technician != who);
        self.feed_order = keep(&self.feed_order, |(of, _), _| *of != who);
        self.snapshots = keep(&self.snapshots, |(of, _), _| *of != who);
        self.stood = keep(&self.stood, |(of, _), _| *of != who);
        self.files = keep(&self.files, |(of, _), _| *of != who);
        self.file_pieces = keep(&self.file_pieces, |key, _| key.technician != who);
        self.life_starts = keep(&self.life_starts, |(of, _), _| *of != who);
        self.drop_rules_of(who);
        let owned: Vec<_> = self
            .mailboxes
            .values()
            .filter(|row| row.owner == Some(who))
            .cloned()
            .collect();
        for row in owned {
            self.drop_mailbox(&row.id);
        }
        let readers = self.mailbox_readers.iter().filter(|(_, of)| *of != who);
        self.mailbox_readers = readers.cloned().collect();
        let others = self.withdrawals.iter().filter(|(of, _)| *of != who);
        self.withdrawals = others.copied().collect();
    }
}

/// A unique constraint that does not hold.
pub(super) fn taken<T>(what: &str) -> Stored<T> {
    Err(StoreError::Taken(what.to_owned()))
}

/// The rows that stay.
pub(super) fn keep<K: Ord + Clone, V: Clone>(
    rows: &OrdMap<K, V>,
    stays: impl Fn(&K, &V) -> bool,
) -> OrdMap<K, V> {
    let mut kept = rows.clone();
    for (key, row) in rows {
        if !stays(key, row) {
            kept.remove(key);
        }
    }
    kept
}
