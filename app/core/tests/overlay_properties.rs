//! Properties of `base ⊕ outbox`, over any history of edits, refreshes, deliveries and restarts.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use proptest::prelude::*;
use tournee_core::changes::{
    ChangeBody, Fact, Seat, SetFact, SetSeat, TaskFact, TaskKey, TaskTime,
};
use tournee_core::domain::{Actor, Entry, EntryKind, Level, Status, TaskState, Ticket};
use tournee_core::ids::{ChangeId, TicketKey, UserId};
use tournee_core::outbox::State;
use tournee_core::phone::Phone;
use tournee_core::time::Seconds;
use tournee_core::wire::{ChangeReport, FeedItem, ReportState};

/// Something that happens to the phone or around it.
#[derive(Clone, Debug)]
enum Event {
    Take,
    Status(u8),
    Followup(String),
    Solve,
    Urgency(u8),
    Task {
        minutes: i64,
        planned: bool,
    },
    /// Ticks the first of its tasks done, or to be done again; or says how long it took.
    Tick,
    Took(i64),
    Seat {
        user: u64,
        taken: bool,
    },
    /// Somebody else writes in GLPI.
    TheyRetitle(String),
    /// An exchange; the server acknowledges and carries out this many of the changes it holds.
    Exchange {
        carried_out: usize,
    },
    /// The same, cut by a page boundary: the ticket comes, the reports behind it come with the next one.
    FirstPage {
        carried_out: usize,
    },
    /// An exchange whose answer is lost: GLPI moves, the phone does not know.
    LostExchange {
        carried_out: usize,
    },
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Take),
        (1_u8..=6).prop_map(Event::Status),
        "[a-zé<&\n]{1,12}".prop_map(|text| Event::Followup(format!("n{text}"))),
        Just(Event::Solve),
        (1_u8..=5).prop_map(Event::Urgency),
        (0_i64..90, any::<bool>()).prop_map(|(minutes, planned)| Event::Task { minutes, planned }),
        Just(Event::Tick),
        (0_i64..90).prop_map(Event::Took),
        (1_u64..4, any::<bool>()).prop_map(|(user, taken)| Event::Seat { user, taken }),
        "[a-z]{1,8}".prop_map(Event::TheyRetitle),
        (0_usize..4).prop_map(|carried_out| Event::Exchange { carried_out }),
        (0_usize..4).prop_map(|carried_out| Event::FirstPage { carried_out }),
        (0_usize..4).prop_map(|carried_out| Event::LostExchange { carried_out }),
        Just(Event::Restart),
    ]
}

/// A GLPI with one ticket and a server in front of it, as simple as can be.
struct World {
    glpi: Ticket,
    held: Vec<tournee_core::changes::Change>,
    done: Vec<ChangeId>,
    unreported: Vec<ChangeId>,
}

impl World {
    fn hear(&mut self, phone: &Phone) {
        for change in phone.request(false).changes {
            let known =
                self.done.contains(&change.id) || self.held.iter().any(|held| held.id == change.id);
            if !known {
                self.held.push(change);
            }
        }
    }

    fn carry_out(&mut self, count: usize) {
        for _ in 0..count.min(self.held.len()) {
            let change = self.held.remove(0);
            carry_out(&mut self.glpi, &change);
            self.done.push(change.id);
            self.unreported.push(change.id);
        }
    }

    fn answer(&mut self) -> Vec<FeedItem> {
        let mut items = vec![ticket_item(&self.glpi)];
        items.extend(self.unreported.iter().map(|id| FeedItem::Report {
            report: ChangeReport {
                change: *id,
                device: device(),
                state: ReportState::Delivered {
                    at: NOW,
                    notices: Vec::new(),
                    created: None,
                },
            },
        }));
        items
    }
}

struct Walk {
    phone: Phone,
    disk: Disk,
    world: World,
    made: u128,
    key: TicketKey,
}

impl Walk {
    fn new() -> Self {
        let mut disk = Disk::default();
        let mut phone = disk.load();
        let glpi = ticket(12);
        let (batch, _) = phone.absorb(response("1", vec![ticket_item(&glpi)]), NOW);
        disk.commit(&batch);
        Self {
            phone,
            disk,
            key: glpi.key.clone(),
            world: World {
                glpi,
                held: Vec::new(),
                done: Vec::new(),
                unreported: Vec::new(),
            },
            made: 0,
        }
    }

    fn shown(&self) -> Ticket {
        let base = self.disk.ticket(&self.key).expect("in scope");
        self.phone.shown_ticket(&base)
    }

    fn edit(&mut self, body: tournee_core::changes::ChangeBody) {
        self.made += 1;
        if let Ok((_, batch)) = self.phone.edit(new_change(self.made, 12, body)) {
            self.disk.commit(&batch);
        }
    }

    fn happen(&mut self, event: &Event) {
        let status_now = self.shown().status;
        match event {
            Event::Take => self.edit(take()),
            Event::Status(to) => {
                if let Some(to) = Status::from_glpi(u64::from(*to)) {
                    self.edit(status(status_now, to));
                }
            }
            Event::Followup(text) => self.edit(followup(text)),
            Event::Solve => self.edit(solution("fait")),
            Event::Urgency(to) => {
                let to = Level::new(*to).expect("a level");
                self.edit(ChangeBody::Fact(Box::new(SetFact {
                    from: Fact::Urgency(self.shown().urgency),
                    to: Fact::Urgency(to),
                    priority: Some(to),
                })));
            }
            Event::Task { minutes, planned } => {
                let length = Seconds(60 * minutes);
                let time = match planned {
                    true => TaskTime::Planned {
                        from: NOW,
                        to: NOW + length,
                    },
                    false => TaskTime::Spent(length),
                };
                self.edit(task("câble", TaskState::Todo, time));
            }
            Event::Tick => self.set_first_task(|task| {
                let EntryKind::Task { state, .. } = &task.what else {
                    return None;
                };
                Some(TaskFact::State(match state {
                    TaskState::Done => TaskState::Todo,
                    _ => TaskState::Done,
                }))
            }),
            Event::Took(minutes) => {
                self.set_first_task(|_| Some(TaskFact::Length(Seconds(60 * minutes))));
            }
            Event::Seat { user, taken } => {
                let (id, name) = (UserId(*user), format!("Technicien {user}"));
                let seat = Seat::Assignee(Actor::User { id, name });
                self.edit(ChangeBody::Seat(SetSeat {
                    seat,
                    taken: *taken,
                }));
            }
            Event::TheyRetitle(title) => {
                self.world.glpi.title.clone_from(title);
                self.world.glpi.modified_at = self.world.glpi.modified_at + Seconds(1);
            }
            Event::Exchange { carried_out } => {
                self.exchange(*carried_out, usize::MAX);
                self.world.unreported.clear();
            }
            Event::FirstPage { carried_out } => self.exchange(*carried_out, 1),
            Event::LostExchange { carried_out } => {
                self.world.hear(&self.phone);
                self.world.carry_out(*carried_out);
            }
            Event::Restart => self.phone = self.disk.load(),
        }
    }

    fn set_first_task(&mut self, to: impl Fn(&Entry) -> Option<TaskFact>) {
        let shown = self.shown();
        let mut tasks = shown.timeline.iter().flatten();
        let first = tasks.find(|entry| TaskKey::of(entry).is_some());
        if let Some(body) = first.and_then(|entry| Some(set_task(entry, to(entry)?))) {
            self.edit(body);
        }
    }

    fn exchange(&mut self, carried_out: usize, page: usize) {
        self.world.hear(&self.phone);
        let received = self.phone.request(false).changes;
        self.world.carry_out(carried_out);
        let mut items = self.world.answer();
        items.truncate(page);
        let mut answer = response("n", items);
        answer.received = received.into_iter().map(|change| change.id).collect();
        let (batch, _) = self.phone.absorb(answer, NOW);
        self.disk.commit(&batch);
    }

    fn our_entries(&self) -> Vec<ChangeId> {
        let timeline = self.shown().timeline.unwrap_or_default();
        timeline.iter().filter_map(|entry| entry.change).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_typed_text_shows_exactly_once_whatever_happens(
        events in prop::collection::vec(event(), 1..40)
    ) {
        let mut walk = Walk::new();
        for event in &events {
            walk.happen(event);
            let mut typed: Vec<ChangeId> = walk
                .phone
                .outbox()
                .iter()
                .filter(|q| tournee_core::changes::ChangeKind::entry(&q.change.body).is_some())
                .map(|q| q.change.id)
                .collect();
            let mut shown = walk.our_entries();
            typed.sort();
            shown.sort();
            prop_assert_eq!(typed, shown);
        }
    }

    #[test]
    fn what_is_stored_is_what_is_shown(events in prop::collection::vec(event(), 1..40)) {
        let mut walk = Walk::new();
        for event in &events {
            walk.happen(event);
            let again = walk.disk.load();
            let base = walk.disk.ticket(&walk.key).expect("in scope");
            prop_assert_eq!(again.shown_ticket(&base), walk.shown());
            prop_assert_eq!(again.shown_row(&walk.key), walk.phone.shown_row(&walk.key));
            prop_assert_eq!(again.request(false), walk.phone.request(false));
        }
    }

    #[test]
    fn a_row_agrees_with_its_ticket(events in prop::collection::vec(event(), 1..40)) {
        let mut walk = Walk::new();
        for event in &events {
            walk.happen(event);
            let row = walk.phone.shown_row(&walk.key).expect("in scope");
            let of_ticket = tournee_core::domain::TicketRow::of(&walk.shown(), row.news);
            prop_assert_eq!(of_ticket, row);
        }
    }

    #[test]
    fn a_refresh_loses_no_pending_change_and_delivery_resurrects_none(
        events in prop::collection::vec(event(), 1..40)
    ) {
        let mut walk = Walk::new();
        let mut settled: Vec<ChangeId> = Vec::new();
        let mut made = 0;
        for event in &events {
            walk.happen(event);
            let outbox = walk.phone.outbox();
            prop_assert!(outbox.iter().count() >= made);
            made = outbox.iter().count();
            for id in &settled {
                let state = outbox.get(*id).map(|q| q.state.clone());
                let delivered = matches!(state, Some(State::Delivered { .. }));
                prop_assert!(delivered, "{} came back as {:?}", id, state);
            }
            settled = outbox
                .iter()
                .filter(|q| !q.is_unsettled())
                .map(|q| q.change.id)
                .collect();
        }
    }

    #[test]
    fn when_all_is_delivered_the_phone_shows_what_glpi_has(
        events in prop::collection::vec(event(), 1..40)
    ) {
        let mut walk = Walk::new();
        for event in &events {
            walk.happen(event);
        }
        // Once to hand everything over, once to hear of it.
        for _ in 0..2 {
            walk.happen(&Event::Exchange { carried_out: usize::MAX });
        }
        prop_assert_eq!(walk.shown(), walk.world.glpi.clone());
        prop_assert!(!walk.phone.has_something_to_say());
    }
}
