//! Tasks in both versions: words, times, plans, and what GLPI makes of its ticket.

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_core::changes::{AddTask, TaskFact, TaskTime, plain_text};
use tournee_core::domain::{Actor, Entry, EntryKind, Status, TaskState, Ticket};
use tournee_core::ids::{TicketId, UserId};
use tournee_core::time::{Instant, Seconds};
use tournee_sandbox::accounts::{TECHNICIAN, technician};

use crate::support::{House, both, mark};

/// 23 November 2026, 11 h in Paris.
const MORNING: Instant = Instant(1_795_428_000);
const HOUR: Seconds = Seconds(3_600);

fn task(content: &str, time: TaskTime) -> AddTask {
    AddTask {
        content: content.to_owned(),
        private: false,
        state: TaskState::Todo,
        time,
        technician: None,
    }
}

fn only(ticket: &Ticket, id: u64) -> Result<Entry> {
    let mut entries = ticket.timeline.iter().flatten();
    let is_it = |entry: &&Entry| entry.id == id && matches!(entry.what, EntryKind::Task { .. });
    entries.find(is_it).cloned().context("no such task")
}

#[tokio::test]
async fn a_tasks_words_come_back_letter_by_letter_with_its_time_and_its_technician() -> Result<()> {
    let typed = [
        "Câble tiré.",
        "ligne 1\nligne 2\n\nligne 4",
        "Imprimante <A4> & \"scanner\" d'été « oui » €",
        "C:\\new\\temp \\\\SRV\\new a\\'b dom\\roux deux\\\\",
        "null",
        "00123",
    ];
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let id = house.ticket_of(2, Some(me))?;
        for text in typed {
            let (mark, me) = (mark(), UserId(me.cast_unsigned()));
            let name = String::new();
            let wanted = AddTask {
                technician: Some(Actor::User { id: me, name }),
                private: true,
                ..task(text, TaskTime::Spent(Seconds(5_400)))
            };
            let ticket = TicketId(id);
            let written = house
                .client
                .add_task(&session, ticket, &wanted, MORNING, &mark)
                .await?;
            let ticket = house.marked(&session, id, &[mark]).await?;
            let entry = only(&ticket, written.id.context("no number")?)?;
            assert_eq!(entry.change, Some(mark.change()));
            // Both honour the date: it is when it was done.
            assert_eq!(entry.at, MORNING);
            let EntryKind::Task {
                content,
                private,
                state,
                actiontime,
                technician,
                ..
            } = &entry.what
            else {
                anyhow::bail!("{entry:?}");
            };
            assert_eq!(plain_text(content), text, "{}", session.dialect().name());
            assert_eq!((*private, *state), (true, TaskState::Todo));
            assert_eq!(*actiontime, Seconds(5_400));
            let technician = technician.as_ref().context("nobody")?;
            assert_eq!(technician.user(), Some(me));
            assert!(technician.label().contains("Marcoux"), "{technician:?}");
            let found = house
                .client
                .find_mark(&session, TicketId(id), &mark)
                .await?;
            assert_eq!(found, written.id);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_planned_task_plans_its_ticket_and_a_later_hour_makes_another_length() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let id = TicketId(house.ticket_of(2, Some(house.user(TECHNICIAN)?))?);
        let before = house.ticket(&session, id.0).await?.actiontime;
        let (from, to) = (
            MORNING + Seconds::days(8),
            MORNING + Seconds::days(8) + HOUR,
        );
        let planned = task("Remplacer", TaskTime::Planned { from, to });
        let written = house
            .client
            .add_task(&session, id, &planned, MORNING, &mark())
            .await?;
        let number = written.id.context("no number")?;
        let ticket = house.ticket(&session, id.0).await?;
        assert_eq!(ticket.status, Status::Planned);
        assert_eq!(ticket.actiontime.0, before.0 + HOUR.0);
        let entry = only(&ticket, number)?;
        let later = TaskFact::Plan(Some((from + HOUR, to + HOUR + HOUR)));
        house.client.set_task(&session, id, &entry, &later).await?;
        let ticket = house.ticket(&session, id.0).await?;
        assert_eq!(later.on(&only(&ticket, number)?), Some(later.clone()));
        assert_eq!(ticket.actiontime.0, before.0 + 2 * HOUR.0);
        // Ticked done, it plans an assigned ticket once more: GLPI does.
        house
            .client
            .set_status(&session, id, Status::Assigned)
            .await?;
        let done = TaskFact::State(TaskState::Done);
        house.client.set_task(&session, id, &entry, &done).await?;
        let ticket = house.ticket(&session, id.0).await?;
        assert_eq!(ticket.status, Status::Planned);
        assert_eq!(done.on(&only(&ticket, number)?), Some(done));
    }
    Ok(())
}

#[tokio::test]
async fn a_tasks_text_is_altered_with_its_mark_or_without_one() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let id = TicketId(house.ticket_of(2, Some(house.user(TECHNICIAN)?))?);
        let mark = mark();
        let first = task("Tirer un cable", TaskTime::Spent(HOUR));
        let written = house
            .client
            .add_task(&session, id, &first, MORNING, &mark)
            .await?;
        let number = written.id.context("no number")?;
        let entry = only(&house.marked(&session, id.0, &[mark]).await?, number)?;
        let text = TaskFact::Text("Tirer un câble\nTester <A4>".to_owned());
        house.client.set_task(&session, id, &entry, &text).await?;
        let entry = only(&house.marked(&session, id.0, &[mark]).await?, number)?;
        assert_eq!(entry.change, Some(mark.change()));
        assert_eq!(text.on(&entry), Some(text.clone()));
        // A colleague's own.
        let colleague = house.user(&technician(2))?;
        let theirs = {
            let mut world = house.glpi.world();
            let tasks = world.tasks(id.0.cast_signed());
            let theirs = tasks.last().context("no task")?.id;
            world.edit_task(theirs, colleague, &[("content", json!("Le sien"))]);
            theirs.cast_unsigned()
        };
        let entry = only(&house.ticket(&session, id.0).await?, theirs)?;
        assert_eq!(entry.change, None);
        let mine = TaskFact::Text("Le mien".to_owned());
        house.client.set_task(&session, id, &entry, &mine).await?;
        let content = house.glpi.world().tasks(id.0.cast_signed());
        let content = &content.last().context("no task")?.content;
        assert!(!content.contains("réf.") && !content.contains("tournee"));
        assert_eq!(
            mine.on(&only(&house.ticket(&session, id.0).await?, theirs)?),
            Some(mine)
        );
    }
    Ok(())
}
