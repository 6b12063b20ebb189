//! Rows and phones for the tests of the list.

use std::sync::Arc;

use tournee_core::domain::*;
use tournee_core::ids::*;
use tournee_core::phone::{NewChange, Phone, Stored};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{FeedItem, PROTOCOL, SourceState, SyncResponse};
use uuid::Uuid;

pub fn account(source: &str) -> Account {
    let named = |id, name: &str| Named {
        id,
        name: name.to_owned(),
    };
    Account {
        source: SourceId::new(source),
        user: UserId(7),
        login: "pmarcoux".into(),
        name: "Marcoux Patrick".into(),
        groups: vec![named(3, "Informatique")],
        profile: named(6, "Technician"),
        profiles: Vec::new(),
        entity: EntityChoice::All,
        state: AccountState::Active,
        stores_emoji: false,
        assigns_creator: true,
        version: 9,
        web_url: "http://glpi/".into(),
    }
}

/// A ticket that differs from its neighbours in all that the list sorts by.
pub fn ticket(source: &str, id: u64) -> Ticket {
    let named = |id: u64, name: &str| Named {
        id,
        name: format!("{name} {id}"),
    };
    Ticket {
        key: TicketKey::new(source, id),
        title: format!("Téléphone caisse {id}"),
        content: String::new(),
        kind: TicketType::Incident,
        status: Status::ALL[id as usize % 6],
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::new(1 + (id % 6) as u8).unwrap_or(Level::MEDIUM),
        entity: named(0, "Entité racine"),
        category: None,
        location: (!id.is_multiple_of(13)).then(|| named(id % 12, "Magasin")),
        requesters: Vec::new(),
        assignees: Vec::new(),
        groups: Vec::new(),
        observers: Vec::new(),
        assets: Vec::new(),
        opened_at: Instant(1_000_000 + (id as i64 * 7_919) % 5_003),
        modified_at: Instant(2_000_000 + (id as i64 * 6_101) % 4_999),
        modified_by: None,
        due_at: (!id.is_multiple_of(4)).then_some(Instant(3_000_000 - id as i64)),
        clock: Clock::default(),
        solved_at: None,
        closed_at: None,
        actiontime: Seconds(0),
        change: None,
        timeline: None,
    }
}

pub fn row(source: &str, id: u64) -> Arc<TicketRow> {
    Arc::new(TicketRow::of(&ticket(source, id), false))
}

/// A phone signed in to "ancien" that holds these tickets.
pub fn phone(tickets: impl IntoIterator<Item = Ticket>) -> Phone {
    let device = DeviceId(Uuid::from_u128(1));
    let mut phone = Phone::load(&Stored::default(), device).unwrap();
    phone.absorb(response(tickets), Instant(0));
    phone
}

pub fn response(tickets: impl IntoIterator<Item = Ticket>) -> SyncResponse {
    let item = |ticket| FeedItem::Ticket {
        ticket: Box::new(ticket),
    };
    SyncResponse {
        protocol: PROTOCOL,
        epoch: Epoch("e".into()),
        now: Instant(4_000_000),
        heard: None,
        received: Vec::new(),
        sources: vec![SourceState {
            source: SourceId::new("ancien"),
            name: "Ancien".into(),
            color: "#0b5d8a".into(),
            account: account("ancien"),
            refreshed_at: Some(Instant(4_000_000)),
            progress: None,
            goals: Goals::default(),
            tag: String::new(),
        }],
        reads: Vec::new(),
        mailboxes: Vec::new(),
        held: Vec::new(),
        entrusted: Vec::new(),
        items: tickets.into_iter().map(item).collect(),
        cursor: Cursor("c".into()),
        more: false,
        revoked: false,
    }
}

pub fn change(n: u128, key: &TicketKey, body: tournee_core::changes::ChangeBody) -> NewChange {
    NewChange {
        id: ChangeId(Uuid::from_u128(n)),
        phone_clock: Instant(0),
        target: key.clone().into(),
        body,
        replaces: None,
    }
}
