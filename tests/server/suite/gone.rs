//! What was chosen from a list of GLPI's and is not there any more: GLPI would take its number in silence.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;
use tournee_core::changes::{ChangeBody, Fact, SetFact};
use tournee_core::domain::{Named, Status};
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{ProblemKind, Wish};
use tournee_sandbox::accounts::SUPER_ADMIN;
use tournee_sandbox::{Canned, Effect, Matcher, World};

use crate::creation::{anywhere, create, titled};
use crate::support::{Handset, House, SOURCES};

fn gone() -> Option<Named> {
    Some(Named {
        id: 99_999,
        name: "Magasin vendu".to_owned(),
    })
}

fn set(phone: &Handset, key: &TicketKey, to: Fact) -> Result<ChangeBody> {
    let from = to.on(phone.base(key)?);
    let priority = None;
    Ok(ChangeBody::Fact(Box::new(SetFact { from, to, priority })))
}

fn kind(phone: &Handset, id: ChangeId) -> Result<ProblemKind> {
    match phone.state(id)? {
        State::NeedsYou { problem } => Ok(problem.kind),
        other => anyhow::bail!("no problem: {other:?}"),
    }
}

/// The place and the category of a ticket as GLPI has them.
fn stands(house: &House, key: &TicketKey) -> Result<(i64, i64)> {
    let world = house.glpi(&key.source.0).world();
    let ticket = world.ticket(i64::try_from(key.id.0)?);
    let ticket = ticket.context("a ticket")?;
    Ok((ticket.location, ticket.category))
}

#[tokio::test]
async fn a_technician_who_may_not_read_the_lists_is_told_and_the_ticket_stays_as_it_was()
-> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let before = stands(&house, &own)?;
        let place = phone.edit(&own, set(&phone, &own, Fact::Location(gone()))?)?;
        let category = phone.edit(&own, set(&phone, &own, Fact::Category(gone()))?)?;
        phone.settle().await?;
        assert_eq!(kind(&phone, place)?, ProblemKind::PlaceGone, "{source}");
        assert_eq!(kind(&phone, category)?, ProblemKind::PlaceGone, "{source}");
        assert_eq!(stands(&house, &own)?, before);
        // Nothing is there the next time either; taken back, another one goes through.
        phone.wish(place, Wish::Retry);
        phone.settle().await?;
        assert_eq!(kind(&phone, place)?, ProblemKind::PlaceGone);
        phone.wish(place, Wish::Withdraw);
        let lists = phone.references.get(source).context("lists")?;
        let other = lists
            .locations
            .iter()
            .find(|one| Some(one.id) != u64::try_from(before.0).ok());
        let other = other.cloned().context("another place")?;
        let id = i64::try_from(other.id)?;
        let moved = phone.edit(&own, set(&phone, &own, Fact::Location(Some(other)))?)?;
        phone.settle().await?;
        assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
        assert_eq!(stands(&house, &own)?.0, id);
    }
    Ok(())
}

/// What was written and not told, or could not be put back at once: the next look finds it there, without a name.
#[tokio::test]
async fn what_is_left_without_a_name_is_put_back_also_where_answers_are_lost() -> Result<()> {
    let house = House::with(|config| config.custody.late = Duration::ZERO).await?;
    let mut phone = house.ready_phone().await?;
    let busy = || Effect::Status(Canned::json(429, "[]"));
    for (source, status) in [("ancien", 401), ("nouveau", 403)] {
        // As of one that is purged between the look and the write.
        let words = r#"["ERROR_RIGHT_MISSING","Vous n'avez pas les droits"]"#;
        let unread = Effect::Status(Canned::json(status, words));
        let list = Matcher::on("GET", "ITILCategory/99999");
        house.glpi(source).faults().add(list, unread);
        for (nth, effect) in [
            (1, Effect::DoThenLose),
            (2, Effect::LoseBefore),
            (2, busy()),
        ] {
            let said = format!("{source}, {nth}, {effect:?}");
            let own = phone.own_ticket(source, Status::Assigned)?;
            let before = stands(&house, &own)?;
            let faults = house.glpi(source).faults();
            let lost = faults.add(Matcher::on("PUT", "Ticket").nth(nth).times(1), effect);
            let category = phone.edit(&own, set(&phone, &own, Fact::Category(gone()))?)?;
            phone.settle().await?;
            assert_eq!(faults.hits(lost), 1, "{said}");
            assert_eq!(kind(&phone, category)?, ProblemKind::PlaceGone, "{said}");
            assert_eq!(stands(&house, &own)?, before, "{said}");
            faults.remove(lost);
            phone.wish(category, Wish::Withdraw);
            phone.settle().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn who_may_read_the_lists_is_refused_before_anything_is_written() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.phone()?;
    for source in SOURCES {
        phone.sign_in(source, SUPER_ADMIN).await?;
    }
    phone.sync_whole().await?;
    for source in SOURCES {
        let title = format!("Nouveau ticket {source}");
        let ChangeBody::Create(mut body) = create(&phone, source, &title, "")? else {
            anyhow::bail!("no creation");
        };
        body.location = gone();
        let made = phone.edit(&anywhere(source), ChangeBody::Create(body.clone()))?;
        phone.settle().await?;
        assert_eq!(kind(&phone, made)?, ProblemKind::PlaceGone, "{source}");
        assert!(titled(&house, source, &title).is_empty());
        body.location = None;
        phone.replace(&anywhere(source), ChangeBody::Create(body), Some(made))?;
        phone.settle().await?;
        assert_eq!(titled(&house, source, &title).len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_write_without_effect_is_not_told_as_a_place_that_is_gone() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let (id, unused) = {
            let mut world = house.glpi(source).world();
            let somebody = world.user_id(SUPER_ADMIN).context("the super-admin")?;
            let id = i64::try_from(own.id.0)?;
            let category = |world: &World, id| world.ticket(id).map_or(0, |ticket| ticket.category);
            let ids = world.ticket_ids();
            let unused = ids.iter().map(|id| category(&world, *id));
            let unused = unused.max().context("tickets")?;
            // No ticket shows its name: whether it is there nobody can tell beforehand.
            for other in ids {
                if other == id || category(&world, other) == unused {
                    world.edit_ticket(other, somebody, &[("itilcategories_id", json!(0))]);
                }
            }
            (id, unused)
        };
        phone.sync_whole().await?;
        let named = Named {
            id: u64::try_from(unused)?,
            name: "Une autre".to_owned(),
        };
        let faults = house.glpi(source).faults();
        faults.add(
            Matcher::on("PUT", &format!("Ticket/{id}")).times(1),
            Effect::OkWithoutEffect,
        );
        let body = set(&phone, &own, Fact::Category(Some(named)))?;
        let moved = phone.edit(&own, body)?;
        phone.settle().await?;
        assert_eq!(kind(&phone, moved)?, ProblemKind::NoEffect, "{source}");
        phone.wish(moved, Wish::Retry);
        phone.settle().await?;
        assert!(matches!(phone.state(moved)?, State::Delivered { .. }));
        assert_eq!(stands(&house, &own)?.1, unused);
    }
    Ok(())
}
