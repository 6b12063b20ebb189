//! Somebody who puts back what was just done in a technician's name: what a server that is put back to its backup does not
//! know of, and must not do again over him.

use std::sync::Arc;

use tournee_core::changes::Field;
use tournee_sandbox::accounts;

use crate::chronicle::{By, Deed};
use crate::counters::Count;
use crate::glpi::{COLLEAGUE, Side};
use crate::moment::What;
use crate::weather::Weather;

/// GLPI's numbers of the statuses that nobody puts back: what is solved or closed is opened again by who needs it.
const SETTLED: [i64; 2] = [5, 6];

/// Works at one GLPI for as long as it storms, where servers are restored.
pub async fn work(weather: Arc<Weather>, side: Arc<Side>) {
    if weather.storm.house.restored == 0.0 {
        return;
    }
    let mut dice = weather.dice(&format!("who puts back at {}", side.source));
    loop {
        tokio::time::sleep(dice.seconds(3, 20)).await;
        if !weather.storms() {
            continue;
        }
        let back = {
            let chronicle = side.chronicle();
            let mut newest = chronicle.deeds.iter().rev();
            newest.find_map(|deed| back(deed).map(|back| (deed.ticket, back)))
        };
        if let Some((ticket, (column, value))) = back {
            weather.count(Count::PersonPutBack);
            let edit = |glpi: &tournee_sandbox::Glpi| {
                let mut world = glpi.world();
                let user = world.user_id(&accounts::technician(COLLEAGUE));
                let is_there = world.ticket(ticket).is_some_and(|it| !it.is_deleted);
                if let Some(user) = user.filter(|_| is_there) {
                    world.edit_ticket(ticket, user, &[(column, value.into())]);
                }
            };
            side.person(ticket, edit).await;
        }
    }
}

/// What puts it back.
fn back(deed: &Deed) -> Option<(&'static str, i64)> {
    if !matches!(deed.by, By::Ours(_)) {
        return None;
    }
    match &deed.what {
        What::Status { from, to } if !SETTLED.contains(from) && !SETTLED.contains(to) => {
            Some(("status", *from))
        }
        What::Fact { field, from, .. } => {
            let column = match field {
                Field::Kind => "type",
                Field::Category => "itilcategories_id",
                Field::Location => "locations_id",
                Field::Urgency => "urgency",
                Field::Impact => "impact",
                _ => return None,
            };
            Some((column, from.parse().ok()?))
        }
        _ => None,
    }
}
