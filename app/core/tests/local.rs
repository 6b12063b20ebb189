//! Tickets made offline: shown at once, renamed when they land, gone together when they are not to be.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::Status;
use tournee_core::ids::{Epoch, TicketId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::phone::{EditError, Phone};
use tournee_core::wire::{ChangeReport, FeedItem, Problem, ProblemKind, ReportState, Wish};

const LANDED: u64 = 3041;

fn local() -> TicketKey {
    TicketKey {
        id: TicketId::local(change_id(1)),
        ..TicketKey::new("ancien", 0)
    }
}

/// A phone that made a ticket, a note on it, and a move.
fn phone_with_a_new_ticket() -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let (batch, _) = phone.absorb(response("1", Vec::new()), NOW);
    disk.commit(&batch);
    let id = local().id.0;
    let changes = [
        (1, 0, create("Caisse 4 bloquée")),
        (2, id, followup("Tiroir forcé")),
        (3, id, status(Status::Assigned, Status::Pending)),
    ];
    for (n, ticket, body) in changes {
        let (_, batch) = phone.edit(new_change(n, ticket, body)).expect("valid");
        disk.commit(&batch);
    }
    (phone, disk)
}

fn report(n: u128, state: ReportState) -> FeedItem {
    let (change, device) = (change_id(n), device());
    FeedItem::Report {
        report: ChangeReport {
            change,
            device,
            state,
        },
    }
}

fn landed() -> Vec<FeedItem> {
    let created = ReportState::Delivered {
        at: NOW,
        notices: Vec::new(),
        created: Some(TicketId(LANDED)),
    };
    vec![ticket_item(&ticket(LANDED)), report(1, created)]
}

#[test]
fn a_new_ticket_shows_at_once_with_all_that_is_done_to_it() {
    let (phone, disk) = phone_with_a_new_ticket();
    for phone in [phone, disk.load()] {
        let rows = phone.local_rows();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].title, "Caisse 4 bloquée");
        assert_eq!(rows[0].status, Status::Pending);
        assert_eq!(phone.shown_row(&local()).as_ref(), rows.first());
        let shown = phone.local_ticket(&local()).expect("made here");
        assert_eq!(shown.timeline.map(|entries| entries.len()), Some(1));
        let sent = phone.request(false).changes;
        assert!(sent.iter().all(|change| change.ticket() == Some(&local())));
        assert_eq!(sent.len(), 3);
    }
}

#[test]
fn when_it_lands_all_that_names_it_is_renamed_in_the_same_write() {
    let (mut phone, mut disk) = phone_with_a_new_ticket();
    let (batch, _) = phone.absorb(response("2", landed()), NOW);
    disk.commit(&batch);
    let real = TicketKey::new("ancien", LANDED);
    for mut phone in [phone, disk.load()] {
        assert!(phone.local_rows().is_empty());
        assert_eq!(phone.local_ticket(&local()), None);
        assert_eq!(phone.resolve(&local()), real);
        assert_eq!(phone.local_name(&real), Some(local()));
        assert_eq!(phone.local_name(&local()), None);
        let sent = phone.request(false).changes;
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|change| change.ticket() == Some(&real)));
        // A page that was open under the old number still writes to the right one.
        let late = new_change(4, local().id.0, followup("Réparée"));
        phone.edit(late).expect("it landed");
        let last = phone.outbox().get(change_id(4)).expect("queued");
        assert_eq!(last.change.ticket(), Some(&real));
    }
}

#[test]
fn a_second_report_of_the_landing_changes_nothing() {
    let (mut phone, _) = phone_with_a_new_ticket();
    phone.absorb(response("2", landed()), NOW);
    let before = phone.outbox().clone();
    phone.absorb(response("3", landed()), NOW);
    assert_eq!(*phone.outbox(), before);
    assert_eq!(phone.meta().landings.len(), 1);
}

#[test]
fn a_refused_creation_shows_with_what_waits_behind_it() {
    let (mut phone, _) = phone_with_a_new_ticket();
    let problem = Problem {
        kind: ProblemKind::Refused,
        words: Some("La catégorie est obligatoire".to_owned()),
        conflict: None,
        evidence: None,
    };
    let refused = report(1, ReportState::NeedsYou { problem });
    phone.absorb(response("2", vec![refused]), NOW);
    let creation = phone.outbox().get(change_id(1)).expect("kept");
    assert!(creation.needs_you());
    assert_eq!(phone.outbox().held_up_by(creation).len(), 2);
    assert_eq!(
        phone.local_rows().len(),
        1,
        "it stays where he looks for it"
    );
}

#[test]
fn an_edited_creation_keeps_its_place_and_what_is_on_it() {
    let (mut phone, _) = phone_with_a_new_ticket();
    let mut again = new_change(5, 0, create("Caisse 4 bloquée, tiroir forcé"));
    again.replaces = Some(change_id(1));
    phone.edit(again).expect("valid");
    let rows = phone.local_rows();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].key, local());
    assert_eq!(rows[0].title, "Caisse 4 bloquée, tiroir forcé");
    assert_eq!(rows[0].status, Status::Pending);
}

#[test]
fn a_creation_that_is_taken_back_takes_all_with_it() {
    let (mut phone, mut disk) = phone_with_a_new_ticket();
    disk.commit(&phone.wish(change_id(1), Wish::Withdraw));
    for mut phone in [phone, disk.load()] {
        assert!(phone.local_rows().is_empty());
        let waiting = phone
            .outbox()
            .iter()
            .filter(|queued| queued.is_on_its_way());
        assert_eq!(waiting.count(), 0);
        assert_eq!(phone.request(false).wishes.len(), 3);
        let orphan = phone.edit(new_change(6, local().id.0, followup("Trop tard")));
        assert_eq!(orphan.err(), Some(EditError::NoTicket));
    }
}

#[test]
fn a_creation_that_landed_before_it_was_taken_back_is_a_ticket_all_the_same() {
    let (mut phone, _) = phone_with_a_new_ticket();
    phone.wish(change_id(1), Wish::Withdraw);
    phone.absorb(response("2", landed()), NOW);
    let creation = phone.outbox().get(change_id(1)).expect("kept");
    assert!(matches!(creation.state, State::Delivered { .. }));
    let note = phone.outbox().get(change_id(2)).expect("kept");
    assert_eq!(note.change.target, TicketKey::new("ancien", LANDED).into());
    assert_eq!(note.wish, Some(Wish::Withdraw));
}

#[test]
fn a_glpi_that_gives_a_new_ticket_to_its_maker_is_shown_to_do_so() {
    for (assigns, status) in [(true, Status::Assigned), (false, Status::New)] {
        let mut phone = Disk::default().load();
        let mut answer = response("1", Vec::new());
        answer.sources[0].account.assigns_creator = assigns;
        phone.absorb(answer, NOW);
        let mut nobodys = create("Caisse 4 bloquée");
        if let ChangeBody::Create(create) = &mut nobodys {
            create.assignees.clear();
        }
        phone.edit(new_change(1, 0, nobodys)).expect("valid");
        let shown = phone.local_ticket(&local()).expect("made here");
        assert_eq!(shown.status, status);
        assert_eq!(shown.assignees.len(), usize::from(assigns));
    }
}

#[test]
fn a_server_without_memory_is_asked_for_no_ticket_that_was_taken_back() {
    let (mut phone, mut disk) = phone_with_a_new_ticket();
    // A copy of this phone took it back; of what was to be done to it nothing is told yet.
    let (batch, _) = phone.absorb(response("2", vec![report(1, ReportState::Withdrawn)]), NOW);
    disk.commit(&batch);
    let mut lost = response("3", Vec::new());
    lost.epoch = Epoch("b".to_owned());
    let (batch, absorbed) = phone.absorb(lost, NOW);
    disk.commit(&batch);
    assert!(absorbed.start_over);
    for phone in [phone, disk.load()] {
        let request = phone.request(false);
        assert_eq!(request.changes.len(), 2, "the creation is settled");
        assert_eq!(request.wishes.len(), 2);
        assert!(request.wishes.iter().all(|w| w.wish == Wish::Withdraw));
    }
}

#[test]
fn a_text_that_came_too_late_for_its_ticket_holds_nothing_up() {
    let (mut phone, _) = phone_with_a_new_ticket();
    let mut again = new_change(5, 0, create("Caisse 4 bloquée, tiroir forcé"));
    again.replaces = Some(change_id(1));
    phone.edit(again).expect("valid");
    let late = new_change(6, local().id.0, status(Status::Pending, Status::Solved));
    phone.edit(late).expect("valid");
    let problem = Problem {
        kind: ProblemKind::AlreadySent,
        words: None,
        conflict: None,
        evidence: None,
    };
    let mut items = landed();
    items.push(report(5, ReportState::NeedsYou { problem }));
    phone.absorb(response("2", items), NOW);
    let too_late = phone.outbox().get(change_id(5)).expect("kept");
    assert!(too_late.needs_you() && !too_late.change.target.is_local());
    assert!(phone.outbox().held_up_by(too_late).is_empty());
    assert!(phone.local_rows().is_empty());
}

#[test]
fn a_text_is_not_taken_back_before_the_one_in_its_place_is_sent() {
    let (mut phone, _) = phone_with_a_new_ticket();
    let mut received = response("2", Vec::new());
    received.received = vec![change_id(1), change_id(2), change_id(3)];
    phone.absorb(received, NOW);
    // More than one exchange takes, all of it made before.
    for n in 10..120 {
        let note = new_change(n, 12, followup("Passage"));
        phone.edit(note).expect("valid");
    }
    let mut again = new_change(5, 0, create("Caisse 4 bloquée, tiroir forcé"));
    again.replaces = Some(change_id(1));
    phone.edit(again).expect("valid");
    let request = phone.request(false);
    assert_eq!(
        request.changes.first().map(|one| one.id),
        Some(change_id(5))
    );
    assert_eq!(request.wishes, [], "the server knows no other text yet");
    let mut answer = response("3", Vec::new());
    answer.received = request.changes.iter().map(|change| change.id).collect();
    phone.absorb(answer, NOW);
    let rest = phone.request(false);
    assert!(!rest.changes.is_empty());
    let wished: Vec<_> = rest.wishes.iter().map(|wish| wish.change).collect();
    assert_eq!(wished, [change_id(1)], "until it is answered");
}

#[test]
fn what_was_typed_anew_is_offered_before_what_was_done_to_its_ticket() {
    let (mut phone, _) = phone_with_a_new_ticket();
    let mut again = new_change(5, 0, create("Caisse 4 bloquée, tiroir forcé"));
    again.replaces = Some(change_id(1));
    phone.edit(again).expect("valid");
    let mut received = response("2", vec![report(1, ReportState::Withdrawn)]);
    received.received = [1, 2, 3, 5].map(change_id).to_vec();
    phone.absorb(received, NOW);
    // A server that was put back to its backup has heard of nothing.
    let mut lost = response("3", Vec::new());
    lost.epoch = Epoch("b".to_owned());
    phone.absorb(lost, NOW);
    let request = phone.request(false);
    let offered: Vec<_> = request.changes.iter().map(|change| change.id).collect();
    let fresh: Vec<_> = offered.iter().filter(|id| **id != change_id(1)).collect();
    assert_eq!(fresh, [&change_id(5), &change_id(2), &change_id(3)]);
}
