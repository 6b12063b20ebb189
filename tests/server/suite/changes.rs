//! Changes from the phone to both GLPIs.

use anyhow::Result;
use tournee_core::domain::{EntryKind, Status};
use tournee_core::outbox::State;
use tournee_core::wire::Notice;

use crate::support::handset::{followup, solution, status};
use crate::support::{House, SOURCES, wait_until};

#[tokio::test]
async fn a_days_work_lands_in_both_glpis() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let mut taken = Vec::new();
    for source in SOURCES {
        let free = phone.free_ticket(source)?;
        phone.edit(&free, phone.take(&free)?)?;
        phone.edit(&free, status(Status::Assigned, Status::Pending))?;
        phone.edit(&free, followup("Vu sur place.\nCâble changé."))?;
        let own = phone.own_ticket(source, Status::Assigned)?;
        phone.edit(&own, solution("Remplacé."))?;
        taken.push((source, free, own));
    }
    phone.settle().await?;
    for state in phone.states() {
        assert!(matches!(state, State::Delivered { .. }), "{state:?}");
    }
    for (source, free, own) in taken {
        let me = i64::try_from(phone.account(source)?.user.0)?;
        let world = house.glpi(source).world();
        let ticket = world.ticket(i64::try_from(free.id.0)?).unwrap();
        assert!(
            ticket
                .actors
                .iter()
                .any(|actor| actor.role == 2 && actor.who == me)
        );
        assert_eq!(ticket.status, 4);
        let followups = world.followups(ticket.id);
        assert!(
            followups
                .iter()
                .any(|f| f.content.contains("Câble changé.")),
            "{followups:?}"
        );
        let solved = world.ticket(i64::try_from(own.id.0)?).unwrap();
        assert_eq!(solved.status, if source == "ancien" { 6 } else { 5 });
        let solutions = world.solutions(solved.id);
        assert_eq!(solutions.len(), 1, "{solutions:?}");
        drop(world);
        assert_eq!(phone.base(&free)?.status, Status::Pending);
    }
    Ok(())
}

#[tokio::test]
async fn a_closed_ticket_is_reopened() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let closed = phone.own_ticket(source, Status::Closed)?;
        phone.edit(&closed, status(Status::Closed, Status::Assigned))?;
        phone.settle().await?;
        assert_eq!(phone.base(&closed)?.status, Status::Assigned, "{source}");
    }
    Ok(())
}

#[tokio::test]
async fn what_follows_his_own_solution_is_no_conflict_where_glpi_closes_at_once() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    let solved = phone.edit(&own, solution("Remplacé."))?;
    let note = phone.edit(&own, followup("Pièce commandée."))?;
    let reopened = phone.edit(&own, status(Status::Solved, Status::Assigned))?;
    phone.settle().await?;
    for change in [solved, note, reopened] {
        let state = phone.state(change)?;
        assert!(matches!(state, State::Delivered { .. }), "{state:?}");
    }
    assert_eq!(phone.base(&own)?.status, Status::Assigned);
    Ok(())
}

#[tokio::test]
async fn what_was_typed_before_he_could_know_of_the_closing_still_applies() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let own = phone.own_ticket("ancien", Status::Assigned)?;
    phone.edit(&own, solution("Remplacé."))?;
    let solved = phone.phone.request(false);
    let note = phone.edit(&own, followup("Pièce commandée."))?;
    // The solution is delivered; the answer that would tell the phone so is lost.
    phone.send(&solved).await?;
    let listener = house.app()?.shared().clone();
    wait_until(|| async {
        let mut db = listener.store.read().await?;
        Ok(tournee::store::chains::open(&mut db, None)
            .await?
            .is_empty())
    })
    .await?;
    phone.settle().await?;
    let state = phone.state(note)?;
    assert!(matches!(state, State::Delivered { .. }), "{state:?}");
    Ok(())
}

#[tokio::test]
async fn a_hundred_kilobytes_arrive_whole() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    let text = "Mesure 42, tiroir-caisse bloqué. ".repeat(3_000);
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup(&text))?;
        phone.settle().await?;
        let state = phone.state(id)?;
        let State::Delivered { notices, .. } = state else {
            panic!("{state:?}");
        };
        assert!(notices.is_empty(), "{notices:?}");
        let world = house.glpi(source).world();
        let followups = world.followups(i64::try_from(own.id.0)?);
        assert!(
            followups
                .iter()
                .any(|f| f.content.contains(text.trim_end()))
        );
    }
    Ok(())
}

#[tokio::test]
async fn emoji_become_words_where_the_database_cannot_hold_them_and_he_is_told() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("Réparé 👍"))?;
        phone.settle().await?;
        let State::Delivered { notices, .. } = phone.state(id)? else {
            panic!("{:?}", phone.state(id)?);
        };
        let told = notices.contains(&Notice::EmojiSpelled);
        assert_eq!(told, source == "ancien", "{notices:?}");
        let world = house.glpi(source).world();
        let followups = world.followups(i64::try_from(own.id.0)?);
        let ours = followups
            .iter()
            .find(|f| f.content.contains("Réparé"))
            .unwrap();
        assert!(!ours.content.contains('?'), "{}", ours.content);
        assert_eq!(ours.content.contains('👍'), source == "nouveau");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_typed_as_markup_is_shown_as_typed() -> Result<()> {
    let house = House::open().await?;
    let mut phone = house.ready_phone().await?;
    for source in SOURCES {
        let own = phone.own_ticket(source, Status::Assigned)?;
        let id = phone.edit(&own, followup("<script>alert(1)</script> & <b>gras</b>"))?;
        phone.settle().await?;
        let ticket = phone.base(&own)?;
        let entries = ticket.timeline.as_deref().unwrap_or_default();
        let ours = entries
            .iter()
            .find(|entry| entry.change == Some(id))
            .unwrap();
        let EntryKind::Followup { content, .. } = &ours.what else {
            panic!("{ours:?}");
        };
        assert!(!content.contains("<script"), "{content}");
        assert!(content.contains("&lt;script&gt;"), "{content}");
    }
    Ok(())
}
