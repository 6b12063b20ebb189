//! What a GLPI answers with an error each time, while it answers otherwise: it waits for him with what came, and nothing is
//! guessed.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tournee_core::domain::{AccountState, Status};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{Problem, ProblemKind, Wish};
use tournee_sandbox::accounts::technician;
use tournee_sandbox::faults::RuleId;
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::carrying::{carry, old_ticket};
use crate::creation::{anywhere, create, is_delivered, local, make, titled};
use crate::support::handset::{followup, status};
use crate::support::{Handset, House, SOURCES};

/// A server without patience: five errors in a row are enough.
async fn open() -> Result<House> {
    House::with(|config| config.custody.patience = Duration::ZERO).await
}

/// GLPI answers all that is asked of a ticket with an error.
fn broken(house: &House, source: &str, ticket: TicketId) -> [RuleId; 2] {
    ["?", "/"].map(|behind| fails(house, source, &format!("Ticket/{ticket}{behind}")))
}

fn fails(house: &House, source: &str, path: &str) -> RuleId {
    let error = Canned::html(500, "<h1>Erreur interne</h1>");
    let faults = house.glpi(source).faults();
    faults.add(Matcher::on("GET", path), Effect::Status(error))
}

fn mend(house: &House, source: &str, rules: impl IntoIterator<Item = RuleId>) {
    let faults = house.glpi(source).faults();
    rules.into_iter().for_each(|rule| faults.remove(rule));
}

/// Until this waits for him; no try waits for its time.
pub async fn until_it_waits(house: &House, phone: &mut Handset, id: ChangeId) -> Result<Problem> {
    for _ in 0..400 {
        phone.sync_whole().await?;
        if let State::NeedsYou { problem } = phone.state(id)? {
            return Ok(problem);
        }
        house.app()?.shared().custody.wake();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    bail!("{:?}", phone.states())
}

async fn until_delivered(house: &House, phone: &mut Handset, id: ChangeId) -> Result<()> {
    for _ in 0..400 {
        phone.sync_whole().await?;
        match phone.state(id)? {
            State::Delivered { .. } => return Ok(()),
            State::NeedsYou { problem } => bail!("{problem:?}"),
            _ => {}
        }
        house.app()?.shared().custody.wake();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    bail!("{:?}", phone.states())
}

fn notes(house: &House, key: &TicketKey, words: &str) -> Result<usize> {
    let world = house.glpi(&key.source.0).world();
    let notes = world.followups(i64::try_from(key.id.0)?);
    let those = notes.iter().filter(|note| note.content.contains(words));
    Ok(those.count())
}

fn next_number(house: &House, source: &str) -> Result<TicketId> {
    let ids = house.glpi(source).world().ticket_ids();
    let last = ids.into_iter().max().context("a ticket")?;
    Ok(TicketId(u64::try_from(last + 1)?))
}

#[tokio::test]
async fn what_was_never_sent_waits_with_the_words_and_other_tickets_go_on() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let rows = phone.rows(source, |row| row.status == Status::Assigned);
        let [own, other] = [&rows[0], &rows[1]].map(|row| row.key.clone());
        let rules = broken(&house, source, own.id);
        let first = phone.edit(&own, followup("Pas encore."))?;
        let second = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        let elsewhere = phone.edit(&other, followup("Ailleurs."))?;
        until_delivered(&house, &mut phone, elsewhere).await?;
        for id in [first, second] {
            let problem = until_it_waits(&house, &mut phone, id).await?;
            assert_eq!(problem.kind, ProblemKind::Unreadable, "{source}");
            let words = problem.words.context("what came")?;
            assert!(words.contains("HTTP 500"), "{words}");
        }
        assert_eq!(notes(&house, &own, "Pas encore.")?, 0);
        mend(&house, source, rules);
        phone.wish(first, Wish::Retry);
        phone.wish(second, Wish::Withdraw);
        phone.settle().await?;
        assert!(is_delivered(&phone, first), "{:?}", phone.state(first)?);
        assert!(matches!(phone.state(second)?, State::Withdrawn { .. }));
        assert_eq!(notes(&house, &own, "Pas encore.")?, 1);
        assert_eq!(phone.base(&own)?.status, Status::Assigned);
    }
    Ok(())
}

#[tokio::test]
async fn what_may_have_landed_waits_with_its_evidence_and_is_found_when_it_can_be_looked_for()
-> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let lost = Matcher::on("POST", "Followup").times(1);
        let posted = faults.add(lost, Effect::DoThenLose);
        let note = phone.edit(&own, followup("Une fois."))?;
        let words = "Une fois.";
        let request = phone.phone.request(false);
        let answer = phone.send(&request).await?;
        phone.take_in(answer);
        crate::support::wait_until(|| async { Ok(faults.hits(posted) == 1) }).await?;
        let rules = broken(&house, source, own.id);
        let problem = until_it_waits(&house, &mut phone, note).await?;
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        let evidence = problem.evidence.context("the evidence")?;
        assert_eq!(evidence.tries.len(), 1, "{evidence:?}");
        let unread = evidence.unread.context("that nobody could look")?;
        assert!(unread.said.contains("HTTP 500"), "{}", unread.said);
        // It still can't be looked for: he is asked once more, and nothing is written.
        phone.wish(note, Wish::Retry);
        phone.sync_whole().await?;
        let again = until_it_waits(&house, &mut phone, note).await?;
        assert_eq!(again.kind, ProblemKind::Unsettled);
        mend(&house, source, rules);
        phone.wish(note, Wish::Retry);
        phone.settle().await?;
        assert!(is_delivered(&phone, note), "{:?}", phone.state(note)?);
        assert_eq!(notes(&house, &own, words)?, 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn what_he_took_back_while_it_can_not_be_looked_for_asks_him_once() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let rows = phone.rows(source, |row| row.status == Status::Assigned);
        let [own, other] = [&rows[0], &rows[1]].map(|row| row.key.clone());
        let rules = broken(&house, source, own.id);
        let never_sent = phone.edit(&own, followup("Jamais."))?;
        phone.sync_whole().await?;
        phone.wish(never_sent, Wish::Withdraw);
        phone.sync_whole().await?;
        assert!(matches!(phone.state(never_sent)?, State::Withdrawn { .. }));
        let faults = house.glpi(source).faults();
        let lost = Matcher::on("POST", "Followup").times(1);
        let posted = faults.add(lost, Effect::DoThenLose);
        let sent = phone.edit(&other, followup("Parti."))?;
        let answer = phone.send(&phone.phone.request(false)).await?;
        phone.take_in(answer);
        crate::support::wait_until(|| async { Ok(faults.hits(posted) == 1) }).await?;
        let others = broken(&house, source, other.id);
        phone.wish(sent, Wish::Withdraw);
        let problem = until_it_waits(&house, &mut phone, sent).await?;
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        phone.wish(sent, Wish::Withdraw);
        phone.settle().await?;
        assert!(matches!(phone.state(sent)?, State::Withdrawn { .. }));
        mend(&house, source, rules.into_iter().chain(others));
        phone.settle().await?;
        assert_eq!(notes(&house, &other, "Parti.")?, 1);
        assert_eq!(notes(&house, &own, "Jamais.")?, 0);
    }
    Ok(())
}

/// Its answer was lost, and what GLPI made is not shown: neither made again nor called made.
#[tokio::test]
async fn a_ticket_that_can_not_be_shown_after_its_creation_is_not_made_again() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for effect in [Effect::DoThenLose, Effect::Delay(Duration::ZERO)] {
        for source in SOURCES {
            let is_lost = matches!(effect, Effect::DoThenLose);
            let faults = house.glpi(source).faults();
            let lost = Matcher::on("POST", "Ticket").times(1);
            faults.add(lost, effect.clone());
            let rules = broken(&house, source, next_number(&house, source)?);
            let title = format!("Illisible {is_lost} {source}");
            let made = make(&mut phone, source, &title)?;
            let problem = until_it_waits(&house, &mut phone, made[0]).await?;
            assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
            let evidence = problem.evidence.context("the evidence")?;
            assert!(evidence.unread.is_some(), "{evidence:?}");
            assert!(!evidence.tries.is_empty());
            assert_eq!(titled(&house, source, &title).len(), 1);
            mend(&house, source, rules);
            phone.wish(made[0], Wish::Retry);
            phone.settle().await?;
            assert!(made.iter().all(|id| is_delivered(&phone, *id)));
            assert_eq!(titled(&house, source, &title).len(), 1, "{source}");
        }
    }
    Ok(())
}

/// Its mark is found on it, and the rest of it is not shown: it is there all the same.
#[tokio::test]
async fn one_that_is_found_by_its_mark_and_not_shown_whole_is_there() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let faults = house.glpi(source).faults();
        let lost = Matcher::on("POST", "Ticket").times(1);
        faults.add(lost, Effect::DoThenLose);
        let number = next_number(&house, source)?;
        let rest = fails(&house, source, &format!("Ticket/{number}/"));
        let title = format!("À moitié lisible {source}");
        let body = create(&phone, source, &title, "Tiroir forcé")?;
        let creation = phone.edit(&anywhere(source), body)?;
        let note = phone.edit(&local(source, creation), followup("Ensuite."))?;
        until_delivered(&house, &mut phone, creation).await?;
        let problem = until_it_waits(&house, &mut phone, note).await?;
        assert_eq!(problem.kind, ProblemKind::Unreadable, "{source}");
        mend(&house, source, [rest]);
        phone.wish(note, Wish::Retry);
        phone.settle().await?;
        assert!(is_delivered(&phone, note), "{:?}", phone.state(note)?);
        assert_eq!(titled(&house, source, &title).len(), 1);
        let id = number;
        let key = TicketKey {
            id,
            ..anywhere(source)
        };
        assert_eq!(notes(&house, &key, "Ensuite.")?, 1);
    }
    Ok(())
}

/// What is wrong with a whole GLPI is no reason to ask anybody.
#[tokio::test]
async fn a_glpi_that_answers_everything_with_an_error_is_waited_for() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let all = ["GET", "POST", "PUT"].map(|method| {
            let error = Canned::json(400, r#"["ERROR_INTERNE","base de données"]"#);
            let faults = house.glpi(source).faults();
            faults.add(Matcher::on(method, "Ticket"), Effect::Status(error))
        });
        let note = phone.edit(&own, followup("Plus tard."))?;
        let answer = phone.send(&phone.phone.request(false)).await?;
        phone.take_in(answer);
        let faults = house.glpi(source).faults();
        for _ in 0..40 {
            house.app()?.shared().custody.wake();
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let asked: u64 = all.iter().map(|rule| faults.hits(*rule)).sum();
        assert!(asked > 10, "{source}: {asked}");
        mend(&house, source, all);
        phone.settle().await?;
        assert!(is_delivered(&phone, note), "{:?}", phone.state(note)?);
        assert_eq!(notes(&house, &own, "Plus tard.")?, 1);
    }
    Ok(())
}

/// A document that its GLPI has lost from its disk, say.
#[tokio::test]
async fn a_file_that_can_not_be_had_from_the_old_ticket_waits_and_the_rest_goes_on() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    let old = old_ticket(&mut phone, "ancien").await?;
    let rule = fails(&house, "ancien", "Document/");
    let made = carry(&mut phone, &old, "nouveau", "Sans pièce")?;
    until_delivered(&house, &mut phone, made.creation).await?;
    let file = {
        let outbox = phone.phone.outbox();
        let mut files = outbox.iter().filter(|queued| {
            let file = queued.change.body.brought();
            file.is_some() && made.beside.contains(&queued.change.id)
        });
        files.next().context("a file goes along")?.change.id
    };
    let problem = until_it_waits(&house, &mut phone, file).await?;
    assert_eq!(problem.kind, ProblemKind::Unreadable);
    mend(&house, "ancien", [rule]);
    phone.wish(file, Wish::Retry);
    phone.settle().await?;
    assert!(made.all().iter().all(|id| is_delivered(&phone, *id)));
    Ok(())
}

/// Nor is GLPI called silent for it.
#[tokio::test]
async fn a_ticket_that_can_not_be_shown_keeps_no_other_from_the_phones() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let rows = phone.rows(source, |row| row.status.is_open());
        let keys: Vec<TicketKey> = rows.iter().map(|row| row.key.clone()).collect();
        let [some @ .., other] = keys.as_slice() else {
            bail!("tickets")
        };
        // So few are asked for one by one, and each in several requests.
        let some = some.get(..3).context("tickets enough")?;
        let rules: Vec<RuleId> = some
            .iter()
            .flat_map(|key| broken(&house, source, key.id))
            .collect();
        for round in 0..3 {
            let title = format!("Autre titre {round}");
            {
                let mut world = house.glpi(source).world();
                let colleague = world.user_id(&technician(2)).context("a colleague")?;
                for key in some.iter().chain([other]) {
                    let facts = [("name", json!(title))];
                    world.edit_ticket(i64::try_from(key.id.0)?, colleague, &facts);
                }
            }
            until_titled(&mut phone, other, &title).await?;
            assert_ne!(phone.base(&some[0])?.title, title, "{source}");
            assert_eq!(phone.account(source)?.state, AccountState::Active);
            let down = house.app()?.shared().links.down();
            assert!(down.is_empty(), "{source}: {down:?}");
        }
        mend(&house, source, rules);
        for key in some {
            until_titled(&mut phone, key, "Autre titre 2").await?;
        }
    }
    Ok(())
}

async fn until_titled(phone: &mut Handset, key: &TicketKey, title: &str) -> Result<()> {
    for _ in 0..400 {
        phone.sync_whole().await?;
        if phone.base(key)?.title == title {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    bail!("{key} is not shown as {title}")
}

/// A change waits for no GLPI that it has nothing to do with.
#[tokio::test]
async fn a_glpi_that_is_away_keeps_no_other_ones_errors_from_him() -> Result<()> {
    for source in SOURCES {
        let mut house = open().await?;
        let mut phone = house.ready_phone().await?;
        let other = SOURCES.iter().find(|other| **other != source);
        let own = phone.own_ticket(source, Status::Assigned)?;
        broken(&house, source, own.id);
        house.kill_glpi(other.context("two")?).await;
        let note = phone.edit(&own, followup("Seul."))?;
        let problem = until_it_waits(&house, &mut phone, note).await?;
        assert_eq!(problem.kind, ProblemKind::Unreadable, "{source}");
    }
    Ok(())
}

/// Nobody looked, and nobody says that somebody did.
#[tokio::test]
async fn what_was_begun_when_the_server_was_killed_says_no_more_than_is_known() -> Result<()> {
    for source in SOURCES {
        let mut house = open().await?;
        let mut phone = house.ready_phone().await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let slow = Effect::Delay(Duration::from_secs(5));
        let rule = faults.add(Matcher::on("POST", "Followup"), slow);
        let note = phone.edit(&own, followup("Coupé."))?;
        phone.send(&phone.phone.request(false)).await?;
        crate::support::wait_until(|| async { Ok(faults.hits(rule) > 0) }).await?;
        house.crash().await?;
        let rules = broken(&house, source, own.id);
        house.start().await?;
        phone.base = format!("http://{}", house.address);
        for _ in 0..2 {
            let problem = until_it_waits(&house, &mut phone, note).await?;
            assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
            let evidence = problem.evidence.context("the evidence")?;
            assert!(evidence.unread.is_some() && evidence.looked_at.is_none());
            assert_eq!((evidence.tries.len(), evidence.looks), (0, 0));
            // Tried again, it is no more known than before.
            phone.wish(note, Wish::Retry);
            phone.sync_whole().await?;
        }
        mend(&house, source, rules);
        until_delivered(&house, &mut phone, note).await?;
        assert_eq!(notes(&house, &own, "Coupé.")?, 1, "{source}");
    }
    Ok(())
}

/// A state that stands as before is no proof: what he has tried again goes by how the ticket stood when it was begun.
#[tokio::test]
async fn what_was_put_back_before_anybody_could_look_is_not_repeated_over_who_did() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = i64::try_from(own.id.0)?;
        let faults = house.glpi(source).faults();
        let lost = faults.add(Matcher::on("PUT", "Ticket").times(1), Effect::DoThenLose);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        let answer = phone.send(&phone.phone.request(false)).await?;
        phone.take_in(answer);
        crate::support::wait_until(|| async { Ok(faults.hits(lost) == 1) }).await?;
        let rules = broken(&house, source, own.id);
        let problem = until_it_waits(&house, &mut phone, moved).await?;
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("a colleague")?;
            world.edit_ticket(id, colleague, &[("status", json!(2))]);
        }
        mend(&house, source, rules);
        phone.wish(moved, Wish::Retry);
        phone.sync_whole().await?;
        let problem = until_it_waits(&house, &mut phone, moved).await?;
        assert_eq!(problem.kind, ProblemKind::Unsettled, "{source}");
        let evidence = problem.evidence.context("the evidence")?;
        assert!(
            evidence.unread.is_none() && evidence.looks > 0,
            "{evidence:?}"
        );
        let world = house.glpi(source).world();
        assert_eq!(world.ticket(id).context("there")?.status, 2, "{source}");
    }
    Ok(())
}

/// Nobody could look: the other text waits until somebody has.
#[tokio::test]
async fn what_he_types_anew_in_its_place_is_not_written_beside_it() -> Result<()> {
    let house = open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let lost = Matcher::on("POST", "Followup").times(1);
        let posted = faults.add(lost, Effect::DoThenLose);
        let old = phone.edit(&own, followup("Premier texte."))?;
        let answer = phone.send(&phone.phone.request(false)).await?;
        phone.take_in(answer);
        crate::support::wait_until(|| async { Ok(faults.hits(posted) == 1) }).await?;
        let rules = broken(&house, source, own.id);
        until_it_waits(&house, &mut phone, old).await?;
        mend(&house, source, rules);
        let new = phone.replace(&own, followup("Second texte."), Some(old))?;
        let problem = until_it_waits(&house, &mut phone, new).await?;
        assert_eq!(problem.kind, ProblemKind::AlreadySent, "{source}");
        assert_eq!(notes(&house, &own, "Premier texte.")?, 1);
        assert_eq!(notes(&house, &own, "Second texte.")?, 0);
    }
    Ok(())
}
