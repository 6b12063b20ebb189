//! Tickets of one GLPI that take the place of another's, one sentence a test.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use proptest::prelude::*;
use tournee_core::carry::{Lists, counterparts, description, notes};
use tournee_core::changes::{
    CarryOver, CarryStep, ChangeBody, CreateTicket, plain_text, text_to_html,
};
use tournee_core::domain::{
    Actor, Document, Entry, EntryKind, FileRules, Named, Person, Reference, Status, Ticket,
    carried_from, carried_into_line,
};
use tournee_core::ids::{ChangeId, SourceId, TicketId, TicketKey, UserId};
use tournee_core::phone::{EditError, NewChange, Phone};
use tournee_core::proposal::Reason;
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::{
    ChangeReport, FeedItem, Problem, ProblemKind, ReportState, SyncResponse, Wish,
};

const OLD: u64 = 7754;
const LANDED: u64 = 12;

fn signed_in(items: Vec<FeedItem>) -> SyncResponse {
    let mut newer = source_state("nouveau");
    newer.account.version = 10;
    let mut answer = response("1", items);
    answer.sources.push(newer);
    answer
}

fn old_key() -> TicketKey {
    TicketKey::new("ancien", OLD)
}

fn local() -> TicketKey {
    TicketKey {
        id: TicketId::local(change_id(1)),
        ..TicketKey::new("nouveau", 0)
    }
}

fn step(step: CarryStep) -> ChangeBody {
    ChangeBody::Carry(Box::new(CarryOver {
        to: TicketKey::new("nouveau", 0),
        glpi: "Nouveau".to_owned(),
        step,
        told: None,
    }))
}

fn carries(n: u128) -> NewChange {
    let ChangeBody::Create(body) = create("Caisse 23") else {
        unreachable!()
    };
    let body = CreateTicket {
        carried: Some(old_key()),
        ..*body
    };
    NewChange {
        target: TicketKey::new("nouveau", 0).into(),
        ..new_change(n, 0, ChangeBody::Create(Box::new(body)))
    }
}

/// A phone that holds the old ticket and has carried it over: a note on the new one, and the steps on the old.
fn phone() -> (Phone, Disk) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let mut old = ticket(OLD);
    old.status = Status::Assigned;
    let (batch, _) = phone.absorb(signed_in(vec![ticket_item(&old)]), NOW);
    disk.commit(&batch);
    let mut beside = vec![(change_id(2), followup("Échanges"))];
    let steps = CarryStep::ALL.into_iter().zip(3..);
    beside.extend(steps.map(|(one, n)| (change_id(n), step(one))));
    let (_, batch) = phone.convert(carries(1), &beside).expect("valid");
    disk.commit(&batch);
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

fn refused() -> ReportState {
    ReportState::NeedsYou {
        problem: Problem {
            kind: ProblemKind::Refused,
            words: None,
            conflict: None,
            evidence: None,
        },
    }
}

fn landed() -> ReportState {
    ReportState::Delivered {
        at: NOW,
        notices: Vec::new(),
        created: Some(TicketId(LANDED)),
    }
}

fn names(held: &[&tournee_core::outbox::Queued]) -> Vec<ChangeId> {
    held.iter().map(|queued| queued.change.id).collect()
}

#[test]
fn both_tickets_show_it_at_once_and_the_old_one_as_closed() {
    let (phone, disk) = phone();
    for phone in [phone, disk.load()] {
        let old = phone.shown_ticket(&disk.ticket(&old_key()).expect("kept"));
        assert_eq!(old.status, Status::Closed);
        assert_eq!(phone.carried_into(&old), Some(local()));
        let new = phone.local_ticket(&local()).expect("made here");
        assert_eq!(phone.carried_from(&new), Some(old_key()));
        let key = old_key();
        let on_old = phone.outbox().of_ticket(&key);
        let to = on_old.filter_map(|queued| Some(queued.change.body.carry()?.to.clone()));
        assert_eq!(to.collect::<Vec<_>>(), [local(), local(), local()]);
    }
}

#[test]
fn a_ticket_is_carried_over_once() {
    let (mut phone, _) = phone();
    let again = phone.convert(carries(20), &[]);
    assert_eq!(again.map(drop), Err(EditError::Carried));
    // The same tap, told twice.
    assert_eq!(
        phone.convert(carries(1), &[]).map(|made| made.0),
        Ok(change_id(1))
    );
    // Once it was taken back there is room for another.
    phone.wish(change_id(1), Wish::Withdraw);
    assert!(phone.convert(carries(21), &[]).is_ok());
}

#[test]
fn when_it_lands_the_steps_name_its_number() {
    let (mut phone, mut disk) = phone();
    let (batch, _) = phone.absorb(signed_in(vec![report(1, landed())]), NOW);
    disk.commit(&batch);
    for phone in [&phone, &disk.load()] {
        let key = old_key();
        let steps = phone.outbox().of_ticket(&key);
        let to = steps.filter_map(|queued| Some(queued.change.body.carry()?.to.id));
        assert_eq!(to.collect::<Vec<_>>(), [TicketId(LANDED); 3]);
        let new = TicketKey::new("nouveau", LANDED);
        assert_eq!(phone.made_for(&old_key()), Some(new));
    }
}

#[test]
fn what_is_refused_there_holds_up_the_old_ticket() {
    let (mut phone, _) = phone();
    phone.absorb(signed_in(vec![report(1, refused())]), NOW);
    let outbox = phone.outbox();
    let creation = outbox.get(change_id(1)).expect("kept");
    let all = [2, 3, 4, 5].map(change_id);
    assert_eq!(names(&outbox.held_up_by(creation)), all);
    // The link waits for the ticket alone; what closes the other one, for all that belongs to it.
    phone.absorb(
        signed_in(vec![report(1, landed()), report(2, refused())]),
        NOW,
    );
    let outbox = phone.outbox();
    let note = outbox.get(change_id(2)).expect("kept");
    assert_eq!(names(&outbox.held_up_by(note)), [4, 5].map(change_id));
}

#[test]
fn what_is_done_to_the_old_ticket_later_stands_behind_the_steps() {
    let (mut phone, _) = phone();
    let reopened = status(Status::Closed, Status::Assigned);
    phone.edit(new_change(9, OLD, reopened)).expect("valid");
    // Another text of the new ticket comes last, and all the others wait for it as for the first.
    let again = NewChange {
        replaces: Some(change_id(1)),
        ..carries(30)
    };
    phone.convert(again, &[]).expect("valid");
    let mut answer = signed_in(vec![report(30, refused())]);
    answer.received = [2, 3, 4, 5, 9].map(change_id).to_vec();
    answer.held = [3, 4, 5, 9].map(change_id).to_vec();
    phone.absorb(answer, NOW);
    let outbox = phone.outbox();
    let creation = outbox.get(change_id(30)).expect("kept");
    let behind = names(&outbox.held_up_by(creation));
    for id in [3, 4, 5, 9].map(change_id) {
        assert!(behind.contains(&id), "{id}: {behind:?}");
        assert!(!phone.is_held_elsewhere(id), "{id}");
    }
}

#[test]
fn what_is_not_to_be_created_leaves_the_old_ticket_as_it_was() {
    let (mut phone, disk) = phone();
    phone.wish(change_id(1), Wish::Withdraw);
    let base = disk.ticket(&old_key()).expect("kept");
    let old = phone.shown_ticket(&base);
    assert_eq!(old, base);
    assert_eq!(phone.carried_into(&old), None);
    let wishes = phone.request(false).wishes;
    assert_eq!(wishes.len(), 5, "{wishes:?}");
}

#[test]
fn another_text_of_the_creation_leaves_the_steps_where_they_are() {
    let (mut phone, _) = phone();
    let again = NewChange {
        replaces: Some(change_id(1)),
        ..carries(30)
    };
    phone.convert(again, &[]).expect("valid");
    assert_eq!(phone.made_for(&old_key()), Some(local()));
    let new = local();
    let steps = phone.outbox().carried_to(&new);
    assert_eq!(steps.filter(|queued| queued.is_on_its_way()).count(), 3);
}

#[test]
fn another_phones_note_is_known_too() {
    let (mut phone, _) = phone();
    phone.wish(change_id(1), Wish::Withdraw);
    let mut old = ticket(OLD);
    let new = TicketKey::new("nouveau", 99);
    old.timeline = Some(vec![entry(1, note(&carried_into_line(&new), true))]);
    assert_eq!(phone.carried_into(&old), Some(new));
}

#[test]
fn tickets_go_to_the_newest_of_the_newer() {
    let (phone, _) = phone();
    let to = |source: &str| phone.carries_to(&SourceId::new(source));
    assert_eq!(to("ancien"), Some(SourceId::new("nouveau")));
    assert_eq!(to("nouveau"), None);
    assert_eq!(to("autre"), None);
}

fn named(id: u64, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

fn person(id: u64, name: &str, address: Option<&str>) -> Person {
    Person {
        id: UserId(id),
        name: name.to_owned(),
        address: address.map(str::to_owned),
        phone: None,
        location: None,
    }
}

fn lists(source: &str, people: Vec<Person>) -> Reference {
    Reference {
        source: SourceId::new(source),
        entities: vec![named(3, "Entité racine")],
        categories: vec![
            named(1, "Matériel > Imprimante"),
            named(2, "Réseau"),
            named(3, "Bureau > Écran"),
            named(4, "Caisse > Écran"),
        ],
        locations: vec![named(1, "France > Magasin Les Arcs"), named(2, "Siège")],
        technicians: vec![named(40, "Patrick Marcoux")],
        groups: vec![named(50, "Informatique")],
        solution_types: Vec::new(),
        solution_templates: Vec::new(),
        priority_matrix: None,
        people,
        files: FileRules::default(),
        stores: Vec::new(),
        assets: Vec::new(),
        closed_assets: Vec::new(),
        partial: Vec::new(),
    }
}

#[test]
fn facts_are_found_by_their_names_and_what_has_none_is_left_to_ask() {
    let to = lists("nouveau", Vec::new());
    let of = |category: &str| {
        let mut old = ticket(OLD);
        old.category = Some(named(77, category));
        let lists = Lists {
            from: None,
            to: &to,
        };
        let found = counterparts(&old, lists);
        let place = found.location.expect("by its own name");
        assert_eq!((place.value.id, place.reason), (1, Reason::SameOwnName));
        found.category.map(|found| (found.value.id, found.reason))
    };
    assert_eq!(of("materiel > imprimante"), Some((1, Reason::SameName)));
    assert_eq!(of("Autres > Imprimante"), Some((1, Reason::SameOwnName)));
    assert_eq!(of("réseau"), Some((2, Reason::SameName)));
    // Two have that name: nobody guesses.
    assert_eq!(of("Écran"), None);
    assert_eq!(of("Téléphonie"), None);
}

#[test]
fn people_are_found_by_address_then_by_name_then_kept_by_address() {
    let from = lists(
        "ancien",
        vec![
            person(1, "Garcin Magali", Some("m.garcin@x.example")),
            person(2, "Roux Jean", None),
            person(3, "Parti Paul", Some("paul@x.example")),
            person(4, "Personne Nulle", None),
        ],
    );
    let to = lists(
        "nouveau",
        vec![
            person(11, "Magali G.", Some("M.Garcin@x.example")),
            person(12, "Jean ROUX", Some("j.roux@x.example")),
        ],
    );
    let of = |id: u64, name: &str| {
        let mut old = ticket(OLD);
        let name = name.to_owned();
        old.requesters = vec![Actor::User {
            id: UserId(id),
            name,
        }];
        let lists = Lists {
            from: Some(&from),
            to: &to,
        };
        let found = counterparts(&old, lists).requester;
        found.map(|found| (found.value.user().map(|id| id.0), found.reason))
    };
    assert_eq!(of(1, "Garcin Magali"), Some((Some(11), Reason::Address)));
    assert_eq!(of(2, "Roux Jean"), Some((Some(12), Reason::SameName)));
    assert_eq!(of(3, "Parti Paul"), Some((None, Reason::Stranger)));
    assert_eq!(of(4, "Personne Nulle"), None);
}

fn note(text: &str, private: bool) -> EntryKind {
    EntryKind::Followup {
        content: text_to_html(text),
        private,
    }
}

fn entry(id: u64, what: EntryKind) -> Entry {
    Entry {
        id,
        at: Instant(NOW.0 + i64::try_from(id).unwrap_or_default()),
        author: Some(Actor::User {
            id: ME,
            name: "Marcoux Patrick".to_owned(),
        }),
        what,
        change: None,
    }
}

fn when(at: Instant) -> String {
    format!("t{}", at.0)
}

fn with(entries: Vec<Entry>) -> Ticket {
    let mut old = ticket(OLD);
    old.timeline = Some(entries);
    old
}

#[test]
fn the_timeline_is_told_with_dates_and_authors_and_what_was_private_stays_so() {
    let document = EntryKind::Document(Document {
        id: 4,
        name: "photo.jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
    });
    let told = notes(
        &with(vec![
            entry(3, document),
            entry(1, note("Vu <b>ici</b>\nligne 2", false)),
            entry(2, note("Secret", true)),
        ]),
        "Ancien",
        when,
    );
    let privacy: Vec<bool> = told.iter().map(|note| note.private).collect();
    assert_eq!(privacy, [false, true, false]);
    assert_eq!(
        told[0].content,
        "Échanges du ticket #7754 de « Ancien »\n\nLe t1795431304, Marcoux Patrick (suivi) :\nVu <b>ici</b>\nligne 2"
    );
    assert!(told[2].content.ends_with("(document) :\nphoto.jpg"));
    let text = description(&with(Vec::new()), "Ancien", when);
    assert!(text.starts_with("Plus de tonalité\n\nRepris du ticket #7754 de « Ancien »"));
    assert!(text.contains("Lieu : Magasin Les ARCS"), "{text}");
}

#[test]
fn the_description_keeps_no_line_that_would_link_it_elsewhere() {
    let mut old = ticket(OLD);
    let line = carried_into_line(&TicketKey::new("autre", 3)).replace("dans", "de");
    old.content = text_to_html(&format!("Texte\n\n{line}"));
    assert_eq!(carried_from(&old.content), Some(TicketKey::new("autre", 3)));
    let text = description(&old, "Ancien", when);
    assert_eq!(carried_from(&text_to_html(&text)), None);
    let ChangeBody::Create(body) = carries(1).body else {
        unreachable!()
    };
    assert_eq!(
        carried_from(&text_to_html(&body.description())),
        Some(old_key())
    );
}

proptest! {
    /// Whatever was said is told once, in order, and nothing private becomes public.
    #[test]
    fn nothing_is_lost_or_told(entries in prop::collection::vec(("[a-z<&\n]{0,40}", any::<bool>(), 0_usize..30_000), 0..12)) {
        let all: Vec<Entry> = entries
            .iter()
            .enumerate()
            .map(|(at, (text, private, length))| {
                let id = at as u64 + 1;
                let text = format!("«{id}» {text}{} fin{id}.", "x".repeat(*length));
                entry(id, note(&text, *private))
            })
            .collect();
        let old = with(all.clone());
        let told = notes(&old, "Ancien", when);
        let whole: Vec<&str> = told.iter().map(|note| note.content.as_str()).collect();
        let whole = whole.join("\n");
        let mut from = 0;
        for one in &all {
            let EntryKind::Followup { content, private } = &one.what else { continue };
            let text = plain_text(content);
            let at = whole[from..].find(&text);
            prop_assert!(at.is_some(), "{text}");
            from += at.unwrap_or_default() + text.len();
            let its: Vec<_> = told.iter().filter(|note| note.content.contains(&text)).collect();
            prop_assert_eq!(its.len(), 1);
            prop_assert_eq!(its[0].private, *private);
        }
        prop_assert!(told.windows(2).all(|two| two[0].private != two[1].private || two[0].content.len() + two[1].content.len() > 20_000));
        prop_assert_eq!(old.actiontime, Seconds(0));
    }
}

fn made(by: u128, entry: Entry) -> Entry {
    Entry {
        change: Some(change_id(by)),
        ..entry
    }
}

fn solved(words: &str) -> EntryKind {
    EntryKind::Solution {
        content: words.to_owned(),
        refused: false,
        answer: None,
    }
}

#[test]
fn what_is_said_since_is_all_that_the_phone_did_not_know_but_its_own_steps() {
    let new = TicketKey::new("nouveau", 12);
    let mut old = ticket(OLD);
    old.timeline = Some(vec![
        entry(3, note("Connu.", false)),
        made(8, entry(0, note("En route.", false))),
        entry(7, solved("Ancienne.")),
    ]);
    let [link, solve, _] = CarryOver::all(&old, &new, "GLPI 10");
    assert_eq!(link.told, None);
    old.timeline = Some(vec![
        entry(3, note("Connu, puis corrigé.", false)),
        made(8, entry(4, note("En route.", false))),
        entry(5, note("Entre-temps.", false)),
        entry(6, note(&link.note(&new).content, true)),
        entry(7, solved("Ancienne.")),
        entry(7, solved("Nouvelle.")),
        entry(9, solved(&solve.solution(&new).content)),
    ]);
    let since = solve.since(&old, &new);
    let told: Vec<&str> = since
        .iter()
        .map(|entry| match &entry.what {
            EntryKind::Followup { content, .. } | EntryKind::Solution { content, .. } => {
                content.as_str()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ["Entre-temps.", "Nouvelle."]);
    assert_eq!(link.since(&old, &new), Vec::<&Entry>::new());
}
