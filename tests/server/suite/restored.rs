//! A server that is put back to its backup, and somebody who has put back what the one of before had done: that it stands there
//! is no proof that nothing was done.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tournee::backup::backup;
use tournee_core::changes::{ChangeBody, Fact, SetFact, TaskFact, TaskTime};
use tournee_core::domain::{Status, TaskState};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::time::Seconds;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::technician;
use tournee_sandbox::{Effect, Matcher, RuleId};

use crate::carrying::stuck;
use crate::creation::is_delivered;
use crate::support::handset::status;
use crate::support::tasks::{set, shown, task};
use crate::support::{Handset, House, SOURCES, wait_until};

/// When the change came to the server, against the backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Before,
    After,
    /// And the backup is a copy that bears no mark: the first phone tells.
    AfterUnmarked,
    /// It bears no mark, and no phone knows more: it was made so long ago that another server may have gone on from there.
    BeforeLongAgo,
}

pub async fn ready(house: &House) -> Result<(Handset, PathBuf)> {
    let phone = house.ready_phone().await?;
    Ok((phone, house.config.data_dir.join("nightly.sqlite")))
}

pub async fn open() -> Result<House> {
    House::with(|config| config.custody.late = Duration::ZERO).await
}

pub async fn put_back_to(house: &mut House, file: &Path, phone: &mut Handset) -> Result<()> {
    house.stop().await?;
    house.restore(file)?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    Ok(())
}

pub fn ticket_of(house: &House, key: &TicketKey) -> Result<(i64, String)> {
    let id = i64::try_from(key.id.0)?;
    let ticket = house.glpi(&key.source.0).world().ticket(id);
    let ticket = ticket.context("there")?;
    Ok((ticket.status, ticket.name))
}

fn retitled(phone: &Handset, own: &TicketKey, to: &str) -> Result<ChangeBody> {
    let to = Fact::Title(to.to_owned());
    let from = to.on(phone.base(own)?);
    let priority = None;
    Ok(ChangeBody::Fact(Box::new(SetFact { from, to, priority })))
}

/// All that is asked of a GLPI is lost.
fn cut(house: &House, source: &str) -> RuleId {
    let faults = house.glpi(source).faults();
    faults.add(Matcher::on("GET", ""), Effect::LoseBefore)
}

#[tokio::test]
async fn what_a_forgotten_server_did_and_a_colleague_put_back_is_his_to_decide() -> Result<()> {
    for source in SOURCES {
        for came in [
            Came::Before,
            Came::After,
            Came::AfterUnmarked,
            Came::BeforeLongAgo,
        ] {
            for is_title in [false, true] {
                let said = format!("{source}, {came:?}, title {is_title}");
                decides(source, came, is_title).await.context(said)?;
            }
        }
    }
    Ok(())
}

async fn decides(source: &str, came: Came, is_title: bool) -> Result<()> {
    let mut house = open().await?;
    let (mut phone, file) = ready(&house).await?;
    let own = phone.own_ticket(source, Status::Assigned)?;
    let (was, title) = ticket_of(&house, &own)?;
    let body = match is_title {
        true => retitled(&phone, &own, "Caisse 3 muette")?,
        false => status(Status::Assigned, Status::Pending),
    };
    let change = phone.edit(&own, body)?;
    let done = |house: &House| -> Result<bool> {
        let now = ticket_of(house, &own)?;
        Ok(now.0 == 4 || now.1 == "Caisse 3 muette")
    };
    if matches!(came, Came::Before | Came::BeforeLongAgo) {
        let rule = cut(&house, source);
        phone.send(&phone.phone.request(false)).await?;
        backup(&house.config.data_dir, &file).await?;
        assert!(!done(&house)?);
        house.glpi(source).faults().remove(rule);
    } else {
        backup(&house.config.data_dir, &file).await?;
        let answer = phone.send(&phone.phone.request(false)).await?;
        if came == Came::AfterUnmarked {
            // The place in the feed that this names is what tells.
            phone.take_in(answer);
        }
    }
    wait_until(|| async { done(&house) }).await?;
    // GLPI's clock knows seconds.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    {
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).context("a colleague")?;
        let back = [("status", json!(was)), ("name", json!(title))];
        world.edit_ticket(i64::try_from(own.id.0)?, colleague, &back);
    }
    if matches!(came, Came::AfterUnmarked | Came::BeforeLongAgo) {
        unmark(&file).await?;
    }
    if came == Came::BeforeLongAgo {
        house.clock.advance(Seconds(2 * 3_600));
    }
    put_back_to(&mut house, &file, &mut phone).await?;
    stuck(&mut phone, &[change]).await?;
    let State::NeedsYou { problem } = phone.state(change)? else {
        bail!("{:?}", phone.state(change)?)
    };
    assert_eq!(problem.kind, ProblemKind::Unsettled);
    assert!(problem.evidence.is_some_and(|evidence| evidence.forgotten));
    assert!(!done(&house)?);
    // He decides: it is made once more.
    phone.wish(change, Wish::Retry);
    phone.settle().await?;
    assert!(is_delivered(&phone, change), "{:?}", phone.state(change)?);
    assert!(done(&house)?);
    Ok(())
}

/// As a copy of the stopped server's file is.
async fn unmark(file: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await?;
    let marked: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut connection)
        .await?;
    assert_eq!(marked, 1);
    sqlx::query("PRAGMA user_version = 0")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// What waits then was not begun, and its database knows that.
#[tokio::test]
async fn a_server_that_starts_again_on_its_own_database_asks_nothing() -> Result<()> {
    let mut house = open().await?;
    let (mut phone, _) = ready(&house).await?;
    let mut made = Vec::new();
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let rule = cut(&house, source);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        made.push((source, own, rule, moved));
    }
    phone.send(&phone.phone.request(false)).await?;
    house.stop().await?;
    for (source, own, rule, _) in &made {
        let glpi = house.glpi(source);
        glpi.faults().remove(*rule);
        let mut world = glpi.world();
        let colleague = world.user_id(&technician(2)).context("a colleague")?;
        let other = [("name", json!("Quelqu’un est passé"))];
        world.edit_ticket(i64::try_from(own.id.0)?, colleague, &other);
    }
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    phone.settle().await?;
    for (source, own, _, moved) in made {
        let state = phone.state(moved)?;
        assert!(is_delivered(&phone, moved), "{source}: {state:?}");
        assert_eq!(ticket_of(&house, &own)?.0, 4, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn what_nobody_was_at_since_is_carried_out_without_a_question() -> Result<()> {
    let mut house = open().await?;
    let (mut phone, file) = ready(&house).await?;
    let mut made = Vec::new();
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let rule = cut(&house, source);
        // Each alters the ticket's date, and that says nothing of the one behind it.
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        let title = retitled(&phone, &own, "Deux à la suite")?;
        let titled = phone.edit(&own, title)?;
        made.push((source, own, rule, [moved, titled]));
    }
    phone.send(&phone.phone.request(false)).await?;
    backup(&house.config.data_dir, &file).await?;
    house.stop().await?;
    for (source, _, rule, _) in &made {
        house.glpi(source).faults().remove(*rule);
    }
    house.restore(&file)?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    phone.settle().await?;
    for (source, own, _, changes) in made {
        for change in changes {
            let state = phone.state(change)?;
            assert!(is_delivered(&phone, change), "{source}: {state:?}");
        }
        assert_eq!(
            ticket_of(&house, &own)?,
            (4, "Deux à la suite".to_owned()),
            "{source}"
        );
    }
    Ok(())
}

/// The task was delivered, and told: the phone offers it no more.
#[tokio::test]
async fn a_task_that_a_forgotten_server_added_is_known_by_what_alters_it() -> Result<()> {
    let mut house = open().await?;
    let (mut phone, file) = ready(&house).await?;
    backup(&house.config.data_dir, &file).await?;
    let mut made: Vec<(&str, TicketKey, ChangeId, ChangeId)> = Vec::new();
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let body = task(
            &phone,
            source,
            "Câble tiré",
            TaskTime::Spent(Seconds(3_600)),
        )?;
        let added = phone.edit(&own, body)?;
        let entry = shown(&phone, &own, added)?;
        let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
        made.push((source, own, added, ticked));
    }
    // What corrects them stays on its way.
    let mut request = phone.phone.request(false);
    request
        .changes
        .retain(|change| made.iter().any(|(_, _, added, _)| *added == change.id));
    let answer = phone.send(&request).await?;
    phone.take_in(answer);
    wait_until(|| async { Ok(made.iter().all(|(s, own, _, _)| tasks(&house, s, own) == 1)) })
        .await?;
    for _ in 0..100 {
        let mut request = phone.phone.request(false);
        request.changes.clear();
        let answer = phone.send(&request).await?;
        phone.take_in(answer);
        if made
            .iter()
            .all(|(_, _, added, _)| is_delivered(&phone, *added))
        {
            break;
        }
    }
    put_back_to(&mut house, &file, &mut phone).await?;
    phone.settle().await?;
    for (source, _, added, ticked) in &made {
        assert!(is_delivered(&phone, *added), "{source}");
        // Whether it was ticked and unticked since, the ticket's date alone does not tell.
        let State::NeedsYou { problem } = phone.state(*ticked)? else {
            bail!("{source}: {:?}", phone.state(*ticked)?)
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        phone.wish(*ticked, Wish::Retry);
    }
    phone.settle().await?;
    for (source, own, _, ticked) in made {
        let state = phone.state(ticked)?;
        assert!(is_delivered(&phone, ticked), "{source}: {state:?}");
        assert_eq!(tasks(&house, source, &own), 1);
    }
    Ok(())
}

fn tasks(house: &House, source: &str, own: &TicketKey) -> usize {
    let tasks = house.glpi(source).world().tasks(own.id.0.cast_signed());
    let ours = tasks
        .iter()
        .filter(|task| task.content.contains("Câble tiré"));
    ours.count()
}

/// The backup knows that it had no effect, and not that it was tried again, with one.
#[tokio::test]
async fn what_had_no_effect_at_first_is_not_repeated_over_who_put_it_back() -> Result<()> {
    for source in SOURCES {
        let mut house = open().await?;
        let (mut phone, file) = ready(&house).await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let (was, _) = ticket_of(&house, &own)?;
        let faults = house.glpi(source).faults();
        let vain = faults.add(Matcher::on("PUT", "Ticket"), Effect::OkWithoutEffect);
        let change = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        stuck(&mut phone, &[change]).await?;
        faults.remove(vain);
        backup(&house.config.data_dir, &file).await?;
        let rule = cut(&house, source);
        phone.wish(change, Wish::Retry);
        // It knows that his wish is there.
        phone.sync().await?;
        assert!(matches!(phone.state(change)?, State::Server));
        house.glpi(source).faults().remove(rule);
        house.app()?.shared().custody.wake();
        wait_until(|| async { Ok(ticket_of(&house, &own)?.0 == 4) }).await?;
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            let back = [("status", json!(was))];
            world.edit_ticket(i64::try_from(own.id.0)?, colleague, &back);
        }
        put_back_to(&mut house, &file, &mut phone).await?;
        for _ in 0..400 {
            phone.sync_whole().await?;
            let state = phone.state(change)?;
            if matches!(&state, State::NeedsYou { problem } if problem.kind == ProblemKind::Unsettled)
            {
                break;
            }
            assert!(!is_delivered(&phone, change), "{source}: {state:?}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let State::NeedsYou { problem } = phone.state(change)? else {
            bail!("{:?}", phone.state(change)?)
        };
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        assert_eq!(ticket_of(&house, &own)?.0, was, "{source}");
    }
    Ok(())
}
