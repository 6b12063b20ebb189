//! New tickets, and whose a number is.

use anyhow::{Context as _, Result};
use tournee_core::changes::CreateTicket;
use tournee_core::domain::{Level, Named, TicketType};
use tournee_core::ids::TicketId;

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
