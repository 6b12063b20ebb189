//! Two phones of one man: what waits on one behind a dispute on the other says so, and goes along when that is settled.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tournee_core::changes::{ConflictValue, Field};
use tournee_core::domain::Status;
use tournee_core::ids::ChangeId;
use tournee_core::outbox::State;
use tournee_core::wire::Wish;
use tournee_sandbox::accounts::technician;

use crate::support::handset::{followup, status};
use crate::support::{Handset, House};

pub async fn until_held(phone: &mut Handset, id: ChangeId) -> Result<()> {
    for _ in 0..400 {
        phone.sync().await?;
        if phone.phone.is_held_elsewhere(id) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("never told: {:?}", phone.states())
}

#[tokio::test]
async fn what_waits_behind_the_other_phones_dispute_says_so_and_is_settled_along() -> Result<()> {
    let house = House::open().await?;
    let mut first = house.ready_phone().await?;
    let mut second = house.ready_phone().await?;
    for (source, wish) in [("ancien", Wish::Withdraw), ("nouveau", Wish::Insist)] {
        let own = first.own_ticket(source, Status::Assigned)?;
        let number = i64::try_from(own.id.0)?;
        let colleague = house.glpi(source).world().user_id(&technician(2)).unwrap();
        let fields = [("status", json!(3))];
        house
            .glpi(source)
            .world()
            .edit_ticket(number, colleague, &fields);
        let disputed = first.edit(&own, status(Status::Assigned, Status::Pending))?;
        first.settle().await?;
        assert!(matches!(first.state(disputed)?, State::NeedsYou { .. }));
        // The other one knows what the colleague did, and nothing of the dispute.
        second.sync_whole().await?;
        let moved = second.edit(&own, status(Status::Planned, Status::Assigned))?;
        let note = second.edit(&own, followup("Une note passe."))?;
        until_held(&mut second, moved).await?;
        assert_eq!(second.state(moved)?, State::Server);
        first.sync().await?;
        assert!(first.phone.meta().held.is_empty(), "nothing of its own is");
        first.wish(disputed, wish);
        first.settle().await?;
        second.settle().await?;
        assert!(second.phone.meta().held.is_empty());
        assert!(matches!(second.state(note)?, State::Delivered { .. }));
        match (wish, second.state(moved)?) {
            (Wish::Withdraw, State::Delivered { .. }) => {}
            // He moved it himself, from the other phone: now this one asks.
            (Wish::Insist, State::NeedsYou { problem }) => {
                let conflict = problem.conflict.unwrap();
                assert_eq!(conflict.field, Field::Status);
                assert_eq!(conflict.theirs, ConflictValue::Status(Status::Pending));
            }
            (_, other) => panic!("{wish:?}: {other:?}"),
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_waits_behind_a_dispute_of_the_same_phone_is_told_too() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("nouveau", Status::Assigned)?;
    let colleague = house.new.world().user_id(&technician(2)).unwrap();
    let number = i64::try_from(own.id.0)?;
    house
        .new
        .world()
        .edit_ticket(number, colleague, &[("status", json!(3))]);
    let disputed = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
    let behind = phone.edit(&own, status(Status::Pending, Status::Assigned))?;
    for _ in 0..400 {
        phone.sync().await?;
        if !phone.phone.meta().held.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(
        phone.phone.meta().held.iter().collect::<Vec<_>>(),
        [&behind]
    );
    assert!(matches!(phone.state(disputed)?, State::NeedsYou { .. }));
    // It stands under the dispute already.
    assert!(!phone.phone.is_held_elsewhere(behind));
    Ok(())
}
