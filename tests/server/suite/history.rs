//! The history of a ticket: GLPI's log where the profile may read it, else what was done with Tournée, in both dialects.

use anyhow::{Context as _, Result, ensure};
use reqwest::StatusCode;
use tournee_core::changes::{
    AddTask, ChangeBody, Fact, Seat, SetFact, SetSeat, SetTask, TaskFact, TaskTime,
};
use tournee_core::domain::{
    ActValue, Actor, Deed, EntryKind, History, ItemDeed, Level, Linked, Property, Status,
    TaskState, Teller, TicketType,
};
use tournee_core::ids::{TicketKey, UserId};
use tournee_core::time::Seconds;
use tournee_core::wire::{ApiError, ErrorCode};
use tournee_sandbox::accounts::{SUPER_ADMIN, TECHNICIAN, technician};

use crate::support::handset::{followup, status};
use crate::support::{Handset, House, SOURCES};

async fn asked(phone: &Handset, key: &TicketKey) -> Result<reqwest::Response> {
    let address = format!(
        "{}/api/tickets/{}/{}/history",
        phone.base, key.source, key.id
    );
    Ok(phone.http.get(address).send().await?)
}

async fn history(phone: &Handset, key: &TicketKey) -> Result<History> {
    let answer = asked(phone, key).await?;
    ensure!(
        answer.status() == StatusCode::OK,
        "{}",
        answer.text().await?
    );
    Ok(answer.json().await?)
}

fn set(phone: &Handset, key: &TicketKey, to: Fact) -> Result<ChangeBody> {
    let from = to.on(phone.base(key)?);
    let priority = None;
    Ok(ChangeBody::Fact(Box::new(SetFact { from, to, priority })))
}

/// A colleague who is not on the ticket is put on it.
fn seated(phone: &Handset, key: &TicketKey) -> Result<ChangeBody> {
    let lists = phone.references.get(&key.source.0).context("no lists")?;
    let seats = lists.technicians.iter().map(|one| {
        Seat::Assignee(Actor::User {
            id: UserId(one.id),
            name: one.name.clone(),
        })
    });
    let ticket = phone.base(key)?;
    let seat = seats.clone().find(|seat| !seat.is_taken(ticket));
    let seat = seat.context("no colleague")?;
    Ok(ChangeBody::Seat(SetSeat { seat, taken: true }))
}

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

#[tokio::test]
async fn whoever_may_read_logs_is_told_glpi_s_own_in_the_words_of_our_domain() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let chief = house.phone()?;
    for source in SOURCES {
        chief.sign_in(source, SUPER_ADMIN).await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let other = match phone.base(&own)?.kind {
            TicketType::Incident => TicketType::Request,
            TicketType::Request => TicketType::Incident,
        };
        let urgency = phone.base(&own)?.urgency;
        let levels = [5, 4].into_iter().filter_map(Level::new);
        let level = levels.filter(|level| *level != urgency).max();
        let level = level.context("another level")?;
        for body in [
            set(&phone, &own, Fact::Kind(other))?,
            set(&phone, &own, Fact::Urgency(level))?,
            set(&phone, &own, Fact::Title("Caisse 3 & \"4\"".to_owned()))?,
            status(Status::Assigned, Status::Pending),
            followup("Vu sur place"),
            seated(&phone, &own)?,
        ] {
            phone.edit(&own, body)?;
            phone.settle().await?;
        }
        let told = history(&chief, &own).await?;
        assert_eq!(told.teller, Teller::Glpi);
        let times: Vec<_> = told.acts.iter().map(|act| act.at).collect();
        assert!(times.is_sorted(), "{source}: {times:?}");
        let deeds: Vec<&Deed> = told.acts.iter().map(|act| &act.what).collect();
        let is_moved = |deed: &&Deed| {
            **deed
                == Deed::Set {
                    what: Property::Status,
                    from: ActValue::Status(Status::Assigned),
                    to: ActValue::Status(Status::Pending),
                }
        };
        let moved = deeds.iter().position(is_moved);
        let moved = moved.with_context(|| format!("{source}: {deeds:?}"))?;
        let me = phone.account(source)?.name;
        assert_eq!(told.acts[moved].who, me, "{source}");
        let has = |what: Property, to: ActValue| {
            deeds.iter().any(
                |deed| matches!(deed, Deed::Set { what: w, to: t, .. } if *w == what && *t == to),
            )
        };
        assert!(has(Property::Kind, ActValue::Kind(other)), "{source}");
        assert!(has(Property::Urgency, ActValue::Level(level)), "{source}");
        let title = ActValue::Words("Caisse 3 & \"4\"".to_owned());
        assert!(has(Property::Title, title), "{source}: {deeds:?}");
        // Who it is 10 alone says; in 9.2 he is somebody on the ticket.
        let seat = match source {
            "ancien" => Linked::Person,
            _ => Linked::Assignee,
        };
        let came =
            |deed: &&Deed| matches!(deed, Deed::Linked { what, added: true, .. } if *what == seat);
        assert!(deeds.iter().any(came), "{source}: {deeds:?}");
        // The timeline has notes itself.
        let noted = |deed: &&&Deed| {
            matches!(
                deed,
                Deed::Item {
                    what: Linked::Followup,
                    how: ItemDeed::Added
                }
            )
        };
        assert_eq!(deeds.iter().find(noted), None, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn who_may_not_read_logs_is_told_what_was_done_with_tournee_by_all() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut other = house.phone()?;
    for source in SOURCES {
        other.sign_in(source, &technician(3)).await?;
    }
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        {
            let mut world = house.glpi(source).world();
            let user = world.user_id(&technician(3)).context("a colleague")?;
            let boss = world.user_id(SUPER_ADMIN).context("no chief")?;
            world.assign(number(&own), user, boss);
        }
        other.sync_whole().await?;
        phone.sync_whole().await?;
        let mine = status(Status::Assigned, Status::Pending);
        let moved = phone.edit(&own, mine)?;
        phone.edit(&own, followup("Vu sur place"))?;
        phone.settle().await?;
        other.sync_whole().await?;
        let title = set(&other, &own, Fact::Title("Tiroir tordu".to_owned()))?;
        let titled = other.edit(&own, title)?;
        let task = ChangeBody::Task(Box::new(AddTask {
            content: "Câble".to_owned(),
            private: true,
            state: TaskState::Todo,
            time: TaskTime::Spent(Seconds(600)),
            technician: None,
        }));
        other.edit(&own, task)?;
        other.settle().await?;
        let timeline = other.base(&own)?.timeline.clone().unwrap_or_default();
        let is_task = |entry: &&tournee_core::domain::Entry| matches!(&entry.what, EntryKind::Task { content, .. } if content.contains("Câble"));
        let entry = timeline.iter().find(is_task).context("the task")?;
        let done = TaskFact::State(TaskState::Done);
        let done = SetTask::on(entry, done).context("no task")?;
        let ticked = other.edit(&own, ChangeBody::TaskFact(Box::new(done)))?;
        other.settle().await?;

        let told = history(&phone, &own).await?;
        assert_eq!(told.teller, Teller::Tournee);
        let named: Vec<_> = told.acts.iter().filter_map(|act| act.change).collect();
        // What a colleague did to a private task is his to see.
        assert_eq!(named, [moved, titled], "{source}");
        let who: Vec<&str> = told.acts.iter().map(|act| act.who.as_str()).collect();
        let colleague = other.account(source)?.name;
        assert_eq!(
            who,
            [phone.account(source)?.name.as_str(), colleague.as_str()]
        );
        let his = history(&other, &own).await?;
        let named: Vec<_> = his.acts.iter().filter_map(|act| act.change).collect();
        assert_eq!(named, [moved, titled, ticked], "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn of_a_ticket_that_he_may_not_see_nothing_is_told() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        phone.settle().await?;
        {
            let mut world = house.glpi(source).world();
            let boss = world.user_id(SUPER_ADMIN).context("no chief")?;
            world.trash_ticket(number(&own), boss);
        }
        let gone = TicketKey {
            id: tournee_core::ids::TicketId(99_999_999),
            ..own.clone()
        };
        for key in [own, gone] {
            let answer = asked(&phone, &key).await?;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{key}");
            let error: ApiError = answer.json().await?;
            assert_eq!(error.code, ErrorCode::UnknownTicket);
        }
    }
    assert!(phone.account("ancien")?.login == TECHNICIAN);
    Ok(())
}
