//! A server that was away for long, or is doubted twice: what it may not know of stays in doubt, and what it did itself does not.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tournee::backup::backup;
use tournee_core::domain::Status;
use tournee_core::outbox::State;
use tournee_core::time::Seconds;
use tournee_core::wire::ProblemKind;
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::carrying::stuck;
use crate::creation::is_delivered;
use crate::restored::{open, put_back_to, ready, ticket_of};
use crate::support::handset::{followup, status};
use crate::support::{Handset, House, SOURCES, wait_until};

const PENDING: i64 = 4;

/// The machine slept, or was put back with all that it had in mind.
#[tokio::test]
async fn a_server_that_slept_for_long_takes_nothing_for_undone() -> Result<()> {
    for slept in [Seconds(2 * 3_600), Seconds(600)] {
        for source in SOURCES {
            let house = open().await?;
            let (mut phone, _) = ready(&house).await?;
            let own = phone.own_ticket(source, Status::Assigned)?;
            let look = Matcher::on("GET", &format!("Ticket/{}", own.id));
            let rule = house.glpi(source).faults().add(look, Effect::LoseBefore);
            let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
            phone.send(&phone.phone.request(false)).await?;
            wait_until(|| async { Ok(house.glpi(source).faults().hits(rule) > 0) }).await?;
            // That run ends.
            tokio::time::sleep(Duration::from_millis(200)).await;
            let before = house.app()?.shared().life().name;
            {
                let mut world = house.glpi(source).world();
                let colleague = world.user_id(&technician(2)).context("a colleague")?;
                let other = [("name", json!("Quelqu’un est passé"))];
                world.edit_ticket(i64::try_from(own.id.0)?, colleague, &other);
            }
            house.clock.advance(slept);
            house.glpi(source).faults().remove(rule);
            let is_long = slept > Seconds(3_600);
            if is_long {
                stuck(&mut phone, &[moved]).await?;
            } else {
                phone.settle().await?;
            }
            let state = phone.state(moved)?;
            assert_eq!(!is_long, is_delivered(&phone, moved), "{source}: {state:?}");
            let is_another = before != house.app()?.shared().life().name;
            assert_eq!(is_long, is_another, "{source}");
        }
    }
    Ok(())
}

/// His other phone.
async fn second(house: &House) -> Result<Handset> {
    let mut phone = house.phone()?;
    for source in SOURCES {
        phone.sign_in(source, TECHNICIAN).await?;
    }
    phone.sync_whole().await?;
    Ok(phone)
}

/// It read the ticket as the colleague left it, and was away for long before the phone came that knows of the change.
#[tokio::test]
async fn what_a_restore_left_in_doubt_stays_so_when_the_server_was_away_since() -> Result<()> {
    for source in SOURCES {
        let mut house = open().await?;
        let (mut phone, file) = ready(&house).await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let (was, _) = ticket_of(&house, &own)?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        backup(&house.config.data_dir, &file).await?;
        phone.send(&phone.phone.request(false)).await?;
        wait_until(|| async { Ok(ticket_of(&house, &own)?.0 == PENDING) }).await?;
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            let back = [("status", json!(was)), ("name", json!("Remise en cours"))];
            world.edit_ticket(i64::try_from(own.id.0)?, colleague, &back);
        }
        put_back_to(&mut house, &file, &mut phone).await?;
        let mut other = second(&house).await?;
        for _ in 0..100 {
            other.sync_whole().await?;
            if other.base(&own)?.title == "Remise en cours" {
                break;
            }
        }
        assert_eq!(other.base(&own)?.title, "Remise en cours");
        house.stop().await?;
        house.clock.advance(Seconds(2 * 3_600));
        house.start().await?;
        phone.base = format!("http://{}", house.address);
        stuck(&mut phone, &[moved]).await?;
        let State::NeedsYou { problem } = phone.state(moved)? else {
            bail!("{:?}", phone.state(moved)?)
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        assert_ne!(ticket_of(&house, &own)?.0, PENDING, "{source}");
    }
    Ok(())
}

/// The date of the ticket's last change is that of his note, whose answer was lost.
#[tokio::test]
async fn what_it_wrote_itself_since_a_restore_puts_nothing_in_doubt() -> Result<()> {
    for source in SOURCES {
        let mut house = open().await?;
        let (mut phone, file) = ready(&house).await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        backup(&house.config.data_dir, &file).await?;
        put_back_to(&mut house, &file, &mut phone).await?;
        let mut other = second(&house).await?;
        let kind = if source == "ancien" {
            "TicketFollowup"
        } else {
            "ITILFollowup"
        };
        let faults = house.glpi(source).faults();
        let rule = faults.add(Matcher::on("POST", kind).times(1), Effect::DoThenLose);
        let note = other.edit(&own, followup("Vu sur place."))?;
        other.settle().await?;
        assert_eq!(faults.hits(rule), 1, "{source}");
        assert!(is_delivered(&other, note), "{source}");
        phone.settle().await?;
        let state = phone.state(moved)?;
        assert!(is_delivered(&phone, moved), "{source}: {state:?}");
        assert_eq!(ticket_of(&house, &own)?.0, PENDING, "{source}");
    }
    Ok(())
}

/// His note lands when somebody has been there after it was sent: its date on the ticket is no proof that nobody was.
#[tokio::test]
async fn a_note_that_landed_late_hides_nobody_who_came_before_it() -> Result<()> {
    for source in SOURCES {
        let late = |config: &mut tournee::config::Config| {
            config.custody.late = Duration::from_secs(7);
        };
        let mut house = House::with(late).await?;
        let (mut phone, file) = ready(&house).await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        backup(&house.config.data_dir, &file).await?;
        put_back_to(&mut house, &file, &mut phone).await?;
        let mut other = second(&house).await?;
        let faults = house.glpi(source).faults();
        let lost = Matcher::on("POST", "Followup").times(1);
        let rule = faults.add(lost, Effect::LoseThenDo(Duration::from_secs(4)));
        let note = other.edit(&own, followup("Vu sur place."))?;
        let answer = other.send(&other.phone.request(false)).await?;
        other.take_in(answer);
        wait_until(|| async { Ok(faults.hits(rule) > 0) }).await?;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            let other = [("name", json!("Remise en cours"))];
            world.edit_ticket(i64::try_from(own.id.0)?, colleague, &other);
        }
        other.settle().await?;
        assert!(is_delivered(&other, note), "{source}");
        stuck(&mut phone, &[moved]).await?;
        let State::NeedsYou { problem } = phone.state(moved)? else {
            bail!("{:?}", phone.state(moved)?)
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        assert_ne!(ticket_of(&house, &own)?.0, PENDING, "{source}");
    }
    Ok(())
}

/// It was begun since the first restore, and GLPI asked to wait: what it goes by then is of no use after a second one.
#[tokio::test]
async fn what_was_begun_between_two_restores_is_doubted_anew() -> Result<()> {
    for source in SOURCES {
        let mut house = open().await?;
        let (mut phone, first) = ready(&house).await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let (was, _) = ticket_of(&house, &own)?;
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        backup(&house.config.data_dir, &first).await?;
        put_back_to(&mut house, &first, &mut phone).await?;
        let faults = house.glpi(source).faults();
        let no = Canned::html(429, "<h1>Trop de requêtes</h1>").asking_to_wait(3_600);
        let rule = faults.add(Matcher::on("PUT", "Ticket"), Effect::Status(no));
        phone.sync_whole().await?;
        wait_until(|| async { Ok(faults.hits(rule) > 0) }).await?;
        // That run ends.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let second = house.config.data_dir.join("second.sqlite");
        backup(&house.config.data_dir, &second).await?;
        house.glpi(source).faults().remove(rule);
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            let id = i64::try_from(own.id.0)?;
            world.edit_ticket(id, colleague, &[("status", json!(PENDING))]);
            world.edit_ticket(id, colleague, &[("status", json!(was))]);
        }
        put_back_to(&mut house, &second, &mut phone).await?;
        stuck(&mut phone, &[moved]).await?;
        let State::NeedsYou { problem } = phone.state(moved)? else {
            bail!("{:?}", phone.state(moved)?)
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        assert_eq!(ticket_of(&house, &own)?.0, was, "{source}");
    }
    Ok(())
}
