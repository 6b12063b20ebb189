//! The queue: repeats, replacements, withdrawals, several devices.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tournee_core::changes::{TaskFact, TaskTime};
use tournee_core::domain::{Status, TaskState};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::time::Seconds;
use tournee_core::wire::{FeedItem, ProblemKind, ReportState, Wish, WishFor};
use tournee_sandbox::accounts::TECHNICIAN;
use tournee_sandbox::{Canned, Effect, Matcher};
use uuid::Uuid;

use crate::carrying::stuck;
use crate::support::handset::{followup, status};
use crate::support::tasks::{set, shown, task};
use crate::support::{House, SOURCES, wait_until};

#[tokio::test]
async fn a_repeated_request_does_nothing_twice() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        phone.edit(&own, followup("Répété."))?;
        let request = phone.phone.request(false);
        let first = phone.send(&request).await?;
        let second = phone.send(&request).await?;
        assert_eq!(first.received, second.received);
        phone.settle().await?;
        let third = phone.send(&request).await?;
        assert_eq!(first.received, third.received);
        let world = house.glpi(source).world();
        let notes = world.followups(i64::try_from(own.id.0)?);
        assert_eq!(
            notes
                .iter()
                .filter(|f| f.content.contains("Répété."))
                .count(),
            1
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_report_comes_after_the_ticket_that_shows_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let id = phone.edit(&own, followup("Dans l'ordre."))?;
    let mut items = Vec::new();
    loop {
        let response = phone.sync().await?;
        items.extend(response.items);
        if matches!(phone.state(id)?, State::Delivered { .. }) {
            break;
        }
    }
    let shown = items.iter().position(|item| {
        matches!(item, FeedItem::Ticket { ticket } if ticket.timeline.iter().flatten().any(|e| e.change == Some(id)))
    });
    let told = items.iter().position(|item| {
        matches!(item, FeedItem::Report { report } if matches!(report.state, ReportState::Delivered { .. }))
    });
    assert!(shown.is_some() && shown < told, "{shown:?} {told:?}");
    Ok(())
}

#[tokio::test]
async fn a_replaced_change_is_never_carried_out_and_its_place_is_kept() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    house.new.faults().add(Matcher::any(), Effect::LoseBefore);
    let old = phone.edit(&own, followup("Faute de frape."))?;
    let later = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
    phone.sync_whole().await?;
    let new = phone.replace(&own, followup("Faute de frappe."), Some(old))?;
    phone.sync_whole().await?;
    house.new.faults().clear();
    phone.settle().await?;
    assert!(matches!(phone.state(old)?, State::Withdrawn { .. }));
    assert!(matches!(phone.state(new)?, State::Delivered { .. }));
    assert!(matches!(phone.state(later)?, State::Delivered { .. }));
    let world = house.new.world();
    let notes = world.followups(i64::try_from(own.id.0)?);
    assert!(!notes.iter().any(|f| f.content.contains("frape.")));
    assert_eq!(
        notes
            .iter()
            .filter(|f| f.content.contains("frappe."))
            .count(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn what_is_typed_anew_is_not_parked_behind_what_waits_beside_it() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let no = Canned::json(400, r#"["ERROR_GLPI_UPDATE","Le plugin dit non"]"#);
        let refusing = faults.add(Matcher::on("PUT", "Ticket"), Effect::Status(no));
        let refused = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        stuck(&mut phone, &[refused]).await?;
        faults.remove(refusing);
        phone.edit(&own, status(Status::Pending, Status::Assigned))?;
        let lost = faults.add(Matcher::on("POST", "Followup").times(1), Effect::DoThenLose);
        let old = phone.edit(&own, followup("Faute de frape."))?;
        phone.send(&phone.phone.request(false)).await?;
        wait_until(|| async { Ok(faults.hits(lost) == 1) }).await?;
        let away = faults.add(Matcher::on("GET", ""), Effect::LoseBefore);
        let new = phone.replace(&own, followup("Faute de frappe."), Some(old))?;
        phone.sync_whole().await?;
        faults.remove(away);
        stuck(&mut phone, &[new]).await?;
        let State::NeedsYou { problem } = phone.state(new)? else {
            bail!("{:?}", phone.state(new)?)
        };
        assert_eq!(problem.kind, ProblemKind::AlreadySent, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_tried_before_is_looked_for_before_it_is_called_taken_back() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        // Called done, and not to be seen.
        let done = Canned::json(201, r#"{"id":999999,"message":""}"#);
        let rule = faults.add(
            Matcher::on("POST", "Followup").times(1),
            Effect::Status(done),
        );
        let note = phone.edit(&own, followup("Sans effet."))?;
        stuck(&mut phone, &[note]).await?;
        assert_eq!(faults.hits(rule), 1);
        let away = faults.add(Matcher::any(), Effect::LoseBefore);
        phone.wish(note, Wish::Retry);
        phone.send(&phone.phone.request(false)).await?;
        phone.sync_whole().await?;
        phone.wish(note, Wish::Withdraw);
        phone.sync_whole().await?;
        let state = phone.state(note)?;
        let is_open = !matches!(state, State::Withdrawn { .. });
        assert!(is_open, "{source}: nobody has looked: {state:?}");
        faults.remove(away);
        phone.settle().await?;
        let state = phone.state(note)?;
        assert!(
            matches!(state, State::Withdrawn { .. }),
            "{source}: {state:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_replaces_a_delivered_change_waits_until_he_insists() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let old = phone.edit(&own, followup("Premier texte."))?;
    let first = phone.phone.request(false);
    phone.send(&first).await?;
    // Delivered by now, or about to be; the phone does not know and edits.
    let app = house.app()?.shared().clone();
    crate::support::wait_until(|| async {
        let mut db = app.store.read().await?;
        Ok(tournee::store::chains::open(&mut db, None)
            .await?
            .is_empty())
    })
    .await?;
    let new = phone.replace(&own, followup("Second texte."), Some(old))?;
    phone.settle().await?;
    assert!(matches!(phone.state(old)?, State::Delivered { .. }));
    let State::NeedsYou { problem } = phone.state(new)? else {
        panic!("{:?}", phone.state(new)?);
    };
    assert_eq!(problem.kind, ProblemKind::AlreadySent);
    phone.wish(new, Wish::Insist);
    phone.settle().await?;
    assert!(matches!(phone.state(new)?, State::Delivered { .. }));
    Ok(())
}

#[tokio::test]
async fn what_builds_on_one_that_waits_for_him_waits_with_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let time = TaskTime::Spent(Seconds(3_600));
    let body = task(&phone, "nouveau", "Câble tirré", time)?;
    let old = phone.edit(&own, body)?;
    let first = phone.phone.request(false);
    phone.send(&first).await?;
    let app = house.app()?.shared().clone();
    crate::support::wait_until(|| async {
        let mut db = app.store.read().await?;
        let open = tournee::store::chains::open(&mut db, None).await?;
        Ok(open.is_empty())
    })
    .await?;
    // The phone does not know of the delivery: he corrects the text, and ticks what he sees.
    let body = task(&phone, "nouveau", "Câble tiré", time)?;
    let new = phone.replace(&own, body, Some(old))?;
    let entry = shown(&phone, &own, new)?;
    let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
    stuck(&mut phone, &[new]).await?;
    let State::NeedsYou { problem } = phone.state(new)? else {
        anyhow::bail!("{:?}", phone.state(new)?);
    };
    assert_eq!(problem.kind, ProblemKind::AlreadySent);
    let waits = phone.state(ticked)?;
    assert!(matches!(waits, State::Server), "{waits:?}");
    phone.wish(new, Wish::Insist);
    phone.settle().await?;
    for id in [new, ticked] {
        let state = phone.state(id)?;
        assert!(matches!(state, State::Delivered { .. }), "{state:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_withdrawal_holds_also_for_a_change_that_arrives_after_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    let id = phone.edit(&own, followup("Repris."))?;
    let with_change = phone.phone.request(false);
    let mut wish_alone = with_change.clone();
    wish_alone.changes.clear();
    wish_alone.wishes.push(WishFor::of(id, Wish::Withdraw));
    phone.send(&wish_alone).await?;
    phone.send(&with_change).await?;
    phone.settle().await?;
    assert!(matches!(phone.state(id)?, State::Withdrawn { .. }));
    let world = house.old.world();
    let notes = world.followups(i64::try_from(own.id.0)?);
    assert!(!notes.iter().any(|f| f.content.contains("Repris.")));
    Ok(())
}

#[tokio::test]
async fn a_withdrawn_change_that_waits_is_not_carried_out() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    house.new.faults().add(Matcher::any(), Effect::LoseBefore);
    let id = phone.edit(&own, followup("Non."))?;
    phone.sync_whole().await?;
    phone.wish(id, Wish::Withdraw);
    phone.sync_whole().await?;
    house.new.faults().clear();
    phone.settle().await?;
    assert!(matches!(phone.state(id)?, State::Withdrawn { .. }));
    Ok(())
}

#[tokio::test]
async fn a_change_taken_back_while_its_ticket_is_looked_at_is_not_carried_out() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let looks = Matcher::on("GET", &format!("Ticket/{}", own.id.0));
    let slow = Effect::Delay(std::time::Duration::from_millis(500));
    let looked = house.new.faults().add(looks, slow);
    let id = phone.edit(&own, followup("Trop tard pour rien."))?;
    let request = phone.phone.request(false);
    phone.send(&request).await?;
    let looks = async || Ok(house.new.faults().hits(looked) > 0);
    crate::support::wait_until(looks).await?;
    phone.wish(id, Wish::Withdraw);
    phone.settle().await?;
    assert!(matches!(phone.state(id)?, State::Withdrawn { .. }));
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    let world = house.new.world();
    let notes = world.followups(i64::try_from(own.id.0)?);
    assert!(!notes.iter().any(|f| f.content.contains("Trop tard")));
    Ok(())
}

#[tokio::test]
async fn two_phones_of_one_technician_see_each_others_work() -> Result<()> {
    let house = House::open().await?;
    let mut first = house.ready_phone().await?;
    let mut second = house.ready_phone().await?;
    for source in SOURCES {
        let own = first.own_ticket(source, Status::Assigned)?;
        let id = first.edit(&own, followup("Du premier téléphone."))?;
        first.settle().await?;
        second.sync_whole().await?;
        let entries = second.base(&own)?.timeline.clone().unwrap_or_default();
        assert!(entries.iter().any(|entry| entry.change == Some(id)));
    }
    assert!(second.states().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_change_of_somebody_else_on_the_same_phone_is_not_made_in_his_name() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let id = phone.edit(&own, followup("De Marcoux."))?;
    let request = phone.phone.request(false);
    let other = house.phone()?;
    other
        .sign_in("nouveau", &tournee_sandbox::accounts::technician(2))
        .await?;
    other.send(&request).await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let world = house.new.world();
    let notes = world.followups(i64::try_from(own.id.0)?);
    assert!(
        !notes.iter().any(|f| f.content.contains("De Marcoux.")),
        "{id}"
    );
    Ok(())
}

#[tokio::test]
async fn a_change_without_an_account_waits_for_a_sign_in() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.phone()?;
    phone.sign_in("nouveau", TECHNICIAN).await?;
    phone.sync_whole().await?;
    let mut change = {
        let own = phone.own_ticket("nouveau", Status::Assigned)?;
        phone.edit(&own, followup("Vers l'ancien."))?;
        phone.phone.request(false)
    };
    let own = change.changes[0].ticket().context("on a ticket")?;
    change.changes[0].target = TicketKey::new("ancien", own.id.0).into();
    change.changes[0].id = ChangeId(Uuid::now_v7());
    let id = change.changes[0].id;
    phone.send(&change).await?;
    let mut reports = Vec::new();
    let mut cursor = None;
    loop {
        let mut request = phone.phone.request(false);
        request.changes.clear();
        request.cursor = cursor;
        let response = phone.send(&request).await?;
        reports.extend(response.items);
        cursor = Some(response.cursor);
        if !response.more {
            break;
        }
    }
    let told = reports.iter().any(|item| {
        matches!(item, FeedItem::Report { report } if report.change == id
            && matches!(&report.state, ReportState::NeedsYou { problem } if problem.kind == ProblemKind::NoAccount))
    });
    assert!(told);
    Ok(())
}
