//! Facts and seats: what is checked, what shows, what conflicts.

mod common;

use tournee_core::changes::{
    ChangeBody, ChangeKind as _, ConflictValue, Fact, Field, Invalid, Seat, SetFact, SetSeat,
    Shown as _, Verdict,
};
use tournee_core::domain::{Actor, Level, Named, Status, Ticket, TicketRow};
use tournee_core::ids::UserId;

fn ticket() -> Ticket {
    common::ticket(7)
}

fn named(id: u64, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

fn set(from: Fact, to: Fact) -> SetFact {
    SetFact {
        from,
        to,
        priority: None,
    }
}

fn somebody(id: u64, name: &str) -> Actor {
    Actor::User {
        id: UserId(id),
        name: name.to_owned(),
    }
}

#[test]
fn three_way_by_fact() {
    let mut now = ticket();
    now.title = "Caisse".to_owned();
    let change = set(Fact::Title("Caisse".into()), Fact::Title("Caisse 3".into()));
    assert_eq!(change.check(&now), Verdict::Apply);
    now.title = " Caisse 3".to_owned();
    assert_eq!(change.check(&now), Verdict::AlreadyThere);
    now.title = "Tiroir".to_owned();
    let Verdict::Conflict(conflict) = change.check(&now) else {
        panic!("no conflict");
    };
    assert_eq!(conflict.field, Field::Title);
    let theirs = Fact::Title("Tiroir".into());
    assert_eq!(conflict.theirs, ConflictValue::Fact(theirs));
    now.status = Status::Closed;
    assert!(matches!(change.check(&now), Verdict::Obstacle(_)));
}

#[test]
fn a_dropdown_is_known_by_its_number() {
    let mut now = ticket();
    now.location = Some(named(4, "#4"));
    let to = Fact::Location(Some(named(5, "Magasin St-Zac")));
    let change = set(Fact::Location(Some(named(4, "Magasin Les Arcs"))), to);
    assert_eq!(change.check(&now), Verdict::Apply);
    now.location = None;
    assert!(matches!(change.check(&now), Verdict::Conflict(_)));
}

#[test]
fn what_alters_nothing_or_mixes_facts_is_not_queued() {
    let same = set(Fact::Urgency(Level::MEDIUM), Fact::Urgency(Level::MEDIUM));
    assert_eq!(same.validate(), Err(Invalid::SameAsBefore));
    let mixed = set(Fact::Urgency(Level::MEDIUM), Fact::Due(None));
    assert_eq!(mixed.validate(), Err(Invalid::SameAsBefore));
    let empty = set(Fact::Title("x".into()), Fact::Title(" ".into()));
    assert_eq!(empty.validate(), Err(Invalid::NoTitle));
}

#[test]
fn a_fact_shows_on_the_ticket_and_on_its_row_with_its_priority() {
    let mut shown = ticket();
    let mut row = TicketRow::of(&shown, false);
    let high = Level::new(5).unwrap();
    let body = ChangeBody::Fact(Box::new(SetFact {
        from: Fact::Urgency(shown.urgency),
        to: Fact::Urgency(high),
        priority: Some(high),
    }));
    body.show(&mut shown);
    body.show(&mut row);
    assert_eq!((shown.urgency, shown.priority), (high, high));
    assert_eq!(row.priority, high);
    let store = ChangeBody::Fact(Box::new(set(
        Fact::Location(shown.location.clone()),
        Fact::Location(Some(named(9, "Magasin St-Zac"))),
    )));
    store.show(&mut shown);
    store.show(&mut row);
    assert_eq!(row, TicketRow::of(&shown, false));
}

#[test]
fn the_ticket_and_its_row_agree_on_who_comes_and_goes() {
    let mut shown = ticket();
    shown.assignees.clear();
    shown.groups.clear();
    shown.status = Status::New;
    let mut row = TicketRow::of(&shown, false);
    let steps = [
        (Seat::Assignee(somebody(3, "Marcoux Patrick")), true),
        (Seat::Group(named(2, "Support N2")), true),
        (Seat::Assignee(somebody(3, "Marcoux Patrick")), true),
        (Seat::Assignee(somebody(3, "Marcoux Patrick")), false),
        (Seat::Group(named(2, "Support N2")), false),
    ];
    let mut statuses = Vec::new();
    for (seat, taken) in steps {
        let change = SetSeat { seat, taken };
        change.show(&mut shown);
        change.show(&mut row);
        assert_eq!(row, TicketRow::of(&shown, false), "{change:?}");
        assert_eq!(change.check(&shown), Verdict::AlreadyThere);
        statuses.push(shown.status);
    }
    assert_eq!(statuses[..4], [Status::Assigned; 4]);
    assert_eq!(statuses[4], Status::New);
    assert!(shown.is_unassigned());
}

#[test]
fn an_address_asks_or_looks_on_and_works_on_nothing() {
    let email = |address: &str| Actor::Email {
        address: address.to_owned(),
    };
    let valid = |seat: Seat| SetSeat { seat, taken: true }.validate();
    assert_eq!(valid(Seat::Requester(email("gerant@arcs.example"))), Ok(()));
    let none = valid(Seat::Observer(email("gérant")));
    assert_eq!(none, Err(Invalid::NoAddress));
    let worker = valid(Seat::Assignee(email("gerant@arcs.example")));
    assert_eq!(worker, Err(Invalid::NobodyThere));
}

#[test]
fn a_description_is_corrected_three_way_and_keeps_the_mails_that_it_names() {
    let link = "réf. courriel : a.1@mail.example";
    let mut now = ticket();
    now.content = format!("<p>Caisse 3<br>bloquée</p><p>{link}</p>");
    let from = Fact::Description(String::new()).on(&now);
    assert_eq!(from, Fact::Description("Caisse 3\nbloquée".into()));
    let to = Fact::Description("Caisse 3 : tiroir <A4>".into());
    let change = set(from, to.clone());
    assert_eq!(change.validate(), Ok(()));
    assert_eq!(change.check(&now), Verdict::Apply);
    let mut shown = now.clone();
    change.show(&mut shown);
    assert_eq!(
        shown.content,
        format!("Caisse 3 : tiroir &lt;A4&gt;<br><br>{link}")
    );
    assert_eq!(change.check(&shown), Verdict::AlreadyThere);
    now.content = "Imprimante".to_owned();
    let Verdict::Conflict(conflict) = change.check(&now) else {
        panic!("no conflict");
    };
    assert_eq!(conflict.field, Field::Description);
    assert_eq!(conflict.mine, ConflictValue::Fact(to));
    now.status = Status::Closed;
    assert!(matches!(change.check(&now), Verdict::Obstacle(_)));
}

#[test]
fn an_empty_description_and_other_spaces_alone_are_no_correction() {
    let text = |words: &str| Fact::Description(words.to_owned());
    assert_eq!(
        set(text("Caisse"), text(" \n")).validate(),
        Err(Invalid::Empty)
    );
    assert_eq!(
        set(text("Caisse 3"), text("Caisse\n3 ")).validate(),
        Err(Invalid::SameAsBefore)
    );
}
