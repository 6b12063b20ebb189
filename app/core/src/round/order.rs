//! The order of the visits: what presses comes first, in the order of its times; what does not, by the shortest way.
//! He may put it otherwise.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Waiting;
use crate::domain::{Due, Level, Position, StoreId};
use crate::time::{Instant, Seconds};

/// How soon somebody should be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressing {
    /// Something is late, very urgent, or planned within two hours.
    Now,
    /// Something is due or planned within a day.
    Today,
    /// Nothing of that.
    Later,
}

/// What put a store where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// So many tickets are late.
    Late(usize),
    /// An intervention is planned then.
    Planned(Instant),
    /// A ticket of that priority.
    Urgent(Level),
    /// Something is due.
    Due(Due),
    /// So many metres from the stop before.
    Near(u32),
    /// So many tickets are open.
    Open(usize),
}

/// A store in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which.
    pub id: StoreId,
    /// How soon.
    pub pressing: Pressing,
    /// Why there.
    pub why: Why,
}

const SOON: Seconds = Seconds(2 * 3_600);
/// *Very high*, and *major*.
const VERY_HIGH: u8 = 5;

/// The order that is proposed, from where he is (or else from the first stop on).
pub fn propose(
    stores: &[Waiting],
    places: &BTreeMap<StoreId, Position>,
    from: Option<Position>,
    now: Instant,
) -> Vec<Stop> {
    let mut timed: Vec<(Pressing, Instant, &Waiting, Why)> = Vec::new();
    let mut rest: Vec<&Waiting> = Vec::new();
    for store in stores {
        match wanted(store, now) {
            Some((pressing, by, why)) => timed.push((pressing, by, store, why)),
            None => rest.push(store),
        }
    }
    timed.sort_by_key(|(pressing, by, store, _)| (*pressing, *by, rank(store)));
    let stops = timed.into_iter().map(|(pressing, _, store, why)| Stop {
        id: store.id.clone(),
        pressing,
        why,
    });
    let mut stops: Vec<Stop> = stops.collect();
    let last = stops.iter().rev().find_map(|stop| places.get(&stop.id));
    let last = last.copied().or(from);
    stops.extend(by_the_way(rest, places, last));
    stops
}

/// What counts among equals: urgency, then how much there is, then the name.
fn rank(store: &Waiting) -> (Reverse<Option<Level>>, Reverse<usize>, &StoreId) {
    (Reverse(store.urgent), Reverse(store.open), &store.id)
}

/// How soon, by when, and why; none where nothing presses.
fn wanted(store: &Waiting, now: Instant) -> Option<(Pressing, Instant, Why)> {
    let due = store.due.filter(|due| !due.stands);
    let by_due = due.map(|due| (due.moment(now), Why::Due(due)));
    let by_plan = store.planned.map(|at| (at, Why::Planned(at)));
    let first = by_due.into_iter().chain(by_plan).min_by_key(|(at, _)| *at);
    let very = store.urgent.filter(|level| level.number() >= VERY_HIGH);
    if store.late > 0 {
        let (at, _) = first?;
        return Some((Pressing::Now, at, Why::Late(store.late)));
    }
    if let Some((at, why)) = by_plan.filter(|(at, _)| *at <= now + SOON) {
        return Some((Pressing::Now, at, why));
    }
    if let Some(level) = very {
        let at = first.map_or(now, |(at, _)| at.min(now));
        return Some((Pressing::Now, at, Why::Urgent(level)));
    }
    let (at, why) = first.filter(|(at, _)| *at <= now + Seconds::days(1))?;
    Some((Pressing::Today, at, why))
}

/// Always the nearest next; those of which nobody knows where they are come behind, by what waits there.
fn by_the_way(
    mut stores: Vec<&Waiting>,
    places: &BTreeMap<StoreId, Position>,
    from: Option<Position>,
) -> Vec<Stop> {
    stores.sort_by_key(|store| rank(store));
    let (mut placed, lost): (Vec<_>, Vec<_>) = stores
        .into_iter()
        .partition(|store| places.contains_key(&store.id));
    let mut stops = Vec::new();
    let mut at = from;
    while !placed.is_empty() {
        let far = |store: &&Waiting| at.zip(places.get(&store.id)).map(|(a, b)| a.metres_to(*b));
        // Of equals the first, and without a place to start from that is who ranks first.
        let nearest = placed.iter().enumerate().min_by_key(|(_, s)| far(s));
        let Some((index, _)) = nearest else { break };
        let metres = placed.get(index).and_then(far);
        let store = placed.remove(index);
        at = places.get(&store.id).copied();
        stops.push(later(store, metres));
    }
    stops.extend(lost.into_iter().map(|store| later(store, None)));
    stops
}

fn later(store: &Waiting, metres: Option<u32>) -> Stop {
    Stop {
        id: store.id.clone(),
        pressing: Pressing::Later,
        why: metres.map_or(Why::Open(store.open), Why::Near),
    }
}

/// The order as he put it. What he did not put anywhere keeps the proposed order: before all where it presses, so that
/// nothing urgent waits at the end unseen; else behind.
pub fn arrange(proposed: Vec<Stop>, pinned: &[StoreId]) -> Vec<Stop> {
    let known: BTreeSet<&StoreId> = pinned.iter().collect();
    let (his, others): (Vec<_>, Vec<_>) = proposed
        .into_iter()
        .partition(|stop| known.contains(&stop.id));
    if his.is_empty() {
        return others;
    }
    let (mut all, behind): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|stop| stop.pressing == Pressing::Now);
    let mut his: BTreeMap<StoreId, Stop> = his
        .into_iter()
        .map(|stop| (stop.id.clone(), stop))
        .collect();
    all.extend(pinned.iter().filter_map(|id| his.remove(id)));
    all.extend(behind);
    all
}
