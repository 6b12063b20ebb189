//! An outcome that nobody told, and somebody else who has been there since: what stands is no proof then.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_core::changes::{ChangeBody, Fact, SetFact};
use tournee_core::domain::Status;
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Effect, Matcher};

use crate::support::handset::{Handset, followup, solution, status};
use crate::support::{House, SOURCES};

/// What he did before it, in the same breath.
#[derive(Clone, Copy, Debug)]
enum Before {
    Nothing,
    Note,
    Title,
}

const BEFORE: [Before; 3] = [Before::Nothing, Before::Note, Before::Title];

impl Before {
    fn edit(self, phone: &mut Handset, own: &TicketKey) -> Result<Option<ChangeId>> {
        let body = match self {
            Self::Nothing => return Ok(None),
            Self::Note => followup("D’abord une note."),
            Self::Title => {
                let to = Fact::Title(format!("Titre d’avant {}", own.source));
                let from = to.on(phone.base(own)?);
                let priority = None;
                ChangeBody::Fact(Box::new(SetFact { from, to, priority }))
            }
        };
        phone.edit(own, body).map(Some)
    }

    /// Which write of the ticket's row is the status.
    fn nth(self) -> u64 {
        match self {
            Self::Nothing | Self::Note => 1,
            Self::Title => 2,
        }
    }
}

#[tokio::test]
async fn what_was_put_back_is_not_written_over_in_silence() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        // By a colleague; by himself, at GLPI's own page.
        for who in [technician(2), TECHNICIAN.to_owned()] {
            for before in BEFORE {
                let said = format!("{source}, {who}, {before:?}");
                let all = put_back(&house, &mut phone, source, &who, before).await;
                all.with_context(|| said)?;
            }
        }
    }
    Ok(())
}

async fn put_back(
    house: &House,
    phone: &mut Handset,
    source: &str,
    who: &str,
    before: Before,
) -> Result<()> {
    let own = phone.own_ticket(source, Status::Assigned)?;
    let ticket = i64::try_from(own.id.0)?;
    let glpi = house.glpi(source);
    let lost = Matcher::on("PUT", "Ticket").nth(before.nth());
    let rule = glpi.faults().add(lost, Effect::DoThenLose);
    before.edit(phone, &own)?;
    let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
    phone.sync().await?;
    crate::support::wait_until(|| async { Ok(glpi.faults().hits(rule) == 1) }).await?;
    let unread = Matcher::on("GET", &format!("Ticket/{ticket}"));
    let unread = glpi.faults().add(unread, Effect::LoseBefore);
    {
        // GLPI's clock knows seconds, and one request may take it from one into the next.
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        let mut world = glpi.world();
        assert_eq!(world.ticket(ticket).map(|t| t.status), Some(4));
        let who = world.user_id(who).unwrap_or_default();
        world.edit_ticket(ticket, who, &[("status", json!(2))]);
    }
    glpi.faults().remove(unread);
    phone.settle().await?;
    let State::NeedsYou { problem } = phone.state(moved)? else {
        anyhow::bail!("{:?}", phone.state(moved)?);
    };
    assert_eq!(problem.kind, ProblemKind::Unsettled);
    assert!(problem.evidence.is_some_and(|e| e.tries.len() == 1));
    assert_eq!(glpi.world().ticket(ticket).map(|t| t.status), Some(2));
    // He decides: it is made once more.
    phone.wish(moved, Wish::Retry);
    phone.settle().await?;
    assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
    assert_eq!(glpi.world().ticket(ticket).map(|t| t.status), Some(4));
    glpi.faults().remove(rule);
    Ok(())
}

/// A 9.2 keeps one solution: the next one takes the mark of his away.
#[tokio::test]
async fn a_solution_whose_place_another_one_took_is_not_called_unsent() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    // Closed for good since; opened again.
    for now in [6, 2] {
        let own = phone.own_ticket("ancien", Status::Assigned)?;
        let ticket = i64::try_from(own.id.0)?;
        let glpi = house.glpi("ancien");
        let lost = Matcher::on("PUT", "Ticket").times(1);
        let rule = glpi.faults().add(lost, Effect::DoThenLose);
        let solved = phone.edit(&own, solution("Câble remplacé."))?;
        phone.sync().await?;
        crate::support::wait_until(|| async { Ok(glpi.faults().hits(rule) == 1) }).await?;
        let unread = Matcher::on("GET", &format!("Ticket/{ticket}"));
        let unread = glpi.faults().add(unread, Effect::LoseBefore);
        {
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            let mut world = glpi.world();
            let there = world.solutions(ticket);
            assert!(there.iter().any(|it| it.content.contains("Câble")));
            let who = world.user_id(&technician(2)).unwrap_or_default();
            // This GLPI closes at once, and nothing but the status of what is closed can be moved.
            world.edit_ticket(ticket, who, &[("status", json!(2))]);
            world.edit_ticket(ticket, who, &[("solution", json!("Autre chose."))]);
            world.edit_ticket(ticket, who, &[("status", json!(now))]);
            let there = world.solutions(ticket);
            assert!(
                there.iter().all(|it| it.content.contains("Autre chose.")),
                "{there:?}"
            );
            assert_eq!(world.ticket(ticket).map(|it| it.status), Some(now));
        }
        glpi.faults().remove(unread);
        phone.settle().await?;
        let State::NeedsYou { problem } = phone.state(solved)? else {
            let there = glpi.world().solutions(ticket);
            anyhow::bail!("{now}: {:?}, {there:?}", phone.state(solved)?);
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{now}");
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
    for (source, before) in SOURCES
        .into_iter()
        .flat_map(|source| BEFORE.map(|before| (source, before)))
    {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let lost = Matcher::on("PUT", "Ticket").nth(before.nth());
        let faults = house.glpi(source).faults();
        let rule = faults.add(lost, Effect::LoseBefore);
        let first = before.edit(&mut phone, &own)?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        assert_eq!(faults.hits(rule), 1, "{source}, {before:?}");
        faults.remove(rule);
        for change in first.into_iter().chain([moved]) {
            let state = phone.state(change)?;
            assert!(
                matches!(state, State::Delivered { .. }),
                "{source}, {before:?}: {state:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_waited_before_it_and_goes_on_now_puts_it_in_no_doubt() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let ticket = i64::try_from(own.id.0)?;
        let glpi = house.glpi(source);
        {
            let mut world = glpi.world();
            let who = world.user_id(&technician(2)).unwrap_or_default();
            world.edit_ticket(ticket, who, &[("name", json!("Titre du collègue"))]);
        }
        let faults = glpi.faults();
        let lost = Matcher::on("PUT", "Ticket").times(1);
        let lost = faults.add(lost, Effect::LoseBefore);
        let title = Before::Title.edit(&mut phone, &own)?.context("a change")?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.sync().await?;
        crate::support::wait_until(|| async { Ok(faults.hits(lost) == 1) }).await?;
        let unread = Matcher::on("GET", &format!("Ticket/{ticket}"));
        let unread = faults.add(unread, Effect::LoseBefore);
        while !matches!(phone.state(title)?, State::NeedsYou { .. }) {
            phone.sync().await?;
        }
        phone.wish(title, Wish::Insist);
        phone.sync().await?;
        // Each is dated by the second.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        faults.remove(unread);
        phone.settle().await?;
        for change in [title, moved] {
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
