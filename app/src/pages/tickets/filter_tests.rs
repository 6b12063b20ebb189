use super::super::samples::{account, row, ticket};
use super::*;
use std::sync::Arc;
use tournee_core::domain::{Actor, Goals, Named, TicketRow};
use tournee_core::ids::UserId;

fn left(filter: &Filter, rows: &[Arc<TicketRow>]) -> Vec<u64> {
    let mine = account("ancien");
    let accounts = [&mine];
    let goals = Goals::default();
    let mut matcher = Matcher::new(filter, &accounts, &goals);
    let mut rows: Vec<_> = rows.iter().filter(|row| matcher.wants(row)).collect();
    rows.sort_by(|a, b| order(filter, &goals, a, b));
    rows.iter().map(|row| row.key.id.0).collect()
}

fn everything() -> Filter {
    Filter {
        statuses: Statuses::All,
        sort: Sort::Id,
        ..Filter::default()
    }
}

#[test]
fn words_are_found_in_any_order_without_accents_and_by_number() {
    let rows: Vec<_> = (1..=30).map(|id| row("ancien", id)).collect();
    let with = |words: &str| {
        let words = words.to_owned();
        left(
            &Filter {
                words,
                ..everything()
            },
            &rows,
        )
    };
    assert_eq!(with("CAISSE telephone").len(), 30);
    assert_eq!(with("#17"), [17]);
    assert_eq!(with("imprimante"), [0_u64; 0]);
    assert_eq!(with("   ").len(), 30);
}

#[test]
fn scopes_tell_mine_from_my_groups_and_from_nobodys() {
    let mut mine = ticket("ancien", 1);
    mine.assignees.push(Actor::User {
        id: UserId(7),
        name: "Marcoux Patrick".into(),
    });
    let mut groups = ticket("ancien", 2);
    groups.groups.push(Named {
        id: 3,
        name: "Informatique".into(),
    });
    let nobodys = ticket("ancien", 3);
    let mut elsewhere = mine.clone();
    elsewhere.key = tournee_core::ids::TicketKey::new("nouveau", 4);
    let rows: Vec<_> = [mine, groups, nobodys, elsewhere]
        .iter()
        .map(|ticket| Arc::new(TicketRow::of(ticket, false)))
        .collect();
    let of = |scope| {
        left(
            &Filter {
                scope,
                ..everything()
            },
            &rows,
        )
    };
    assert_eq!(
        of(Scope::Mine),
        [1],
        "user 7 of another GLPI is someone else"
    );
    assert_eq!(of(Scope::Groups), [2]);
    assert_eq!(of(Scope::Unassigned), [3]);
    assert_eq!(of(Scope::All), [4, 3, 2, 1]);
}

#[test]
fn by_default_solved_and_closed_tickets_are_left_out() {
    let rows: Vec<_> = (0..12).map(|id| row("ancien", id)).collect();
    assert_eq!(left(&Filter::default(), &rows).len(), 8);
    let solved = Filter {
        statuses: Statuses::One(Status::Solved),
        ..everything()
    };
    assert_eq!(left(&solved, &rows), [10, 4]);
}

#[test]
fn what_has_no_due_date_comes_last_in_both_directions() {
    let rows: Vec<_> = (1..=8).map(|id| row("ancien", id)).collect();
    let mut filter = everything();
    filter.sort_by(Sort::Due);
    // The clock of a pending one stands, and what is solved or closed is due no more.
    assert_eq!(&left(&filter, &rows)[..5], [7, 6, 2, 1, 3]);
    filter.sort_by(Sort::Due);
    assert_eq!(&left(&filter, &rows)[..5], [3, 1, 2, 6, 7]);
    let mut last = left(&filter, &rows).split_off(5);
    last.sort_unstable();
    assert_eq!(last, [4, 5, 8]);
}

#[test]
fn every_order_is_total_and_its_reverse_keeps_the_same_rows() {
    let rows: Vec<_> = (1..=40).map(|id| row("ancien", id)).collect();
    let shuffled: Vec<_> = rows.iter().rev().cloned().collect();
    for (sort, name) in Sort::ALL {
        let mut filter = everything();
        filter.sort = sort;
        assert_eq!(left(&filter, &rows), left(&filter, &shuffled), "{name}");
        assert_eq!(Sort::named(name), Some(sort));
        assert_eq!(sort.name(), name);
        filter.reversed = true;
        assert_eq!(left(&filter, &rows).len(), 40, "{name}");
    }
}

#[test]
fn a_second_tap_on_a_column_turns_it_round_and_another_column_starts_afresh() {
    let mut filter = Filter::default();
    assert!(filter.descending(), "the last change first");
    filter.sort_by(Sort::Location);
    assert!(!filter.descending());
    filter.sort_by(Sort::Location);
    assert!(filter.descending());
    filter.sort_by(Sort::Priority);
    assert!(filter.descending(), "the most urgent first");
}

#[test]
fn the_choice_survives_storage_and_the_words_do_not() {
    let filter = Filter {
        scope: Scope::Groups,
        statuses: Statuses::One(Status::Pending),
        location: Some(String::new()),
        source: Some("ancien".into()),
        news: true,
        sort: Sort::Due,
        reversed: true,
        priority: Some(5),
        slice: None,
        words: "caisse".into(),
    };
    let back = Filter::of(&filter.stored());
    assert_eq!(back.words, "");
    let words = filter.words.clone();
    assert_eq!(Filter { words, ..back }, filter);
    assert_eq!(Filter::of(""), Filter::default());
    assert_eq!(Filter::of("{\"older\":1}"), Filter::default());
}

#[test]
fn every_status_choice_reads_back_what_the_form_holds() {
    for statuses in [
        Statuses::Open,
        Statuses::All,
        Statuses::One(Status::Pending),
    ] {
        assert_eq!(Statuses::named(statuses.name()), statuses);
    }
    assert_eq!(Statuses::named("?"), Statuses::Open);
}
