//! GLPI says that the session is over, and opens no other: it did nothing of what it was asked.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tournee_core::domain::Status;
use tournee_core::outbox::State;
use tournee_core::wire::Wish;
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::world::rights;
use tournee_sandbox::{Canned, Effect, Matcher, RuleId};

use crate::carrying::{WAYS, carry, old_ticket};
use crate::creation::{anywhere, create, is_delivered};
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

/// GLPI answers so to a profile that it does not find, and at times to one that it does.
#[tokio::test]
async fn no_session_is_no_word_of_the_file_that_was_asked_for() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for [from, to] in WAYS {
        let title = format!("Repris {from}");
        let old = old_ticket(&mut phone, from).await?;
        let words = r#"["ERROR_ITEM_NOT_FOUND","Élément introuvable"]"#;
        let not_found = Effect::Status(Canned::json(404, words));
        let opening = Matcher::on("POST", "changeActiveProfile").times(3);
        let glpi = house.glpi(from);
        let rule = glpi.faults().add(opening, not_found);
        glpi.world().expire_all_sessions();
        let made = carry(&mut phone, &old, to, &title)?;
        phone.settle().await?;
        assert_eq!(glpi.faults().hits(rule), 3, "{from}");
        for id in made.all() {
            assert!(is_delivered(&phone, id), "{from}: {:?}", phone.state(id)?);
        }
        // He has it still: it is not changed for another.
        let profile = phone.account(from)?.profile;
        assert_eq!(
            profile.id,
            u64::try_from(rights::TECHNICIAN)?,
            "{from}: {profile:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn whose_profile_was_taken_goes_on_with_another_of_his() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        {
            let mut world = house.glpi(source).world();
            let user = world.user_id(TECHNICIAN).unwrap_or_default();
            let had: Vec<i64> = world
                .rows_by("Profile_User", "users_id", user)
                .map(|row| row.id())
                .collect();
            let columns = [
                ("users_id", user.into()),
                ("profiles_id", rights::SUPER_ADMIN.into()),
                ("entities_id", 0.into()),
                ("is_recursive", 1.into()),
            ];
            world.insert("Profile_User", &columns);
            for id in had {
                world.remove("Profile_User", id);
            }
            world.expire_all_sessions();
        }
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        let state = phone.state(moved)?;
        assert!(
            matches!(state, State::Delivered { .. }),
            "{source}: {state:?}"
        );
        let profile = phone.account(source)?.profile;
        assert_eq!(
            profile.id,
            u64::try_from(rights::SUPER_ADMIN)?,
            "{source}: {profile:?}"
        );
    }
    Ok(())
}
