//! All that the last app of each version could hold: nothing of it is lost, and all of it goes on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tournee_core::changes::Change;
use tournee_core::domain::{MailBox, Status};
use tournee_core::ids::{FileHash, TicketId, TicketKey};
use tournee_core::outbox::{Queued, State};
use tournee_core::phone::{KeptDocument, Phone, Table};
use tournee_core::wire::{ProblemKind, ReportState, Wish};

use super::common::*;
use super::fixtures::{FULL, Older};
use super::opened;

/// What each version's app knew how to queue, beyond the one before it.
const KINDS: [(u32, &[&str]); 3] = [
    (
        2,
        &[
            "create", "fact", "followup", "seat", "solution", "status", "take",
        ],
    ),
    (3, &["classify", "link", "reply", "task", "task_fact"]),
    (4, &["attach"]),
];

/// A full outbox as that app wrote it, in its order.
fn written(older: &Older) -> Vec<Value> {
    let outbox = older.table("outbox");
    let mut all: Vec<Value> = outbox.into_iter().map(|(_, value)| value).collect();
    all.sort_by_key(|queued| queued["change"]["seq"].as_u64());
    all
}

/// Whether all that was written is there as it was; a field may have come.
fn holds(now: &Value, before: &Value) -> bool {
    match (now, before) {
        (Value::Object(now), Value::Object(before)) => before
            .iter()
            .all(|(key, value)| now.get(key).is_some_and(|now| holds(now, value))),
        (Value::Array(now), Value::Array(before)) => {
            now.len() == before.len() && now.iter().zip(before).all(|(now, was)| holds(now, was))
        }
        _ => now == before,
    }
}

fn json(what: &impl serde::Serialize) -> Value {
    serde_json::to_value(what).expect("JSON")
}

fn made_by(n: u128) -> TicketKey {
    TicketKey {
        id: TicketId::local(change_id(n)),
        ..TicketKey::new("ancien", 0)
    }
}

fn hash(n: u8) -> FileHash {
    FileHash::of(&[n; 32])
}

/// The server has all files.
fn all_files(phone: &Phone) -> BTreeSet<FileHash> {
    let files = phone.unsent_files().into_iter();
    files.map(|file| file.hash).collect()
}

fn sent(phone: &Phone, ready: &BTreeSet<FileHash>) -> Vec<Change> {
    phone.request_with(false, ready).changes
}

#[test]
fn each_full_outbox_has_every_kind_that_its_app_knew_in_every_state() {
    for older in &FULL {
        let mut kinds = BTreeSet::new();
        let mut states = BTreeSet::new();
        for queued in written(older) {
            let body = queued["change"]["body"].as_object().expect("a body");
            kinds.extend(body.keys().cloned());
            let state = &queued["state"];
            let named = state.as_str().map(str::to_owned);
            let told = || {
                state
                    .as_object()
                    .and_then(|told| told.keys().next().cloned())
            };
            states.extend(named.or_else(told));
        }
        let known = KINDS.iter().filter(|(since, _)| *since <= older.version);
        let known = known.flat_map(|(_, kinds)| kinds.iter().map(|kind| (*kind).to_owned()));
        assert_eq!(kinds, known.collect(), "version {}", older.version);
        let all = ["delivered", "needs_you", "phone", "server", "withdrawn"];
        assert!(states.iter().eq(all), "version {}", older.version);
    }
}

#[test]
fn every_change_stands_where_it_stood_as_it_was_made() {
    for older in &FULL {
        let phone = opened(older).load();
        let (before, now) = (written(older), phone.outbox().iter());
        let now: Vec<&Queued> = now.collect();
        assert_eq!(now.len(), before.len(), "version {}", older.version);
        for (now, before) in now.into_iter().zip(&before) {
            assert!(holds(&json(now), before), "{now:#?} was {before:#}");
            // The words and values of who waits are for him to read.
            if let State::NeedsYou { problem } = &now.state {
                assert_ne!(problem.kind, ProblemKind::Unknown, "{before:#}");
            }
        }
    }
}

#[test]
fn all_that_was_on_the_phone_is_sent_in_its_order_and_so_is_what_was_wished() {
    for older in &FULL {
        let phone = opened(older).load();
        let written = written(older);
        let on_the_phone = written.iter().filter(|queued| queued["state"] == "phone");
        let expected: Vec<&Value> = on_the_phone.map(|queued| &queued["change"]).collect();
        let changes = sent(&phone, &all_files(&phone));
        assert_eq!(changes.len(), expected.len(), "version {}", older.version);
        for (change, before) in changes.iter().zip(expected) {
            assert!(holds(&json(change), before), "{change:#?} was {before:#}");
            assert_eq!(change.validate(), Ok(()), "the server refuses {before:#}");
        }
        let wished = written.iter().filter(|queued| !queued["wish"].is_null());
        let wished: BTreeMap<String, Value> = wished
            .map(|queued| {
                let id = queued["change"]["id"].as_str().unwrap_or_default();
                (id.to_owned(), queued["wish"].clone())
            })
            .collect();
        let wishes = phone.request(false).wishes.into_iter();
        let wishes = wishes.map(|wish| (wish.change.to_string(), json(&wish.wish)));
        assert_eq!(wishes.collect::<BTreeMap<_, _>>(), wished);
        assert!(wished.len() >= 3, "version {}", older.version);
    }
}

#[test]
fn a_ticket_made_in_the_older_app_shows_and_lands_with_all_that_was_done_to_it() {
    let real = TicketKey::new("ancien", 4_000);
    for older in &FULL {
        let mut disk = opened(older);
        let mut phone = disk.load();
        // One that had landed before is still found under the number that it had.
        assert_eq!(phone.resolve(&made_by(4)), TicketKey::new("ancien", 3_041));
        let shown = phone.local_ticket(&made_by(1)).expect("made there");
        assert_eq!(shown.title, "Caisse 4, tiroir");
        assert_eq!(shown.status, Status::Solved);
        let expected: Vec<_> = phone
            .outbox()
            .of_ticket(&made_by(1))
            .map(|queued| queued.change.id)
            .collect();
        // The creation and five changes; a link and two of a task; a photo.
        let done = match older.version {
            2 => 6,
            3 => 9,
            _ => 10,
        };
        assert_eq!(expected.len(), done, "version {}", older.version);
        assert_eq!(phone.local_rows().len(), 3);

        let mut landed = ticket(4_000);
        landed.title = "Caisse 4 bloquée".to_owned();
        let created = ReportState::Delivered {
            at: NOW,
            notices: Vec::new(),
            created: Some(real.id),
        };
        let items = vec![ticket_item(&landed), report_item(change_id(1), created)];
        let (batch, _) = phone.absorb(response("99", items), NOW);
        disk.commit(&batch);
        for phone in [phone, disk.load()] {
            assert_eq!(phone.resolve(&made_by(1)), real);
            let on_it = phone.outbox().of_ticket(&real);
            let on_it: Vec<_> = on_it.map(|queued| queued.change.id).collect();
            assert_eq!(on_it, expected);
            assert!(phone.outbox().of_ticket(&made_by(1)).next().is_none());
            assert_eq!(
                phone.shown_row(&real).expect("held").title,
                "Caisse 4, tiroir"
            );
            if older.version >= 3 {
                assert_eq!(phone.timer().expect("it runs").ticket, real);
                let threads = phone.threads_of(&real);
                assert_eq!(threads.len(), 1);
                assert_eq!(threads[0].key, thread_key("2"));
            }
        }
    }
}

#[test]
fn all_of_it_goes_through_once_the_server_has_it() {
    for older in &FULL {
        let mut disk = opened(older);
        let mut phone = disk.load();
        let unsettled: Vec<Queued> = phone
            .outbox()
            .iter()
            .filter(|queued| queued.is_unsettled())
            .cloned()
            .collect();
        let reports = unsettled.iter().zip(5_000..).map(|(queued, number)| {
            let id = queued.change.id;
            match queued.wish {
                Some(Wish::Withdraw) => report_item(id, ReportState::Withdrawn),
                _ => report_item(
                    id,
                    ReportState::Delivered {
                        at: NOW,
                        notices: Vec::new(),
                        created: queued.change.body.creation().map(|_| TicketId(number)),
                    },
                ),
            }
        });
        let (batch, _) = phone.absorb(response("99", reports.collect()), NOW);
        disk.commit(&batch);
        let phone = disk.load();
        assert!(!phone.has_something_to_say(), "version {}", older.version);
        assert!(phone.outbox().iter().all(|queued| !queued.is_unsettled()));
        assert!(phone.local_rows().is_empty());
        let local = |queued: &Queued| queued.change.target.is_local();
        let withdrawn = |queued: &Queued| matches!(queued.state, State::Withdrawn { .. });
        let mut outbox = phone.outbox().iter();
        assert!(outbox.all(|queued| withdrawn(queued) || !local(queued)));
    }
}

#[test]
fn threads_show_where_they_were_moved_and_what_was_opened_is_kept() {
    for older in FULL.iter().filter(|older| older.version >= 3) {
        let disk = opened(older);
        let phone = disk.load();
        let shown = |id: &str| phone.shown_thread_row(&thread_key(id)).expect("held");
        assert_eq!(phone.threads().len(), 4);
        let one = shown("1");
        assert_eq!(one.boxes, [MailBox::Urgent, MailBox::InProgress]);
        assert_eq!(one.ticket, Some(TicketKey::new("ancien", 12)));
        assert_eq!(one.kept, ["m1/0.1"]);
        assert_eq!(shown("2").boxes, [MailBox::InProgress]);
        assert_eq!(shown("2").ticket, Some(made_by(1)));
        // His move waits for him: the thread is where it was.
        assert_eq!(shown("3").boxes, [MailBox::ToSort]);
        assert_eq!(shown("4").ticket, None);
        assert_eq!(shown("4").kept, ["m4"]);
        assert_eq!(disk.table(Table::Threads).len(), 4);
        let opened = disk.table(Table::Opened);
        assert_eq!(opened[0].1, b"PDF");
        let on_it = |id| phone.outbox().of_thread(&thread_key(id)).count();
        assert_eq!(["1", "2", "3", "4"].map(on_it), [3, 3, 1, 1]);
        assert!(phone.book().running().is_some());
    }
}

#[test]
fn files_that_waited_are_offered_with_their_bytes_before_their_changes() {
    for older in FULL.iter().filter(|older| older.version >= 4) {
        let disk = opened(older);
        let phone = disk.load();
        let files = phone.unsent_files();
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["photo.jpg", "tiroir.jpg"]);
        let kept: BTreeMap<String, Vec<u8>> = disk.table(Table::Files).into_iter().collect();
        for (file, n) in files.iter().zip(1..) {
            assert_eq!(kept[&file.hash.to_string()], [0xff, 0xd8, n, 0xd9]);
        }
        let before = super::as_written(older);
        assert_eq!(disk.table(Table::Files), before.table(Table::Files));
        let goes = |ready: &[FileHash], n| {
            let ready = ready.iter().cloned().collect();
            let changes = sent(&phone, &ready);
            changes.iter().any(|change| change.id == change_id(n))
        };
        // Without their files, what is on the same tickets waits with them, and all else goes.
        assert_eq!([100, 102, 107, 101].map(|n| goes(&[], n)), [false; 4]);
        assert!(goes(&[], 62));
        let one = [hash(1)];
        let with_one = [100, 102, 107, 101].map(|n| goes(&one, n));
        assert_eq!(with_one, [true, true, true, false]);
        let document = KeptDocument {
            ticket: TicketKey::new("ancien", 20),
            id: 31,
        };
        assert!(phone.has_document(&document));
    }
}

#[test]
fn what_was_being_typed_is_there() {
    for older in &FULL {
        let disk = opened(older);
        let before = super::as_written(older);
        assert_eq!(disk.table(Table::Drafts), before.table(Table::Drafts));
        assert_eq!(disk.table(Table::Drafts).len(), 2);
    }
}
