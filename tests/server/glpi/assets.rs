//! Assets as the client reads them: what a profile may not read, and what lies below a place.

use std::collections::BTreeSet;

use anyhow::Result;
use tournee_core::domain::AssetKind;
use tournee_sandbox::accounts::SELF_SERVICE;

use crate::support::{House, both};

#[tokio::test]
async fn kinds_that_a_profile_may_not_read_are_said_and_stop_nothing() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.sign_in(SELF_SERVICE).await?;
        let places = BTreeSet::from([2]);
        let there = house.client.assets_at(&session, &places).await?;
        assert_eq!(there.closed, AssetKind::ALL);
        assert!(there.assets.is_empty());
        let found = house.client.find_assets(&session, "SNPC00001").await?;
        assert!(found.assets.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn the_assets_of_a_place_are_those_of_what_lies_below_it_too() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let (place, room) = {
            let mut world = house.glpi.world();
            let above = world
                .row("Location", 2)
                .map_or("", |row| row.text("completename"));
            let whole = format!("{above} > Réserve");
            let room = world.insert(
                "Location",
                &[
                    ("name", "Réserve".into()),
                    ("completename", whole.as_str().into()),
                    ("locations_id", 2.into()),
                ],
            );
            world.set("Printer", 1, "locations_id", room.into());
            (2, whole)
        };
        let there = house
            .client
            .assets_at(&session, &BTreeSet::from([place]))
            .await?;
        assert!(there.closed.is_empty());
        let below = there.assets.iter().filter(|asset| asset.location == room);
        assert_eq!(below.count(), 1, "{:?}", there.assets);
        let nowhere = house.client.assets_at(&session, &BTreeSet::new()).await?;
        assert!(nowhere.assets.is_empty());
    }
    Ok(())
}
