//! Pages, cursors, epochs.

use anyhow::Result;
use tournee_core::domain::Status;
use tournee_core::ids::{Cursor, Epoch, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ApiError, ErrorCode, FeedItem};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::{Effect, Matcher};

use crate::support::handset::{Handset, followup};
use crate::support::{House, SOURCES};

#[tokio::test]
async fn pages_are_bounded_and_together_they_are_everything() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    let rows = phone.rows("nouveau", |_| true);
    let colleague = house.new.world().user_id(TECHNICIAN).unwrap();
    for row in rows.iter().take(5) {
        let long = "Une longue note. ".repeat(6_000);
        let id = i64::try_from(row.key.id.0)?;
        house.new.world().add_followup(id, colleague, &long, false);
    }
    let mut second = house.ready_phone().await?;
    second.sync_whole().await?;
    let mut request = second.phone.request(false);
    request.cursor = None;
    let mut tickets = 0;
    let mut pages = 0;
    loop {
        let response = second.send(&request).await?;
        pages += 1;
        let bytes = serde_json::to_vec(&response.items)?.len();
        assert!(bytes < 450_000, "{bytes}");
        let is_ticket = |item: &&FeedItem| matches!(item, FeedItem::Ticket { .. });
        tickets += response.items.iter().filter(is_ticket).count();
        request.cursor = Some(response.cursor);
        if !response.more {
            break;
        }
    }
    assert!(pages > 2, "{pages}");
    assert_eq!(tickets, second.phone.rows().len());
    Ok(())
}

#[tokio::test]
async fn a_page_lost_on_the_way_is_sent_again() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    let mut request = phone.phone.request(false);
    request.cursor = None;
    let first = phone.send(&request).await?;
    let again = phone.send(&request).await?;
    assert_eq!(first.items, again.items);
    assert_eq!(first.cursor, again.cursor);
    Ok(())
}

#[tokio::test]
async fn a_report_comes_with_its_ticket_also_when_that_has_moved_to_a_later_page() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let before = phone.phone.request(false);
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let id = phone.edit(&own, followup("Vu avec la caissière."))?;
    phone.settle().await?;
    // Then much moves, and the ticket itself last: the report now stands alone at the feed's beginning.
    let colleague = house.new.world().user_id(TECHNICIAN).unwrap();
    let others = phone.rows("nouveau", |row| row.key != own && row.status.is_open());
    for row in others.iter().take(5) {
        let long = "Une longue note. ".repeat(6_000);
        let other = i64::try_from(row.key.id.0)?;
        house
            .new
            .world()
            .add_followup(other, colleague, &long, false);
    }
    read_until(&mut phone, &others[4].key).await?;
    let ticket = i64::try_from(own.id.0)?;
    house
        .new
        .world()
        .add_followup(ticket, colleague, "Merci.", false);
    read_until(&mut phone, &own).await?;

    let page = phone.send(&before).await?;
    assert!(page.more, "the ticket's new place must be in another page");
    let shows = |item: &FeedItem| match item {
        FeedItem::Ticket { ticket } => {
            let mut timeline = ticket.timeline.iter().flatten();
            timeline.any(|entry| entry.change == Some(id))
        }
        _ => false,
    };
    let reports =
        |item: &FeedItem| matches!(item, FeedItem::Report { report } if report.change == id);
    let shown = page.items.iter().position(shows);
    let reported = page.items.iter().position(reports);
    assert!(reported.is_some() && shown < reported && shown.is_some());
    Ok(())
}

/// Asks until what somebody wrote on this ticket has been read.
async fn read_until(phone: &mut Handset, key: &TicketKey) -> Result<()> {
    let length = |phone: &Handset| {
        let ticket = phone.base(key).ok();
        ticket.and_then(|ticket| ticket.timeline.as_ref().map(Vec::len))
    };
    let before = length(phone);
    for _ in 0..200 {
        let mut request = phone.phone.request(true);
        request.pull = true;
        let response = phone.send(&request).await?;
        phone.take_in(response);
        if length(phone) > before {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("{key} was not read again")
}

#[tokio::test]
async fn a_server_restored_from_an_older_backup_says_so_and_nothing_happens_twice() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    house.stop().await?;
    let database = house.config.data_dir.join("tournee.sqlite");
    let backup = house.config.data_dir.join("backup");
    std::fs::copy(&database, &backup)?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    let mut notes = Vec::new();
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("Avant la sauvegarde perdue."))?;
        notes.push((source, own, id));
    }
    phone.settle().await?;
    // One more is at the server when it is lost, and nowhere else.
    house.new.faults().add(Matcher::any(), Effect::LoseBefore);
    let own = phone.own_ticket("nouveau", Status::Planned)?;
    let id = phone.edit(&own, followup("Avant la sauvegarde perdue, sans réponse."))?;
    phone.sync_whole().await?;
    assert_eq!(phone.state(id)?, State::Server);
    notes.push(("nouveau", own, id));
    house.stop().await?;
    house.new.faults().clear();
    std::fs::copy(&backup, &database)?;
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    let known = phone.phone.meta().epoch.clone();
    let response = phone.sync().await?;
    assert_ne!(Some(response.epoch), known);
    phone.settle().await?;
    for (source, own, id) in notes {
        assert!(matches!(phone.state(id)?, State::Delivered { .. }));
        let world = house.glpi(source).world();
        let followups = world.followups(i64::try_from(own.id.0)?);
        let ours = followups
            .iter()
            .filter(|f| f.content.contains("sauvegarde perdue"));
        assert_eq!(ours.count(), 1, "{source}");
        drop(world);
        assert!(phone.has(&own));
    }
    Ok(())
}

#[tokio::test]
async fn what_a_phone_holds_of_a_glpi_is_not_told_again() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let quiet = phone.sync().await?;
    assert!(quiet.sources.is_empty(), "{:?}", quiet.sources);
    assert_eq!(quiet.reads.len(), SOURCES.len());
    assert!(quiet.reads.iter().all(|read| read.refreshed_at.is_some()));
    // One that came from elsewhere, as after a restored backup.
    let mut request = phone.phone.request(false);
    request.holds[0].tag.push('x');
    let response = phone.send(&request).await?;
    assert_eq!(response.sources.len(), 1);
    assert_eq!(response.sources[0].source, request.holds[0].source);
    assert_eq!(response.reads.len(), SOURCES.len() - 1);
    Ok(())
}

#[tokio::test]
async fn an_unknown_epoch_voids_the_cursor() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut request = phone.phone.request(false);
    request.epoch = Some(Epoch("another life".to_owned()));
    let response = phone.send(&request).await?;
    assert!(response.items.is_empty() && response.more);
    let before = phone.phone.rows().len();
    phone.sync_whole().await?;
    assert_eq!(phone.phone.rows().len(), before);
    Ok(())
}

#[tokio::test]
async fn two_technicians_who_prove_to_be_one_become_one() -> Result<()> {
    let house = House::open().await?;
    let mut old = house.phone()?;
    old.sign_in("ancien", TECHNICIAN).await?;
    old.sync_whole().await?;
    let mut new = house.phone()?;
    new.sign_in("nouveau", TECHNICIAN).await?;
    new.sync_whole().await?;
    assert!(new.rows("ancien", |_| true).is_empty());
    new.sign_in("ancien", TECHNICIAN).await?;
    for phone in [&mut old, &mut new] {
        phone.sync_whole().await?;
        phone.sync_whole().await?;
        for source in SOURCES {
            assert!(!phone.rows(source, |_| true).is_empty(), "{source}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_the_protocol_is_refused() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    let mut newer = phone.phone.request(false);
    newer.protocol = 99;
    let mut nonsense = phone.phone.request(false);
    nonsense.cursor = Some(Cursor("elsewhere".to_owned()));
    for (request, code) in [
        (newer, ErrorCode::ProtocolMismatch),
        (nonsense, ErrorCode::BadRequest),
    ] {
        let error: ApiError = phone.try_send(&request).await?.json().await?;
        assert_eq!(error.code, code);
    }
    let address = format!("{}/api/sync", phone.base);
    let answer = phone
        .http
        .post(&address)
        .body("{\"protocol\":")
        .send()
        .await?;
    assert_eq!(answer.status(), 400);
    let answer = phone
        .http
        .post(&address)
        .body("x".repeat(9_000_000))
        .send()
        .await?;
    assert_eq!(answer.status(), 413);
    let error: ApiError = answer.json().await?;
    assert_eq!(error.code, ErrorCode::TooLarge);
    Ok(())
}

#[tokio::test]
async fn a_delta_of_one_ticket_is_small() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let id = i64::try_from(own.id.0)?;
    let user = house.new.world().user_id(TECHNICIAN).unwrap();
    house
        .new
        .world()
        .add_followup(id, user, "Une ligne.", false);
    let response = phone.sync().await?;
    assert_eq!(response.items.len(), 1, "{:?}", response.items);
    Ok(())
}
