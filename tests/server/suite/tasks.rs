//! Tasks with time, in both GLPIs: once, whatever becomes of the answers, and conflicts by field.

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_core::changes::{ConflictValue, Field, TaskFact, TaskTime};
use tournee_core::domain::{EntryKind, Status, TaskState};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::time::Seconds;
use tournee_core::wire::{Notice, Problem, ProblemKind, Wish};
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::world::TaskView;
use tournee_sandbox::{Canned, Effect, Matcher};

use crate::support::handset::{now, solution, status};
use crate::support::tasks::{set, shown, task};
use crate::support::{Handset, House, SOURCES, wait_until};

const HOUR: Seconds = Seconds(3_600);

fn is_delivered(phone: &Handset, id: ChangeId) -> Result<Vec<Notice>> {
    match phone.state(id)? {
        State::Delivered { notices, .. } => Ok(notices),
        state => anyhow::bail!("{state:?}"),
    }
}

fn problem(phone: &Handset, id: ChangeId) -> Result<Problem> {
    match phone.state(id)? {
        State::NeedsYou { problem } => Ok(problem),
        state => anyhow::bail!("{state:?}"),
    }
}

fn tasks(house: &House, key: &TicketKey, words: &str) -> Vec<TaskView> {
    let id = key.id.0.cast_signed();
    let mut tasks = house.glpi(&key.source.0).world().tasks(id);
    tasks.retain(|task| task.content.contains(words));
    tasks
}

#[tokio::test]
async fn a_task_is_added_and_ticked_done_offline_and_its_time_adds_up() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let before = phone.base(&own)?.actiontime;
        let body = task(&phone, source, "Câble <A4>\ntiré", TaskTime::Spent(HOUR))?;
        let added = phone.edit(&own, body)?;
        let made_at = phone.phone.outbox().get(added).context("it")?.change.at;
        let entry = shown(&phone, &own, added)?;
        let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
        let length = TaskFact::Length(Seconds(5_400));
        let took = set(&mut phone, &own, &entry, length)?;
        phone.settle().await?;
        for id in [added, ticked, took] {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        let tasks = tasks(&house, &own, "tiré");
        assert_eq!(tasks.len(), 1, "{source}");
        assert_eq!((tasks[0].state, tasks[0].actiontime), (2, 5_400));
        let total = before.0 + 5_400;
        let ticket = house.glpi(source).world().ticket(tasks[0].ticket);
        assert_eq!(ticket.context("gone")?.actiontime, total, "{source}");
        assert_eq!(phone.base(&own)?.actiontime, Seconds(total));
        let entry = shown(&phone, &own, added)?;
        assert_eq!(entry.at, made_at);
        assert!(entry.id != 0);
    }
    Ok(())
}

#[tokio::test]
async fn what_was_just_typed_is_corrected_whatever_a_glpi_made_of_its_letters() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let typed = "Feu \u{1F525} <b>ici</b>";
        let added = phone.edit(&own, task(&phone, source, typed, TaskTime::Spent(HOUR))?)?;
        let entry = shown(&phone, &own, added)?;
        let words = TaskFact::Text("Feu éteint".to_owned());
        let corrected = set(&mut phone, &own, &entry, words)?;
        phone.settle().await?;
        for id in [added, corrected] {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        assert_eq!(tasks(&house, &own, "Feu éteint").len(), 1, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_length_and_then_a_plan_are_both_delivered() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let body = task(&phone, source, "À planifier", TaskTime::Spent(HOUR))?;
        let added = phone.edit(&own, body)?;
        phone.settle().await?;
        let entry = shown(&phone, &own, added)?;
        let length = set(&mut phone, &own, &entry, TaskFact::Length(Seconds(1_800)))?;
        let from = now() + HOUR;
        let plan = TaskFact::Plan(Some((from, from + Seconds(5_400))));
        let entry = shown(&phone, &own, added)?;
        let planned = set(&mut phone, &own, &entry, plan)?;
        phone.settle().await?;
        for id in [added, length, planned] {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        assert_eq!(tasks(&house, &own, "planifier")[0].actiontime, 5_400);
    }
    Ok(())
}

#[tokio::test]
async fn lost_answers_and_a_restart_leave_one_task_and_one_tick() -> Result<()> {
    let mut house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let lost = [
        Effect::DoThenLose,
        Effect::DoThenStatus(Canned::html(504, "<h1>Gateway Time-out</h1>")),
        Effect::LoseBefore,
    ];
    for (round, effect) in lost.into_iter().enumerate() {
        for source in SOURCES {
            let own = phone.own_ticket(source, Status::Assigned)?;
            let faults = house.glpi(source).faults();
            let post = faults.add(Matcher::on("POST", "TicketTask").times(1), effect.clone());
            let put = faults.add(Matcher::on("PUT", "TicketTask").times(1), effect.clone());
            let words = format!("Une fois, essai {round}");
            let body = task(&phone, source, &words, TaskTime::Spent(HOUR))?;
            let added = phone.edit(&own, body)?;
            let entry = shown(&phone, &own, added)?;
            let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
            phone.settle().await?;
            let faults = house.glpi(source).faults();
            assert_eq!((faults.hits(post), faults.hits(put)), (1, 1));
            for id in [added, ticked] {
                is_delivered(&phone, id).with_context(|| format!("{source} {round}"))?;
            }
            let tasks = tasks(&house, &own, &words);
            assert_eq!(tasks.len(), 1, "{source} {round}");
            assert_eq!(tasks[0].state, 2);
        }
    }
    // The answer is still on its way when the server stops.
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let faults = house.new.faults();
    faults.add(Matcher::on("POST", "TicketTask"), Effect::DoThenLose);
    let body = task(&phone, "nouveau", "Pas deux fois", TaskTime::Spent(HOUR))?;
    let added = phone.edit(&own, body)?;
    phone.send(&phone.phone.request(false)).await?;
    let done = || async { Ok(!tasks(&house, &own, "Pas deux").is_empty()) };
    crate::support::wait_until(done).await?;
    house.stop().await?;
    house.new.faults().clear();
    house.start().await?;
    phone.base = format!("http://{}", house.address);
    phone.settle().await?;
    is_delivered(&phone, added)?;
    assert_eq!(tasks(&house, &own, "Pas deux").len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_success_without_effect_is_said_and_the_tick_behind_it_waits() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let nothing = Matcher::on("POST", "TicketTask").times(1);
        faults.add(nothing, Effect::OkWithoutEffect);
        let body = task(&phone, source, "Dans le vide", TaskTime::Spent(HOUR))?;
        let added = phone.edit(&own, body)?;
        let entry = shown(&phone, &own, added)?;
        let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
        phone.sync_whole().await?;
        while phone.state(added)? == State::Server || phone.state(added)? == State::Phone {
            phone.sync_whole().await?;
        }
        assert_eq!(problem(&phone, added)?.kind, ProblemKind::NoEffect);
        // There is nothing yet that could be ticked.
        phone.sync_whole().await?;
        assert_eq!(phone.state(ticked)?, State::Server, "{source}");
        phone.wish(added, Wish::Retry);
        phone.settle().await?;
        for id in [added, ticked] {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        let tasks = tasks(&house, &own, "Dans le vide");
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].state, 2);
        // The same of a correction.
        let nothing = Matcher::on("PUT", "TicketTask").times(1);
        let faults = house.glpi(source).faults();
        faults.add(nothing, Effect::OkWithoutEffect);
        let entry = shown(&phone, &own, added)?;
        let took = set(&mut phone, &own, &entry, TaskFact::Length(Seconds(60)))?;
        phone.settle().await?;
        assert_eq!(problem(&phone, took)?.kind, ProblemKind::NoEffect);
        phone.wish(took, Wish::Retry);
        phone.settle().await?;
        is_delivered(&phone, took)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_task_that_a_colleague_altered_waits_with_both_values_of_that_field_alone() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let body = task(&phone, source, "À deux", TaskTime::Spent(HOUR))?;
        let added = phone.edit(&own, body)?;
        phone.settle().await?;
        let entry = shown(&phone, &own, added)?;
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).context("nobody")?;
            let id = entry.id.cast_signed();
            world.edit_task(id, colleague, &[("actiontime", json!(7_200))]);
        }
        let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
        let took = set(&mut phone, &own, &entry, TaskFact::Length(Seconds(60)))?;
        phone.settle().await?;
        is_delivered(&phone, ticked)?;
        let problem = problem(&phone, took)?;
        assert_eq!(problem.kind, ProblemKind::Conflict);
        let conflict = problem.conflict.context("no conflict")?;
        assert_eq!(conflict.field, Field::TaskLength);
        let theirs = TaskFact::Length(Seconds(7_200));
        assert_eq!(conflict.theirs, ConflictValue::Task(theirs));
        phone.wish(took, Wish::Insist);
        phone.settle().await?;
        is_delivered(&phone, took)?;
        let tasks = tasks(&house, &own, "À deux");
        assert_eq!((tasks[0].state, tasks[0].actiontime), (2, 60), "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn a_planned_task_plans_the_ticket_and_the_move_before_it_is_no_failure() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Pending)?;
        let from = now() + Seconds::days(3);
        let plan = TaskTime::Planned {
            from,
            to: from + HOUR,
        };
        let moved = phone.edit(&own, status(Status::Pending, Status::Assigned))?;
        let body = task(&phone, source, "Remplacer la caisse", plan)?;
        let planned = phone.edit(&own, body)?;
        let row = phone.phone.shown_row(&own).context("no row")?;
        assert_eq!(row.status, Status::Planned);
        phone.settle().await?;
        for id in [moved, planned] {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        let base = phone.base(&own)?;
        assert_eq!(base.status, Status::Planned, "{source}");
        let entry = shown(&phone, &own, planned)?;
        let EntryKind::Task { planned, .. } = entry.what else {
            anyhow::bail!("{entry:?}");
        };
        assert_eq!(planned, Some((from, from + HOUR)));
    }
    Ok(())
}

#[tokio::test]
async fn a_closed_or_trashed_ticket_takes_no_task_and_a_purged_task_is_said_to_be_gone()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let glpi = house.glpi(source);
        let colleague = glpi.world().user_id(&technician(2)).context("nobody")?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let number = own.id.0.cast_signed();
        let body = task(&phone, source, "Avant", TaskTime::Spent(HOUR))?;
        let added = phone.edit(&own, body.clone())?;
        phone.settle().await?;
        let entry = shown(&phone, &own, added)?;
        let id = entry.id.cast_signed();
        glpi.world().remove("TicketTask", id);
        glpi.world()
            .edit_ticket(number, colleague, &[("urgency", json!(5))]);
        let ticked = set(&mut phone, &own, &entry, TaskFact::State(TaskState::Done))?;
        phone.settle().await?;
        assert_eq!(problem(&phone, ticked)?.kind, ProblemKind::TaskGone);
        phone.wish(ticked, Wish::Withdraw);
        // His own solution may close it: then a task is refused in GLPI's place, not by it.
        phone.edit(&own, solution("Fait"))?;
        let late = phone.edit(&own, body.clone())?;
        phone.settle().await?;
        match source {
            "ancien" => assert_eq!(problem(&phone, late)?.kind, ProblemKind::TicketClosed),
            _ => drop(is_delivered(&phone, late)?),
        }
        let other = phone.own_ticket(source, Status::Assigned)?;
        let number = other.id.0.cast_signed();
        glpi.world().trash_ticket(number, colleague);
        let trashed = phone.edit(&other, body)?;
        phone.settle().await?;
        assert_eq!(problem(&phone, trashed)?.kind, ProblemKind::TicketTrashed);
        assert!(tasks(&house, &other, "Avant").is_empty(), "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn words_that_a_glpi_cannot_keep_are_said_and_not_written_twice() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    let body = task(&phone, "ancien", "Feu 🔥", TaskTime::Spent(HOUR))?;
    let added = phone.edit(&own, body)?;
    phone.settle().await?;
    assert_eq!(is_delivered(&phone, added)?, [Notice::EmojiSpelled]);
    let entry = shown(&phone, &own, added)?;
    let faults = house.old.faults();
    let lost = faults.add(
        Matcher::on("PUT", "TicketTask").times(1),
        Effect::DoThenLose,
    );
    let puts = faults.add(
        Matcher::on("PUT", "TicketTask"),
        Effect::Delay(std::time::Duration::ZERO),
    );
    let text = TaskFact::Text("Feu éteint 🔥".to_owned());
    let reworded = set(&mut phone, &own, &entry, text)?;
    phone.settle().await?;
    assert_eq!(is_delivered(&phone, reworded)?, [Notice::EmojiSpelled]);
    assert_eq!((faults.hits(lost), faults.hits(puts)), (1, 0));
    let me = house.old.world().user_id(TECHNICIAN).context("nobody")?;
    let tasks = tasks(&house, &own, "éteint :fire:");
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].user, me);
    Ok(())
}

#[tokio::test]
async fn what_corrects_a_replaced_task_waits_for_it() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let faults = house.glpi(source).faults();
        let lost = faults.add(Matcher::on("POST", "TicketTask"), Effect::LoseBefore);
        let old = phone.edit(&own, task(&phone, source, "Ancien", TaskTime::Spent(HOUR))?)?;
        let request = phone.phone.request(false);
        let answer = phone.send(&request).await?;
        phone.take_in(answer);
        wait_until(|| async { Ok(faults.hits(lost) > 0) }).await?;
        let nobody = Canned::html(502, "<h1>Bad Gateway</h1>");
        let away = faults.add(Matcher::on("GET", "Ticket/"), Effect::Status(nobody));
        let body = task(&phone, source, "Nouveau", TaskTime::Spent(HOUR))?;
        let new = phone.replace(&own, body, Some(old))?;
        // Handed over, it can only be corrected.
        let offered = phone.phone.request(false);
        let received = phone.send(&offered).await?.received;
        assert!(received.contains(&new));
        let entry = shown(&phone, &own, new)?;
        let length = TaskFact::Length(Seconds(900));
        let corrected = set(&mut phone, &own, &entry, length)?;
        let all = phone.phone.request(false);
        let received = phone.send(&all).await?.received;
        assert!(received.contains(&corrected));
        faults.remove(lost);
        faults.remove(away);
        phone.settle().await?;
        for id in [new, corrected] {
            is_delivered(&phone, id).with_context(|| source.to_owned())?;
        }
        let there = tasks(&house, &own, "Nouveau");
        assert_eq!((there.len(), there[0].actiontime), (1, 900), "{source}");
        assert!(tasks(&house, &own, "Ancien").is_empty());
    }
    Ok(())
}
