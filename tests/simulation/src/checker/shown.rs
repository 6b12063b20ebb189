//! Every phone shows what GLPI has, and all of it that is its owner's.

use std::collections::BTreeSet;
use std::sync::Arc;

use tournee_core::domain::{EntryKind, Ticket};
use tournee_core::ids::TicketKey;
use tournee_sandbox::World;
use tournee_sandbox::clock::parse_local;
use tournee_sandbox::world::TicketView;

use super::Facts;
use crate::glpi::Side;
use crate::hand::Hand;
use crate::{moment, tasks};

const SHOWS: &str = "every phone shows what GLPI has";
const MONTH: i64 = 30 * 86_400;

impl Facts<'_> {
    pub(super) fn shown(&self, all: bool) {
        for hand in self.hands {
            for side in self.sides {
                self.shows(hand, side, all);
            }
        }
    }

    fn shows(&self, hand: &Hand, side: &Arc<Side>, all: bool) {
        let world = side.glpi.world();
        let user = world
            .user_id(&tournee_sandbox::accounts::technician(hand.technician))
            .unwrap_or_default();
        let now = side.clock.timestamp().as_second();
        let his: BTreeSet<i64> = world
            .ticket_ids()
            .into_iter()
            .filter(|id| {
                world
                    .ticket(*id)
                    .is_some_and(|ticket| is_his(&world, &ticket, user, now))
            })
            .collect();
        let rows = hand
            .phone
            .rows()
            .iter()
            .filter(|row| row.key.source == side.source);
        let held: BTreeSet<i64> = rows
            .filter_map(|row| i64::try_from(row.key.id.0).ok())
            .collect();
        for missing in his.difference(&held).filter(|_| all) {
            let what = format!("{} lacks {}#{missing}", hand.name, side.source);
            self.broke(SHOWS, what);
        }
        for extra in held.difference(&his).filter(|_| all) {
            let key = TicketKey::new(side.source.0.clone(), extra.unsigned_abs());
            if !hand.phone.outbox().names(&key) {
                let what = format!("{} still has {key}", hand.name);
                self.broke(SHOWS, what);
            }
        }
        for id in held.intersection(&his) {
            let key = TicketKey::new(side.source.0.clone(), id.unsigned_abs());
            if let Some(difference) = difference(hand, &world, &key, *id) {
                let what = format!("{} on {key}: {difference}", hand.name);
                self.broke(SHOWS, what);
            }
        }
    }
}

/// Open: his, his groups', free, or opened by him. Solved and closed: his or his groups', of the last month.
fn is_his(world: &World, ticket: &TicketView, user: i64, now: i64) -> bool {
    let assigned = |who: &dyn Fn(i64) -> bool, actors: &[tournee_sandbox::world::ActorView]| {
        actors.iter().any(|actor| actor.role == 2 && who(actor.who))
    };
    let his_groups: Vec<i64> = world
        .rows_by("Group_User", "users_id", user)
        .map(|row| row.int("groups_id"))
        .collect();
    let mine = assigned(&|who| who == user, &ticket.actors);
    let groups = assigned(&|group| his_groups.contains(&group), &ticket.groups);
    let taken = assigned(&|_| true, &ticket.actors) || assigned(&|_| true, &ticket.groups);
    let modified = parse_local(&ticket.date_mod, &world.zone).map_or(0, |at| at.as_second());
    if ticket.is_deleted {
        false
    } else if ticket.status < 5 {
        mine || groups || !taken || ticket.recipient == user
    } else {
        (mine || groups) && now - modified <= MONTH
    }
}

fn difference(hand: &Hand, world: &World, key: &TicketKey, id: i64) -> Option<String> {
    let is = world.ticket(id)?;
    let row = hand.phone.rows().get(key)?;
    let Some(stored) = hand.pocket.ticket(key) else {
        return Some("a row without its ticket".to_owned());
    };
    let assigned: BTreeSet<i64> = is
        .actors
        .iter()
        .filter(|a| a.role == 2)
        .map(|a| a.who)
        .collect();
    let shown: BTreeSet<i64> = row
        .assignees
        .iter()
        .filter_map(|u| i64::try_from(u.0).ok())
        .collect();
    let status = i64::from(row.status.to_glpi());
    let followups: BTreeSet<i64> = world.followups(id).iter().map(|one| one.id).collect();
    if status != is.status || i64::from(stored.status.to_glpi()) != is.status {
        return Some(format!("status {status}, GLPI has {}", is.status));
    }
    if shown != assigned {
        return Some(format!("assigned {shown:?}, GLPI has {assigned:?}"));
    }
    let (facts, has) = (moment::Facts::shown(&stored), moment::Facts::of(world, &is));
    if facts != has {
        return Some(format!("{facts:?}, GLPI has {has:?}"));
    }
    let (seats, has) = (moment::shown_seats(&stored), moment::seats(world, &is));
    if seats != has {
        return Some(format!("{seats:?}, GLPI has {has:?}"));
    }
    let (tasks, has) = (tasks::shown(&stored), tasks::of(world, id));
    if tasks != has {
        return Some(format!("tasks {tasks:?}, GLPI has {has:?}"));
    }
    let of_row = row.tasks.iter().map(|task| task.id.cast_signed());
    if of_row.collect::<BTreeSet<_>>() != tasks.into_keys().collect() {
        return Some(format!("a row with the tasks {:?}", row.tasks));
    }
    if stored.actiontime.0 != is.actiontime {
        let (time, has) = (stored.actiontime.0, is.actiontime);
        return Some(format!("{time} s, GLPI has {has}"));
    }
    let documents: BTreeSet<i64> = world.documents(id).iter().map(|one| one.id).collect();
    let shown = documents_of(&stored);
    if shown != documents {
        return Some(format!("documents {shown:?}, GLPI has {documents:?}"));
    }
    if entries(&stored) != followups {
        return Some(format!(
            "followups {:?}, GLPI has {followups:?}",
            entries(&stored)
        ));
    }
    None
}

fn entries(ticket: &Ticket) -> BTreeSet<i64> {
    let all = ticket.timeline.iter().flatten();
    let followups = all.filter(|entry| matches!(entry.what, EntryKind::Followup { .. }));
    followups
        .filter_map(|entry| i64::try_from(entry.id).ok())
        .collect()
}

fn documents_of(ticket: &Ticket) -> BTreeSet<i64> {
    let all = ticket.timeline.iter().flatten();
    let documents = all.filter_map(|entry| match &entry.what {
        EntryKind::Document(document) => Some(document.id),
        _ => None,
    });
    documents.filter_map(|id| i64::try_from(id).ok()).collect()
}
