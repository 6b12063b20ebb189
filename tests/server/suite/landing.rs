//! What simulations found about new tickets, each at its simplest.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::{Actor, Status};
use tournee_core::ids::ChangeId;
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::{SUPER_ADMIN, TECHNICIAN};
use tournee_sandbox::{Canned, Effect, Matcher};
use uuid::Uuid;

use super::creation::{anywhere, create, is_delivered, local, make, titled};
use crate::support::handset::{followup, solution, status};
use crate::support::{Handset, House, SOURCES, wait_until};

/// The GLPI that gives a new ticket to nobody by itself.
const NEW: &str = SOURCES[1];

#[tokio::test]
async fn what_is_done_to_a_new_ticket_that_nobody_has_is_no_dispute() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let mut body = create(&phone, source, &format!("À personne {source}"), "")?;
        if let ChangeBody::Create(create) = &mut body {
            create.assignees.clear();
        }
        let creation = phone.edit(&anywhere(source), body)?;
        let key = local(source, creation);
        let shown = phone.phone.local_ticket(&key).context("made here")?;
        // 9.2 gives it to who creates it; the phone says so from the beginning.
        let expected = match source {
            "ancien" => Status::Assigned,
            _ => Status::New,
        };
        assert_eq!(shown.status, expected);
        let moved = phone.edit(&key, status(shown.status, Status::Pending))?;
        phone.settle().await?;
        assert!(is_delivered(&phone, creation), "{:?}", phone.states());
        assert!(is_delivered(&phone, moved), "{:?}", phone.states());
    }
    Ok(())
}

/// A new ticket of nobody's that he plans and then types anew as his own.
fn plan_and_type_anew(phone: &mut Handset, title: &str) -> Result<[ChangeId; 2]> {
    let his = create(phone, NEW, title, "")?;
    let mut nobodys = his.clone();
    if let ChangeBody::Create(create) = &mut nobodys {
        create.assignees.clear();
    }
    let first = phone.edit(&anywhere(NEW), nobodys)?;
    let key = local(NEW, first);
    let planned = phone.edit(&key, status(Status::New, Status::Planned))?;
    let anew = phone.replace(&key, his, Some(first))?;
    Ok([anew, planned])
}

#[tokio::test]
async fn what_was_done_before_a_new_ticket_was_typed_anew_is_no_dispute() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let title = "Deux fois tapé";
    let [anew, planned] = plan_and_type_anew(&mut phone, title)?;
    phone.settle().await?;
    assert!(is_delivered(&phone, anew), "{:?}", phone.states());
    assert!(is_delivered(&phone, planned), "{:?}", phone.states());
    let ids = titled(&house, NEW, title);
    let world = house.glpi(NEW).world();
    let tickets = ids.iter().filter_map(|id| world.ticket(*id));
    let are: Vec<i64> = tickets.map(|ticket| ticket.status).collect();
    assert_eq!(are, [i64::from(Status::Planned.to_glpi())]);
    Ok(())
}

#[tokio::test]
async fn but_with_a_colleague_who_was_there_meanwhile_it_is() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let title = "Deux fois tapé, pris par un autre";
    let [anew, planned] = plan_and_type_anew(&mut phone, title)?;
    let mut request = phone.phone.request(false);
    request.changes.retain(|change| change.id == anew);
    phone.send(&request).await?;
    wait_until(|| async { Ok(titled(&house, NEW, title).len() == 1) }).await?;
    let id = titled(&house, NEW, title)[0];
    {
        let mut world = house.glpi(NEW).world();
        let somebody = world.user_id(SUPER_ADMIN).context("the super-admin")?;
        for status in [Status::Pending, Status::Assigned] {
            world.edit_ticket(id, somebody, &[("status", json!(status.to_glpi()))]);
        }
    }
    // Whom GLPI names last is himself again, in another second, on its own page.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    {
        let mut world = house.glpi(NEW).world();
        let himself = world.user_id(TECHNICIAN).context("himself")?;
        world.edit_ticket(id, himself, &[("name", json!("Vu au bureau"))]);
    }
    phone.settle().await?;
    let State::NeedsYou { problem } = phone.state(planned)? else {
        anyhow::bail!("{:?}", phone.states())
    };
    assert_eq!(problem.kind, ProblemKind::Conflict);
    Ok(())
}

#[tokio::test]
async fn another_text_of_a_ticket_that_is_there_is_not_dropped_in_silence() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let made = make(&mut phone, source, &format!("Premier texte {source}"))?;
        phone.settle().await?;
        let landed = phone.phone.outbox().get(made[0]).context("kept")?;
        let real = landed.change.target.clone();
        // A server that forgot the first text hears of the second one by the number that the first one got.
        let title = format!("Second texte {source}");
        let body = create(&phone, source, &title, "")?;
        let again = phone.edit(&anywhere(source), body)?;
        let mut request = phone.phone.request(false);
        request.changes[0].target = real;
        request.changes[0].replaces = Some(ChangeId(Uuid::now_v7()));
        phone.send(&request).await?;
        phone.settle().await?;
        let State::NeedsYou { problem } = phone.state(again)? else {
            anyhow::bail!("{:?}", phone.state(again)?)
        };
        assert_eq!(problem.kind, ProblemKind::AlreadySent);
        assert!(titled(&house, source, &title).is_empty());
        phone.wish(again, Wish::Withdraw);
        phone.settle().await?;
        assert!(matches!(phone.state(again)?, State::Withdrawn { .. }));
    }
    Ok(())
}

#[tokio::test]
async fn what_was_taken_back_is_answered_although_its_creation_never_came() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let made = make(&mut phone, source, &format!("Oublié {source}"))?;
        phone.wish(made[0], Wish::Withdraw);
        let mut request = phone.phone.request(false);
        request.changes.retain(|change| change.id != made[0]);
        request.wishes.retain(|wish| wish.change != made[0]);
        assert_eq!((request.changes.len(), request.wishes.len()), (2, 2));
        phone.send(&request).await?;
        // By now it is known that they are not wanted.
        let answer = phone.send(&request).await?;
        assert_eq!(answer.received, made[1..]);
        phone.settle().await?;
        for change in made {
            assert!(matches!(phone.state(change)?, State::Withdrawn { .. }));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_server_of_before_a_landing_learns_of_it_from_what_the_phone_offers_again() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let landed = make(&mut phone, source, &format!("Le vrai {source}"))?;
        phone.settle().await?;
        let real = phone.phone.outbox().get(landed[0]).context("kept")?;
        let real = real.change.ticket().context("on a ticket")?.clone();
        // As this database has it, the creation was refused.
        let words = r#"["ERROR_GLPI_ADD","Non"]"#;
        house.glpi(source).faults().add(
            Matcher::on("POST", "Ticket").times(1),
            Effect::Status(Canned::json(400, words)),
        );
        let made = make(&mut phone, source, &format!("L'ancien {source}"))?;
        let offered = phone.phone.request(false);
        for _ in 0..400 {
            phone.sync().await?;
            if matches!(phone.state(made[0])?, State::NeedsYou { .. }) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        let mut again = offered.clone();
        again.changes.retain(|change| change.id == made[1]);
        again.changes[0].target = real.clone().into();
        phone.send(&again).await?;
        phone.settle().await?;
        assert!(is_delivered(&phone, made[0]), "{:?}", phone.states());
        assert!(is_delivered(&phone, made[1]), "{:?}", phone.states());
        let notes = house
            .glpi(source)
            .world()
            .followups(i64::try_from(real.id.0)?);
        let count = notes
            .iter()
            .filter(|note| note.content.contains("Vu sur place."));
        assert_eq!(count.count(), 2, "of both");
        assert_eq!(
            titled(&house, source, &format!("L'ancien {source}")).len(),
            0
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_creation_that_was_typed_anew_is_taken_in_though_it_lies_behind_its_notes() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let title = format!("Tapé de nouveau {source}");
        let made = make(&mut phone, source, &title)?;
        // As a server of before the first text hears of it.
        let mut request = phone.phone.request(false);
        request.changes.rotate_left(1);
        assert_eq!(request.changes[2].id, made[0]);
        request.changes[2].replaces = Some(ChangeId(Uuid::now_v7()));
        let answer = phone.send(&request).await?;
        assert_eq!(answer.received.len(), 3, "{source}");
        phone.settle().await?;
        assert_eq!(titled(&house, source, &title).len(), 1);
        for change in made {
            assert!(is_delivered(&phone, change), "{:?}", phone.states());
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_a_requesters_own_note_reopens_was_delivered_all_the_same() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let account = phone.account("nouveau")?;
    let mut body = create(&phone, "nouveau", "Mon propre écran", "")?;
    if let ChangeBody::Create(create) = &mut body {
        create.requester = Some(Actor::User {
            id: account.user,
            name: account.name,
        });
        create.assignees.clear();
    }
    let creation = phone.edit(&anywhere("nouveau"), body)?;
    phone.settle().await?;
    let queued = phone.phone.outbox().get(creation).context("kept")?;
    let key = queued.change.ticket().context("on a ticket")?.clone();
    for paused in [
        solution("Écran remplacé."),
        status(Status::Assigned, Status::Pending),
    ] {
        // GLPI 10 takes the ticket up again at the note.
        let paused = phone.edit(&key, paused)?;
        let note = phone.edit(&key, followup("Et encore ceci."))?;
        phone.settle().await?;
        for change in [paused, note] {
            assert!(is_delivered(&phone, change), "{:?}", phone.states());
        }
        assert_eq!(phone.base(&key)?.status, Status::Assigned);
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_a_read_finds_before_its_creation_is_known_never_stands_beside_itself()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    // What is made in the first seconds of a server's life is looked for before it is sent.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let title = format!("Deux fois affiché {source}");
        let before = phone.rows(source, |_| true).len();
        faults.add(Matcher::on("POST", "Ticket").times(1), Effect::DoThenLose);
        // What looks for it by its mark asks for the words of descriptions.
        let blind = faults.add(
            Matcher::on("GET", "search/Ticket?criteria%5B0%5D%5Bfield%5D=21"),
            Effect::Status(Canned::html(502, "<h1>Bad Gateway</h1>")),
        );
        let made = make(&mut phone, source, &title)?;
        for _ in 0..6 {
            phone.sync_whole().await?;
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        assert_eq!(titled(&house, source, &title).len(), 1, "{source}");
        assert!(faults.hits(blind) > 0);
        assert!(!is_delivered(&phone, made[0]));
        assert_eq!(phone.rows(source, |_| true).len(), before, "{source}");
        faults.remove(blind);
        phone.settle().await?;
        assert!(made.iter().all(|id| is_delivered(&phone, *id)));
        assert_eq!(phone.rows(source, |_| true).len(), before + 1);
        let key = phone.rows(source, |row| row.title == title)[0].key.clone();
        assert_eq!(phone.base(&key)?.change, Some(made[0]));
    }
    Ok(())
}
