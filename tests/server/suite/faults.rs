//! GLPI is slow, silent, forgetful; the server does everything once.

use std::time::Duration;

use anyhow::Result;
use tournee::glpi::Mark;
use tournee_core::domain::{AccountState, Status};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::{PASSWORD, TECHNICIAN};
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::creation::{anywhere, create, is_delivered, titled};
use crate::support::handset::{followup, status};
use crate::support::{House, SOURCES};

#[tokio::test]
async fn a_lost_answer_does_not_double_a_note() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::DoThenStatus(Canned::json(404, r#"["ERROR_ITEM_NOT_FOUND",""]"#)),
    ];
    for (round, effect) in lost.into_iter().enumerate() {
        for source in SOURCES {
            let own = phone.own_ticket(source, Status::Assigned)?;
            let faults = house.glpi(source).faults();
            let rule = faults.add(Matcher::on("POST", "Followup").times(1), effect.clone());
            let text = format!("Une seule fois, essai {round}.");
            let id = phone.edit(&own, followup(&text))?;
            phone.settle().await?;
            assert_eq!(faults.hits(rule), 1);
            let state = phone.state(id)?;
            assert!(
                matches!(state, State::Delivered { .. }),
                "{source} {round}: {state:?}"
            );
            let world = house.glpi(source).world();
            let notes = world.followups(i64::try_from(own.id.0)?);
            assert_eq!(
                notes.iter().filter(|f| f.content.contains(&text)).count(),
                1
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_write_that_glpi_finishes_after_the_look_is_not_made_again() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::from_secs(6)).await?;
    let mut phone = house.ready_phone().await?;
    let mut made = Vec::new();
    for source in SOURCES {
        // Behind the first look, which comes two seconds after the answer was lost.
        let late = Effect::LoseThenDo(Duration::from_millis(3_500));
        let faults = house.glpi(source).faults();
        let rule = faults.add(Matcher::on("POST", "Followup").times(1), late);
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("Une seule fois, même en retard."))?;
        made.push((source, own, id, rule));
    }
    phone.settle().await?;
    for (source, own, id, rule) in made {
        assert_eq!(house.glpi(source).faults().hits(rule), 1);
        let state = phone.state(id)?;
        assert!(
            matches!(state, State::Delivered { .. }),
            "{source}: {state:?}"
        );
        let world = house.glpi(source).world();
        let notes = world.followups(i64::try_from(own.id.0)?);
        let ours = notes.iter().filter(|f| f.content.contains("en retard"));
        assert_eq!(ours.count(), 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_write_that_never_arrived_is_made_once_glpi_must_be_done_with_it() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::from_secs(3)).await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let lost = Matcher::on("POST", "Followup").times(1);
    house.new.faults().add(lost, Effect::LoseBefore);
    let id = phone.edit(&own, followup("Au second essai."))?;
    phone.settle().await?;
    assert!(matches!(phone.state(id)?, State::Delivered { .. }));
    let notes = house.new.world().followups(i64::try_from(own.id.0)?);
    let ours = notes.iter().filter(|f| f.content.contains("second essai"));
    assert_eq!(ours.count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_can_t_be_found_again_is_known_by_the_number_that_glpi_gave() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let title = format!("Hors de vue {source}");
        let faults = house.glpi(source).faults();
        let body = create(&phone, source, &title, "Tiroir")?;
        let made = phone.edit(&anywhere(source), body)?;
        // It can't be read back at first, and no search of his finds it.
        let reading = faults.add(Matcher::on("GET", "Ticket/").times(1), Effect::LoseBefore);
        let none = Canned::json(200, r#"{"totalcount":0,"count":0,"sort":1,"order":"ASC"}"#);
        let search = faults.add(Matcher::on("GET", "search/Ticket"), Effect::Status(none));
        phone.settle().await?;
        faults.remove(search);
        assert_eq!(faults.hits(reading), 1);
        assert!(is_delivered(&phone, made), "{:?}", phone.state(made)?);
        assert_eq!(titled(&house, source, &title).len(), 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn an_expired_session_in_the_middle_of_a_batch_is_renewed_in_silence() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let account = phone.account(source)?;
        let own = phone.rows(source, |row| {
            row.is_mine(&account) && row.status == Status::Assigned
        });
        let faults = house.glpi(source).faults();
        faults.add(
            Matcher::on("POST", "Followup"),
            Effect::Delay(Duration::from_millis(80)),
        );
        for row in own.iter().take(6) {
            phone.edit(&row.key, followup("Premier passage."))?;
            phone.edit(&row.key, followup("Second passage."))?;
        }
        let request = phone.phone.request(false);
        phone.send(&request).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        house.glpi(source).world().expire_all_sessions();
        phone.settle().await?;
        faults.clear();
    }
    for state in phone.states() {
        assert!(matches!(state, State::Delivered { .. }), "{state:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_password_is_tried_once_and_the_queue_waits_for_a_sign_in() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    {
        let mut world = house.new.world();
        let user = world.user_id(TECHNICIAN).unwrap();
        world.set_password(user, "changed");
        world.expire_all_sessions();
    }
    let sign_ins = Matcher::on("GET", "initSession");
    let tries = house
        .new
        .faults()
        .add(sign_ins, Effect::Delay(Duration::ZERO));
    let id = phone.edit(&own, followup("En attente."))?;
    for _ in 0..5 {
        phone.sync_whole().await?;
    }
    assert_eq!(phone.state(id)?, State::Server);
    assert_eq!(phone.account("nouveau")?.state, AccountState::NeedsSignIn);
    assert_eq!(phone.account("ancien")?.state, AccountState::Active);
    assert_eq!(house.new.faults().hits(tries), 1);
    {
        let mut world = house.new.world();
        let user = world.user_id(TECHNICIAN).unwrap();
        world.set_password(user, PASSWORD);
    }
    phone.sign_in("nouveau", TECHNICIAN).await?;
    phone.settle().await?;
    assert!(matches!(phone.state(id)?, State::Delivered { .. }));
    Ok(())
}

#[tokio::test]
async fn a_glpi_that_is_down_delays_its_own_changes_only() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    house.old.faults().add(Matcher::any(), Effect::LoseBefore);
    let waiting = phone.own_ticket("ancien", Status::Assigned)?;
    let waiting = phone.edit(&waiting, followup("Plus tard."))?;
    let through = phone.own_ticket("nouveau", Status::Assigned)?;
    let through = phone.edit(&through, status(Status::Assigned, Status::Pending))?;
    for _ in 0..3 {
        phone.sync_whole().await?;
    }
    assert!(matches!(phone.state(through)?, State::Delivered { .. }));
    assert_eq!(phone.state(waiting)?, State::Server);
    house.old.faults().clear();
    phone.settle().await?;
    assert!(matches!(phone.state(waiting)?, State::Delivered { .. }));
    Ok(())
}

#[tokio::test]
async fn a_restarted_server_carries_on() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut ids = Vec::new();
    for source in SOURCES {
        house
            .glpi(source)
            .faults()
            .add(Matcher::any(), Effect::LoseBefore);
        let own = phone.own_ticket(source, Status::Assigned)?;
        ids.push(phone.edit(&own, followup("Après le redémarrage."))?);
        ids.push(phone.edit(&own, status(Status::Assigned, Status::Planned))?);
    }
    let request = phone.phone.request(false);
    phone.send(&request).await?;
    house.stop().await?;
    for source in SOURCES {
        house.glpi(source).faults().clear();
    }
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    phone.settle().await?;
    for id in ids {
        assert!(
            matches!(phone.state(id)?, State::Delivered { .. }),
            "{:?}",
            phone.state(id)?
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_dies_between_intent_and_outcome_looks_before_it_repeats() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        // GLPI does the work; the answer is still on its way when the server stops.
        let faults = house.glpi(source).faults();
        faults.add(Matcher::on("POST", "Followup"), Effect::DoThenLose);
        let own = phone.own_ticket(source, Status::Assigned)?;
        phone.edit(&own, followup("Une fois, pas deux."))?;
        let request = phone.phone.request(false);
        phone.send(&request).await?;
        let done = || async {
            let world = house.glpi(source).world();
            let notes = world.followups(i64::try_from(own.id.0)?);
            Ok(notes.iter().any(|f| f.content.contains("pas deux")))
        };
        crate::support::wait_until(done).await?;
        house.stop().await?;
        house.glpi(source).faults().clear();
        house.start().await?;
        phone.base = format!("http://{}", house.address);
        phone.settle().await?;
        let world = house.glpi(source).world();
        let notes = world.followups(i64::try_from(own.id.0)?);
        assert_eq!(
            notes
                .iter()
                .filter(|f| f.content.contains("pas deux"))
                .count(),
            1
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_stops_with_the_evidence_and_is_never_guessed() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let server = house.app()?.shared().clone();
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let posts = faults.add(Matcher::on("POST", "Followup"), Effect::LoseBefore);
        let text = "Qui sait ?";
        let id = phone.edit(&own, followup(text))?;
        let problem = loop {
            phone.sync_whole().await?;
            if let State::NeedsYou { problem } = phone.state(id)? {
                break problem;
            }
            // The next look does not wait for its time.
            server.custody.wake();
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled);
        let evidence = problem.evidence.clone().unwrap();
        assert_eq!(u64::try_from(evidence.tries.len())?, faults.hits(posts));
        assert!(
            evidence
                .tries
                .iter()
                .all(|attempt| !attempt.said.is_empty())
        );
        assert!(
            evidence.looks as usize >= evidence.tries.len(),
            "{evidence:?}"
        );
        assert!(evidence.looked_at.is_some());
        // It landed late after all: what he has tried again is looked for first.
        {
            let mut world = house.glpi(source).world();
            let me = world.user_id(TECHNICIAN).unwrap();
            let content = format!("{text}\n\nréf. {}", Mark::new(id).reference());
            world.add_followup(i64::try_from(own.id.0)?, me, &content, false);
        }
        faults.clear();
        let posts = faults.add(
            Matcher::on("POST", "Followup"),
            Effect::Delay(Duration::ZERO),
        );
        phone.wish(id, Wish::Retry);
        phone.settle().await?;
        assert!(matches!(phone.state(id)?, State::Delivered { .. }));
        assert_eq!(faults.hits(posts), 0, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_glpi_that_was_away_for_long_is_not_taken_for_one_with_unknown_outcomes() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let server = house.app()?.shared().clone();
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let reads = faults.add(Matcher::on("GET", "Ticket"), Effect::LoseBefore);
        let id = phone.edit(&own, followup("Enfin."))?;
        // More failed runs than unknown outcomes are allowed, and nothing was sent.
        let request = phone.phone.request(false);
        phone.send(&request).await?;
        while faults.hits(reads) < 10 {
            server.links.hurry(&own.source);
            server.custody.wake();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        faults.clear();
        faults.add(Matcher::on("POST", "Followup").times(1), Effect::DoThenLose);
        phone.settle().await?;
        let state = phone.state(id)?;
        assert!(
            matches!(state, State::Delivered { .. }),
            "{source}: {state:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_restart_with_a_credential_that_does_not_do_any_more_asks_once_and_waits() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut ids = Vec::new();
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        faults.add(Matcher::any(), Effect::LoseBefore);
        let own = phone.own_ticket(source, Status::Assigned)?;
        ids.push(phone.edit(&own, followup("Après le nouveau mot de passe."))?);
    }
    phone.send(&phone.phone.request(false)).await?;
    house.stop().await?;
    let mut tries = Vec::new();
    for source in SOURCES {
        let mut world = house.glpi(source).world();
        let user = world.user_id(TECHNICIAN).unwrap();
        world.set_password(user, "changed");
        drop(world);
        let faults = house.glpi(source).faults();
        faults.clear();
        let sign_ins = Matcher::on("GET", "initSession");
        tries.push(faults.add(sign_ins, Effect::Delay(Duration::ZERO)));
    }
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    for _ in 0..5 {
        phone.sync_whole().await?;
    }
    for (source, rule) in SOURCES.into_iter().zip(tries) {
        assert_eq!(phone.account(source)?.state, AccountState::NeedsSignIn);
        assert_eq!(house.glpi(source).faults().hits(rule), 1, "{source}");
        let mut world = house.glpi(source).world();
        let user = world.user_id(TECHNICIAN).unwrap();
        world.set_password(user, PASSWORD);
    }
    for id in &ids {
        assert_eq!(phone.state(*id)?, State::Server);
    }
    for source in SOURCES {
        phone.sign_in(source, TECHNICIAN).await?;
    }
    phone.settle().await?;
    for id in ids {
        assert!(matches!(phone.state(id)?, State::Delivered { .. }));
    }
    Ok(())
}
