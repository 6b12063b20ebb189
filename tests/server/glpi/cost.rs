//! What reading costs, and what a session's end does to it.

use anyhow::Result;
use tournee::glpi::GlpiError;
use tournee_core::domain::Status;
use tournee_sandbox::{Options, Speed};

use crate::reading::query;
use crate::support::{House, both};

#[tokio::test]
async fn an_expired_session_is_said_to_be_one() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        house.glpi.world().expire_all_sessions();
        let error = house.client.scope(&session, &query(&session)).await.err();
        assert_eq!(error, Some(GlpiError::SessionExpired));
    }
    Ok(())
}

#[tokio::test]
async fn a_first_load_costs_a_few_dozen_requests_however_many_tickets() -> Result<()> {
    for options in both() {
        let house = House::new(Options {
            speed: Speed::Recorded,
            ..options
        })
        .await?;
        let session = house.technician().await?;
        house.glpi.world().log.clear();
        let stubs = house.client.scope(&session, &query(&session)).await?;
        let bulk = house
            .client
            .tickets(&session, &stubs, true, &|_| None)
            .await?;
        assert!(bulk.tickets.iter().any(|t| t.status == Status::Pending));
        let requests = house.glpi.world().log.total();
        assert!(
            requests < 40,
            "{requests} requests for {} tickets",
            stubs.len()
        );
    }
    Ok(())
}
