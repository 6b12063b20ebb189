//! Technicians at one GLPI that takes 20 ms for each request, each with tickets and a phone of his own.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tournee_core::changes::{AddFollowup, Change, ChangeBody, SetStatus};
use tournee_core::domain::Status;
use tournee_core::ids::TicketKey;
use tournee_sandbox::Speed;
use tournee_sandbox::accounts::{PASSWORD, technician};
use tournee_tests::phone::Phone;
use tournee_tests::stage::{Make, NEW, Stage};

/// What the GLPI takes for each request.
pub const LATENCY: Duration = Duration::from_millis(20);
/// `MAX_IN_FLIGHT` of the server's transport: a GLPI never sees more requests of ours at a time.
pub const IN_FLIGHT: f64 = 4.0;
/// First reads side by side while all settle in.
const AT_ONCE: usize = 8;
/// The server's own choice: reads for phones that ask compete with custody for GLPI, as they do in life.
const EVERY_SECONDS: u64 = 5;

/// A stage where each of so many technicians has so many tickets *en cours (attribué)*.
pub async fn stage(technicians: usize, tickets: usize) -> Result<Stage> {
    let make = Make {
        technicians: technicians.max(6),
        tickets: (technicians * tickets).max(20),
        mails: 0,
        speed: Speed::Fixed(LATENCY),
        every_seconds: EVERY_SECONDS,
        ..Make::default()
    };
    let stage = make.open().await?;
    {
        let mut world = stage.new.world();
        let mut ids = world.ticket_ids().into_iter();
        for at in 0..technicians {
            let user = world.user_id(&technician(at)).context("a technician")?;
            for id in ids.by_ref().take(tickets) {
                world.unassign_all(id, user);
                world.set("Ticket", id, "status", 1.into());
                world.set("Ticket", id, "is_deleted", 0.into());
                world.assign(id, user, user);
            }
        }
    }
    Ok(stage)
}

/// Their phones, signed in, with their tickets.
pub async fn phones(stage: &Stage, technicians: usize, tickets: usize) -> Result<Vec<Phone>> {
    let origin = stage.origin();
    let settled = |at: usize| {
        let origin = &origin;
        async move {
            let mut phone = Phone::new(origin)?;
            phone.sign_in(NEW, &technician(at), PASSWORD).await?;
            phone.settle().await?;
            let his = phone.tickets_in(NEW, Status::Assigned).len();
            ensure!(his >= tickets, "technician {at} has {his} tickets");
            anyhow::Ok(phone)
        }
    };
    let all = stream::iter((0..technicians).map(settled));
    all.buffered(AT_ONCE).try_collect().await
}

/// His tickets, those in his hands first.
pub fn keys(phone: &Phone, number: usize) -> Vec<TicketKey> {
    let mut keys = phone.tickets_in(NEW, Status::Assigned);
    keys.extend(phone.tickets_in(NEW, Status::Planned));
    keys.truncate(number);
    keys
}

/// A note.
pub fn note(phone: &mut Phone, key: &TicketKey) -> Result<Change> {
    let content = format!("Relevé du ticket {}, prise contrôlée.", key.id);
    let body = ChangeBody::Followup(AddFollowup {
        content,
        private: false,
    });
    phone.change(key, body)
}

/// A move between *attribué* and *planifié*, whichever it is not.
pub fn step(phone: &mut Phone, key: &TicketKey) -> Result<Change> {
    let from = phone.tickets.get(key).context("a ticket")?.status;
    let to = match from {
        Status::Assigned => Status::Planned,
        _ => Status::Assigned,
    };
    phone.change(key, ChangeBody::Status(SetStatus { from, to }))
}
