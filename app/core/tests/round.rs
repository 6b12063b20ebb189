//! The round: what waits in each store, in which order, and the technician's own book.

#![allow(clippy::expect_used)]

mod common;

use std::collections::BTreeMap;

use common::*;
use proptest::prelude::*;
use tournee_core::changes::{ChangeBody, SetStatus, TaskTime};
use tournee_core::domain::{
    Actor, Clock, Entry, EntryKind, Goals, Level, Named, Position, Status, StoreId, TaskState,
    Ticket,
};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::phone::{NewChange, Phone, Table};
use tournee_core::round::{Book, NoItem, Pressing, Stop, Waiting, Why, arrange, propose};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{FeedItem, Wish};

const HOUR: i64 = 3_600;

fn store(name: &str) -> StoreId {
    StoreId::of(name).expect("a store's name")
}

fn hours(n: i64) -> Seconds {
    Seconds(n * HOUR)
}

/// A ticket in a store, nobody's, nothing due.
fn in_store(id: u64, place: &str) -> Ticket {
    Ticket {
        status: Status::Assigned,
        location: Some(Named {
            id: 4,
            name: place.to_owned(),
        }),
        ..ticket(id)
    }
}

fn planned(at: Instant) -> Entry {
    Entry {
        id: 3,
        at: NOW,
        author: None,
        what: EntryKind::Task {
            content: "Poser l’imprimante".to_owned(),
            private: false,
            state: TaskState::Todo,
            actiontime: hours(1),
            planned: Some((at, at + hours(1))),
            technician: None,
        },
        change: None,
    }
}

fn holding(tickets: impl IntoIterator<Item = Ticket>) -> Phone {
    let mut phone = Disk::default().load();
    let items = tickets.into_iter().map(|ticket| FeedItem::Ticket {
        ticket: Box::new(ticket),
    });
    phone.absorb(response("1", items.collect()), NOW);
    phone
}

fn names(stops: &[Stop]) -> Vec<String> {
    stops.iter().map(|stop| stop.id.to_string()).collect()
}

#[test]
fn a_store_of_both_glpis_is_counted_once_with_what_waits_in_each() {
    let mut elsewhere = in_store(2, "MAGASIN LES ARCS");
    elsewhere.key.source = tournee_core::ids::SourceId::new("nouveau");
    elsewhere.priority = Level::new(4).expect("a level");
    let mut mine = in_store(1, "Magasin Les ARCS");
    mine.assignees = vec![Actor::User {
        id: ME,
        name: "Marcoux Patrick".to_owned(),
    }];
    let mut solved = in_store(3, "Magasin Les ARCS");
    solved.status = Status::Solved;
    let mut nowhere = in_store(4, "x");
    nowhere.location = None;
    let phone = holding([mine, elsewhere, solved, nowhere]);
    let waits = phone.what_waits(NOW);
    let [arcs] = waits.stores.as_slice() else {
        panic!("{:?}", waits.stores);
    };
    assert_eq!((arcs.open, arcs.mine, arcs.late), (2, 1, 0));
    assert_eq!(arcs.urgent, Level::new(4));
    assert_eq!(waits.nowhere, 1);
}

#[test]
fn what_is_pending_counts_and_presses_nobody() {
    let mut pending = in_store(1, "Magasin Lorgues");
    pending.status = Status::Pending;
    pending.priority = Level::new(6).expect("a level");
    pending.due_at = Some(NOW - hours(5));
    let phone = holding([pending]);
    let waits = phone.what_waits(NOW);
    let [lorgues] = waits.stores.as_slice() else {
        panic!("{:?}", waits.stores);
    };
    assert_eq!((lorgues.open, lorgues.late), (1, 0));
    assert_eq!((lorgues.urgent, lorgues.due), (None, None));
    let stops = propose(&waits.stores, &BTreeMap::new(), None, NOW);
    assert_eq!(stops[0].pressing, Pressing::Later);
}

#[test]
fn an_edit_without_a_network_shows_in_the_round_at_once() {
    let mut late = in_store(1, "Magasin Lorgues");
    late.due_at = Some(NOW - hours(5));
    let key = late.key.clone();
    let mut phone = holding([late]);
    assert_eq!(phone.what_waits(NOW).stores[0].late, 1);
    let body = ChangeBody::Status(SetStatus {
        from: Status::Assigned,
        to: Status::Pending,
    });
    phone
        .edit(new_change(1, key.id.0, body))
        .expect("a legal move");
    assert_eq!(phone.what_waits(NOW).stores[0].late, 0);
    let body = ChangeBody::Status(SetStatus {
        from: Status::Pending,
        to: Status::Solved,
    });
    phone
        .edit(new_change(2, key.id.0, body))
        .expect("a legal move");
    assert!(phone.what_waits(NOW).stores.is_empty());
}

#[test]
fn a_planned_intervention_and_the_clock_are_in_the_row() {
    let mut ticket = in_store(1, "Magasin Lorgues");
    ticket.timeline = Some(vec![planned(NOW + hours(9)), planned(NOW + hours(3))]);
    ticket.clock = Clock {
        own_by: Some(NOW),
        waiting_since: None,
        waited: hours(1),
    };
    let phone = holding([ticket.clone()]);
    let row = phone.shown_row(&ticket.key).expect("held");
    assert_eq!(row.planned_at, Some(NOW + hours(3)));
    assert_eq!(row.clock, ticket.clock);
    assert_eq!(phone.what_waits(NOW).stores[0].planned, row.planned_at);
}

/// One store with one ticket, in need of a visit as told.
fn waiting(name: &str, alter: impl FnOnce(&mut Ticket)) -> Waiting {
    let mut ticket = in_store(1, name);
    alter(&mut ticket);
    holding([ticket]).what_waits(NOW).stores.remove(0)
}

#[test]
fn what_presses_comes_in_the_order_of_its_times_and_the_rest_by_the_shortest_way() {
    let due = |n: i64| move |ticket: &mut Ticket| ticket.due_at = Some(NOW + hours(n));
    let stores = [
        waiting("far", |_| {}),
        waiting("near", |_| {}),
        waiting("unknown", |_| {}),
        waiting("tonight", due(9)),
        waiting("late", due(-1)),
        waiting("very late", due(-50)),
        waiting("soon", |ticket| {
            ticket.timeline = Some(vec![planned(NOW + hours(1))])
        }),
        waiting("burning", |ticket| {
            ticket.priority = Level::new(6).expect("a level")
        }),
        waiting("next week", due(150)),
    ];
    let at = |longitude: f64| Position::of_degrees(43.5, longitude).expect("a place");
    let places = BTreeMap::from([
        (store("tonight"), at(6.0)),
        (store("near"), at(6.1)),
        (store("far"), at(7.0)),
        (store("next week"), at(6.5)),
    ]);
    let stops = propose(&stores, &places, None, NOW);
    let order = [
        "very-late",
        "late",
        "burning",
        "soon",
        "tonight",
        "near",
        "next-week",
        "far",
        "unknown",
    ];
    assert_eq!(names(&stops), order);
    let why: Vec<Why> = stops.iter().map(|stop| stop.why).collect();
    assert_eq!(why[0], Why::Late(1));
    assert!(matches!(why[2], Why::Urgent(_)), "{why:?}");
    assert_eq!(why[3], Why::Planned(NOW + hours(1)));
    assert!(matches!(why[4], Why::Due(_)), "{why:?}");
    assert!(matches!(why[5], Why::Near(7_000..9_000)), "{why:?}");
    assert_eq!(why[8], Why::Open(1));
}

#[test]
fn from_where_he_is_the_nearest_comes_first() {
    let stores = [waiting("a", |_| {}), waiting("b", |_| {})];
    let at = |longitude: f64| Position::of_degrees(43.5, longitude).expect("a place");
    let places = BTreeMap::from([(store("a"), at(6.0)), (store("b"), at(7.0))]);
    let from = |longitude| names(&propose(&stores, &places, Some(at(longitude)), NOW));
    assert_eq!(from(6.9), ["b", "a"]);
    assert_eq!(from(5.0), ["a", "b"]);
}

#[test]
fn the_objective_of_the_settings_counts_where_glpi_gives_no_date() {
    let mut phone = Disk::default().load();
    let mut ticket = in_store(1, "Magasin Lorgues");
    ticket.opened_at = NOW - hours(5);
    let item = FeedItem::Ticket {
        ticket: Box::new(ticket),
    };
    let mut told = response("1", vec![item]);
    told.sources[0].goals = Goals(vec![Some(hours(4)); 6]);
    phone.absorb(told, NOW);
    assert_eq!(phone.what_waits(NOW).stores[0].late, 1);
    assert_eq!(phone.what_waits(NOW - hours(2)).stores[0].late, 0);
}

fn stop(name: &str, pressing: Pressing) -> Stop {
    Stop {
        id: store(name),
        pressing,
        why: Why::Open(1),
    }
}

#[test]
fn his_own_order_stays_when_something_comes_and_what_is_urgent_is_not_hidden_behind_it() {
    let mut book = Book::default();
    let shown = ["a", "b", "c"].map(|name| stop(name, Pressing::Later));
    book.shift(&shown, &store("c"), true);
    let pinned = book.pinned().to_vec();
    assert_eq!(names(&arrange(shown.to_vec(), &pinned)), ["a", "c", "b"]);
    let mut more = shown.to_vec();
    more.push(stop("calm", Pressing::Today));
    more.push(stop("fire", Pressing::Now));
    assert_eq!(
        names(&arrange(more, &pinned)),
        ["fire", "a", "c", "b", "calm"]
    );
    // One that waits for nobody today keeps its place for another day.
    let today = vec![stop("b", Pressing::Later), stop("a", Pressing::Later)];
    book.shift(&arrange(today.clone(), &pinned), &store("b"), true);
    assert_eq!(names(&arrange(today, book.pinned())), ["b", "a"]);
    assert_eq!(book.pinned().len(), 3);
    book.unpin();
    assert!(book.is_empty());
}

#[test]
fn at_the_ends_of_the_order_nothing_moves() {
    let mut book = Book::default();
    let shown = ["a", "b"].map(|name| stop(name, Pressing::Later));
    book.shift(&shown, &store("a"), true);
    assert_eq!(names(&arrange(shown.to_vec(), book.pinned())), ["a", "b"]);
    book.shift(&shown, &store("b"), false);
    assert_eq!(names(&arrange(shown.to_vec(), book.pinned())), ["a", "b"]);
    book.shift(&shown, &store("elsewhere"), true);
    assert_eq!(book.pinned().len(), 2);
}

#[test]
fn a_store_is_left_out_for_a_day_and_no_longer() {
    let mut book = Book::default();
    book.set_out(&store("a"), 20_000, true);
    assert!(book.is_out(&store("a"), 20_000));
    assert!(!book.is_out(&store("a"), 20_001));
    book.set_out(&store("b"), 20_001, true);
    assert!(!book.is_out(&store("a"), 20_000) && book.is_out(&store("b"), 20_001));
    book.set_out(&store("b"), 20_001, false);
    assert!(!book.is_out(&store("b"), 20_001));
}

#[test]
fn a_store_without_a_ticket_is_in_the_round_until_he_has_been_there() {
    let mut phone = holding([in_store(1, "Magasin Lorgues")]);
    let (arcs, lorgues) = (store("Magasin Les ARCS"), store("Magasin Lorgues"));
    phone.write_book(|book| {
        book.set_out(&arcs, 20_000, true);
        book.add_store(&arcs, "Magasin Les ARCS", 20_000);
        book.add_store(&lorgues, "Magasin Lorgues", 20_000);
    });
    assert!(!phone.book().is_out(&arcs, 20_000));
    let waits = phone.what_waits(NOW);
    let open: Vec<usize> = waits.stores.iter().map(|waiting| waiting.open).collect();
    assert_eq!(open, [0, 1], "one that waits anyway is there once");
    let stops = propose(&waits.stores, &BTreeMap::new(), None, NOW);
    assert_eq!(names(&stops), ["magasin-lorgues", "magasin-les-arcs"]);
    phone.write_book(|book| book.start(&arcs, "Magasin Les ARCS", NOW));
    assert_eq!(phone.what_waits(NOW).stores.len(), 2);
    phone.write_book(|book| book.end(NOW + hours(1)));
    assert_eq!(phone.what_waits(NOW).stores.len(), 1);
    phone.write_book(|book| book.drop_store(&lorgues));
    assert_eq!(phone.what_waits(NOW).stores.len(), 1);
}

#[test]
fn a_visit_survives_a_killed_app_and_its_time_waits_until_he_decides() {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let arcs = store("Magasin Les ARCS");
    disk.commit(&phone.write_book(|book| book.start(&arcs, "Magasin Les ARCS", NOW)));
    // A second tap is no second visit.
    let again = phone.write_book(|book| book.start(&arcs, "Magasin Les ARCS", NOW + hours(1)));
    assert!(again.is_empty());
    let mut phone = disk.load();
    let running = phone.book().running().expect("a visit").clone();
    assert_eq!(running.length(NOW + hours(2)), hours(2));
    disk.commit(&phone.write_book(|book| book.end(NOW + hours(2))));
    let mut phone = disk.load();
    assert!(phone.book().running().is_none());
    let waiting: Vec<_> = phone.book().undecided().map(|visit| visit.from).collect();
    assert_eq!(waiting, [NOW]);
    disk.commit(&phone.write_book(|book| book.settle(NOW)));
    assert_eq!(disk.load().book().undecided().count(), 0);
    assert_eq!(disk.load().book().visits().len(), 1);
}

#[test]
fn who_arrives_elsewhere_has_left() {
    let mut book = Book::default();
    book.start(&store("a"), "A", NOW);
    book.start(&store("b"), "B", NOW);
    let visits = book.visits();
    assert_eq!(visits[0].to, Some(NOW));
    assert_eq!(
        book.running().map(|visit| visit.store.clone()),
        Some(store("b"))
    );
    assert_ne!(
        visits[0].from, visits[1].from,
        "a visit is named by its beginning"
    );
}

#[test]
fn a_visit_knows_what_he_worked_on_while_he_was_there() {
    let [here, other] = [
        in_store(1, "Magasin Les ARCS"),
        in_store(2, "Magasin Lorgues"),
    ];
    let keys = [here.key.clone(), other.key.clone()];
    let mut phone = holding([here, other]);
    phone.write_book(|book| book.start(&store("Magasin Les ARCS"), "Magasin Les ARCS", NOW));
    for (n, key) in keys.iter().enumerate() {
        phone
            .edit(new_change(n as u128 + 1, key.id.0, followup("Vu.")))
            .expect("an edit");
    }
    phone
        .edit(new_change(9, keys[0].id.0, followup("Encore.")))
        .expect("an edit");
    phone.write_book(|book| book.end(NOW + hours(1)));
    let visit = phone.book().visits()[0].clone();
    assert_eq!(phone.worked_on(&visit), [keys[0].clone()]);
}

/// A visit of an hour in which two tickets of the store were worked on; the second is solved.
fn visited() -> (Disk, Phone, [TicketKey; 2]) {
    let tickets = [1, 2].map(|id| in_store(id, "Magasin Les ARCS"));
    let keys = tickets.each_ref().map(|ticket| ticket.key.clone());
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let items = tickets.iter().map(ticket_item).collect();
    disk.commit(&phone.absorb(response("1", items), NOW).0);
    disk.commit(&phone.write_book(|book| book.start(&store("Magasin Les ARCS"), "Les ARCS", NOW)));
    for (n, body) in [(1, followup("Vu.")), (2, solution("Fait."))] {
        let new = new_change(u128::from(n), n, body);
        disk.commit(&phone.edit(new).expect("an edit").1);
    }
    disk.commit(&phone.write_book(|book| book.end(NOW + hours(1))));
    (disk, phone, keys)
}

fn spent(minutes: i64) -> ChangeBody {
    let time = TaskTime::Spent(Seconds(60 * minutes));
    task("Intervention", TaskState::Done, time)
}

#[test]
fn a_visit_s_time_becomes_tasks_and_is_decided_about_at_once() {
    let (mut disk, mut phone, keys) = visited();
    let visit = phone.book().visits()[0].clone();
    assert_eq!(phone.worked_on(&visit), keys);
    let tasks = [new_change(11, 1, spent(40)), new_change(12, 2, spent(20))];
    let batch = phone.give_time(visit.from, tasks.clone()).expect("tasks");
    disk.commit(&batch);
    let mut phone = disk.load();
    assert_eq!(phone.book().undecided().count(), 0);
    assert_eq!(phone.noted_during(&visit), hours(1));
    for (key, minutes) in keys.iter().zip([40, 20]) {
        let row = phone.shown_row(key).expect("held");
        assert_eq!(row.spent, Seconds(60 * minutes));
    }
    // Nobody heard that it was stored: it is not given twice.
    let again = phone.give_time(visit.from, tasks).expect("tasks");
    assert!(again.is_empty());
}

#[test]
fn a_task_that_is_no_task_leaves_the_visit_undecided_and_the_others_unmade() {
    let (_, mut phone, _) = visited();
    let visit = phone.book().visits()[0].from;
    let before = phone.outbox().iter().count();
    let tasks = [new_change(11, 1, spent(40)), new_change(12, 2, spent(-1))];
    assert!(phone.give_time(visit, tasks).is_err());
    assert_eq!(phone.outbox().iter().count(), before);
    assert_eq!(phone.book().undecided().count(), 1);
}

#[test]
fn a_task_goes_before_the_solution_that_would_close_its_ticket() {
    let (_, mut phone, keys) = visited();
    let visit = phone.book().visits()[0].from;
    assert!(phone.solves_unsent(&keys[0]).is_empty());
    let solves = phone.solves_unsent(&keys[1]);
    let [(old, body)] = solves.as_slice() else {
        panic!("{solves:?}");
    };
    let again = NewChange {
        replaces: Some(*old),
        ..new_change(13, 2, body.clone())
    };
    let changes = [new_change(12, 2, spent(20)), again];
    phone.give_time(visit, changes).expect("changes");
    let on_its_way = phone
        .outbox()
        .iter()
        .filter(|queued| queued.is_on_its_way());
    let order: Vec<ChangeId> = on_its_way.map(|queued| queued.change.id).collect();
    assert_eq!(order, [change_id(1), change_id(12), change_id(13)]);
}

#[test]
fn what_he_took_back_was_no_work() {
    let (_, mut phone, keys) = visited();
    let visit = phone.book().visits()[0].clone();
    phone.wish(change_id(2), Wish::Withdraw);
    assert_eq!(phone.worked_on(&visit), keys[..1]);
}

#[test]
fn what_to_take_along_is_kept_by_store_and_bad_lines_are_refused() {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let arcs = store("Magasin Les ARCS");
    let mut answers = Vec::new();
    disk.commit(&phone.write_book(|book| {
        answers.push(book.add_item(Some(&arcs), " Câble RJ45 "));
        answers.push(book.add_item(None, "Tournevis"));
        answers.push(book.add_item(Some(&arcs), "  "));
        answers.push(book.add_item(Some(&arcs), &"x".repeat(201)));
        book.pack(Some(&arcs), "Câble RJ45", true);
    }));
    assert_eq!(
        answers,
        [Ok(()), Ok(()), Err(NoItem::Empty), Err(NoItem::TooLong)]
    );
    let mut phone = disk.load();
    let [cable] = phone.book().to_take(Some(&arcs)) else {
        panic!("{:?}", phone.book());
    };
    assert_eq!((cable.text.as_str(), cable.packed), ("Câble RJ45", true));
    disk.commit(&phone.write_book(|book| {
        // Wanted again: it is to be packed again.
        book.add_item(Some(&arcs), "Câble RJ45").expect("a line");
        book.drop_item(None, "Tournevis");
    }));
    let phone = disk.load();
    assert!(!phone.book().to_take(Some(&arcs))[0].packed);
    assert!(phone.book().to_take(None).is_empty());
}

#[test]
fn a_sign_out_clears_the_book_too() {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    disk.commit(&phone.write_book(|book| book.add_item(None, "Tournevis").expect("a line")));
    assert!(
        disk.table(Table::Meta)
            .iter()
            .any(|(key, _)| key == "round")
    );
    disk.commit(&phone.clear());
    assert!(phone.book().is_empty());
    assert!(disk.load().book().is_empty());
}

proptest! {
    /// Whatever he pins, every store that is proposed is in the order, once.
    #[test]
    fn no_store_is_lost_in_his_order(proposed in 0_usize..9, pinned in proptest::collection::vec(0_usize..12, 0..12), moves in proptest::collection::vec((0_usize..9, any::<bool>()), 0..20)) {
        let name = |n: usize| format!("m{n}");
        let pressing = [Pressing::Now, Pressing::Today, Pressing::Later];
        let stops: Vec<Stop> = (0..proposed).map(|n| stop(&name(n), pressing[n % 3])).collect();
        let mut pinned: Vec<StoreId> = pinned.into_iter().map(|n| store(&name(n))).collect();
        pinned.dedup();
        let mut shown = arrange(stops.clone(), &pinned);
        let mut book = Book::default();
        for (n, up) in moves {
            book.shift(&shown, &store(&name(n)), up);
            shown = arrange(stops.clone(), book.pinned());
        }
        let mut found = names(&shown);
        found.sort();
        let mut all = names(&stops);
        all.sort();
        prop_assert_eq!(found, all);
    }
}
