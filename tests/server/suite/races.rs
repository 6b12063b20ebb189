//! What happens at the same time, or was cut off in the middle.

use std::time::Duration;

use anyhow::Result;
use tournee_core::domain::Status;
use tournee_core::ids::TicketKey;
use tournee_core::outbox::State;
use tournee_core::wire::ProblemKind;
use tournee_sandbox::accounts::technician;
use tournee_sandbox::{Effect, Matcher};

use crate::support::handset::{followup, status};
use crate::support::{House, SOURCES, wait_until};

fn number(key: &TicketKey) -> i64 {
    i64::try_from(key.id.0).unwrap_or(-1)
}

/// How a ticket's status was moved, by GLPI's history.
fn moves(house: &House, key: &TicketKey) -> Vec<(String, String)> {
    let world = house.glpi(&key.source.0).world();
    let log = world.table("Log").into_iter().flat_map(|log| log.iter());
    let lines = log.filter(|line| {
        let moved = line.int("linked_action") == 0 && line.int("id_search_option") == 12;
        moved && line.text("itemtype") == "Ticket" && line.int("items_id") == number(key)
    });
    lines
        .map(|line| word(line.text("old_value"), line.text("new_value")))
        .collect()
}

#[tokio::test]
async fn two_technicians_who_take_a_ticket_at_the_same_time_are_told_of_each_other() -> Result<()> {
    let house = House::open().await?;
    let mut one = house.ready_phone().await?;
    let mut other = house.phone()?;
    for source in SOURCES {
        other.sign_in(source, &technician(2)).await?;
    }
    other.sync_whole().await?;
    for source in SOURCES {
        // Slow enough that both would look before either has written.
        let slow = Effect::Delay(Duration::from_millis(150));
        house.glpi(source).faults().add(Matcher::any(), slow);
        let free = one.free_ticket(source)?;
        let taken = [
            one.edit(&free, one.take(&free)?)?,
            other.edit(&free, other.take(&free)?)?,
        ];
        let (mine, theirs) = (one.phone.request(false), other.phone.request(false));
        tokio::try_join!(one.send(&mine), other.send(&theirs))?;
        tokio::try_join!(one.settle(), other.settle())?;
        house.glpi(source).faults().clear();
        let states = [one.state(taken[0])?, other.state(taken[1])?];
        let first = states
            .iter()
            .filter(|state| matches!(state, State::Delivered { .. }));
        let second = states.iter().filter(|state| {
            matches!(state, State::NeedsYou { problem } if problem.kind == ProblemKind::Conflict)
        });
        assert_eq!((first.count(), second.count()), (1, 1), "{states:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_to_the_last_of_several_moves_does_not_put_the_others_in_doubt() -> Result<()>
{
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let before = moves(&house, &own).len();
        let faults = house.glpi(source).faults();
        let rule = faults.add(Matcher::on("PUT", "Ticket/").nth(3), Effect::DoThenLose);
        for (from, to) in [
            (Status::Assigned, Status::Pending),
            (Status::Pending, Status::Planned),
            (Status::Planned, Status::Pending),
        ] {
            phone.edit(&own, status(from, to))?;
        }
        phone.settle().await?;
        assert_eq!(faults.hits(rule), 1);
        for state in phone.states() {
            assert!(matches!(state, State::Delivered { .. }), "{state:?}");
        }
        assert_eq!(moves(&house, &own).len(), before + 3);
    }
    Ok(())
}

#[tokio::test]
async fn a_move_there_and_back_that_a_crash_cut_off_is_made_once() -> Result<()> {
    for source in SOURCES {
        let mut house = House::open().await?;
        let mut phone = house.ready_phone().await?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        let before = moves(&house, &own).len();
        let stuck = house
            .glpi(source)
            .faults()
            .add(Matcher::on("POST", "Followup"), Effect::Hang);
        phone.edit(&own, status(Status::Assigned, Status::Planned))?;
        phone.edit(&own, status(Status::Planned, Status::Assigned))?;
        phone.edit(&own, followup("Fausse manœuvre."))?;
        let request = phone.phone.request(false);
        phone.send(&request).await?;
        wait_until(async || Ok(house.glpi(source).faults().hits(stuck) > 0)).await?;
        house.stop().await?;
        house.glpi(source).faults().remove(stuck);
        house.start().await?;
        phone.base = format!("http://{}", house.address);
        phone.settle().await?;
        for state in phone.states() {
            assert!(matches!(state, State::Delivered { .. }), "{state:?}");
        }
        let moved = &moves(&house, &own)[before..];
        assert_eq!(moved, [word("2", "3"), word("3", "2")], "{source}");
        let world = house.glpi(source).world();
        let notes = world.followups(number(&own));
        let said = notes.iter().filter(|f| f.content.contains("Fausse"));
        assert_eq!(said.count(), 1);
    }
    Ok(())
}

fn word(old: &str, new: &str) -> (String, String) {
    (old.to_owned(), new.to_owned())
}

#[tokio::test]
async fn a_reading_that_comes_in_after_a_write_is_not_shown_over_it() -> Result<()> {
    // Whoever asks is answered long before that read has ended.
    let impatient = |config: &mut tournee::config::Config| {
        config.refresh.patience = Duration::from_millis(300);
    };
    let house = House::with(impatient).await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        // Somebody's note has the ticket read, and a part of it is answered late.
        {
            let mut world = house.glpi(source).world();
            let colleague = world.user_id(&technician(2)).unwrap();
            world.add_followup(number(&own), colleague, "Vu sur place.", false);
        }
        let late = Duration::from_secs(3);
        let path = format!("Ticket/{}/Group_Ticket", own.id);
        let faults = house.glpi(source).faults();
        let rule = faults.add(Matcher::on("GET", &path).times(1), Effect::Delay(late));
        let began = tokio::time::Instant::now();
        phone.sync().await?;
        assert_eq!(faults.hits(rule), 1, "{source}: the read is under way");
        let moved = phone.edit(&own, status(Status::Assigned, Status::Pending))?;
        let mut shown_at_once = false;
        while began.elapsed() < late * 2 {
            phone.sync().await?;
            if !matches!(phone.state(moved)?, State::Delivered { .. }) {
                continue;
            }
            shown_at_once |= began.elapsed() < late;
            assert_eq!(phone.base(&own)?.status, Status::Pending, "{source}");
        }
        assert!(shown_at_once, "{source}: written while the read went on");
        faults.clear();
    }
    Ok(())
}
