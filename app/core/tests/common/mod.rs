//! A phone's storage in memory, and the people and tickets that the tests talk about.
#![allow(dead_code, clippy::expect_used)]

use std::collections::BTreeMap;

use tournee_core::changes::{
    AddFollowup, AddSolution, AddTask, ChangeBody, CreateTicket, SetStatus, SetTask, Take,
    TaskFact, TaskTime,
};
use tournee_core::domain::{
    Account, AccountState, Actor, Clock, Correspondent, EntityChoice, Entry, EntryKind, Goals,
    Level, Mail, MailBody, MailBox, Mailbox, MailboxState, Named, Status, TaskState, Thread,
    Ticket, TicketType, UrgentBox,
};
use tournee_core::ids::{
    ChangeId, Cursor, DeviceId, Epoch, MailboxId, SourceId, ThreadKey, TicketKey, UserId,
};
use tournee_core::phone::{Batch, LoadError, NewChange, Phone, Stored, Table};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{
    ChangeReport, FeedItem, PROTOCOL, ReportState, SourceState, SyncResponse,
};
use uuid::Uuid;

pub const NOW: Instant = Instant(1_795_431_303);
pub const ME: UserId = UserId(7);

/// What IndexedDB does for the app, without the browser.
#[derive(Clone, Default)]
pub struct Disk(BTreeMap<(Table, String), Vec<u8>>);

impl Disk {
    pub fn commit(&mut self, batch: &Batch) {
        for write in &batch.writes {
            let place = (write.table, write.key.clone());
            match &write.value {
                Some(value) => self.0.insert(place, value.clone()),
                None => self.0.remove(&place),
            };
        }
    }

    pub fn put(&mut self, table: Table, key: &str, value: Vec<u8>) {
        self.0.insert((table, key.to_owned()), value);
    }

    pub fn table(&self, table: Table) -> Vec<(String, Vec<u8>)> {
        self.0
            .iter()
            .filter(|((t, _), _)| *t == table)
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect()
    }

    pub fn stored(&self) -> Stored {
        Stored {
            meta: self.table(Table::Meta),
            rows: self.table(Table::Rows),
            outbox: self.table(Table::Outbox),
            threads: self.table(Table::ThreadRows),
        }
    }

    /// As the app does: rows of another version's form are made anew.
    pub fn load(&self) -> Phone {
        let mut stored = self.stored();
        if let Err(LoadError::RowsOfAnotherVersion) = Phone::load(&stored, device()) {
            let tickets = self.table(Table::Tickets);
            stored.rebuild_rows(&tickets).expect("stored tickets");
        }
        Phone::load(&stored, device()).expect("a phone reads what it wrote")
    }

    pub fn ticket(&self, key: &TicketKey) -> Option<Ticket> {
        let bytes = self.0.get(&(Table::Tickets, key.to_string()))?;
        Some(serde_json::from_slice(bytes).expect("a stored ticket"))
    }
}

pub fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(1))
}

pub fn change_id(n: u128) -> ChangeId {
    ChangeId(Uuid::from_u128(0x100 + n))
}

pub fn source_state(source: &str) -> SourceState {
    SourceState {
        source: SourceId::new(source),
        name: source.to_owned(),
        color: "#0b5d8a".to_owned(),
        account: Account {
            source: SourceId::new(source),
            user: ME,
            login: "pmarcoux".to_owned(),
            name: "Marcoux Patrick".to_owned(),
            groups: Vec::new(),
            profile: Named {
                id: 6,
                name: "Technician".to_owned(),
            },
            profiles: Vec::new(),
            entity: EntityChoice::All,
            state: AccountState::Active,
            stores_emoji: true,
            assigns_creator: true,
            version: 9,
            web_url: "http://127.0.0.1/".to_owned(),
        },
        refreshed_at: Some(NOW),
        progress: None,
        goals: Goals::default(),
        tag: "as signed in".to_owned(),
    }
}

pub fn ticket(id: u64) -> Ticket {
    Ticket {
        key: TicketKey::new("ancien", id),
        title: "telephone caisse 23".to_owned(),
        content: "Plus de tonalité".to_owned(),
        kind: TicketType::Incident,
        status: Status::New,
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::MEDIUM,
        entity: Named {
            id: 0,
            name: "Entité racine".to_owned(),
        },
        category: None,
        location: Some(Named {
            id: 5,
            name: "Magasin Les ARCS".to_owned(),
        }),
        requesters: vec![Actor::Email {
            address: "caisse@magasin.example".to_owned(),
        }],
        assignees: Vec::new(),
        groups: Vec::new(),
        observers: Vec::new(),
        assets: Vec::new(),
        opened_at: NOW - Seconds::days(2),
        modified_at: NOW - Seconds::days(1),
        modified_by: Some(UserId(11)),
        due_at: None,
        clock: Clock::default(),
        solved_at: None,
        closed_at: None,
        actiontime: Seconds(0),
        change: None,
        timeline: Some(Vec::new()),
    }
}

pub fn response(cursor: &str, items: Vec<FeedItem>) -> SyncResponse {
    SyncResponse {
        protocol: PROTOCOL,
        epoch: Epoch("a".to_owned()),
        now: NOW,
        heard: None,
        received: Vec::new(),
        sources: vec![source_state("ancien")],
        reads: Vec::new(),
        mailboxes: Vec::new(),
        held: Vec::new(),
        entrusted: Vec::new(),
        items,
        cursor: Cursor(cursor.to_owned()),
        more: false,
        revoked: false,
    }
}

pub fn ticket_item(ticket: &Ticket) -> FeedItem {
    FeedItem::Ticket {
        ticket: Box::new(ticket.clone()),
    }
}

pub fn report_item(change: ChangeId, state: ReportState) -> FeedItem {
    FeedItem::Report {
        report: ChangeReport {
            change,
            device: device(),
            state,
        },
    }
}

pub fn take() -> ChangeBody {
    ChangeBody::Take(Take {
        user: ME,
        name: "Marcoux Patrick".to_owned(),
        before: Vec::new(),
    })
}

pub fn status(from: Status, to: Status) -> ChangeBody {
    ChangeBody::Status(SetStatus { from, to })
}

pub fn followup(text: &str) -> ChangeBody {
    ChangeBody::Followup(AddFollowup {
        content: text.to_owned(),
        private: false,
    })
}

pub fn solution(text: &str) -> ChangeBody {
    ChangeBody::Solution(AddSolution {
        content: text.to_owned(),
        solution_type: None,
    })
}

pub fn task(text: &str, state: TaskState, time: TaskTime) -> ChangeBody {
    ChangeBody::Task(Box::new(AddTask {
        content: text.to_owned(),
        private: false,
        state,
        time,
        technician: Some(Actor::User {
            id: ME,
            name: "Marcoux Patrick".to_owned(),
        }),
    }))
}

/// Alters a task as the screen does: from what it shows.
pub fn set_task(entry: &Entry, to: TaskFact) -> ChangeBody {
    ChangeBody::TaskFact(Box::new(SetTask::on(entry, to).expect("a task")))
}

pub fn create(title: &str) -> ChangeBody {
    ChangeBody::Create(Box::new(CreateTicket {
        title: title.to_owned(),
        content: "Vu au magasin".to_owned(),
        kind: TicketType::Incident,
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::MEDIUM,
        entity: Named {
            id: 0,
            name: "Entité racine".to_owned(),
        },
        category: None,
        location: None,
        requester: None,
        assignees: vec![Actor::User {
            id: ME,
            name: "Marcoux Patrick".to_owned(),
        }],
        groups: Vec::new(),
        due_at: None,
        origin: None,
        carried: None,
    }))
}

pub fn new_change(n: u128, id: u64, body: ChangeBody) -> NewChange {
    NewChange {
        id: change_id(n),
        phone_clock: NOW,
        target: TicketKey::new("ancien", id).into(),
        body,
        replaces: None,
    }
}

/// What GLPI makes of a change: the facts it moves, and the entry with our mark in it.
pub fn carry_out(ticket: &mut Ticket, change: &tournee_core::changes::Change) {
    use tournee_core::changes::ChangeKind;
    change.body.show(ticket);
    ticket.modified_by = Some(ME);
    ticket.modified_at = ticket.modified_at + Seconds(1);
    if let Some(what) = change.body.entry() {
        if let EntryKind::Task { actiontime, .. } = &what {
            ticket.actiontime = Seconds(ticket.actiontime.0 + actiontime.0);
        }
        let what = match what {
            // GLPI's own words come back, not ours: only the mark says that it is the same.
            EntryKind::Followup { private, .. } => EntryKind::Followup {
                content: "<p>as GLPI keeps it</p>".to_owned(),
                private,
            },
            other => other,
        };
        let timeline = ticket.timeline.get_or_insert_default();
        timeline.push(Entry {
            id: 1 + timeline.len() as u64,
            at: NOW,
            author: Some(change.author.clone()),
            what,
            change: Some(change.id),
        });
    }
}

pub fn mailbox(address: &str) -> Mailbox {
    Mailbox {
        id: MailboxId::of(address),
        shared: false,
        state: MailboxState::Active,
        refreshed_at: Some(NOW),
        urgent: UrgentBox::Beside,
    }
}

pub fn thread_key(id: &str) -> ThreadKey {
    ThreadKey {
        mailbox: MailboxId::of("pmarcoux@glpi.example"),
        id: id.to_owned(),
    }
}

pub fn mail(id: &str, text: &str) -> Mail {
    Mail {
        id: id.to_owned(),
        from: Correspondent {
            name: "Garcin Magali".to_owned(),
            address: "mgarcin@glpi.example".to_owned(),
        },
        to: Vec::new(),
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: "Caisse 23".to_owned(),
        at: NOW,
        snippet: text.to_owned(),
        message_id: None,
        references: Vec::new(),
        outgoing: false,
        unread: false,
        machine: None,
        body: Some(MailBody {
            html: text.to_owned(),
            ..MailBody::default()
        }),
        attachments: Vec::new(),
    }
}

pub fn thread(id: &str, mails: Vec<Mail>) -> Thread {
    Thread {
        key: thread_key(id),
        boxes: vec![MailBox::ToSort],
        ticket: None,
        mails,
    }
}

pub fn thread_item(thread: &Thread) -> FeedItem {
    FeedItem::Thread {
        thread: Box::new(thread.clone()),
    }
}
