//! New tickets, and whose a number is.

use anyhow::{Context as _, Result};
use tournee_core::changes::CreateTicket;
use tournee_core::domain::{Level, Named, TicketType};
use tournee_core::ids::TicketId;
use tournee_core::time::Instant;
use tournee_sandbox::accounts::{TECHNICIAN, technician};
use tournee_sandbox::world::rights;

use crate::support::{House, both, mark};

#[tokio::test]
async fn a_number_that_another_ticket_has_by_now_is_noticed() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let (made, other) = (mark(), mark());
        let create = new_ticket();
        let written = house.client.add_ticket(&session, &create, &made).await?;
        let id = TicketId(written.id.context("a number")?);
        let client = &house.client;
        assert!(!client.is_anothers(&session, id, &made).await?);
        assert!(client.is_anothers(&session, id, &other).await?);
        // A rule has rewritten the text: the number alone says whose it is.
        let number = i64::try_from(id.0)?;
        house
            .glpi
            .world()
            .set("Ticket", number, "content", "Selon modèle.".into());
        assert!(!client.is_anothers(&session, id, &made).await?);
        let colleague = house.user("croumieux")?;
        house
            .glpi
            .world()
            .set("Ticket", number, "users_id_recipient", colleague.into());
        assert!(client.is_anothers(&session, id, &made).await?);
        // What nobody sees is for the read-back to judge.
        assert!(
            !client
                .is_anothers(&session, TicketId(id.0 + 1), &made)
                .await?
        );
    }
    Ok(())
}

/// Works in one entity alone, where all tickets are until now.
fn narrow(house: &House, login: &str) -> Result<()> {
    let user = house.user(login)?;
    let mut world = house.glpi.world();
    let entities = world.table("Entity").context("entities")?;
    let entity = entities.iter().map(|row| row.id()).max();
    let entity = entity.context("an entity")?;
    let had = world.rows_by("Profile_User", "users_id", user);
    let had: Vec<i64> = had.map(|row| row.id()).collect();
    for id in had {
        world.remove("Profile_User", id);
    }
    let columns = [
        ("users_id", user.into()),
        ("profiles_id", rights::TECHNICIAN.into()),
        ("entities_id", entity.into()),
        ("is_recursive", 0.into()),
    ];
    world.insert("Profile_User", &columns);
    for id in world.ticket_ids() {
        world.set("Ticket", id, "entities_id", entity.into());
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_is_kept_from_him_is_found_behind_four_purged_ones() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        narrow(&house, TECHNICIAN)?;
        let his = house.technician().await?;
        let other = house.sign_in(&technician(2)).await?;
        let client = &house.client;
        let since = Instant(jiff::Timestamp::now().as_second());
        assert!(!client.may_hide_one(&his, since).await?);
        let mut made = Vec::new();
        for _ in 0..5 {
            let written = client.add_ticket(&other, &new_ticket(), &mark()).await?;
            made.push(i64::try_from(written.id.context("a number")?)?);
        }
        for id in &made[..4] {
            house.glpi.world().purge_ticket(*id);
        }
        assert!(client.may_hide_one(&his, since).await?);
        // Whoever sees all is kept from nothing.
        assert!(!client.may_hide_one(&other, since).await?);
        house.glpi.world().purge_ticket(made[4]);
        assert!(!client.may_hide_one(&his, since).await?);
        // Five in a row end the search: one behind them is not found.
        client.add_ticket(&other, &new_ticket(), &mark()).await?;
        assert!(!client.may_hide_one(&his, since).await?);
    }
    Ok(())
}

fn new_ticket() -> CreateTicket {
    CreateTicket {
        title: "Caisse 4".to_owned(),
        content: "Tiroir forcé".to_owned(),
        kind: TicketType::Incident,
        urgency: Level::MEDIUM,
        impact: Level::MEDIUM,
        priority: Level::MEDIUM,
        entity: Named {
            id: 0,
            name: String::new(),
        },
        category: None,
        location: None,
        requester: None,
        assignees: Vec::new(),
        groups: Vec::new(),
        due_at: None,
        origin: None,
        carried: None,
    }
}
