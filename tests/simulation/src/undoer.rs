//! Somebody who puts back what was just done in a technician's name: what a server that is put back to its backup does not
//! know of, and must not do again over him.

use std::sync::Arc;

use tournee_core::changes::Field;
use tournee_sandbox::world::World;
use tournee_sandbox::{Glpi, accounts};

use crate::chronicle::{By, Deed};
use crate::counters::Count;
use crate::glpi::{COLLEAGUE, Side};
use crate::house::House;
use crate::moment::What;
use crate::weather::Weather;

/// GLPI's numbers of the statuses that nobody puts back: what is solved or closed is opened again by who needs it.
const SETTLED: [i64; 2] = [5, 6];

/// Works at one GLPI for as long as it storms, where servers are restored. Once, the server is right after it.
pub async fn work(weather: Arc<Weather>, side: Arc<Side>, house: Arc<House>) {
    if weather.storm.house.restored == 0.0 {
        return;
    }
    let mut dice = weather.dice(&format!("who puts back at {}", side.source));
    let mut was_restored = false;
    loop {
        tokio::time::sleep(dice.seconds(2, 12)).await;
        if !weather.storms() || !undo(&weather, &side).await {
            continue;
        }
        if !was_restored && house.has_backup() && house.runs() && dice.hit(0.5) {
            tokio::time::sleep(dice.millis(0, 3_000)).await;
            if !weather.storms() {
                continue;
            }
            was_restored = true;
            weather.count(Count::ServerRestored);
            house.crash().await;
            house.restore();
        }
    }
}

/// The newest of what was done in his name; answers whether it stood there still.
async fn undo(weather: &Weather, side: &Side) -> bool {
    let back = {
        let chronicle = side.chronicle();
        let mut newest = chronicle.deeds.iter().rev();
        newest.find_map(|deed| back(deed).map(|back| (deed.ticket, back)))
    };
    let Some((ticket, (column, value))) = back else {
        return false;
    };
    let mut did = false;
    let edit = |glpi: &Glpi| {
        did = put_back(&mut glpi.world(), ticket, column, value).is_some();
    };
    side.person(ticket, edit).await;
    if did {
        weather.count(Count::PersonPutBack);
    }
    did
}

/// Where it does not stand so.
fn put_back(world: &mut World, ticket: i64, column: &str, value: i64) -> Option<()> {
    let user = world.user_id(&accounts::technician(COLLEAGUE))?;
    let row = world.row("Ticket", ticket)?;
    let stands_so = row.int(column) == value || row.is_deleted() == Some(true);
    (!stands_so).then(|| world.edit_ticket(ticket, user, &[(column, value.into())]))
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
