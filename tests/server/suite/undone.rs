//! An outcome that nobody told, and somebody else who has been there since: what stands is no proof then.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tournee_core::changes::{ChangeBody, Fact, SetFact};
use tournee_core::domain::Status;
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Effect, Matcher};

use crate::support::handset::{followup, status};
use crate::support::{House, SOURCES};

#[tokio::test]
async fn what_was_put_back_is_not_written_over_in_silence() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    // By a colleague; by himself, at GLPI's own page.
    let by = [technician(2), TECHNICIAN.to_owned()];
    for (source, who) in SOURCES
        .into_iter()
        .flat_map(|source| by.each_ref().map(|who| (source, who)))
    {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let ticket = i64::try_from(own.id.0)?;
        let glpi = house.glpi(source);
        let lost = Matcher::on("PUT", "Ticket").times(1);
        let rule = glpi.faults().add(lost, Effect::DoThenLose);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.sync().await?;
        crate::support::wait_until(|| async { Ok(glpi.faults().hits(rule) == 1) }).await?;
        {
            // GLPI's clock knows seconds.
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            let mut world = glpi.world();
            assert_eq!(world.ticket(ticket).map(|t| t.status), Some(4));
            let who = world.user_id(who).unwrap_or_default();
            world.edit_ticket(ticket, who, &[("status", json!(2))]);
        }
        phone.settle().await?;
        let State::NeedsYou { problem } = phone.state(moved)? else {
            anyhow::bail!("{source}, {who}: {:?}", phone.state(moved)?);
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled);
        assert!(problem.evidence.is_some_and(|e| e.tries.len() == 1));
        assert_eq!(glpi.world().ticket(ticket).map(|t| t.status), Some(2));
        // He decides: it is made once more.
        phone.wish(moved, Wish::Retry);
        phone.settle().await?;
        assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
        assert_eq!(glpi.world().ticket(ticket).map(|t| t.status), Some(4));
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_alone_is_settled_by_what_stands() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for (source, effect) in [
        ("ancien", Effect::DoThenLose),
        ("nouveau", Effect::LoseBefore),
    ] {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let glpi = house.glpi(source);
        glpi.faults()
            .add(Matcher::on("PUT", "Ticket").times(1), effect);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        let state = phone.state(moved)?;
        assert!(
            matches!(state, State::Delivered { .. }),
            "{source}: {state:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_his_own_change_before_it_altered_is_no_question() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let second = Matcher::on("PUT", "Ticket").nth(2);
        let faults = house.glpi(source).faults();
        let rule = faults.add(second, Effect::LoseBefore);
        let to = Fact::Title(format!("Titre d’avant {source}"));
        let from = to.on(phone.base(&own)?);
        let fact = SetFact {
            from,
            to,
            priority: None,
        };
        let before = phone.edit(&own, ChangeBody::Fact(Box::new(fact)))?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        assert_eq!(faults.hits(rule), 1, "{source}");
        for change in [before, moved] {
            let state = phone.state(change)?;
            assert!(
                matches!(state, State::Delivered { .. }),
                "{source}: {state:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_note_whose_ticket_left_his_sight_is_not_called_refused() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let rule = faults.add(Matcher::on("POST", "Followup").times(1), Effect::DoThenLose);
        let note = phone.edit(&own, followup("Vue avant que le ticket parte."))?;
        phone.sync().await?;
        crate::support::wait_until(|| async { Ok(faults.hits(rule) == 1) }).await?;
        let away = format!("Ticket/{}", own.id);
        let words = match source {
            "ancien" => (
                401,
                r#"["ERROR_RIGHT_MISSING","Vous n'avez pas les droits"]"#,
            ),
            _ => (
                403,
                r#"["ERROR_RIGHT_MISSING","Vous n'avez pas les droits"]"#,
            ),
        };
        let answer = tournee_sandbox::Canned::json(words.0, words.1);
        let hidden = faults.add(Matcher::on("GET", &away), Effect::Status(answer));
        phone.settle().await?;
        faults.remove(hidden);
        let State::NeedsYou { problem } = phone.state(note)? else {
            anyhow::bail!("{source}: {:?}", phone.state(note)?);
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        // Back in sight, another try begins with a look: it is there, once.
        phone.wish(note, Wish::Retry);
        phone.settle().await?;
        assert!(matches!(phone.state(note)?, State::Delivered { .. }));
        let notes = house
            .glpi(source)
            .world()
            .followups(i64::try_from(own.id.0)?);
        let ours = notes.iter().filter(|n| n.content.contains("Vue avant"));
        assert_eq!(ours.count(), 1);
    }
    Ok(())
}
