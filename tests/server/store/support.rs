//! Both stores, and things to put into them.

use anyhow::Result;
use tempfile::TempDir;
use tournee::chance::Chance;
use tournee::store::changes::{self, Held};
use tournee::store::memory::Disk;
use tournee::store::{Connection, Store, StoreError, Stored, TechnicianId, technicians};
use tournee_core::changes::{AddFollowup, Change, ChangeBody, CreateTicket};
use tournee_core::domain::{
    Account, AccountState, Actor, Clock, EntityChoice, FileRules, Level, Named, Reference, Status,
    Ticket, TicketType,
};
use tournee_core::ids::{ChangeId, DeviceId, SourceId, TicketId, TicketKey, UserId};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{Notice, Problem, ProblemKind, ReportState};
use uuid::Uuid;

/// Some moment.
pub const NOW: Instant = Instant(1_800_000_000);

/// Runs each of these tests on both stores.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() -> anyhow::Result<()> {
                let folder = tempfile::tempdir()?;
                super::$name(&crate::support::sqlite(&folder).await?).await
            })*
        }
        mod memory {
            $(#[tokio::test]
            async fn $name() -> anyhow::Result<()> {
                super::$name(&crate::support::memory(1)?).await
            })*
        }
    };
}
pub(crate) use on_both;

pub async fn sqlite(folder: &TempDir) -> Stored<Store> {
    Store::open(folder.path()).await
}

pub fn memory(seed: u64) -> Stored<Store> {
    Store::on(Disk::new(seed))
}

/// Asserts which way something failed.
macro_rules! assert_fails {
    ($done:expr, $kind:pat) => {
        match $done {
            Err($kind) => {}
            other => panic!("{:?} is not {}", other.map(drop), stringify!($kind)),
        }
    };
}
pub(crate) use assert_fails;

pub fn chance() -> Chance {
    Chance::seeded(1)
}

pub fn source() -> SourceId {
    SourceId::new("ancien")
}

pub fn key(id: u64) -> TicketKey {
    TicketKey::new("ancien", id)
}

pub fn device(number: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(number))
}

pub fn id(number: u128) -> ChangeId {
    ChangeId(Uuid::from_u128(number))
}

pub async fn technician(db: &mut Connection) -> Stored<TechnicianId> {
    technicians::create(db, &chance(), NOW).await
}

pub fn account(source: &str, user: u64) -> Account {
    let profile = Named {
        id: 6,
        name: "Technician".to_owned(),
    };
    Account {
        source: SourceId::new(source),
        user: UserId(user),
        login: format!("login{user}"),
        name: format!("Name {user}"),
        groups: Vec::new(),
        profile,
        profiles: Vec::new(),
        entity: EntityChoice::All,
        state: AccountState::Active,
        stores_emoji: false,
        assigns_creator: true,
        version: 9,
        web_url: "http://glpi.test/".to_owned(),
    }
}

pub fn change(number: u128, ticket: u64) -> Change {
    Change {
        id: id(number),
        device: device(1),
        seq: 1,
        at: NOW,
        author: Actor::User {
            id: UserId(7),
            name: "Marcoux Patrick".to_owned(),
        },
        target: key(ticket).into(),
        body: ChangeBody::Followup(AddFollowup {
            content: format!("Note {number}"),
            private: false,
        }),
        replaces: None,
    }
}

/// The local number that this creation draws.
pub fn local(number: u128) -> TicketId {
    TicketId::local(id(number))
}

/// A change on a ticket that is named so.
pub fn change_on(number: u128, ticket: TicketId) -> Change {
    change(number, ticket.0)
}

/// A creation, on the local number that it draws.
pub fn creation(number: u128) -> Change {
    Change {
        body: ChangeBody::Create(Box::new(CreateTicket {
            title: format!("Panne {number}"),
            content: String::new(),
            kind: TicketType::Incident,
            urgency: Level::MEDIUM,
            impact: Level::MEDIUM,
            priority: Level::MEDIUM,
            entity: Named {
                id: 0,
                name: "Racine".to_owned(),
            },
            category: None,
            location: None,
            requester: None,
            assignees: Vec::new(),
            groups: Vec::new(),
            due_at: None,
            origin: None,
            carried: None,
        })),
        ..change_on(number, local(number))
    }
}

/// Takes a change into custody and finds it again.
pub async fn take_in(db: &mut Connection, who: TechnicianId, change: &Change) -> Result<Held> {
    changes::insert(db, who, change, None, &ReportState::Queued, NOW).await?;
    let held = changes::find(db, who, change.id).await?;
    held.ok_or_else(|| anyhow::anyhow!("it was taken in"))
}

pub fn delivered(notices: Vec<Notice>) -> ReportState {
    ReportState::Delivered {
        at: NOW,
        notices,
        created: None,
    }
}

pub fn needs_you() -> ReportState {
    ReportState::NeedsYou {
        problem: Problem {
            kind: ProblemKind::Rights,
            words: None,
            conflict: None,
            evidence: None,
        },
    }
}

/// A ticket that was last modified so many seconds after [`NOW`].
pub fn ticket(id: u64, after: i64, title: &str) -> Ticket {
    Ticket {
        key: key(id),
        title: title.to_owned(),
        content: "<p>L'écran reste noir.</p>".to_owned(),
        kind: TicketType::Incident,
        status: Status::Assigned,
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::MEDIUM,
        entity: Named {
            id: 0,
            name: "Racine".to_owned(),
        },
        category: None,
        location: None,
        requesters: Vec::new(),
        assignees: Vec::new(),
        groups: Vec::new(),
        observers: Vec::new(),
        assets: Vec::new(),
        opened_at: NOW,
        modified_at: NOW + Seconds(after),
        modified_by: None,
        due_at: None,
        clock: Clock::default(),
        solved_at: None,
        closed_at: None,
        actiontime: Seconds(0),
        change: None,
        timeline: Some(Vec::new()),
    }
}

pub fn reference(source: &str, name: &str) -> Reference {
    Reference {
        source: SourceId::new(source),
        entities: vec![Named {
            id: 0,
            name: name.to_owned(),
        }],
        categories: Vec::new(),
        locations: Vec::new(),
        technicians: Vec::new(),
        groups: Vec::new(),
        solution_types: Vec::new(),
        solution_templates: Vec::new(),
        priority_matrix: None,
        people: Vec::new(),
        files: FileRules::default(),
        stores: Vec::new(),
        assets: Vec::new(),
        closed_assets: Vec::new(),
        partial: Vec::new(),
    }
}

/// One technician, in a write of his own.
pub async fn write(store: &Store) -> Stored<TechnicianId> {
    let mut tx = store.write().await?;
    let who = technician(&mut tx).await?;
    tx.commit().await?;
    Ok(who)
}

pub async fn has(store: &Store, who: TechnicianId) -> Stored<bool> {
    match technicians::feed_state(&mut *store.read().await?, who).await {
        Ok(_) => Ok(true),
        Err(StoreError::Missing) => Ok(false),
        Err(error) => Err(error),
    }
}
