//! Facts corrected and people put on tickets, in both GLPIs.

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_core::changes::{
    AddSolution, ChangeBody, ConflictValue, Fact, Field, Seat, SetFact, SetSeat,
};
use tournee_core::domain::{Actor, Level, Named, Reference, Status};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::time::Seconds;
use tournee_core::wire::{Notice, ProblemKind, Wish};
use tournee_sandbox::accounts::technician;
use tournee_sandbox::{Effect, Matcher};

use crate::creation::{anywhere, create};
use crate::support::handset::status;
use crate::support::{Handset, House, SOURCES};

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

/// Sets a fact as the screen does: from what is shown.
fn set(phone: &Handset, key: &TicketKey, to: Fact) -> Result<ChangeBody> {
    let from = to.on(phone.base(key)?);
    let priority = None;
    Ok(ChangeBody::Fact(Box::new(SetFact { from, to, priority })))
}

fn seat(seat: Seat, taken: bool) -> ChangeBody {
    ChangeBody::Seat(SetSeat { seat, taken })
}

fn reference(phone: &Handset, source: &str) -> Result<Reference> {
    phone.references.get(source).cloned().context("no lists")
}

fn is_delivered(phone: &Handset, id: ChangeId) -> Result<()> {
    let state = phone.state(id)?;
    anyhow::ensure!(matches!(state, State::Delivered { .. }), "{state:?}");
    Ok(())
}

#[tokio::test]
async fn every_fact_is_corrected_and_both_glpis_compute_the_priority_anew() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let lists = reference(&phone, source)?;
        let before = phone.base(&own)?.clone();
        let other = |list: &[Named], now: &Option<Named>| {
            let apart = |one: &&Named| Some(one.id) != now.as_ref().map(|n| n.id);
            list.iter().find(apart).cloned()
        };
        let urgency = match before.urgency == Level::MEDIUM {
            true => Level::new(4).context("no level")?,
            false => Level::MEDIUM,
        };
        let facts = [
            Fact::Title("Caisse n° 3 : <tiroir> & \"ticket\"".to_owned()),
            Fact::Category(other(&lists.categories, &before.category)),
            Fact::Location(other(&lists.locations, &before.location)),
            Fact::Urgency(urgency),
            Fact::Due(Some(before.opened_at + Seconds(40 * 86_400))),
        ];
        let mut made = Vec::new();
        for fact in &facts {
            let body = set(&phone, &own, fact.clone())?;
            made.push(phone.edit(&own, body)?);
        }
        phone.settle().await?;
        for id in made {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        let after = phone.base(&own)?;
        for fact in &facts {
            assert!(fact.on(after).is_same(fact), "{source}: {fact:?}");
        }
        let matrix = lists.priority_matrix.context("no matrix")?;
        assert_eq!(
            Some(after.priority),
            matrix.priority(urgency, before.impact)
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_fact_that_somebody_else_corrected_waits_with_both_values() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let body = set(&phone, &own, Fact::Title("Le mien".to_owned()))?;
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).unwrap();
        world.edit_ticket(number(&own), colleague, &[("name", json!("Le sien"))]);
        drop(world);
        let id = phone.edit(&own, body)?;
        phone.settle().await?;
        let State::NeedsYou { problem } = phone.state(id)? else {
            panic!("{source}: {:?}", phone.state(id)?);
        };
        assert_eq!(problem.kind, ProblemKind::Conflict);
        let conflict = problem.conflict.unwrap();
        assert_eq!(conflict.field, Field::Title);
        let theirs = Fact::Title("Le sien".to_owned());
        assert_eq!(conflict.theirs, ConflictValue::Fact(theirs));
        phone.wish(id, Wish::Insist);
        phone.settle().await?;
        is_delivered(&phone, id)?;
        let ticket = house.glpi(source).world().ticket(number(&own)).unwrap();
        assert_eq!(ticket.name, "Le mien");
    }
    Ok(())
}

#[tokio::test]
async fn people_and_groups_come_and_go_and_a_repeat_does_nothing() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let lists = reference(&phone, source)?;
        let before = phone.base(&own)?.clone();
        let me = phone.account(source)?.user;
        let person = lists.people.iter().map(|person| person.actor());
        let person = person.clone().find(|actor| {
            let new = Seat::Requester(actor.clone());
            !new.is_taken(&before)
        });
        let colleague = lists.technicians.iter().find(|one| one.id != me.0);
        let colleague = colleague.context("no colleague")?;
        let colleague = Actor::User {
            id: tournee_core::ids::UserId(colleague.id),
            name: colleague.name.clone(),
        };
        let mine = Actor::User {
            id: me,
            name: String::new(),
        };
        let address = Actor::Email {
            address: "gerant@magasin-les-arcs.example".to_owned(),
        };
        let mut wanted = vec![
            (Seat::Requester(person.context("nobody new")?), true),
            (Seat::Observer(address.clone()), true),
            (Seat::Assignee(colleague), true),
            (Seat::Assignee(mine), false),
        ];
        // Another group's ticket would leave his phone.
        let own_groups = phone.account(source)?.groups;
        let is_his = |group: &&Named| own_groups.iter().any(|own| own.id == group.id);
        let group = lists.groups.iter().find(is_his).context("his group")?;
        wanted.push((Seat::Group(group.clone()), true));
        // Done, answered into the void, and found done.
        let lost = Matcher::on("DELETE", "Ticket_User").times(1);
        house.glpi(source).faults().add(lost, Effect::DoThenLose);
        let mut made = Vec::new();
        for (seat_of, taken) in &wanted {
            made.push(phone.edit(&own, seat(seat_of.clone(), *taken))?);
        }
        phone.settle().await?;
        for id in made {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        let after = phone.base(&own)?.clone();
        for (seat, taken) in &wanted {
            assert_eq!(seat.is_taken(&after), *taken, "{source}: {seat:?}");
        }
        let view = house.glpi(source).world().ticket(number(&own)).unwrap();
        let theirs = view
            .actors
            .iter()
            .filter(|a| a.email.starts_with("gerant@"));
        assert_eq!(theirs.count(), 1, "{source}");
        let gone = phone.edit(&own, seat(Seat::Observer(address), false))?;
        phone.settle().await?;
        is_delivered(&phone, gone)?;
        assert_eq!(phone.base(&own)?.observers, before.observers, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn the_last_one_who_leaves_makes_it_new_again() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let free = phone.free_ticket(source)?;
        let me = phone.account(source)?;
        let took = phone.edit(&free, phone.take(&free)?)?;
        phone.settle().await?;
        is_delivered(&phone, took)?;
        assert_eq!(phone.base(&free)?.status, Status::Assigned);
        let mine = Actor::User {
            id: me.user,
            name: me.name,
        };
        let left = phone.edit(&free, seat(Seat::Assignee(mine), false))?;
        let shown = phone.phone.shown_row(&free).context("no row")?;
        assert_eq!(shown.status, Status::New);
        phone.settle().await?;
        is_delivered(&phone, left)?;
        assert_eq!(phone.base(&free)?.status, Status::New, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_title_with_an_emoji_arrives_once_and_a_closed_ticket_is_not_corrected() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    let lost = Matcher::on("PUT", "Ticket").times(1);
    let rule = house.old.faults().add(lost, Effect::DoThenLose);
    let body = set(&phone, &own, Fact::Title("Caisse 🔥".to_owned()))?;
    let id = phone.edit(&own, body)?;
    phone.settle().await?;
    is_delivered(&phone, id)?;
    assert_eq!(house.old.faults().hits(rule), 1);
    assert_eq!(phone.base(&own)?.title, "Caisse :fire:");
    let again = set(&phone, &own, Fact::Title("Caisse 🔥🔥".to_owned()))?;
    let again = phone.edit(&own, again)?;
    phone.settle().await?;
    let State::Delivered { notices, .. } = phone.state(again)? else {
        panic!("{:?}", phone.state(again)?);
    };
    assert_eq!(notices, [Notice::EmojiSpelled]);
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let body = set(&phone, &own, Fact::Title("Trop tard".to_owned()))?;
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).unwrap();
        world.edit_ticket(number(&own), colleague, &[("status", json!(6))]);
        drop(world);
        let id = phone.edit(&own, body)?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        for id in [id, moved] {
            assert!(matches!(phone.state(id)?, State::NeedsYou { .. }));
        }
        let State::NeedsYou { problem } = phone.state(id)? else {
            panic!();
        };
        assert_eq!(problem.kind, ProblemKind::TicketClosed, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_correction_behind_a_solution_that_closes_at_once_waits_until_the_ticket_is_open()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    let solution = ChangeBody::Solution(AddSolution {
        content: "Câble remplacé.".to_owned(),
        solution_type: None,
    });
    let solved = phone.edit(&own, solution)?;
    let body = set(&phone, &own, Fact::Title("Câble arraché".to_owned()))?;
    let corrected = phone.edit(&own, body)?;
    phone.settle().await?;
    is_delivered(&phone, solved)?;
    let waits = |phone: &Handset| -> Result<bool> {
        let state = phone.state(corrected)?;
        Ok(
            matches!(state, State::NeedsYou { problem } if problem.kind == ProblemKind::TicketClosed),
        )
    };
    assert!(waits(&phone)?);
    // Nothing that he could insist on: GLPI corrects no closed ticket.
    phone.wish(corrected, Wish::Insist);
    phone.settle().await?;
    assert!(waits(&phone)?);
    phone.edit(&own, status(Status::Closed, Status::Assigned))?;
    phone.settle().await?;
    phone.wish(corrected, Wish::Retry);
    phone.settle().await?;
    is_delivered(&phone, corrected)?;
    let ticket = house.glpi("ancien").world().ticket(number(&own));
    assert_eq!(ticket.context("it")?.name, "Câble arraché");
    Ok(())
}

#[tokio::test]
async fn a_description_is_corrected_in_both_glpis_and_its_mark_stays() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let typed = "Caisse <A4> bloquée & muette\nC:\\new\n\nVoir M. L'Hôte";
    for source in SOURCES {
        let body = create(&phone, source, "Caisse muette", "Tiroir <A4> forcé\nlundi")?;
        let creation = phone.edit(&anywhere(source), body)?;
        phone.settle().await?;
        let queued = phone.phone.outbox().get(creation).context("the creation")?;
        let key = queued.change.ticket().context("on a ticket")?.clone();
        let body = set(&phone, &key, Fact::Description(typed.to_owned()))?;
        let id = phone.edit(&key, body)?;
        phone.settle().await?;
        is_delivered(&phone, id).with_context(|| source.to_owned())?;
        let after = Fact::Description(String::new()).on(phone.base(&key)?);
        assert_eq!(after, Fact::Description(typed.to_owned()), "{source}");
        // A server that has forgotten it all finds the ticket by its creation's mark all the same.
        let content = {
            let world = house.glpi(source).world();
            world.ticket(number(&key)).context("a ticket")?.content
        };
        assert!(
            content.contains("T-") || content.contains("tournee:"),
            "{content}"
        );

        // Somebody else wrote it anew: both texts wait for him.
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            world.edit_ticket(
                number(&key),
                colleague,
                &[("content", "Autre chose".into())],
            );
        }
        let body = set(&phone, &key, Fact::Description("Tiroir".to_owned()))?;
        let id = phone.edit(&key, body)?;
        phone.settle().await?;
        let State::NeedsYou { problem } = phone.state(id)? else {
            panic!("{source}: {:?}", phone.state(id)?);
        };
        assert_eq!(problem.kind, ProblemKind::Conflict);
        let conflict = problem.conflict.context("both values")?;
        assert_eq!(conflict.field, Field::Description);
        let theirs = Fact::Description("Autre chose".to_owned());
        assert_eq!(conflict.theirs, ConflictValue::Fact(theirs));
        phone.wish(id, Wish::Insist);
        phone.settle().await?;
        is_delivered(&phone, id)?;
        let after = Fact::Description(String::new()).on(phone.base(&key)?);
        assert_eq!(after, Fact::Description("Tiroir".to_owned()), "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_to_a_description_is_looked_up() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let lost = Matcher::on("PUT", "Ticket").times(1);
        house.glpi(source).faults().add(lost, Effect::DoThenLose);
        let body = set(
            &phone,
            &own,
            Fact::Description("Tiroir 🔧 tordu".to_owned()),
        )?;
        let id = phone.edit(&own, body)?;
        phone.settle().await?;
        is_delivered(&phone, id).with_context(|| source.to_owned())?;
        let writes = house.glpi(source).world().log.count("PUT", "Ticket/");
        assert_eq!(writes, 1, "{source}");
    }
    Ok(())
}
