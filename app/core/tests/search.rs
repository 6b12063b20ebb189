//! Finding again what the phone holds: by number, words, people, places, also in what was typed and not sent yet.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use proptest::prelude::*;
use tournee_core::changes::{ChangeBody, Fact, SetFact};
use tournee_core::domain::{Actor, Entry, EntryKind, Named, Status, Ticket};
use tournee_core::fold::fold;
use tournee_core::ids::{TicketKey, UserId};
use tournee_core::phone::{NewChange, Phone, Table};
use tournee_core::search::{Index, Of, Query};
use tournee_core::time::Seconds;
use tournee_core::wire::FeedItem;

/// A phone that holds these, and the index of what it stored.
fn holding(items: Vec<FeedItem>) -> (Disk, Phone) {
    let mut disk = Disk::default();
    let mut phone = disk.load();
    let (batch, _) = phone.absorb(response("1", items), NOW);
    disk.commit(&batch);
    (disk, phone)
}

fn index(disk: &Disk, phone: &Phone) -> Index {
    let mut index = Index::default();
    for (_, segment) in disk.table(Table::Texts) {
        index.add(&segment);
    }
    index.settle(phone);
    index
}

fn found(index: &Index, typed: &str) -> Vec<u64> {
    let found = index.find(&Query::of(typed), NOW);
    found.tickets.iter().map(|hit| hit.row.key.id.0).collect()
}

fn mails(index: &Index, typed: &str) -> Vec<String> {
    let found = index.find(&Query::of(typed), NOW);
    found
        .threads
        .iter()
        .map(|hit| hit.row.key.id.clone())
        .collect()
}

fn entry(what: EntryKind) -> Entry {
    Entry {
        id: 1,
        at: NOW,
        author: Some(Actor::User {
            id: UserId(9),
            name: "Esmieu Noémie".to_owned(),
        }),
        what,
        change: None,
    }
}

/// Three tickets and a thread that differ in all that one looks for.
fn shelf() -> Vec<FeedItem> {
    let titled = |id: u64, title: &str| Ticket {
        title: title.to_owned(),
        ..ticket(id)
    };
    let printer = Ticket {
        category: Some(Named {
            id: 3,
            name: "Matériel > Imprimante".to_owned(),
        }),
        timeline: Some(vec![
            entry(EntryKind::Followup {
                content: "<p>Toner remplacé, <b>bourrage</b> au bac&nbsp;2</p>".to_owned(),
                private: false,
            }),
            entry(EntryKind::Solution {
                content: "Rouleau d&#39;entraînement changé".to_owned(),
                refused: false,
                answer: None,
            }),
        ]),
        status: Status::Pending,
        ..titled(7754, "L’imprimante de la réception")
    };
    let till = titled(77, "Caisse 23 bloquée");
    let elsewhere = Ticket {
        location: Some(Named {
            id: 6,
            name: "Magasin LE LUC".to_owned(),
        }),
        content: "Voir aussi le ticket 7754 : même bourrage".to_owned(),
        status: Status::Closed,
        ..titled(12, "Téléphone")
    };
    let mut items: Vec<FeedItem> = [printer, till, elsewhere].iter().map(ticket_item).collect();
    let mail = mail("m1", "La caisse 23 fume, l'écran grésille");
    items.push(thread_item(&thread("19a", vec![mail])));
    items
}

#[test]
fn a_number_finds_its_ticket_first_and_who_speaks_of_it_behind() {
    let (disk, phone) = holding(shelf());
    let index = index(&disk, &phone);
    assert_eq!(found(&index, "7754"), [7754, 12]);
    assert_eq!(found(&index, "#7754"), [7754]);
    assert_eq!(found(&index, "#77"), [77, 7754]);
    assert_eq!(found(&index, "#7754 ancien"), [7754]);
    assert_eq!(found(&index, "#7754 nouveau"), [0_u64; 0]);
    assert_eq!(found(&index, "#99"), [0_u64; 0]);
}

#[test]
fn words_are_found_with_or_without_accents_in_part_and_wherever_they_stand() {
    let (disk, phone) = holding(shelf());
    let index = index(&disk, &phone);
    for typed in ["réception", "RECEPTION", "cept", "imprim récep"] {
        assert_eq!(found(&index, typed), [7754], "{typed}");
    }
    // In a followup, a solution, an author's name, a requester's address.
    assert_eq!(found(&index, "toner"), [7754]);
    assert_eq!(found(&index, "entrainement"), [7754]);
    assert_eq!(found(&index, "noemie"), [7754]);
    assert_eq!(found(&index, "bourrage"), [7754, 12]);
    assert_eq!(found(&index, "caisse@magasin.example").len(), 3);
    assert_eq!(found(&index, "bourrage caisse 23"), [0_u64; 0]);
    // What stands in the title comes first, and the row shows why.
    let hits = index.find(&Query::of("caisse 23"), NOW).tickets;
    assert_eq!(hits[0].row.key.id.0, 77);
    assert!(!hits[0].deep);
    assert!(index.find(&Query::of("toner"), NOW).tickets[0].deep);
}

#[test]
fn statuses_and_facts_narrow_and_are_enough_by_themselves() {
    let (disk, phone) = holding(shelf());
    let index = index(&disk, &phone);
    assert_eq!(found(&index, "statut:attente"), [7754]);
    assert_eq!(found(&index, "status:closed"), [12]);
    assert_eq!(found(&index, "statut:ouvert").len(), 2);
    assert_eq!(found(&index, "lieu:luc"), [12]);
    assert_eq!(found(&index, "bourrage lieu:arcs"), [7754]);
    assert_eq!(found(&index, "catégorie:imprimante"), [7754]);
    assert_eq!(found(&index, "statut:bleu"), [0_u64; 0]);
    assert_eq!(found(&index, ""), [0_u64; 0]);
    assert_eq!(mails(&index, "statut:attente"), Vec::<String>::new());
}

#[test]
fn mails_are_found_by_subject_sender_and_text() {
    let (disk, phone) = holding(shelf());
    let index = index(&disk, &phone);
    for typed in [
        "fume",
        "gresille",
        "garcin",
        "mgarcin@glpi.example",
        "caisse 23",
        "de:magali",
    ] {
        assert_eq!(mails(&index, typed), ["19a"], "{typed}");
    }
    let both = index.find(&Query::of("caisse 23"), NOW);
    assert!(!both.tickets.is_empty() && !both.threads.is_empty());
    assert!(index.find(&Query::of("fume"), NOW).mails_first());
}

#[test]
fn what_was_typed_offline_is_found_at_once() {
    let (disk, mut phone) = holding(shelf());
    let said = new_change(1, 77, followup("Alimentation <HS> & fusible grillé"));
    phone.edit(said).expect("a followup");
    let moved = new_change(2, 77, status(Status::New, Status::Assigned));
    phone.edit(moved).expect("a move");
    let local = NewChange {
        target: TicketKey::new("ancien", 0).into(),
        ..new_change(3, 0, create("Badgeuse muette"))
    };
    phone.edit(local).expect("a ticket");
    let index = index(&disk, &phone);
    assert_eq!(found(&index, "fusible hs"), [77]);
    assert_eq!(found(&index, "fusible caisse"), [77]);
    assert_eq!(found(&index, "caisse statut:attribué"), [77]);
    let born = index.find(&Query::of("badgeuse"), NOW);
    assert!(born.tickets[0].row.key.id.is_local());
    // A local number is no number to look for.
    assert_eq!(found(&index, "vu au magasin badgeuse").len(), 1);
}

#[test]
fn a_word_that_he_took_out_of_the_title_is_still_found_in_the_text() {
    let drawer = Ticket {
        title: "Tiroir coincé".to_owned(),
        content: "<p>Le tiroir ne s’ouvre plus.</p>".to_owned(),
        ..ticket(5)
    };
    let (disk, mut phone) = holding(vec![ticket_item(&drawer)]);
    let renamed = ChangeBody::Fact(Box::new(SetFact {
        from: Fact::Title("Tiroir coincé".to_owned()),
        to: Fact::Title("Caisse 4".to_owned()),
        priority: None,
    }));
    phone.edit(new_change(1, 5, renamed)).expect("a title");
    let index = index(&disk, &phone);
    assert_eq!(found(&index, "tiroir"), [5]);
    assert_eq!(found(&index, "caisse"), [5]);
    assert_eq!(found(&index, "coince"), [0_u64; 0]);
}

#[test]
fn what_left_is_not_found_and_what_moved_is_found_by_its_new_words_alone() {
    let (mut disk, mut phone) = holding(shelf());
    let renamed = Ticket {
        title: "Onduleur".to_owned(),
        ..ticket(77)
    };
    let gone = FeedItem::Gone {
        key: TicketKey::new("ancien", 12),
    };
    let (batch, _) = phone.absorb(response("2", vec![ticket_item(&renamed), gone]), NOW);
    disk.commit(&batch);
    let index = index(&disk, &phone);
    assert_eq!(found(&index, "onduleur"), [77]);
    assert_eq!(found(&index, "bloquee"), [0_u64; 0]);
    assert_eq!(found(&index, "bourrage"), [7754]);
}

#[test]
fn an_index_of_another_form_is_lacking_and_made_anew_from_what_is_held() {
    let (mut disk, mut phone) = holding(shelf());
    for (key, _) in disk.table(Table::Texts) {
        disk.put(Table::Texts, &key, vec![0, 1, 2]);
    }
    let old = index(&disk, &phone);
    assert_eq!(old.lacking().len(), 4);
    // Until it is made, the rows are looked through.
    assert_eq!(found(&old, "imprimante"), [7754]);
    assert_eq!(found(&old, "toner"), [0_u64; 0]);
    let keys = old.lacking().tickets.clone();
    let tickets: Vec<Ticket> = keys.iter().filter_map(|key| disk.ticket(key)).collect();
    let batch = phone.index(&tickets, &[]);
    disk.commit(&batch);
    let new = index(&disk, &disk.load());
    assert_eq!(found(&new, "toner"), [7754]);
    assert_eq!(new.lacking().threads.len(), 1);
}

#[test]
fn many_segments_are_packed_into_few_that_find_the_same() {
    let (mut disk, mut phone) = holding(shelf());
    for n in 0..60 {
        let moved = Ticket {
            title: format!("Caisse 23, essai {n}"),
            ..ticket(77)
        };
        let (batch, _) = phone.absorb(response(&n.to_string(), vec![ticket_item(&moved)]), NOW);
        disk.commit(&batch);
    }
    let many = index(&disk, &phone);
    assert!(many.is_worth_packing());
    let next = phone.meta().texts.next;
    let packed = vec![many.packed(0).expect("a segment")];
    assert_eq!(many.packed(1), None);
    assert!(phone.clone().repack(packed.clone(), next - 1).is_empty());
    let batch = phone.repack(packed, next);
    disk.commit(&batch);
    assert_eq!(disk.table(Table::Texts).len(), 1);
    let few = index(&disk, &disk.load());
    assert!(!few.is_worth_packing() && few.lacking().is_empty());
    for typed in ["essai 59", "toner", "7754", "fume", "a", "c"] {
        let (many, few) = (
            many.find(&Query::of(typed), NOW),
            few.find(&Query::of(typed), NOW),
        );
        assert_eq!(many, few, "{typed}");
    }
    let batch = phone.clear();
    disk.commit(&batch);
    assert!(disk.table(Table::Texts).is_empty());
}

/// A word of few letters, so that parts of it are found in others.
fn word() -> impl Strategy<Value = String> {
    "[aeénrst]{1,5}"
}

proptest! {
    #[test]
    fn the_index_finds_what_a_reader_would(
        titles in prop::collection::vec(prop::collection::vec(word(), 1..4), 1..12),
        bodies in prop::collection::vec(prop::collection::vec(word(), 0..12), 12),
        typed in prop::collection::vec(word(), 1..3),
    ) {
        let tickets: Vec<Ticket> = titles.iter().zip(&bodies).enumerate().map(|(n, (title, body))| Ticket {
            title: title.join(" "),
            content: body.join("<br>"),
            location: None,
            requesters: Vec::new(),
            entity: Named { id: 0, name: String::new() },
            ..ticket(1_000_000 + n as u64)
        }).collect();
        let (disk, phone) = holding(tickets.iter().map(ticket_item).collect());
        let mut seen = found(&index(&disk, &phone), &typed.join(" "));
        seen.sort_unstable();
        let typed: Vec<String> = typed.iter().map(|word| fold(word)).collect();
        let reads = |ticket: &&Ticket| {
            let text = fold(&format!("{} {}", ticket.title, ticket.content.replace("<br>", " ")));
            typed.iter().all(|typed| match typed.len() {
                1 => text.split(' ').any(|word| word.starts_with(typed.as_str())),
                _ => text.contains(typed.as_str()),
            })
        };
        let expected: Vec<u64> = tickets.iter().filter(reads).map(|t| t.key.id.0).collect();
        prop_assert_eq!(seen, expected);
    }
}

#[test]
fn a_ticket_is_found_by_its_mails_words_and_a_mail_by_its_tickets() {
    let mut items = shelf();
    let mut linked = thread("19b", vec![mail("m2", "Le pied zygomatique est tordu")]);
    linked.ticket = Some(ticket(7754).key);
    items.push(thread_item(&linked));
    let (disk, phone) = holding(items);
    let index = index(&disk, &phone);
    assert_eq!(found(&index, "zygomatique"), [7754]);
    let hit = index.find(&Query::of("zygomatique"), NOW);
    let hit = hit.tickets.first().expect("the ticket");
    assert_eq!(hit.across, Some(Of::Thread(linked.key.clone())));
    assert!(hit.deep);
    // Words of both together, of neither alone; what one has itself needs no other.
    assert_eq!(found(&index, "zygomatique bourrage"), [7754]);
    assert_eq!(mails(&index, "zygomatique bourrage"), ["19b"]);
    assert_eq!(mails(&index, "toner"), ["19b"]);
    let own = index.find(&Query::of("toner"), NOW);
    assert_eq!(own.tickets[0].across, None);
    assert_eq!(own.threads[0].across, Some(Of::Ticket(ticket(7754).key)));
    assert_eq!(found(&index, "statut:attente zygomatique"), [7754]);
    assert_eq!(found(&index, "statut:clos zygomatique"), [0_u64; 0]);
    // Another thread of nobody's brings nothing to anybody.
    assert_eq!(mails(&index, "gresille toner"), [""; 0]);
}

#[test]
fn a_day_finds_the_tickets_and_the_mails_of_that_day_by_the_reader_s_calendar() {
    let (disk, phone) = holding(shelf());
    let index = index(&disk, &phone);
    let find = |typed: &str, ahead: i64| {
        let query = Query::of(typed).ahead_by(Seconds(ahead));
        let found = index.find(&query, NOW);
        (found.tickets.len(), found.threads.len())
    };
    // NOW is 2026-11-23 10:55:03 in UTC; tickets are two days old and were altered a day ago, the mail came now.
    assert_eq!(find("date:23/11/2026", 0), (0, 1));
    assert_eq!(find("date:aujourd'hui", 0), (0, 1));
    assert_eq!(find("date:hier", 0), (3, 0));
    assert_eq!(find("date:2026-11-21", 0), (3, 0));
    assert_eq!(find("date:11/2026 caisse 23", 0), (1, 1));
    assert_eq!(find("date:24/11/2026", 14 * 3_600), (0, 1));
    assert_eq!(find("date:23/11/2026", 14 * 3_600), (3, 0));
    assert_eq!(find("date:23/11/2025", 0), (0, 0));
    assert_eq!(find("date:23/11 fume", 0), (0, 1));
}
