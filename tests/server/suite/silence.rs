//! A GLPI that does not answer is left alone, costs the other nothing, and is found again.

use std::time::Duration;

use anyhow::Result;
use tournee_core::changes::ChangeBody;
use tournee_core::domain::{AccountState, Status};
use tournee_core::ids::ChangeId;
use tournee_core::outbox::State;
use tournee_core::wire::{ErrorCode, SignInMethod};
use tournee_sandbox::accounts::{PASSWORD, technician};
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::support::handset::followup;
use crate::support::{Handset, House, SOURCES, wait_until};

/// So many failures in a row are enough, so many requests may be under way by then, and the answer to one that left
/// before may make as many be forgotten.
const UNTIL_LEFT_ALONE: u64 = 4 + 3 + 3;

/// What a silent GLPI is asked at most: then one request each five seconds, near enough, however long the test took.
fn most_asked(started: tokio::time::Instant) -> u64 {
    UNTIL_LEFT_ALONE + 1 + started.elapsed().as_secs() / 4
}

fn other(source: &str) -> &'static str {
    match source {
        "ancien" => "nouveau",
        _ => "ancien",
    }
}

async fn house() -> Result<House> {
    // Who waited for a GLPI that does not answer would wait for ever.
    House::with(|config| config.refresh.patience = Duration::from_secs(86_400)).await
}

/// Notes on many tickets of one GLPI.
fn notes(phone: &mut Handset, source: &str) -> Result<Vec<ChangeId>> {
    let account = phone.account(source)?;
    let own = phone.rows(source, |row| row.is_mine(&account) && row.status.is_open());
    assert!(own.len() > 10);
    let keys = own.iter().take(20).map(|row| row.key.clone());
    keys.map(|key| phone.edit(&key, followup("Passé.")))
        .collect()
}

async fn is_left_alone(house: &House, source: &str) -> Result<()> {
    let server = house.app()?.shared().clone();
    wait_until(|| async { Ok(server.links.down().iter().any(|d| d.source.0 == source)) }).await
}

/// An exchange without a pull, within a patience that no waiting for a silent GLPI would end in.
async fn exchange(phone: &mut Handset) -> Result<()> {
    let request = phone.phone.request(false);
    let answer = tokio::time::timeout(Duration::from_secs(90), phone.send(&request)).await??;
    phone.take_in(answer);
    Ok(())
}

#[tokio::test]
async fn a_silent_glpi_is_left_alone_costs_the_other_nothing_and_is_found_again() -> Result<()> {
    let house = house().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let started = tokio::time::Instant::now();
        let silence = faults.add(Matcher::any(), Effect::LoseBefore);
        let waiting = notes(&mut phone, source)?;
        exchange(&mut phone).await?;
        is_left_alone(&house, source).await?;
        let through = notes(&mut phone, other(source))?;
        while !through.iter().all(|id| is_delivered(&phone, *id)) {
            exchange(&mut phone).await?;
        }
        let asked = faults.hits(silence);
        assert!(asked <= most_asked(started), "{source}: {asked}");
        assert_eq!(phone.account(source)?.state, AccountState::Unreachable);
        assert_eq!(phone.account(other(source))?.state, AccountState::Active);
        for id in &waiting {
            assert_eq!(phone.state(*id)?, State::Server);
        }
        let ready = format!("{}/readyz", phone.base);
        let ready = phone.http.get(ready).send().await?.text().await?;
        assert!(ready.contains(&format!("GLPI {source} has not answered")));
        faults.clear();
        phone.settle().await?;
        assert!(waiting.iter().all(|id| is_delivered(&phone, *id)));
        assert_eq!(phone.account(source)?.state, AccountState::Active);
        assert!(house.app()?.shared().links.down().is_empty());
    }
    Ok(())
}

fn is_delivered(phone: &Handset, id: ChangeId) -> bool {
    matches!(phone.state(id), Ok(State::Delivered { .. }))
}

#[tokio::test]
async fn a_glpi_that_turns_the_server_away_is_shown_as_out_of_reach_until_it_is_mended()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        house.glpi(source).world().set_api_enabled(false);
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("Rien n'est perdu."))?;
        phone.sync_until(source, AccountState::Unreachable).await?;
        assert_eq!(phone.account(other(source))?.state, AccountState::Active);
        assert_eq!(phone.state(id)?, State::Server);
        house.glpi(source).world().set_api_enabled(true);
        phone.settle().await?;
        assert!(is_delivered(&phone, id));
        phone.sync_until(source, AccountState::Active).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_silent_glpi_is_asked_again_with_nobody_there() -> Result<()> {
    let house = house().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        faults.add(Matcher::any(), Effect::LoseBefore);
        let own = phone.own_ticket(source, Status::Assigned)?;
        let own = i64::try_from(own.id.0)?;
        notes(&mut phone, source)?;
        exchange(&mut phone).await?;
        is_left_alone(&house, source).await?;
        faults.clear();
        wait_until(|| async {
            let notes = house.glpi(source).world().followups(own);
            Ok(notes.iter().any(|note| note.content.contains("Passé.")))
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_maintenance_that_says_how_long_is_believed() -> Result<()> {
    let house = house().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let closed = Canned::html(503, "<h1>Maintenance</h1>").asking_to_wait(1_800);
        let rule = faults.add(Matcher::any(), Effect::Status(closed));
        notes(&mut phone, source)?;
        exchange(&mut phone).await?;
        is_left_alone(&house, source).await?;
        for _ in 0..5 {
            phone.sync().await?;
        }
        let method = SignInMethod::Password {
            login: technician(2),
            password: PASSWORD.to_owned(),
        };
        let refused = house.phone()?.try_sign_in(source, method).await?;
        let code = refused.err().map(|error| error.code);
        assert_eq!(code, Some(ErrorCode::GlpiUnreachable));
        // Only those that were under way when it said so.
        assert!(faults.hits(rule) <= 4, "{source}: {}", faults.hits(rule));
        let down = house.app()?.shared().links.down();
        let down = down.iter().find(|down| down.source.0 == source);
        assert!(down.is_some_and(|down| down.next > Duration::from_secs(1_700)));
    }
    Ok(())
}

#[tokio::test]
async fn pulls_and_sign_ins_ask_sooner_but_do_not_storm() -> Result<()> {
    let house = house().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let silence = faults.add(Matcher::any(), Effect::LoseBefore);
        notes(&mut phone, source)?;
        exchange(&mut phone).await?;
        is_left_alone(&house, source).await?;
        let before = faults.hits(silence);
        let started = tokio::time::Instant::now();
        for _ in 0..30 {
            phone.sync().await?;
        }
        // One every two seconds at most, however long the thirty took.
        let probes = 1 + started.elapsed().as_secs() / 2;
        assert!(faults.hits(silence) - before <= probes, "{source}");
        faults.clear();
        phone.settle().await?;
    }
    Ok(())
}

/// Whatever is written while one of them is silent is only a note: nothing here depends on a kind of change.
#[tokio::test]
async fn a_page_in_place_of_the_api_is_silence_too() -> Result<()> {
    let house = house().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let page = Canned::html(
            200,
            "<!DOCTYPE html><p>Service is down for maintenance.</p>",
        );
        let started = tokio::time::Instant::now();
        let rule = faults.add(Matcher::any(), Effect::Status(page));
        let take = {
            let free = phone.free_ticket(source)?;
            let body: ChangeBody = phone.take(&free)?;
            phone.edit(&free, body)?
        };
        notes(&mut phone, source)?;
        exchange(&mut phone).await?;
        is_left_alone(&house, source).await?;
        let asked = faults.hits(rule);
        assert!(asked <= most_asked(started), "{source}: {asked}");
        faults.clear();
        phone.settle().await?;
        assert!(is_delivered(&phone, take), "{:?}", phone.state(take)?);
    }
    Ok(())
}
