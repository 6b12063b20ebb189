use super::super::filter::Statuses;
use super::super::samples::{change, phone, response, ticket};
use super::*;
use tournee_core::changes::{ChangeBody, CreateTicket, SetStatus, Take};
use tournee_core::domain::{Level, Named, Status, TicketType};
use tournee_core::ids::{TicketId, UserId};
use tournee_core::time::Instant;
use tournee_core::wire::Wish;

fn listing(phone: &Phone, filter: &Filter) -> Listing {
    super::listing(phone, filter, &ground(phone, filter))
}

fn all() -> Filter {
    Filter {
        statuses: Statuses::All,
        ..Filter::default()
    }
}

#[test]
fn a_change_shows_in_the_list_at_once_and_moves_its_row_where_the_filter_says() {
    let mut phone = phone((0..12).map(|id| ticket("ancien", id)));
    let key = TicketKey::new("ancien", 7);
    let solve = ChangeBody::Status(SetStatus {
        from: Status::Assigned,
        to: Status::Solved,
    });
    phone.edit(change(1, &key, solve)).unwrap();
    assert_eq!(listing(&phone, &Filter::default()).position(&key), None);
    let whole = listing(&phone, &all());
    let shown = &whole.rows[whole.position(&key).unwrap()];
    assert_eq!(shown.status, Status::Solved);
    assert_eq!(whole.held, 12);
}

#[test]
fn a_row_in_sight_follows_its_ticket_before_the_list_is_made_anew() {
    let mut phone = phone((0..12).map(|id| ticket("ancien", id)));
    let key = TicketKey::new("ancien", 7);
    let before = listing(&phone, &Filter::default());
    let at = before.position(&key).unwrap();
    let mut drawn = before.placed(at..at + 1);
    let placed = drawn.remove(0);
    assert_eq!(followed(&phone, placed.clone()), placed);
    let solve = ChangeBody::Status(SetStatus {
        from: Status::Assigned,
        to: Status::Solved,
    });
    let (id, _) = phone.edit(change(1, &key, solve)).unwrap();
    let now = followed(&phone, placed.clone());
    assert_eq!((now.row.status, now.index), (Status::Solved, at));
    assert_eq!(now.standing, Some(Standing::Phone));
    assert_eq!(now.standing, listing(&phone, &all()).standing(&key));
    // Taken back, it is what it was; that it was taken back is still to be seen.
    phone.wish(id, Wish::Withdraw);
    let back = followed(&phone, now);
    assert_eq!((&back.row, back.index), (&placed.row, at));
    assert_eq!(back.standing, Some(Standing::Withdrawn));
}

#[test]
fn taking_a_ticket_takes_it_out_of_those_that_nobody_has() {
    let mut phone = phone((0..6).map(|id| ticket("ancien", id)));
    let nobodys = Filter {
        scope: super::super::filter::Scope::Unassigned,
        ..all()
    };
    assert_eq!(listing(&phone, &nobodys).rows.len(), 6);
    let key = TicketKey::new("ancien", 0);
    let take = ChangeBody::Take(Take {
        user: UserId(7),
        name: "Marcoux Patrick".into(),
        before: Vec::new(),
    });
    phone.edit(change(1, &key, take)).unwrap();
    assert_eq!(listing(&phone, &nobodys).rows.len(), 5);
}

#[test]
fn a_ticket_made_here_stands_in_the_list_before_it_has_a_number() {
    let mut phone = phone((0..6).map(|id| ticket("ancien", id)));
    let create = CreateTicket {
        title: "Caisse 4 bloquée".into(),
        content: String::new(),
        kind: TicketType::Incident,
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::MEDIUM,
        entity: Named {
            id: 0,
            name: "Entité racine".into(),
        },
        category: None,
        location: None,
        requester: None,
        assignees: Vec::new(),
        groups: Vec::new(),
        due_at: None,
        origin: None,
        carried: None,
    };
    let nowhere = TicketKey::new("ancien", 0);
    let body = ChangeBody::Create(Box::new(create));
    let (id, _) = phone.edit(change(1, &nowhere, body)).unwrap();
    let made = TicketKey {
        id: TicketId::local(id),
        ..nowhere
    };
    for (sort, _) in super::super::filter::Sort::ALL {
        let list = listing(&phone, &Filter { sort, ..all() });
        assert_eq!((list.rows.len(), list.held), (7, 7));
        assert!(list.position(&made).is_some());
    }
    let others = Filter {
        source: Some("nouveau".into()),
        ..all()
    };
    assert_eq!(listing(&phone, &others).position(&made), None);
}

#[test]
fn a_list_out_of_its_ground_is_the_same_as_one_sorted_from_nothing() {
    let mut phone = phone((0..60).map(|id| ticket("ancien", id)));
    for (n, id) in (0..60_u64).step_by(3).enumerate() {
        let row = phone.shown_row(&TicketKey::new("ancien", id)).unwrap();
        let Some(to) = row.status.moves().first().copied() else {
            continue;
        };
        let from = row.status;
        let body = ChangeBody::Status(SetStatus { from, to });
        phone.edit(change(n as u128 + 1, &row.key, body)).unwrap();
    }
    for (sort, _) in super::super::filter::Sort::ALL {
        for (statuses, reversed) in [(Statuses::All, true), (Statuses::Open, false)] {
            let filter = Filter {
                statuses,
                sort,
                reversed,
                ..Filter::default()
            };
            let accounts = accounts(&phone);
            let mut matcher = Matcher::new(&filter, &accounts, phone.goals());
            let keys = phone.rows().iter().map(|row| &row.key);
            let mut expected: Vec<TicketRow> = keys.filter_map(|k| phone.shown_row(k)).collect();
            expected.retain(|row| matcher.wants(row));
            expected.sort_by(|a, b| order(&filter, phone.goals(), a, b));
            let shown = listing(&phone, &filter);
            let shown: Vec<TicketRow> = shown.rows.iter().map(|r| TicketRow::clone(r)).collect();
            assert_eq!(shown, expected, "{filter:?}");
        }
    }
}

#[test]
fn untouched_rows_are_shared_and_not_copied() {
    let phone = phone((0..50).map(|id| ticket("ancien", id)));
    let list = listing(&phone, &all());
    for row in list.rows.iter() {
        let base = phone.rows().get(&row.key).unwrap();
        assert!(Arc::ptr_eq(row, base));
    }
}

#[test]
fn what_came_since_the_last_look_is_counted_until_it_is_seen() {
    let mut phone = phone((0..5).map(|id| ticket("ancien", id)));
    assert_eq!(shown_news(&phone, &all()), 0, "the first read is no news");
    let mut moved = ticket("ancien", 3);
    moved.modified_at = Instant(3_999_999);
    phone.absorb(response([moved, ticket("ancien", 9)]), Instant(0));
    assert_eq!(shown_news(&phone, &all()), 2);
    let seen = listing(&phone, &all()).news;
    phone.look(seen.to_vec());
    assert_eq!(shown_news(&phone, &all()), 0);
}

/// How many news a choice counts: as many as the tap on the count shows, and the very same.
fn shown_news(phone: &Phone, filter: &Filter) -> usize {
    let news = true;
    let chosen = listing(
        phone,
        &Filter {
            news,
            ..filter.clone()
        },
    );
    let mut shown: Vec<TicketKey> = chosen.rows.iter().map(|row| row.key.clone()).collect();
    shown.sort();
    let counted = listing(phone, filter).news;
    assert_eq!((&*counted, &*chosen.news), (&shown, &shown), "{filter:?}");
    counted.len()
}

#[test]
fn the_count_of_news_is_of_what_a_tap_on_it_shows_and_seen_clears_no_more() {
    let mut phone = phone((0..12).map(|id| ticket("ancien", id)));
    let moved = |id: u64| {
        let mut moved = ticket("ancien", id);
        moved.modified_at = Instant(3_999_999);
        moved
    };
    // One of each status; 5 is closed and 4 is solved.
    phone.absorb(response((0..6).map(moved)), Instant(0));
    let open = Filter::default();
    assert_eq!(
        shown_news(&phone, &open),
        6,
        "a solution is news, whichever statuses are listed"
    );
    let here = Filter {
        location: Some("Magasin 4".into()),
        ..open.clone()
    };
    assert_eq!(shown_news(&phone, &here), 1);
    let solve = ChangeBody::Status(SetStatus {
        from: Status::Assigned,
        to: Status::Solved,
    });
    phone
        .edit(change(1, &TicketKey::new("ancien", 1), solve))
        .unwrap();
    assert_eq!(shown_news(&phone, &open), 6);

    phone.look(listing(&phone, &here).news.to_vec());
    assert_eq!(shown_news(&phone, &here), 0);
    assert_eq!(
        shown_news(&phone, &open),
        5,
        "what was not shown was not seen"
    );
}

#[test]
fn an_entity_is_worth_saying_where_there_are_several() {
    let mut one = ticket("ancien", 1);
    one.entity.name = "Siège".into();
    let one = phone([
        one,
        ticket("ancien", 2),
        ticket("nouveau", 3),
        ticket("nouveau", 4),
    ]);
    let several: Vec<SourceId> = divided(&one).into_iter().collect();
    assert_eq!(several, [SourceId::new("ancien")]);
}

#[test]
fn stores_are_offered_once_and_in_order() {
    let phone = phone((1..40).map(|id| ticket("ancien", id)));
    let names = locations(&phone);
    assert_eq!(names.len(), 12);
    assert!(names.is_sorted());
}
