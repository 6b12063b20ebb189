//! What is read, and what leaves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tournee_core::domain::{EntityChoice, Status};
use tournee_core::ids::TicketKey;
use tournee_core::wire::ChooseProfile;
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Canned, Effect, ManualClock, Matcher};

use crate::creation::{anywhere, create, is_delivered};
use crate::support::handset::followup;
use crate::support::{Handset, House, SOURCES, wait_until};

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

#[tokio::test]
async fn the_first_read_brings_every_ticket_of_the_scope_with_its_timeline() -> Result<()> {
    let house = House::open().await?;
    let phone = house.ready_phone().await?;
    for source in SOURCES {
        let me = i64::try_from(phone.account(source)?.user.0)?;
        let world = house.glpi(source).world();
        let assigned: Vec<i64> = world
            .ticket_ids()
            .into_iter()
            .filter_map(|id| world.ticket(id))
            .filter(|t| !t.is_deleted && t.status < 5)
            .filter(|t| t.actors.iter().any(|a| a.role == 2 && a.who == me))
            .map(|t| t.id)
            .collect();
        drop(world);
        assert!(!assigned.is_empty());
        for id in assigned {
            let key = TicketKey::new(source, u64::try_from(id)?);
            let ticket = phone.base(&key)?;
            assert!(ticket.timeline.is_some(), "{key}");
            assert!(!ticket.entity.name.is_empty() && !ticket.entity.name.starts_with('#'));
            for named in [&ticket.category, &ticket.location].into_iter().flatten() {
                assert!(!named.name.starts_with('#'), "{key}: {named:?}");
            }
        }
        let rows = phone.rows(source, |row| row.is_unassigned());
        assert!(!rows.is_empty(), "free tickets are there too");
    }
    assert_eq!(phone.references.len(), 2);
    Ok(())
}

#[tokio::test]
async fn what_a_colleague_writes_arrives() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).unwrap();
        world.add_followup(number(&own), colleague, "Vu avec le magasin.", false);
        drop(world);
        phone.sync_whole().await?;
        let html = serde_json::to_string(phone.base(&own)?)?;
        assert!(html.contains("Vu avec le magasin."), "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn two_changes_within_one_second_are_both_seen() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let colleague = house.new.world().user_id(&technician(2)).unwrap();
    house
        .new
        .world()
        .add_followup(number(&own), colleague, "Un.", false);
    phone.sync_whole().await?;
    {
        // The same second, as far as `date_mod` tells.
        let mut world = house.new.world();
        let stamp = world.ticket(number(&own)).unwrap().date_mod;
        world.add_followup(number(&own), colleague, "Deux.", false);
        let stamp = tournee_sandbox::value::Value::from(stamp.as_str());
        world.set("Ticket", number(&own), "date_mod", stamp);
    }
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    phone.sync_whole().await?;
    let html = serde_json::to_string(phone.base(&own)?)?;
    assert!(html.contains("Deux."));
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_comes_leaves_is_trashed_or_purged_does_so_on_the_phone() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let account = phone.account(source)?;
        let me = i64::try_from(account.user.0)?;
        let own = phone.rows(source, |row| {
            row.assignees == [account.user] && row.groups.is_empty() && row.status.is_open()
        });
        let [given, trashed, purged] = [0, 1, 2].map(|index| own[index].key.clone());
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).unwrap();
        let recipient_is_me = world.ticket(number(&given)).unwrap().recipient == me;
        if recipient_is_me {
            world.set(
                "Ticket",
                number(&given),
                "users_id_recipient",
                colleague.into(),
            );
        }
        let theirs = world
            .ticket_ids()
            .into_iter()
            .filter_map(|id| world.ticket(id))
            .find(|t| {
                !t.is_deleted
                    && t.status < 5
                    && t.actors.iter().any(|a| a.role == 2)
                    && !t.actors.iter().any(|a| a.role == 2 && a.who == me)
                    && t.groups.is_empty()
                    && t.recipient != me
            })
            .unwrap();
        let arriving = TicketKey::new(source, u64::try_from(theirs.id)?);
        world.unassign_all(number(&given), colleague);
        world.assign(number(&given), colleague, colleague);
        world.trash_ticket(number(&trashed), colleague);
        world.purge_ticket(number(&purged));
        world.assign(theirs.id, me, colleague);
        drop(world);
        assert!(!phone.has(&arriving));
        phone.sync_whole().await?;
        phone.sync_whole().await?;
        assert!(phone.has(&arriving), "{source}: {arriving}");
        for gone in [&given, &trashed, &purged] {
            assert!(!phone.has(gone), "{source}: {gone}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn scripts_in_a_ticket_do_not_reach_the_phone() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let mut world = house.glpi(source).world();
        let colleague = world.user_id(&technician(2)).unwrap();
        let evil = "<p onclick=\"x()\">Bonjour</p><script>alert(1)</script><img src=x onerror=alert(1)>\
            <a href=\"javascript:alert(1)\">ici</a><table><tr><td>1</td></tr></table>";
        world.add_followup(number(&own), colleague, evil, false);
        world.edit_ticket(number(&own), colleague, &[("content", json!(evil))]);
        drop(world);
        phone.sync_whole().await?;
        let ticket = serde_json::to_string(phone.base(&own)?)?;
        assert!(ticket.contains("Bonjour"), "{source}");
        for bad in ["<script", "onclick", "onerror", "javascript:"] {
            assert!(!ticket.contains(bad), "{source}: {bad} in {ticket}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn choosing_an_entity_hides_the_others_until_all_are_chosen_again() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let account = phone.account("nouveau")?;
    let all = phone.rows("nouveau", |_| true);
    let keys = all.iter().map(|row| row.key.clone());
    let entities: Vec<_> = keys
        .map(|key| phone.base(&key).map(|t| t.entity.clone()))
        .collect::<Result<_>>()?;
    let some = entities
        .iter()
        .find(|entity| entity.id != 0)
        .cloned()
        .unwrap();
    let inside = |name: &str| name == some.name || name.starts_with(&format!("{} > ", some.name));
    let choose = |entity| ChooseProfile {
        profile: account.profile.id,
        entity,
    };
    let address = format!("{}/api/session/nouveau/profile", phone.base);
    let chosen = choose(EntityChoice::One { id: some.id });
    let answer = phone.http.put(&address).json(&chosen).send().await?;
    assert_eq!(answer.status(), 200);
    phone.sync_whole().await?;
    let left = phone.rows("nouveau", |_| true);
    assert!(!left.is_empty() && left.len() < all.len());
    assert!(left.iter().all(|row| inside(&row.entity)), "{some:?}");
    phone
        .http
        .put(&address)
        .json(&choose(EntityChoice::All))
        .send()
        .await?;
    phone.sync_whole().await?;
    assert_eq!(phone.rows("nouveau", |_| true).len(), all.len());
    Ok(())
}

/// Exchanges until the ticket shows these words.
async fn until_shown(phone: &mut Handset, key: &TicketKey, words: &str) -> Result<()> {
    for _ in 0..80 {
        phone.sync_whole().await?;
        if serde_json::to_string(phone.base(key)?)?.contains(words) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("{key} never showed {words:?}")
}

#[tokio::test]
async fn a_clock_that_is_put_back_loses_nothing() -> Result<()> {
    let noon = jiff::Timestamp::now();
    let clock = Arc::new(ManualClock::new(noon));
    let day = std::time::Duration::from_secs(86_400);
    // Nothing else would have the whole scope compared.
    let house =
        House::on_clock(clock.clone(), |config| config.refresh.reconcile_every = day).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let account = phone.account(source)?;
        let own = phone.rows(source, |row| row.is_mine(&account) && row.status.is_open());
        let [first, second, third] = [0, 1, 2].map(|index| own[index].key.clone());
        let write = |key: &TicketKey, words: &str| {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).unwrap();
            world.add_followup(number(key), colleague, words, false);
        };
        clock.set(noon);
        write(&first, "À midi.");
        until_shown(&mut phone, &first, "À midi.").await?;
        clock.advance_seconds(-3_600);
        write(&second, "Une heure plus tôt.");
        // Nobody reads for a while: a mark that only followed the clock would miss it.
        clock.advance_seconds(60);
        until_shown(&mut phone, &second, "Une heure plus tôt.").await?;
        clock.advance_seconds(60);
        write(&third, "Une minute après.");
        until_shown(&mut phone, &third, "Une minute après.").await?;
        // The very second in which it had been written before.
        clock.set(noon);
        write(&first, "À midi encore.");
        until_shown(&mut phone, &first, "À midi encore.").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_written_while_a_ticket_is_read_is_not_lost() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let slow = std::time::Duration::from_millis(40);
        faults.add(Matcher::on("GET", ""), Effect::Delay(slow));
        for round in 0..8 {
            let write = async {
                // Each time at another point of the read.
                tokio::time::sleep(slow * round / 2).await;
                let mut world = house.glpi(source).world();
                let colleague = world.user_id(&technician(2)).unwrap();
                let words = format!("Pendant la lecture {round}.");
                world.add_followup(number(&own), colleague, &words, false);
            };
            let (read, ()) = futures::join!(phone.sync(), write);
            read?;
        }
        faults.clear();
        for round in 0..8 {
            let words = format!("Pendant la lecture {round}.");
            until_shown(&mut phone, &own, &words).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_is_made_while_all_is_compared_stays() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut other = house.ready_phone().await?;
    // What is made later is not looked for before it is made: all searches are the reader's.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    for (source, at) in SOURCES
        .into_iter()
        .flat_map(|source| [8, 10, 12].map(|at| (source, at)))
    {
        let faults = house.glpi(source).faults();
        // One that is gone without a word: all is compared, and the lists that were found are slow to come.
        let gone = other.own_ticket(source, Status::Assigned)?;
        house.glpi(source).world().purge_ticket(number(&gone));
        let list = Matcher::on("GET", "search/Ticket");
        let rule = faults.add(list, Effect::Delay(Duration::from_millis(400)));
        let title = format!("Pendant la comparaison {source} {at}");
        let body = create(&phone, source, &title, "Tiroir")?;
        let made = phone.edit(&anywhere(source), body)?;
        let request = phone.phone.request(false);
        let meanwhile = async {
            // Each time at another point of the read.
            wait_until(|| async { Ok(faults.hits(rule) >= at) }).await?;
            phone.send(&request).await
        };
        let (read, sent) = tokio::join!(other.sync(), meanwhile);
        read?;
        phone.take_in(sent?);
        phone.settle().await?;
        let queued = phone.phone.outbox().get(made).context("kept")?;
        let real = queued.change.ticket().context("a ticket")?.clone();
        let begun = Instant::now();
        while phone.has(&gone) {
            ensure!(
                begun.elapsed() < Duration::from_secs(30),
                "nothing is compared"
            );
            phone.sync().await?;
            ensure!(phone.has(&real), "{source} {at}: it was let go");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        ensure!(phone.has(&real), "{source} {at}: it was let go");
        faults.clear();
    }
    Ok(())
}

#[tokio::test]
async fn what_was_being_read_at_a_sign_out_does_not_come_back() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut other = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            world.add_followup(number(&own), colleague, "Pendant qu'il part.", false);
        }
        let faults = house.glpi(source).faults();
        let list = Matcher::on("GET", "search/Ticket");
        let rule = faults.add(list, Effect::Delay(Duration::from_secs(2)));
        let meanwhile = async {
            wait_until(|| async { Ok(faults.hits(rule) > 0) }).await?;
            // What waits in custody keeps GLPI's session open.
            let note = phone.edit(&own, followup("Encore à porter."))?;
            phone.send(&phone.phone.request(false)).await?;
            let address = format!("{}/api/session/{source}", phone.base);
            let out = phone.http.delete(address).send().await?;
            ensure!(out.status().is_success(), "{}", out.status());
            Ok(note)
        };
        let (pulled, note) = tokio::join!(other.sync(), meanwhile);
        pulled?;
        faults.clear();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            phone.sync_whole().await?;
        }
        assert!(is_delivered(&phone, note?));
        let shown = phone.rows(source, |_| true);
        ensure!(shown.is_empty(), "{source}: {} came back", shown.len());
    }
    Ok(())
}

#[tokio::test]
async fn a_first_read_that_failed_is_tried_again_however_seldom_reads_are() -> Result<()> {
    let house = House::with(|config| config.refresh.every = Duration::from_secs(3_600)).await?;
    let refused = Canned::json(500, r#"["ERROR_SQL",""]"#);
    let search = Matcher::on("GET", "search/Ticket").times(1);
    let failed = house.old.faults().add(search, Effect::Status(refused));
    let mut phone = house.phone()?;
    phone.sign_in("ancien", TECHNICIAN).await?;
    let begun = Instant::now();
    // The exchanges of a phone that nobody pulls.
    while phone.rows("ancien", |_| true).is_empty() {
        ensure!(begun.elapsed() < Duration::from_secs(30), "no ticket came");
        let answer = phone.send(&phone.phone.request(false)).await?;
        phone.take_in(answer);
    }
    assert_eq!(house.old.faults().hits(failed), 1);
    Ok(())
}

#[tokio::test]
async fn who_asks_sees_what_is_there_however_lately_it_was_read() -> Result<()> {
    let seldom = |config: &mut tournee::config::Config| {
        config.refresh.every = Duration::from_secs(3_600);
        config.refresh.patience = Duration::from_secs(20);
    };
    let house = House::with(seldom).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let key = phone.own_ticket(source, Status::Assigned)?;
        for text in ["La caisse redémarre.", "Non, elle ne redémarre plus."] {
            let colleague = house.glpi(source).world().user_id(TECHNICIAN).unwrap();
            let glpi = house.glpi(source);
            glpi.world()
                .add_followup(number(&key), colleague, text, false);
            // The one before is as young as it can be.
            phone.sync().await?;
            let mut shown = phone.base(&key)?.timeline.iter().flatten();
            let has = shown.any(|entry| format!("{entry:?}").contains(text));
            ensure!(has, "{source}: {text}");
        }
    }
    Ok(())
}
