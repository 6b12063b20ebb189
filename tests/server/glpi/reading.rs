//! Scope, tickets, names, deltas.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tournee::glpi::{LocalStamp, Parts, Reading, ScopeQuery, Session, TicketStub};
use tournee_core::domain::{EntryKind, ReferenceKind};
use tournee_core::ids::{TicketId, UserId};
use tournee_core::time::Seconds;
use tournee_sandbox::accounts::{SELF_SERVICE, SUPER_ADMIN, TECHNICIAN};
use tournee_sandbox::{Canned, Effect, Glpi, Matcher, Options};

use crate::support::{House, both};

pub fn query(session: &Session) -> ScopeQuery {
    let identity = session.identity();
    let now = tournee_core::time::Instant(jiff_now());
    ScopeQuery {
        user: identity.user,
        groups: identity.groups.iter().map(|group| group.id).collect(),
        closed_since: session.zone().stamp(now - Seconds::days(30)),
        unassigned: true,
    }
}

fn jiff_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().cast_signed())
}

/// The scope by the sandbox's own tables.
fn expected(glpi: &Glpi, query: &ScopeQuery) -> BTreeSet<u64> {
    let world = glpi.world();
    let me = query.user.0.cast_signed();
    let ids = world.ticket_ids().into_iter().filter(|id| {
        let Some(ticket) = world.ticket(*id) else {
            return false;
        };
        let mine = ticket.actors.iter().any(|a| a.role == 2 && a.who == me);
        let groups = || ticket.groups.iter().filter(|g| g.role == 2);
        let ours = groups().any(|g| query.groups.contains(&g.who.cast_unsigned()));
        let nobodys = !ticket.actors.iter().any(|a| a.role == 2) && groups().count() == 0;
        let open = ticket.status < 5;
        let lately = ticket.date_mod > query.closed_since.0;
        !ticket.is_deleted
            && ((open && (mine || ours || nobodys || ticket.recipient == me))
                || (!open && lately && (mine || ours)))
    });
    ids.map(i64::cast_unsigned).collect()
}

fn ids(stubs: &[TicketStub]) -> BTreeSet<u64> {
    stubs.iter().map(|stub| stub.id.0).collect()
}

#[tokio::test]
async fn the_scope_is_what_concerns_him_and_nothing_else() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let query = query(&session);
        let stubs = house.client.scope(&session, &query).await?;
        assert_eq!(ids(&stubs), expected(&house.glpi, &query));
        assert!(stubs.len() > 50, "{}", stubs.len());
        assert!(stubs.iter().all(|stub| !stub.entity.is_empty()));
        assert!(stubs.iter().any(|stub| !stub.location.is_empty()));
        let log = &house.glpi.world().log;
        let asked: Vec<&str> = log.entries().map(|entry| entry.query.as_str()).collect();
        for column in ["=4&", "=5&", "=66&"] {
            let displayed = |query: &&str| {
                let mut parts = query.split('&');
                parts.any(|p| p.starts_with("forcedisplay") && format!("{p}&").ends_with(column))
            };
            assert!(!asked.iter().any(displayed), "{column}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_scope_of_many_pages_is_whole() -> Result<()> {
    for options in both() {
        let house = House::new(Options {
            tickets: 3_000,
            technicians: 1,
            ..options
        })
        .await?;
        let session = house.technician().await?;
        let query = query(&session);
        let stubs = house.client.scope(&session, &query).await?;
        assert!(stubs.len() > 1_000, "{}", stubs.len());
        assert_eq!(ids(&stubs), expected(&house.glpi, &query));
    }
    Ok(())
}

#[tokio::test]
async fn many_at_once_and_one_by_one_are_the_same() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let stubs = house.client.scope(&session, &query(&session)).await?;
        let bulk = house
            .client
            .tickets(&session, &stubs, true, &|_| None)
            .await?;
        assert_eq!(bulk.missing, []);
        assert_eq!(bulk.tickets.len(), stubs.len());
        let entries = bulk
            .tickets
            .iter()
            .flat_map(|t| t.timeline.iter().flatten());
        let documents = entries.filter(|entry| matches!(entry.what, EntryKind::Document(_)));
        assert!(documents.count() > 0);
        for ticket in &bulk.tickets {
            let alone = house.ticket(&session, ticket.key.id.0).await?;
            assert_eq!(*ticket, alone);
        }
    }
    Ok(())
}

#[tokio::test]
async fn names_are_right_for_a_technician_who_may_not_read_the_lists() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let technician = house.technician().await?;
        let admin = house.sign_in(SUPER_ADMIN).await?;
        let all = house.client.reference(&admin).await?;
        let house = House::new(match technician.dialect().name() {
            "9.2" => Options::glpi_9_2(),
            _ => Options::glpi_10(),
        })
        .await?;
        let technician = house.technician().await?;
        let stubs = house.client.scope(&technician, &query(&technician)).await?;
        for stub in stubs.iter().take(25) {
            let ticket = house.ticket(&technician, stub.id.0).await?;
            assert_eq!(ticket.entity.name, stub.entity);
            assert_eq!(
                ticket.category.as_ref().map_or("", |c| c.name.as_str()),
                stub.category
            );
            if let Some(location) = &ticket.location {
                assert!(all.locations.contains(location), "{location:?}");
            }
            let people = ticket.assignees.iter().chain(&ticket.requesters);
            for actor in people {
                assert!(actor.label().contains(' '), "{actor:?}");
            }
        }
        let his = house.client.reference(&technician).await?;
        for kind in [
            ReferenceKind::Categories,
            ReferenceKind::Locations,
            ReferenceKind::SolutionTypes,
        ] {
            assert!(his.partial.contains(&kind), "{kind:?}");
            assert!(!all.partial.contains(&kind), "{kind:?}");
        }
        assert!(!his.locations.is_empty() && his.locations.len() <= all.locations.len());
        assert_eq!(all.solution_types.len(), 2);
        assert!(his.solution_templates.is_empty());
        let template = all.solution_templates.first().unwrap();
        assert_eq!(template.name, "Matériel remplacé");
        assert!(
            template.content.contains("magasin.\nAncien"),
            "{template:?}"
        );
        assert_eq!(template.solution_type, Some(2));
        assert!(his.priority_matrix.is_some());
        assert!(his.entities.iter().any(|entity| entity.id == 0));
    }
    Ok(())
}

#[tokio::test]
async fn a_ticket_in_the_trash_a_purged_one_and_a_forbidden_one_are_told_apart() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let me = house.user(TECHNICIAN)?;
        let session = house.technician().await?;
        let trashed = house.ticket_of(2, Some(me))?;
        let ticket = house.ticket(&session, trashed).await?;
        house.glpi.world().trash_ticket(trashed.cast_signed(), me);
        let read = async |session: &Session, id| {
            house.client.ticket(session, TicketId(id), &|_| None).await
        };
        assert_eq!(read(&session, trashed).await?, Reading::Trashed);
        let refreshed = house
            .client
            .refresh(&session, &ticket, Parts::FACTS, &|_| None)
            .await?;
        assert_eq!(refreshed, Reading::Trashed);
        house.glpi.world().purge_ticket(trashed.cast_signed());
        assert_eq!(read(&session, trashed).await?, Reading::Gone);
        let foreign = house.ticket_of(2, Some(me))?;
        let requester = house.sign_in(SELF_SERVICE).await?;
        assert_eq!(read(&requester, foreign).await?, Reading::NotAllowed);
    }
    Ok(())
}

/// Its facts come before, its people after: nobody has a ticket that is no more.
#[tokio::test]
async fn a_ticket_that_is_purged_while_it_is_read_is_gone() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let me = house.user(TECHNICIAN)?;
        let session = house.technician().await?;
        let id = house.ticket_of(2, Some(me))?;
        let path = |kind: &str| format!("Ticket/{id}/{kind}");
        let faults = house.glpi.faults();
        // Recorded: `sub-of-missing-parent`.
        let none = Canned::json(404, "[\"ERROR_ITEM_NOT_FOUND\",\"Élément introuvable\"]");
        let nobody = Matcher::on("GET", &path("Ticket_User"));
        faults.add(nobody, Effect::Status(none));
        let late = Matcher::on("GET", &path("Group_Ticket"));
        faults.add(late, Effect::Delay(Duration::from_millis(500)));
        // Its places are known: nothing else asks for the ticket once more.
        house.ticket(&session, id).await?;
        let purge = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            house.glpi.world().purge_ticket(id.cast_signed());
        };
        let read = house.client.ticket(&session, TicketId(id), &|_| None);
        let (read, ()) = tokio::join!(read, purge);
        assert_eq!(read?, Reading::Gone);
    }
    Ok(())
}

#[tokio::test]
async fn what_moved_is_found_also_within_the_same_second() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let id = house.ticket_of(2, Some(me))?;
        house
            .glpi
            .world()
            .add_followup(id.cast_signed(), me, "un", false);
        let now = LocalStamp(house.glpi.world().now_text());
        let moved = house.client.changed_since(&session, &now).await?;
        assert!(moved.iter().any(|stub| stub.id.0 == id), "{moved:?}");
        let stub = moved
            .iter()
            .find(|stub| stub.id.0 == id)
            .context("no stub")?;
        let ticket = house.ticket(&session, id).await?;
        assert_eq!(
            session.zone().instant(&stub.modified.0),
            Some(ticket.modified_at)
        );
        assert!((ticket.modified_at.0 - jiff_now()).abs() < 30);
    }
    Ok(())
}

#[tokio::test]
async fn hostile_html_is_harmless_and_parts_leave_the_rest_alone() -> Result<()> {
    for options in both() {
        let house = House::new(options).await?;
        let session = house.technician().await?;
        let me = house.user(TECHNICIAN)?;
        let id = house.ticket_of(2, Some(me))?;
        let before = house.ticket(&session, id).await?;
        let hostile =
            "<p>Bonjour<script>alert(1)</script><img src=x onerror=alert(1)> <b>gras</b></p>";
        house
            .glpi
            .world()
            .add_followup(id.cast_signed(), me, hostile, true);
        let parts = Parts {
            followups: true,
            ..Parts::FACTS
        };
        let read = house
            .client
            .refresh(&session, &before, parts, &|_| None)
            .await?;
        let Reading::Present(ticket) = read else {
            anyhow::bail!("{read:?}");
        };
        let whole = house.ticket(&session, id).await?;
        assert_eq!(*ticket, whole);
        let last = ticket.timeline.iter().flatten().last().context("empty")?;
        let EntryKind::Followup { content, private } = &last.what else {
            anyhow::bail!("{last:?}");
        };
        assert!(private);
        assert_eq!(content, "<p>Bonjour <b>gras</b></p>");
        assert_eq!(
            last.author.as_ref().and_then(|a| a.user()),
            Some(UserId(me.cast_unsigned()))
        );
        assert_eq!(
            last.author.as_ref().map(|a| a.label()),
            Some("Marcoux Patrick")
        );
    }
    Ok(())
}
