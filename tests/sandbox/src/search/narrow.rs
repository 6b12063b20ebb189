//! Which rows a search has to look at: indexes spare it the other 20,000.

use super::{
    criteria::{Criterion, Link},
    instants::absolute,
};
use crate::world::{World, session::Session};

/// The rows that the narrowest criterion with an index leaves; `None` where all have to be looked at.
pub(super) fn candidates(
    world: &World,
    who: &Session,
    itemtype: &str,
    criteria: &[Criterion],
) -> Option<Vec<i64>> {
    let alternatives = criteria
        .iter()
        .skip(1)
        .any(|c| matches!(c.link(), Link::Or | Link::OrNot));
    if itemtype != "Ticket" || alternatives {
        return None;
    }
    let each = criteria.iter().filter_map(|criterion| match criterion {
        Criterion::Test {
            link: Link::And | Link::Or,
            field,
            searchtype,
            value,
        } => indexed(world, who, *field, searchtype, value),
        _ => None,
    });
    each.min_by_key(Vec::len)
}

fn indexed(
    world: &World,
    who: &Session,
    field: i64,
    searchtype: &str,
    value: &str,
) -> Option<Vec<i64>> {
    match (field, searchtype) {
        (2, "equals" | "contains") => Some(vec![value.parse().ok()?]),
        (4 | 5 | 66, "equals") => {
            by_actor(world, "Ticket_User", "users_id", user(world, who, value)?)
        }
        (8 | 65 | 71, "equals") => {
            by_actor(world, "Group_Ticket", "groups_id", value.parse().ok()?)
        }
        (12, "equals") => by_status(world, value),
        (19, "morethan") => Some(
            world
                .table("Ticket")?
                .ids_after(&absolute(world, value))
                .collect(),
        ),
        _ => None,
    }
}

fn user(world: &World, who: &Session, value: &str) -> Option<i64> {
    if value == "myself" && !world.dialect.is_9_2() {
        return Some(who.user);
    }
    value.parse().ok()
}

/// Nobody (0) is on no link: who looks for the unassigned has to look at all.
fn by_actor(world: &World, links: &str, column: &'static str, wanted: i64) -> Option<Vec<i64>> {
    if wanted == 0 {
        return None;
    }
    let found = world.rows_by(links, column, wanted);
    Some(sorted(found.map(|row| row.int("tickets_id")).collect()))
}

fn by_status(world: &World, value: &str) -> Option<Vec<i64>> {
    let statuses = match value {
        "process" => vec![2, 3],
        "old" => vec![5, 6],
        value => vec![value.parse().ok()?],
    };
    let table = world.table("Ticket")?;
    let ids = statuses
        .into_iter()
        .flat_map(|status| table.ids_by("status", status));
    Some(sorted(ids.collect()))
}

/// By id, as a table is read.
fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use crate::{
        Glpi, ManualClock, Options,
        http::query::Tree,
        search::{Request, run},
        world::World,
    };

    fn found(world: &World, query: &str) -> Vec<i64> {
        let who = world.page_session(2);
        let query = Tree::parse(query);
        let request = Request {
            itemtype: "Ticket",
            query: &query,
            range: (0, 9_999),
        };
        let found = run(world, &who, &request).unwrap();
        found.rows.into_iter().map(|(id, _)| id).collect()
    }

    /// The same question, asked so that no index can help.
    fn in_full(query: &str) -> String {
        let never = "criteria[9][link]=OR&criteria[9][field]=2&criteria[9][searchtype]=equals&criteria[9][value]=-1";
        format!("{query}&{never}")
    }

    #[test]
    fn an_index_changes_nothing_but_the_time() {
        let clock = Arc::new(ManualClock::new(
            "2026-11-23T10:55:24Z".parse::<Timestamp>().unwrap(),
        ));
        let glpi = Glpi::new(Options {
            clock,
            ..Options::glpi_10()
        });
        let world = glpi.world();
        let technician = world.user_id("pmarcoux").unwrap();
        for (field, searchtype, value) in [
            (5, "equals", technician.to_string()),
            (4, "equals", technician.to_string()),
            (5, "equals", "0".to_owned()),
            (8, "equals", "1".to_owned()),
            (12, "equals", "process".to_owned()),
            (12, "equals", "notold".to_owned()),
            (19, "morethan", "2026-11-01 00:00:00".to_owned()),
            (19, "morethan", "-7DAY".to_owned()),
            (2, "contains", "12".to_owned()),
        ] {
            let query = format!(
                "criteria[0][field]={field}&criteria[0][searchtype]={searchtype}&criteria[0][value]={value}&sort=2"
            );
            assert_eq!(
                found(&world, &query),
                found(&world, &in_full(&query)),
                "{query}"
            );
        }
    }
}
