//! GLPI says that the session is over, and opens no other: it did nothing of what it was asked.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tournee_core::domain::Status;
use tournee_core::outbox::State;
use tournee_core::wire::Wish;
use tournee_sandbox::accounts::technician;
use tournee_sandbox::{Canned, Effect, Matcher, RuleId};

use crate::creation::{anywhere, create};
use crate::support::handset::status;
use crate::support::{House, SOURCES, wait_until};

fn no_session(house: &House, source: &str, write: Matcher) -> [RuleId; 2] {
    let faults = house.glpi(source).faults();
    let words = r#"["ERROR_SESSION_TOKEN_INVALID","Session invalide"]"#;
    let over = Effect::Status(Canned::json(401, words));
    [
        faults.add(write, over),
        faults.add(Matcher::on("GET", "initSession"), Effect::LoseBefore),
    ]
}

#[tokio::test]
async fn what_was_answered_with_a_session_that_is_over_was_never_sent() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let rules = no_session(&house, source, Matcher::on("PUT", "Ticket").times(1));
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.sync().await?;
        wait_until(|| async { Ok(faults.hits(rules[0]) == 1 && faults.hits(rules[1]) > 0) })
            .await?;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).unwrap_or_default();
            let title = [("name", json!("Autre titre"))];
            world.edit_ticket(i64::try_from(own.id.0)?, colleague, &title);
        }
        rules.into_iter().for_each(|rule| faults.remove(rule));
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
async fn a_ticket_that_was_never_sent_is_taken_back_while_glpi_is_away() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let rules = no_session(&house, source, Matcher::on("POST", "Ticket").times(1));
        let body = create(&phone, source, "Jamais parti", "Tiroir")?;
        let made = phone.edit(&anywhere(source), body)?;
        phone.sync().await?;
        wait_until(|| async { Ok(faults.hits(rules[0]) == 1 && faults.hits(rules[1]) > 0) })
            .await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        phone.wish(made, Wish::Withdraw);
        phone.settle().await?;
        let state = phone.state(made)?;
        assert!(
            matches!(state, State::Withdrawn { .. }),
            "{source}: {state:?}"
        );
        rules.into_iter().for_each(|rule| faults.remove(rule));
    }
    Ok(())
}
