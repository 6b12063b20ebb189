//! Tasks: added, ticked done and corrected with no network, and the time that they add up to.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::changes::{
    ChangeBody, ChangeKind, Conflict, ConflictValue, Field, Invalid, Obstacle, SetTask, TaskFact,
    TaskKey, TaskTime, Verdict,
};
use tournee_core::domain::{Entry, EntryKind, Status, TaskState, Ticket};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::phone::{EditError, Phone};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{Problem, ProblemKind, ReportState, Wish};

const HOUR: Seconds = Seconds(3_600);

fn spent(text: &str, length: Seconds) -> ChangeBody {
    task(text, TaskState::Todo, TaskTime::Spent(length))
}

struct House {
    phone: Phone,
    disk: Disk,
    key: TicketKey,
}

impl House {
    fn open() -> Self {
        Self::with(ticket(12))
    }

    fn with(ticket: Ticket) -> Self {
        let mut disk = Disk::default();
        let mut phone = disk.load();
        let (batch, _) = phone.absorb(response("1", vec![ticket_item(&ticket)]), NOW);
        disk.commit(&batch);
        let key = ticket.key;
        Self { phone, disk, key }
    }

    fn edit(&mut self, n: u128, body: ChangeBody) -> ChangeId {
        self.try_edit(n, body, None).expect("a good change")
    }

    fn try_edit(
        &mut self,
        n: u128,
        body: ChangeBody,
        replaces: Option<ChangeId>,
    ) -> Result<ChangeId, EditError> {
        let mut new = new_change(n, self.key.id.0, body);
        new.replaces = replaces;
        let (id, batch) = self.phone.edit(new)?;
        self.disk.commit(&batch);
        Ok(id)
    }

    fn shown(&self) -> Ticket {
        let base = self.disk.ticket(&self.key).expect("in scope");
        self.phone.shown_ticket(&base)
    }

    fn entry(&self, change: ChangeId) -> Entry {
        let timeline = self.shown().timeline.unwrap_or_default();
        let mut entries = timeline.into_iter();
        let ours = entries.find(|entry| entry.change == Some(change));
        ours.expect("it is in the timeline")
    }

    fn state(&self, id: ChangeId) -> State {
        let queued = self.phone.outbox().get(id).expect("a change of ours");
        queued.state.clone()
    }
}

fn state_of(entry: &Entry) -> TaskState {
    match &entry.what {
        EntryKind::Task { state, .. } => *state,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_task_of_a_moment_ago_is_ticked_done_before_anybody_heard_of_it() {
    let mut house = House::open();
    let added = house.edit(1, spent("Tirer un câble", HOUR));
    assert_eq!(house.shown().actiontime, HOUR);
    let entry = house.entry(added);
    assert_eq!(TaskKey::of(&entry), Some(TaskKey::Change(added)));
    house.edit(2, set_task(&entry, TaskFact::State(TaskState::Done)));
    let took = TaskFact::Length(Seconds(5_400));
    house.edit(3, set_task(&house.entry(added), took));
    assert_eq!(state_of(&house.entry(added)), TaskState::Done);
    assert_eq!(house.shown().actiontime, Seconds(5_400));
    // After a restart, too.
    house.phone = house.disk.load();
    assert_eq!(house.shown().actiontime, Seconds(5_400));
}

#[test]
fn a_planned_task_moves_its_ticket_as_glpi_does_and_a_pending_one_stays() {
    let plan = TaskTime::Planned {
        from: NOW + HOUR,
        to: NOW + HOUR + HOUR,
    };
    let mut house = House::open();
    house.edit(1, task("Remplacer", TaskState::Todo, plan));
    assert_eq!(house.shown().status, Status::Planned);
    assert_eq!(house.shown().actiontime, HOUR);
    let row = house.phone.shown_row(&house.key).expect("a row");
    assert_eq!(row.status, Status::Planned);
    let mut pending = ticket(13);
    pending.status = Status::Pending;
    let mut house = House::with(pending);
    house.edit(1, task("Remplacer", TaskState::Todo, plan));
    assert_eq!(house.shown().status, Status::Pending);
}

#[test]
fn wrong_times_and_empty_words_are_refused_before_they_are_queued() {
    let mut house = House::open();
    let mut refuses = |body, why| {
        let refused = house.try_edit(1, body, None);
        assert_eq!(refused, Err(EditError::Invalid(why)));
    };
    refuses(spent(" ", HOUR), Invalid::Empty);
    refuses(spent("x", Seconds(-1)), Invalid::NoSuchTime);
    let backwards = TaskTime::Planned {
        from: NOW + HOUR,
        to: NOW,
    };
    refuses(task("x", TaskState::Todo, backwards), Invalid::NoSuchPlan);
    let added = house.edit(2, spent("x", HOUR));
    let entry = house.entry(added);
    let mut refuses = |to, why| {
        let refused = house.try_edit(3, set_task(&entry, to), None);
        assert_eq!(refused, Err(EditError::Invalid(why)));
    };
    refuses(TaskFact::Length(HOUR), Invalid::SameAsBefore);
    refuses(TaskFact::Text("x ".to_owned()), Invalid::SameAsBefore);
    refuses(TaskFact::Text(String::new()), Invalid::Empty);
    let plan = TaskFact::Plan(Some((NOW, NOW)));
    refuses(plan, Invalid::NoSuchPlan);
}

#[test]
fn what_alters_a_task_waits_with_it_and_goes_with_it() {
    let mut house = House::open();
    let added = house.edit(1, spent("Tirer un câble", HOUR));
    let done = set_task(&house.entry(added), TaskFact::State(TaskState::Done));
    let ticked = house.edit(2, done);
    let other = house.edit(3, spent("Autre", HOUR));
    let first = house.phone.outbox().get(added).expect("it").clone();
    let behind: Vec<ChangeId> = house
        .phone
        .outbox()
        .held_up_by(&first)
        .iter()
        .map(|queued| queued.change.id)
        .collect();
    assert_eq!(behind, [ticked]);
    let batch = house.phone.wish(added, Wish::Withdraw);
    house.disk.commit(&batch);
    let wish = |id| house.phone.outbox().get(id).and_then(|queued| queued.wish);
    assert_eq!(wish(ticked), Some(Wish::Withdraw));
    assert_eq!(wish(other), None);
    assert_eq!(house.shown().actiontime, HOUR);
}

#[test]
fn a_task_that_takes_anothers_place_keeps_what_was_done_to_that_one() {
    let mut house = House::open();
    let added = house.edit(1, spent("Tirer un cable", HOUR));
    let done = set_task(&house.entry(added), TaskFact::State(TaskState::Done));
    house.edit(2, done);
    let again = spent("Tirer un câble", HOUR);
    let reworded = house.try_edit(3, again, Some(added)).expect("a change");
    assert_eq!(state_of(&house.entry(reworded)), TaskState::Done);
    let tasks = house.shown().timeline.unwrap_or_default();
    assert_eq!(tasks.len(), 1);
    assert_eq!(house.shown().actiontime, HOUR);
}

#[test]
fn a_tick_on_a_task_that_is_not_planned_plans_no_ticket() {
    let house = House::open();
    let at = TaskTime::Planned {
        from: NOW,
        to: NOW + HOUR,
    };
    let body = task("Tirer un câble", TaskState::Todo, TaskTime::Spent(HOUR));
    let planned = task("Tirer un câble", TaskState::Todo, at);
    for (body, status) in [(body, Status::Assigned), (planned, Status::Planned)] {
        let mut house = House::with(house.shown());
        let added = house.edit(1, body);
        let ChangeBody::TaskFact(tick) =
            set_task(&house.entry(added), TaskFact::State(TaskState::Done))
        else {
            panic!("no correction of a task");
        };
        // As it was made when a plan of his still stood on the screen.
        let tick = SetTask {
            planned: true,
            ..*tick
        };
        let mut shown = house.shown();
        shown.status = Status::Assigned;
        tick.show(&mut shown);
        assert_eq!(shown.status, status);
    }
}

#[test]
fn the_words_that_were_typed_last_stand() {
    let mut house = House::open();
    let added = house.edit(1, spent("Tirer un cable", HOUR));
    let words = |house: &House, id| match house.entry(id).what {
        EntryKind::Task { content, .. } => content,
        other => panic!("{other:?}"),
    };
    for (n, to) in [
        (2, TaskFact::Text("Tirer deux câbles".to_owned())),
        (3, TaskFact::State(TaskState::Done)),
    ] {
        let corrected = set_task(&house.entry(added), to);
        house.edit(n, corrected);
    }
    let again = spent("Tirer trois câbles", HOUR);
    let retyped = house.try_edit(4, again, Some(added)).expect("a change");
    assert_eq!(words(&house, retyped), "Tirer trois câbles");
    assert_eq!(state_of(&house.entry(retyped)), TaskState::Done);
}

#[test]
fn a_task_in_glpi_conflicts_by_the_field_that_somebody_else_moved() {
    let mut base = ticket(12);
    let what = EntryKind::Task {
        content: "<p>Tirer un c&acirc;ble &amp; tester</p>".to_owned(),
        private: false,
        state: TaskState::Todo,
        actiontime: HOUR,
        planned: None,
        technician: None,
    };
    let entry = Entry {
        id: 933,
        at: NOW,
        author: None,
        what,
        change: None,
    };
    base.timeline = Some(vec![entry.clone()]);
    let tick = SetTask::on(&entry, TaskFact::State(TaskState::Done)).expect("a task");
    assert_eq!(tick.task, TaskKey::Item(933));
    assert_eq!(tick.check(&base), Verdict::Apply);
    // Another field of it is nobody's business.
    let mut longer = base.clone();
    TaskFactOn(&mut longer).set(TaskFact::Length(Seconds(7_200)));
    assert_eq!(tick.check(&longer), Verdict::Apply);
    let took = SetTask::on(&entry, TaskFact::Length(Seconds(60))).expect("a task");
    let Verdict::Conflict(conflict) = took.check(&longer) else {
        panic!("no conflict");
    };
    let Conflict { field, theirs, .. } = *conflict;
    assert_eq!(field, Field::TaskLength);
    let two = TaskFact::Length(Seconds(7_200));
    assert_eq!(theirs, ConflictValue::Task(two));
    let mut done = base.clone();
    TaskFactOn(&mut done).set(TaskFact::State(TaskState::Done));
    assert_eq!(tick.check(&done), Verdict::AlreadyThere);
    let mut closed = base.clone();
    closed.status = Status::Closed;
    assert_eq!(tick.check(&closed), Verdict::Obstacle(Obstacle::Closed));
    base.timeline = Some(Vec::new());
    assert_eq!(tick.check(&base), Verdict::Obstacle(Obstacle::TaskGone));
}

/// The one task of a ticket, as somebody else alters it.
struct TaskFactOn<'t>(&'t mut Ticket);

impl TaskFactOn<'_> {
    fn set(&mut self, to: TaskFact) {
        let task = self.0.timeline.iter().flatten().next().cloned();
        let change = SetTask::on(&task.expect("a task"), to).expect("a task");
        change.show(self.0);
    }
}

#[test]
fn a_task_that_waits_for_him_is_shown_and_not_counted() {
    let mut house = House::open();
    let added = house.edit(1, spent("Tirer un câble", HOUR));
    let problem = Problem {
        kind: ProblemKind::Rights,
        words: None,
        conflict: None,
        evidence: None,
    };
    let report = ReportState::NeedsYou { problem };
    let mut answer = response("2", vec![report_item(added, report)]);
    answer.received = vec![added];
    let (batch, _) = house.phone.absorb(answer, NOW);
    house.disk.commit(&batch);
    assert!(matches!(house.state(added), State::NeedsYou { .. }));
    assert_eq!(house.entry(added).id, 0);
    assert_eq!(house.shown().actiontime, Seconds(0));
}

#[test]
fn a_time_runs_through_a_restart_and_is_recorded_and_stopped_in_one() {
    let mut house = House::open();
    let batch = house.phone.start_timer(&house.key, NOW);
    house.disk.commit(&batch);
    house.phone = house.disk.load();
    let timer = house.phone.timer().expect("it runs").clone();
    assert_eq!(timer.ticket, house.key);
    assert_eq!(timer.elapsed(NOW + HOUR), HOUR);
    // A second start changes nothing, on whichever ticket.
    let other = TicketKey::new("ancien", 99);
    assert!(house.phone.start_timer(&other, NOW).is_empty());
    let empty = new_change(1, 12, spent("", HOUR));
    assert!(house.phone.record_timer(empty).is_err());
    assert!(house.phone.timer().is_some());
    let new = new_change(1, 12, spent("Câble tiré", HOUR));
    let (_, batch) = house.phone.record_timer(new.clone()).expect("a change");
    house.disk.commit(&batch);
    assert_eq!(house.phone.timer(), None);
    house.phone = house.disk.load();
    assert_eq!(house.phone.timer(), None);
    assert_eq!(house.shown().actiontime, HOUR);
    // Its batch lasted, but nobody heard that it did.
    let (_, batch) = house.phone.record_timer(new).expect("a change");
    assert!(batch.is_empty());
}

#[test]
fn a_clock_that_is_wrong_by_days_or_set_meanwhile_measures_the_same_time() {
    let mut house = House::open();
    // The phone is three days behind, and has heard from the server since.
    let behind = NOW - Seconds::days(3);
    let (batch, _) = house.phone.absorb(response("2", Vec::new()), behind);
    house.disk.commit(&batch);
    let batch = house.phone.start_timer(&house.key, behind);
    house.disk.commit(&batch);
    let timer = house.phone.timer().expect("it runs").clone();
    let corrected = |phone: &Phone, clock: Instant| timer.elapsed(phone.corrected(clock));
    assert_eq!(corrected(&house.phone, behind + HOUR), HOUR);
    // Somebody sets the clock right, and the server is heard of again.
    let mut answer = response("3", Vec::new());
    answer.now = NOW + HOUR;
    let _ = house.phone.absorb(answer, NOW + HOUR);
    assert_eq!(corrected(&house.phone, NOW + HOUR), HOUR);
    // A clock from before the start is no time at all.
    assert_eq!(timer.elapsed(NOW - HOUR), Seconds(0));
}

#[test]
fn a_time_on_a_ticket_without_a_number_goes_on_under_its_number() {
    let mut house = House::open();
    let (creation, batch) = house
        .phone
        .edit(new_change(7, 0, create("Caisse 3")))
        .expect("a ticket");
    house.disk.commit(&batch);
    let local = house
        .phone
        .outbox()
        .get(creation)
        .expect("it")
        .change
        .ticket()
        .expect("a ticket")
        .clone();
    let batch = house.phone.start_timer(&local, NOW);
    house.disk.commit(&batch);
    let mut landed = ticket(77);
    landed.title = "Caisse 3".to_owned();
    let report = ReportState::Delivered {
        at: NOW,
        notices: Vec::new(),
        created: Some(landed.key.id),
    };
    let items = vec![ticket_item(&landed), report_item(creation, report)];
    let mut answer = response("2", items);
    answer.received = vec![creation];
    let (batch, _) = house.phone.absorb(answer, NOW);
    house.disk.commit(&batch);
    house.phone = house.disk.load();
    assert_eq!(house.phone.timer().expect("it runs").ticket, landed.key);
}
