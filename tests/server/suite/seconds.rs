//! GLPI dates by the second, and more than one thing may happen in one. Its clock stands still here, until it is moved.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tournee::config::Config;
use tournee_core::changes::{ChangeBody, Fact, SetFact};
use tournee_core::domain::{Status, Ticket};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Effect, ManualClock, Matcher};

use crate::support::handset::status;
use crate::support::{House, SOURCES};

fn title(to: &str, on: &Ticket) -> ChangeBody {
    let to = Fact::Title(to.to_owned());
    let from = to.on(on);
    let priority = None;
    ChangeBody::Fact(Box::new(SetFact { from, to, priority }))
}

#[tokio::test]
async fn what_a_colleague_put_back_within_the_second_is_not_written_over_either() -> Result<()> {
    let clock = Arc::new(ManualClock::new(jiff::Timestamp::now()));
    let at_once = |config: &mut Config| config.custody.late = Duration::ZERO;
    let house = House::on_clock(clock, at_once).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let ticket = i64::try_from(own.id.0)?;
        let glpi = house.glpi(source);
        let lost = Matcher::on("PUT", "Ticket").nth(2);
        let lost = glpi.faults().add(lost, Effect::DoThenLose);
        let title = phone.edit(
            &own,
            title(&format!("Titre d’avant {source}"), phone.base(&own)?),
        )?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.sync().await?;
        crate::support::wait_until(|| async { Ok(glpi.faults().hits(lost) == 1) }).await?;
        let unread = Matcher::on("GET", &format!("Ticket/{ticket}"));
        let unread = glpi.faults().add(unread, Effect::LoseBefore);
        {
            let mut world = glpi.world();
            let who = world.user_id(&technician(2)).unwrap_or_default();
            world.edit_ticket(ticket, who, &[("status", json!(2))]);
        }
        glpi.faults().remove(unread);
        phone.settle().await?;
        assert!(matches!(phone.state(title)?, State::Delivered { .. }));
        let State::NeedsYou { problem } = phone.state(moved)? else {
            anyhow::bail!("{source}: {:?}", phone.state(moved)?);
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        assert_eq!(glpi.world().ticket(ticket).map(|t| t.status), Some(2));
        glpi.faults().remove(lost);
    }
    Ok(())
}

/// Somebody alters the ticket, this change of it is made and its answer lost, the same one puts back what stood: had all
/// that one date and one name, nobody could tell that anything was.
#[tokio::test]
async fn nothing_is_begun_in_the_second_in_which_somebody_altered_the_ticket() -> Result<()> {
    let clock = Arc::new(ManualClock::new(jiff::Timestamp::now()));
    let at_once = |config: &mut Config| config.custody.late = Duration::ZERO;
    let house = House::on_clock(clock.clone(), at_once).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        // A colleague; himself, at GLPI's own page.
        for who in [technician(2), TECHNICIAN.to_owned()] {
            let own = phone.own_ticket(source, Status::Assigned)?;
            let ticket = i64::try_from(own.id.0)?;
            let glpi = house.glpi(source);
            let edits = |field: &str, value: serde_json::Value| {
                let mut world = glpi.world();
                let who = world.user_id(&who).unwrap_or_default();
                world.edit_ticket(ticket, who, &[(field, value)]);
            };
            clock.advance_seconds(1);
            edits("name", json!("Titre de quelqu’un d’autre"));
            let lost = Matcher::on("PUT", "Ticket").times(1);
            let lost = glpi.faults().add(lost, Effect::DoThenLose);
            let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
            phone.sync().await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert_eq!(glpi.faults().hits(lost), 0, "{source}, {who}");
            clock.advance_seconds(1);
            crate::support::wait_until(|| async { Ok(glpi.faults().hits(lost) == 1) }).await?;
            let unread = Matcher::on("GET", &format!("Ticket/{ticket}"));
            let unread = glpi.faults().add(unread, Effect::LoseBefore);
            edits("status", json!(2));
            glpi.faults().remove(unread);
            phone.settle().await?;
            let State::NeedsYou { problem } = phone.state(moved)? else {
                anyhow::bail!("{source}, {who}: {:?}", phone.state(moved)?);
            };
            assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}, {who}");
            assert_eq!(glpi.world().ticket(ticket).map(|t| t.status), Some(2));
            glpi.faults().remove(lost);
            phone.wish(moved, Wish::Withdraw);
            phone.settle().await?;
        }
    }
    Ok(())
}
