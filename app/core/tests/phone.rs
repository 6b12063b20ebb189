//! What a phone does, one sentence a test.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::changes::{Conflict, ConflictValue, Field};
use tournee_core::domain::{EntryKind, Status};
use tournee_core::ids::{Epoch, SourceId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::phone::{EditError, Exchanged, LoadError, Phone, Stored, Table};
use tournee_core::time::Seconds;
use tournee_core::wire::{
    Against, ChangeReport, FeedItem, Problem, ProblemKind, Progress, ReportState, SourceRead,
    SyncResponse, Wish,
};

fn phone_with(tickets: &[u64]) -> (tournee_core::phone::Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let items = tickets.iter().map(|id| ticket_item(&ticket(*id))).collect();
    let (batch, _) = phone.absorb(response("1", items), NOW);
    disk.commit(&batch);
    (phone, disk)
}

fn report(n: u128, state: ReportState) -> FeedItem {
    FeedItem::Report {
        report: ChangeReport {
            change: change_id(n),
            device: device(),
            state,
        },
    }
}

fn delivered() -> ReportState {
    ReportState::Delivered {
        at: NOW,
        notices: Vec::new(),
        created: None,
    }
}

fn needs_you() -> ReportState {
    ReportState::NeedsYou {
        problem: Problem {
            kind: ProblemKind::Rights,
            words: Some("Vous n'avez pas les droits".to_owned()),
            conflict: None,
            evidence: None,
        },
    }
}

fn waits(kind: ProblemKind) -> ReportState {
    let problem = Problem {
        kind,
        words: None,
        conflict: None,
        evidence: None,
    };
    ReportState::NeedsYou { problem }
}

#[test]
fn an_offline_edit_shows_at_once_and_survives_a_restart() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let key = TicketKey::new("ancien", 12);
    let (_, batch) = phone.edit(new_change(1, 12, take())).expect("valid");
    disk.commit(&batch);
    let again = disk.load();
    for phone in [&phone, &again] {
        let row = phone.shown_row(&key).expect("cached");
        assert_eq!(row.status, Status::Assigned);
        assert_eq!(row.assignee, "Marcoux Patrick");
        assert_eq!(phone.request(false).changes.len(), 1);
    }
}

#[test]
fn a_refresh_under_a_pending_change_keeps_it() {
    let (mut phone, _) = phone_with(&[12]);
    let key = TicketKey::new("ancien", 12);
    phone.edit(new_change(1, 12, take())).expect("valid");
    let mut moved = ticket(12);
    moved.title = "téléphone caisse 23 et 24".to_owned();
    moved.modified_at = NOW;
    phone.absorb(response("2", vec![ticket_item(&moved)]), NOW);
    let row = phone.shown_row(&key).expect("cached");
    assert_eq!(row.title, moved.title);
    assert_eq!(row.status, Status::Assigned);
}

#[test]
fn a_delivered_followup_shows_once() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let key = TicketKey::new("ancien", 12);
    let (_, batch) = phone
        .edit(new_change(1, 12, followup("Câble changé")))
        .expect("valid");
    disk.commit(&batch);
    let mut landed = ticket(12);
    carry_out(&mut landed, &phone.request(false).changes[0]);
    // The ticket comes one page before the report: GLPI's entry and ours are the same one.
    let (batch, _) = phone.absorb(response("2", vec![ticket_item(&landed)]), NOW);
    disk.commit(&batch);
    let shown = phone.shown_ticket(&disk.ticket(&key).expect("cached"));
    assert_eq!(shown.timeline.as_ref().map(Vec::len), Some(1));
    phone.absorb(response("3", vec![report(1, delivered())]), NOW);
    let shown = phone.shown_ticket(&disk.ticket(&key).expect("cached"));
    assert_eq!(shown.timeline.map(|t| t.len()), Some(1));
    assert!(!phone.has_something_to_say());
}

#[test]
fn a_refused_change_leaves_the_facts_and_keeps_its_words() {
    let (mut phone, disk) = phone_with(&[12]);
    let key = TicketKey::new("ancien", 12);
    phone
        .edit(new_change(1, 12, solution("Combiné remplacé")))
        .expect("valid");
    phone.absorb(response("2", vec![report(1, needs_you())]), NOW);
    let shown = phone.shown_ticket(&disk.ticket(&key).expect("cached"));
    assert_eq!(shown.status, Status::New);
    let timeline = shown.timeline.expect("with our words");
    assert!(matches!(&timeline[0].what,
        EntryKind::Solution { content, .. } if content == "Combiné remplacé"));
    assert!(phone.outbox().iter().all(|queued| queued.needs_you()));
}

#[test]
fn what_waits_behind_a_refused_change_is_known() {
    let (mut phone, _) = phone_with(&[12, 13]);
    let edits = [
        (1, 12, status(Status::New, Status::Planned)),
        (2, 12, followup("Ne touche pas au statut")),
        (3, 12, status(Status::Planned, Status::Pending)),
        (4, 13, status(Status::New, Status::Planned)),
        (5, 12, solution("Combiné remplacé")),
    ];
    for (n, id, body) in edits {
        phone.edit(new_change(n, id, body)).expect("valid");
    }
    phone.absorb(response("2", vec![report(1, needs_you())]), NOW);
    let outbox = phone.outbox();
    let behind = |n| {
        let first = outbox.get(change_id(n)).expect("made above");
        let waiting = outbox.held_up_by(first).into_iter();
        waiting.map(|queued| queued.change.id).collect::<Vec<_>>()
    };
    assert_eq!(behind(1), [change_id(3), change_id(5)]);
    assert!(behind(2).is_empty());
    assert!(behind(5).is_empty());
}

#[test]
fn a_wish_is_said_until_the_server_answers_it() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let key = TicketKey::new("ancien", 12);
    phone.edit(new_change(1, 12, take())).expect("valid");
    disk.commit(&phone.wish(change_id(1), Wish::Withdraw));
    let mut phone = disk.load();
    // Withdrawn on the phone: gone from the screen, but the server may have it, so it must hear of it.
    assert_eq!(phone.shown_row(&key).expect("cached").status, Status::New);
    assert_eq!(phone.request(false).wishes.len(), 1);
    phone.absorb(response("2", Vec::new()), NOW);
    assert_eq!(phone.request(false).wishes.len(), 1);
    phone.absorb(response("3", vec![report(1, ReportState::Withdrawn)]), NOW);
    assert!(!phone.has_something_to_say());
}

#[test]
fn an_edited_change_takes_the_old_ones_place() {
    let (mut phone, _) = phone_with(&[12]);
    phone
        .edit(new_change(1, 12, followup("cable changé")))
        .expect("valid");
    let mut edited = new_change(2, 12, followup("Câble changé"));
    edited.replaces = Some(change_id(1));
    phone.edit(edited).expect("valid");
    let shown = phone.shown_ticket(&ticket(12));
    assert_eq!(shown.timeline.map(|t| t.len()), Some(1));
    let request = phone.request(false);
    assert_eq!(
        request.changes.last().and_then(|c| c.replaces),
        Some(change_id(1))
    );
}

#[test]
fn a_ticket_that_leaves_stays_while_the_outbox_names_it() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let key = TicketKey::new("ancien", 12);
    phone.edit(new_change(1, 12, take())).expect("valid");
    let gone = vec![FeedItem::Gone { key: key.clone() }];
    let (batch, _) = phone.absorb(response("2", gone), NOW);
    disk.commit(&batch);
    assert!(phone.shown_row(&key).is_some());
    let (batch, absorbed) = phone.absorb(response("3", vec![report(1, delivered())]), NOW);
    disk.commit(&batch);
    assert!(absorbed.tickets.contains(&key));
    assert!(phone.shown_row(&key).is_none());
    assert!(disk.ticket(&key).is_none());
}

#[test]
fn a_server_without_memory_is_told_again() {
    let (mut phone, mut disk) = phone_with(&[12, 13]);
    phone.edit(new_change(1, 12, take())).expect("valid");
    let mut acknowledged = response("2", Vec::new());
    acknowledged.received = vec![change_id(1)];
    phone.absorb(acknowledged, NOW);
    assert!(phone.request(false).changes.is_empty());
    let mut reborn = response("1", Vec::new());
    reborn.epoch = Epoch("b".to_owned());
    let (batch, absorbed) = phone.absorb(reborn.clone(), NOW);
    disk.commit(&batch);
    assert!(absorbed.start_over);
    let request = phone.request(false);
    assert_eq!(request.changes.len(), 1);
    assert_eq!(request.cursor, None);
    // What its first whole feed does not name has left the scope while it was away.
    let mut feed = reborn;
    feed.items = vec![ticket_item(&ticket(12))];
    phone.absorb(feed, NOW);
    assert_eq!(phone.rows().len(), 1);
}

#[test]
fn what_a_glpi_has_that_could_not_be_read_yet_stays() {
    let (mut phone, _) = phone_with(&[12]);
    let mut of_new = ticket(13);
    of_new.key = TicketKey::new("nouveau", 13);
    let mut both = response("2", vec![ticket_item(&of_new)]);
    both.sources.push(source_state("nouveau"));
    phone.absorb(both.clone(), NOW);
    // Two technicians became one: all is told anew, and one GLPI is away.
    let mut anew = both;
    anew.epoch = Epoch("b".to_owned());
    phone.absorb(anew.clone(), NOW);
    anew.items = Vec::new();
    for state in &mut anew.sources {
        let is_away = state.source == SourceId::new("nouveau");
        state.refreshed_at = state.refreshed_at.filter(|_| !is_away);
    }
    phone.absorb(anew.clone(), NOW);
    let there: Vec<_> = phone.rows().iter().map(|row| row.key.clone()).collect();
    assert_eq!(there, [of_new.key]);
    // Read at last, and without it.
    anew.sources
        .iter_mut()
        .for_each(|state| state.refreshed_at = Some(NOW));
    phone.absorb(anew, NOW);
    assert!(phone.rows().is_empty());
}

#[test]
fn a_server_without_memory_is_told_of_what_waits_too() {
    let (mut phone, mut disk) = phone_with(&[12]);
    phone.edit(new_change(1, 12, take())).expect("valid");
    let waits = waits(ProblemKind::Refused);
    phone.absorb(response("2", vec![report(1, waits)]), NOW);
    phone.wish(change_id(1), Wish::Retry);
    let mut reborn = response("1", Vec::new());
    reborn.epoch = Epoch("b".to_owned());
    disk.commit(&phone.absorb(reborn, NOW).0);
    // A wish alone would name a change that nobody there knows, and never be answered.
    let request = phone.request(false);
    assert_eq!(request.changes.len(), 1);
    assert_eq!(request.wishes.len(), 1);
}

#[test]
fn a_server_of_before_a_wish_is_told_of_it_again() {
    for wish in [Wish::Retry, Wish::Insist] {
        let (mut phone, mut disk) = phone_with(&[12]);
        phone.edit(new_change(1, 12, take())).expect("valid");
        let waits = vec![report(1, waits(ProblemKind::Refused))];
        phone.absorb(response("2", waits.clone()), NOW);
        phone.wish(change_id(1), wish);
        phone.absorb(response("3", vec![report(1, ReportState::Queued)]), NOW);
        assert!(phone.request(false).wishes.is_empty());
        let mut reborn = response("1", Vec::new());
        reborn.epoch = Epoch("b".to_owned());
        disk.commit(&phone.absorb(reborn.clone(), NOW).0);
        assert_eq!(phone.request(false).wishes[0].wish, wish);
        // What came of it stays.
        reborn.items = vec![report(1, delivered())];
        phone.absorb(reborn.clone(), NOW);
        reborn.epoch = Epoch("c".to_owned());
        phone.absorb(reborn, NOW);
        assert!(phone.request(false).wishes.is_empty());
    }
}

#[test]
fn who_insists_says_against_what() {
    let (mut phone, mut disk) = phone_with(&[12]);
    disk.commit(&phone.edit(new_change(1, 12, take())).expect("valid").1);
    let theirs = ConflictValue::People(vec!["Hugonnet".to_owned()]);
    let ReportState::NeedsYou { mut problem } = waits(ProblemKind::Conflict) else {
        panic!("it waits");
    };
    problem.conflict = Some(Conflict {
        field: Field::Assignees,
        mine: ConflictValue::People(Vec::new()),
        theirs: theirs.clone(),
        who: None,
        at: None,
    });
    let waits = ReportState::NeedsYou { problem };
    disk.commit(&phone.absorb(response("2", vec![report(1, waits)]), NOW).0);
    let shown = Against {
        kind: ProblemKind::Conflict,
        theirs: Some(theirs),
        looked_at: None,
    };
    let against = [shown.clone()];
    let wishes = [
        (Wish::Retry, Some(&shown), &against[..0]),
        (Wish::Insist, Some(&shown), &against),
        // He has insisted once, and what he wants now says so too.
        (Wish::Retry, Some(&shown), &against),
        // Who gives up what has a question since is to see that first.
        (Wish::Withdraw, Some(&shown), &against[..0]),
        (Wish::Insist, Some(&shown), &against),
    ];
    for (wish, shown, against) in wishes {
        disk.commit(&phone.wish(change_id(1), wish));
        let asked = &phone.request(false).wishes[0];
        assert_eq!(asked.shown.as_ref(), shown, "{wish:?}");
        assert_eq!(asked.against, against, "{wish:?}");
    }
    // A server that forgot all, before it took the wish up and after, is told the same; and an app that was closed between.
    let of = |epoch: &str, items| SyncResponse {
        epoch: Epoch(epoch.to_owned()),
        ..response("3", items)
    };
    let taken_up = vec![report(1, ReportState::Queued)];
    for (before, items, epoch) in [("a", Vec::new(), "b"), ("b", taken_up, "c")] {
        disk.commit(&phone.absorb(of(before, items), NOW).0);
        disk.commit(&phone.absorb(of(epoch, Vec::new()), NOW).0);
        phone = disk.load();
        let request = phone.request(false);
        assert_eq!(request.changes.len(), 1, "{epoch}");
        assert_eq!(request.wishes[0].against, against, "{epoch}");
        assert_eq!(request.wishes[0].shown, Some(shown.clone()), "{epoch}");
    }
}

#[test]
fn a_settled_change_that_an_older_server_waits_with_is_let_go() {
    let (mut phone, mut disk) = phone_with(&[12]);
    phone.edit(new_change(1, 12, take())).expect("valid");
    phone.absorb(response("2", vec![report(1, delivered())]), NOW);
    let waits = waits(ProblemKind::Conflict);
    disk.commit(&phone.absorb(response("3", vec![report(1, waits)]), NOW).0);
    let queued = phone.outbox().get(change_id(1)).expect("stored");
    assert!(matches!(queued.state, State::Delivered { .. }));
    assert_eq!(phone.request(false).wishes.len(), 1);
    phone.absorb(response("4", vec![report(1, ReportState::Withdrawn)]), NOW);
    assert!(!phone.has_something_to_say());
}

#[test]
fn a_phone_clock_that_is_days_wrong_is_corrected() {
    let (mut phone, _) = phone_with(&[12]);
    let wrong = NOW - Seconds::days(3);
    phone.absorb(response("2", Vec::new()), wrong);
    let mut change = new_change(1, 12, take());
    change.phone_clock = wrong + Seconds(60);
    phone.edit(change).expect("valid");
    assert_eq!(phone.request(false).changes[0].at, NOW + Seconds(60));
}

#[test]
fn an_answer_that_takes_long_puts_no_clock_wrong() {
    let (mut phone, _) = phone_with(&[12]);
    let mut exchange = |ahead: i64, asked: i64, heard: i64, now: i64, answered: i64| {
        let told = SyncResponse {
            now: NOW + Seconds(now),
            heard: Some(NOW + Seconds(heard)),
            ..response("2", Vec::new())
        };
        let asked = NOW + Seconds(ahead + asked);
        let answered = NOW + Seconds(ahead + answered);
        phone.absorb(told, Exchanged { asked, answered });
        phone.clock_offset().0
    };
    // A clock that is known to be right stays so, whether the request, the GLPI or the answer takes its time.
    assert_eq!(exchange(0, 0, 0, 0, 0), 0);
    assert_eq!(exchange(0, 0, 30, 30, 30), 0);
    assert_eq!(exchange(0, 0, 0, 20, 20), 0);
    assert_eq!(exchange(0, 0, 1, 2, 90), 0);
    // One that is wrong is never dated too late, and what is known of it stays so on a slow network.
    assert_eq!(exchange(600, 0, 3, 20, 21), -601);
    assert_eq!(exchange(600, 30, 30, 45, 45), -600);
    assert_eq!(exchange(600, 60, 75, 90, 120), -600);
    // It was set meanwhile.
    assert_eq!(exchange(0, 130, 130, 130, 130), 0);
    assert_eq!(exchange(0, 140, 100, 100, 101), -1);
}

#[test]
fn what_others_moved_after_the_first_read_is_news_until_it_is_looked_at() {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let mut reading = response("1", vec![ticket_item(&ticket(12))]);
    reading.sources[0].progress = Some(Progress { done: 1, total: 2 });
    phone.absorb(reading, NOW);
    phone.absorb(response("2", vec![ticket_item(&ticket(13))]), NOW);
    assert!(phone.rows().iter().all(|row| !row.news));
    let mut mine = ticket(12);
    mine.modified_at = NOW;
    mine.modified_by = Some(ME);
    let items = vec![ticket_item(&mine), ticket_item(&ticket(14))];
    let (batch, _) = phone.absorb(response("3", items), NOW);
    disk.commit(&batch);
    let news = |phone: &tournee_core::phone::Phone| {
        let rows = phone.rows().iter().filter(|row| row.news);
        let news = rows.map(|row| row.key.id.0).collect::<Vec<_>>();
        assert_eq!(phone.rows().news(), news.len());
        news
    };
    assert_eq!(news(&disk.load()), [14]);
    disk.commit(&phone.look([TicketKey::new("ancien", 14)]));
    assert!(news(&disk.load()).is_empty());
    assert_eq!(phone.rows().news(), 0);
}

#[test]
fn the_tickets_of_a_glpi_that_is_added_later_are_no_news() {
    let mut phone = Disk::default().load();
    phone.absorb(response("1", vec![ticket_item(&ticket(12))]), NOW);
    let mut of_new = ticket(13);
    of_new.key = TicketKey::new("nouveau", 13);
    let mut with_both = response("2", vec![ticket_item(&of_new), ticket_item(&ticket(14))]);
    with_both.sources.push(source_state("nouveau"));
    phone.absorb(with_both, NOW);
    let news: Vec<_> = phone.rows().iter().filter(|row| row.news).collect();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].key, TicketKey::new("ancien", 14));
}

#[test]
fn a_glpi_that_is_as_it_was_is_told_by_how_far_it_was_read() {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let mut both = response("1", Vec::new());
    both.sources.push(source_state("nouveau"));
    disk.commit(&phone.absorb(both, NOW).0);
    let mut phone = disk.load();
    let held: Vec<_> = phone.request(false).holds;
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|held| held.tag == "as signed in"));
    let later = NOW + Seconds(30);
    let mut slim = response("2", Vec::new());
    slim.sources.clear();
    slim.reads.push(SourceRead {
        source: SourceId::new("nouveau"),
        refreshed_at: Some(later),
        progress: None,
    });
    disk.commit(&phone.absorb(slim, NOW).0);
    let phone = disk.load();
    let [nouveau] = phone.meta().sources.as_slice() else {
        panic!("he has signed out of the other: {:?}", phone.meta().sources);
    };
    assert_eq!(nouveau.refreshed_at, Some(later));
    assert_eq!(nouveau.account, source_state("nouveau").account);
}

#[test]
fn a_change_whose_storing_nobody_heard_of_is_made_once() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let (_, batch) = phone.edit(new_change(1, 12, take())).expect("valid");
    disk.commit(&batch);
    let mut acknowledged = response("2", Vec::new());
    acknowledged.received = vec![change_id(1)];
    let (batch, _) = phone.absorb(acknowledged, NOW);
    disk.commit(&batch);
    let mut again = disk.load();
    let (id, batch) = again.edit(new_change(1, 12, take())).expect("valid");
    assert_eq!(id, change_id(1));
    assert!(batch.is_empty());
    assert_eq!(again.outbox(), phone.outbox());
}

#[test]
fn a_copy_that_was_not_stored_leaves_the_phone_as_it_was() {
    let (mut phone, _) = phone_with(&[12, 13]);
    let rows = phone.rows().shared().clone();
    let mut copy = phone.clone();
    copy.edit(new_change(1, 12, take())).expect("valid");
    copy.absorb(
        response(
            "2",
            vec![FeedItem::Gone {
                key: TicketKey::new("ancien", 13),
            }],
        ),
        NOW,
    );
    assert_eq!((copy.rows().len(), copy.outbox().iter().count()), (1, 1));
    assert_eq!((phone.rows().len(), phone.outbox().iter().count()), (2, 0));
    // An edit leaves the rows themselves as they are: who shares them need not look again.
    phone.edit(new_change(1, 12, take())).expect("valid");
    assert!(std::sync::Arc::ptr_eq(&rows, phone.rows().shared()));
}

#[test]
fn an_invalid_change_alters_nothing() {
    let (mut phone, _) = phone_with(&[12]);
    assert!(phone.edit(new_change(1, 12, followup("  "))).is_err());
    let illegal = status(Status::New, Status::Closed);
    assert!(phone.edit(new_change(2, 12, illegal)).is_err());
    let mut elsewhere = new_change(3, 12, take());
    elsewhere.target = TicketKey::new("nouveau", 12).into();
    assert_eq!(phone.edit(elsewhere), Err(EditError::NoAccount));
    assert!(!phone.has_something_to_say());
}

#[test]
fn settled_changes_leave_after_thirty_days() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let (_, batch) = phone.edit(new_change(1, 12, take())).expect("valid");
    disk.commit(&batch);
    let (batch, _) = phone.absorb(response("2", vec![report(1, delivered())]), NOW);
    disk.commit(&batch);
    assert!(matches!(
        disk.load().outbox().get(change_id(1)).map(|q| &q.state),
        Some(State::Delivered { .. })
    ));
    let mut later = response("3", Vec::new());
    later.now = NOW + Seconds::days(31);
    let (batch, _) = phone.absorb(later, NOW);
    disk.commit(&batch);
    assert!(disk.table(Table::Outbox).is_empty());
}

#[test]
fn rows_of_another_version_are_rebuilt_from_the_tickets() {
    let (_, disk) = phone_with(&[12, 13]);
    let mut stored = disk.stored();
    for (_, bucket) in &mut stored.rows {
        bucket[0] = 0;
    }
    let outcome = tournee_core::phone::Phone::load(&stored, device());
    assert!(matches!(outcome, Err(LoadError::RowsOfAnotherVersion)));
    let batch = stored
        .rebuild_rows(&disk.table(Table::Tickets))
        .expect("stored tickets");
    assert!(!batch.is_empty());
    let phone = tournee_core::phone::Phone::load(&stored, device()).expect("rebuilt");
    assert_eq!(phone.rows().len(), 2);
}

#[test]
fn a_damaged_outbox_is_never_given_up_silently() {
    let (mut phone, mut disk) = phone_with(&[12]);
    let (_, batch) = phone.edit(new_change(1, 12, take())).expect("valid");
    disk.commit(&batch);
    let mut stored = disk.stored();
    stored.outbox[0].1.truncate(20);
    let outcome = tournee_core::phone::Phone::load(&stored, device());
    assert!(matches!(outcome, Err(LoadError::Record { .. })));
}

#[test]
fn signing_out_clears_the_phone() {
    let (mut phone, mut disk) = phone_with(&[12, 13]);
    let (_, batch) = phone.edit(new_change(1, 12, take())).expect("valid");
    disk.commit(&batch);
    disk.commit(&phone.clear());
    let phone = disk.load();
    assert!(phone.rows().is_empty() && phone.meta().cursor.is_none());
    assert!(disk.table(Table::Tickets).is_empty());
    assert!(disk.table(Table::Outbox).is_empty());
    assert_eq!(phone.device(), device());
}

#[test]
fn changes_go_in_pages_so_that_a_slow_network_makes_progress() {
    let (mut phone, _) = phone_with(&[12]);
    for n in 0..5 {
        let long = followup(&"x".repeat(400_000));
        phone.edit(new_change(n, 12, long)).expect("valid");
    }
    let sent = phone.request(false).changes.len();
    assert!((1..5).contains(&sent), "{sent} changes of 400 kB");
}

#[test]
fn what_waits_on_a_closed_ticket_goes_behind_the_reopening() {
    let mut phone = Phone::load(&Stored::default(), device()).expect("an empty phone");
    let mut closed = ticket(7754);
    closed.status = Status::Closed;
    let _ = phone.absorb(response("1", vec![ticket_item(&closed)]), NOW);
    let note = new_change(1, 7754, followup("Après la clôture"));
    let (note, _) = phone.edit(note).expect("valid");
    let waits = report_item(note, needs_you());
    let _ = phone.absorb(response("2", vec![waits]), NOW);

    let reopening = new_change(2, 7754, status(Status::Closed, Status::Assigned));
    let made = phone.reopen_for(reopening.clone(), change_id(3), note);
    assert_eq!(made.expect("valid").1.writes.len(), 3);
    let request = phone.request(false);
    let offered: Vec<_> = request.changes.iter().map(|c| (c.id, c.replaces)).collect();
    assert_eq!(offered, [(change_id(2), None), (change_id(3), None)]);
    assert_eq!(request.wishes.len(), 1);
    assert_eq!(request.changes[1].body, followup("Après la clôture"));
    // A tab that stores it again makes nothing twice.
    let again = phone.reopen_for(reopening, change_id(3), note);
    assert!(again.expect("made before").1.is_empty());
    // What can't be made alters nothing.
    let before = phone.clone();
    let impossible = new_change(4, 7754, status(Status::New, Status::New));
    assert!(phone.reopen_for(impossible, change_id(5), note).is_err());
    assert_eq!(phone.outbox(), before.outbox());
}
