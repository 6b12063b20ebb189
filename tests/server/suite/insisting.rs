//! Who insists does so against what he was shown, and nothing else.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tournee::store::chains;
use tournee_core::changes::ConflictValue;
use tournee_core::domain::Status;
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{Against, ProblemKind, Wish, WishFor};
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::{Effect, Matcher};

use crate::support::handset::{solution, status};
use crate::support::{Handset, House, SOURCES, wait_until};

const THEIRS: &str = "Réglé par la collègue.";

fn shown(phone: &Handset, id: ChangeId) -> Result<Against> {
    match phone.state(id)? {
        State::NeedsYou { problem } => Ok(problem.against()),
        other => anyhow::bail!("no problem: {other:?}"),
    }
}

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

/// What somebody does on GLPI's own page.
fn on_the_page(house: &House, who: &str, own: &TicketKey, fields: &[(&str, serde_json::Value)]) {
    let mut world = house.glpi(&own.source.0).world();
    let who = world.user_id(who).unwrap_or_default();
    for field in fields {
        world.edit_ticket(number(own), who, std::slice::from_ref(field));
    }
}

fn status_of(house: &House, own: &TicketKey) -> Option<i64> {
    let world = house.glpi(&own.source.0).world();
    world.ticket(number(own)).map(|ticket| ticket.status)
}

/// His solution on a ticket that a colleague has solved: it waits with hers.
async fn solved_by_both(
    house: &House,
    phone: &mut Handset,
    source: &str,
) -> Result<(TicketKey, ChangeId)> {
    let own = phone.own_ticket(source, Status::Assigned)?;
    let hers = [("solution", json!(THEIRS)), ("status", json!(5))];
    on_the_page(house, &technician(2), &own, &hers);
    let mine = phone.edit(&own, solution("Câble remplacé."))?;
    phone.settle().await?;
    let against = shown(phone, mine)?;
    assert_eq!(against.kind, ProblemKind::Conflict);
    Ok((own, mine))
}

#[tokio::test]
async fn insisting_over_what_he_saw_writes_over_nothing_that_came_since() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let moves_to = |status: i64| {
            on_the_page(&house, &technician(2), &own, &[("status", json!(status))]);
        };
        moves_to(3);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        let planned = Some(ConflictValue::Status(Status::Planned));
        assert_eq!(shown(&phone, moved)?.theirs, planned, "{source}");
        // He insists where there is no network; his colleague goes on.
        phone.wish(moved, Wish::Insist);
        moves_to(5);
        phone.settle().await?;
        let solved = Some(ConflictValue::Status(Status::Solved));
        assert_eq!(shown(&phone, moved)?.theirs, solved, "{source}");
        assert_eq!(status_of(&house, &own), Some(5), "{source}");
        phone.wish(moved, Wish::Insist);
        phone.settle().await?;
        assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
        assert_eq!(status_of(&house, &own), Some(4), "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn insisting_over_a_solution_opens_no_ticket_that_was_closed_since() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let (own, mine) = solved_by_both(&house, &mut phone, source).await?;
        phone.wish(mine, Wish::Insist);
        on_the_page(&house, &technician(2), &own, &[("status", json!(6))]);
        phone.settle().await?;
        assert_eq!(shown(&phone, mine)?.kind, ProblemKind::TicketClosed);
        assert_eq!(status_of(&house, &own), Some(6), "{source}");
    }
    Ok(())
}

/// One that was put back to its backup is told the change with the wish; or has carried the change out as far as it came, and
/// waits with another thing than he was shown.
#[tokio::test]
async fn a_server_that_forgot_it_takes_it_against_what_he_was_shown() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let planned = Against {
        kind: ProblemKind::Conflict,
        theirs: Some(ConflictValue::Status(Status::Planned)),
        looked_at: None,
    };
    let cases = [(3, false, 4), (3, true, 4), (5, false, 5), (5, true, 5)];
    for (source, (is, waits, left)) in SOURCES
        .into_iter()
        .flat_map(|source| cases.map(|case| (source, case)))
    {
        let said = format!("{source}, {is}, {waits}");
        let own = phone.own_ticket(source, Status::Assigned)?;
        on_the_page(&house, &technician(2), &own, &[("status", json!(is))]);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        let mut request = phone.phone.request(false);
        if waits {
            phone.send(&request).await?;
            let store = &house.app()?.shared().store;
            wait_until(|| async {
                let mut db = store.read().await?;
                Ok(chains::open(&mut db, None).await?.is_empty())
            })
            .await?;
        }
        request.wishes.push(WishFor {
            shown: Some(planned.clone()),
            against: vec![planned.clone()],
            ..WishFor::of(moved, Wish::Insist)
        });
        phone.send(&request).await?;
        phone.settle().await?;
        assert_eq!(status_of(&house, &own), Some(left), "{said}");
        match phone.state(moved)? {
            State::Delivered { .. } => assert_eq!(is, 3, "{said}"),
            State::NeedsYou { .. } => assert_eq!(is, 5, "{said}"),
            other => anyhow::bail!("{said}: {other:?}"),
        }
    }
    Ok(())
}

/// The reopening that belongs to it is his own: what a 9.2 shows since then is not.
#[tokio::test]
async fn a_solution_that_he_himself_put_in_its_place_on_the_page_is_not_written_over() -> Result<()>
{
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    let faults = house.glpi("ancien").faults();
    for (effect, then) in [(Effect::DoThenLose, true), (Effect::LoseBefore, false)] {
        let (own, mine) = solved_by_both(&house, &mut phone, "ancien").await?;
        let unread = format!("Ticket/{}", own.id);
        // The reopening, then the solution.
        let lost = faults.add(Matcher::on("PUT", "Ticket").nth(2).times(1), effect);
        phone.wish(mine, Wish::Insist);
        phone.sync().await?;
        wait_until(|| async { Ok(faults.hits(lost) == 1) }).await?;
        let unread = faults.add(Matcher::on("GET", &unread), Effect::LoseBefore);
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        if then {
            let again = [
                ("status", json!(2)),
                ("solution", json!("Autre chose.")),
                ("status", json!(5)),
            ];
            on_the_page(&house, TECHNICIAN, &own, &again);
        }
        faults.remove(unread);
        phone.settle().await?;
        match then {
            true => assert_eq!(shown(&phone, mine)?.kind, ProblemKind::Unsettled),
            false => assert!(matches!(phone.state(mine)?, State::Delivered { .. })),
        }
        faults.remove(lost);
        let there = house.glpi("ancien").world().solutions(number(&own));
        let word = if then { "Autre chose." } else { "Câble" };
        assert!(
            there.iter().all(|it| it.content.contains(word)),
            "{there:?}"
        );
    }
    Ok(())
}

/// A request that comes twice, or whose answer was lost: he has not seen what it waits with by now.
#[tokio::test]
async fn an_answer_to_what_it_waited_with_is_none_to_what_it_waits_with_since() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let planned = [("status", json!(3))];
        on_the_page(&house, &technician(2), &own, &planned);
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        phone.wish(moved, Wish::Insist);
        let insists = phone.phone.request(false);
        let faults = house.glpi(source).faults();
        let lost = faults.add(Matcher::on("PUT", "Ticket").times(1), Effect::DoThenLose);
        phone.send(&insists).await?;
        wait_until(|| async { Ok(faults.hits(lost) == 1) }).await?;
        let unread = Matcher::on("GET", &format!("Ticket/{}", own.id));
        let unread = faults.add(unread, Effect::LoseBefore);
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        // She puts back what he had insisted over.
        on_the_page(&house, &technician(2), &own, &planned);
        faults.remove(unread);
        phone.settle().await?;
        for _ in 0..2 {
            assert_eq!(
                shown(&phone, moved)?.kind,
                ProblemKind::Unsettled,
                "{source}"
            );
            phone.send(&insists).await?;
            phone.settle().await?;
        }
        assert_eq!(status_of(&house, &own), Some(3), "{source}");
        phone.wish(moved, Wish::Retry);
        phone.settle().await?;
        assert_eq!(status_of(&house, &own), Some(4), "{source}");
        faults.remove(lost);
    }
    Ok(())
}

/// That his first text had been sent he was told: it is nobody else's that he would have to be shown.
#[tokio::test]
async fn who_adds_another_solution_to_his_own_is_asked_once() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let old = phone.edit(&own, solution("Premier texte."))?;
    let request = phone.phone.request(false);
    phone.send(&request).await?;
    wait_until(|| async { Ok(status_of(&house, &own) == Some(5)) }).await?;
    let new = phone.replace(&own, solution("Second texte."), Some(old))?;
    phone.settle().await?;
    assert_eq!(shown(&phone, new)?.kind, ProblemKind::AlreadySent);
    phone.wish(new, Wish::Insist);
    phone.settle().await?;
    assert!(
        matches!(phone.state(new)?, State::Delivered { .. }),
        "{:?}",
        phone.state(new)?
    );
    let there = house.glpi("nouveau").world().solutions(number(&own));
    let texts = ["Premier", "Second"].map(|text| there.iter().any(|it| it.content.contains(text)));
    assert_eq!(texts, [true, true]);
    Ok(())
}
