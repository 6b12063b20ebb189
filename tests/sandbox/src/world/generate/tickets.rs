//! Tickets over all statuses, with their actors and what was done on them.

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    places::{CATEGORY_COUNT, store_count},
    texts, timeline,
};
use crate::{
    clock::local_text,
    dialect::Write,
    options::Options,
    value::Value,
    world::{World, rights},
};

/// Status by share of a hundred.
const STATUSES: &[(i64, u32)] = &[(1, 11), (2, 26), (3, 8), (4, 10), (5, 10), (6, 35)];

struct Cast {
    technicians: Vec<i64>,
    requesters: Vec<i64>,
}

/// A ticket before it is a row.
pub(super) struct Draft {
    pub(super) id: i64,
    pub(super) status: i64,
    pub(super) opened: Timestamp,
    pub(super) moved: Timestamp,
    pub(super) technician: Option<i64>,
    pub(super) requester: i64,
    pub(super) entity: i64,
    pub(super) location: i64,
}

/// All the tickets.
pub fn tickets(world: &mut World, options: &Options) {
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed ^ 0x7157);
    let cast = Cast {
        technicians: with_profile(world, rights::TECHNICIAN),
        requesters: with_profile(world, rights::SELF_SERVICE),
    };
    for at in 0..options.tickets {
        let draft = draft(world, options, &cast, &mut rng, at as i64 + 1);
        insert(world, &draft, &mut rng, at);
        actors(world, &draft, &mut rng);
        timeline::timeline(world, &draft, &mut rng);
        if at % 40 == 0 {
            timeline::document(world, &draft);
        }
    }
}

fn with_profile(world: &World, profile: i64) -> Vec<i64> {
    let Some(table) = world.table("Profile_User") else {
        return Vec::new();
    };
    let active = |user: &i64| {
        world
            .row("User", *user)
            .is_some_and(|row| row.int("is_active") == 1)
    };
    table
        .iter()
        .filter(|row| row.int("profiles_id") == profile)
        .map(|row| row.int("users_id"))
        .filter(active)
        .collect()
}

fn draft(world: &World, options: &Options, cast: &Cast, rng: &mut ChaCha8Rng, id: i64) -> Draft {
    let mut share = rng.random_range(0..100);
    let status = STATUSES
        .iter()
        .find(|(_, part)| {
            let hit = share < *part;
            share = share.saturating_sub(*part);
            hit
        })
        .map_or(6, |(status, _)| *status);
    // Open tickets are recent, closed ones may be a year old.
    let days = if status >= 5 {
        rng.random_range(2..400)
    } else {
        rng.random_range(0..30)
    };
    let age = SignedDuration::from_secs(days * 86_400 + rng.random_range(3_600..86_400));
    let opened = world
        .now()
        .checked_sub(age)
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let spent = SignedDuration::from_secs(rng.random_range(600..age.as_secs().max(1_200)));
    let moved = opened.checked_add(spent).unwrap_or(opened).min(world.now());
    let assigned = status != 1 && !cast.technicians.is_empty();
    Draft {
        id,
        status,
        opened,
        moved,
        technician: assigned.then(|| cast.technicians[rng.random_range(0..cast.technicians.len())]),
        requester: cast
            .requesters
            .get(rng.random_range(0..cast.requesters.len().max(1)))
            .copied()
            .unwrap_or(2),
        entity: [0, 0, 0, 1, 2][rng.random_range(0..5)],
        location: rng.random_range(1..=store_count(options) + 2),
    }
}

fn insert(world: &mut World, draft: &Draft, rng: &mut ChaCha8Rng, at: usize) {
    let place = world
        .row("Location", draft.location)
        .map(|row| row.text("name").replace("&#38;", "&"))
        .unwrap_or_default();
    let number = rng.random_range(1..100);
    let say = |text: &str| {
        text.replace("{n}", &number.to_string())
            .replace("{lieu}", &place)
    };
    let title = say(texts::TITLES[rng.random_range(0..texts::TITLES.len())]);
    let content = if at == 7 {
        texts::HOSTILE.to_owned()
    } else if rng.random_bool(0.4) {
        say(texts::HTML[rng.random_range(0..texts::HTML.len())])
    } else {
        say(texts::PLAIN[rng.random_range(0..texts::PLAIN.len())])
    };
    let (urgency, impact) = (rng.random_range(1..=5), rng.random_range(1..=5));
    let date = |at: Timestamp| Value::Text(local_text(at, &world.zone));
    let hours = rng.random_range(4..120);
    let due = rng.random_bool(0.4).then(|| {
        draft
            .opened
            .checked_add(SignedDuration::from_hours(hours))
            .unwrap_or(draft.opened)
    });
    // An old GLPI shows what its own page let through: hostile markup was written there, not by the API.
    let how = if at == 7 {
        Write::Other
    } else {
        Write::TicketAdd
    };
    let content = world.dialect.store(how, "content", &content);
    let title = world.dialect.store(Write::TicketAdd, "name", &title);
    let mut row = vec![
        ("id", draft.id.into()),
        ("entities_id", draft.entity.into()),
        ("name", title),
        ("content", content),
        ("date", date(draft.opened)),
        ("date_creation", date(draft.opened)),
        ("date_mod", date(draft.moved)),
        ("users_id_recipient", draft.requester.into()),
        (
            "users_id_lastupdater",
            draft.technician.unwrap_or(draft.requester).into(),
        ),
        ("status", draft.status.into()),
        ("urgency", urgency.into()),
        ("impact", impact.into()),
        ("priority", world.dialect.priority(urgency, impact).into()),
        (
            "itilcategories_id",
            rng.random_range(1..=CATEGORY_COUNT).into(),
        ),
        ("locations_id", draft.location.into()),
        ("type", rng.random_range(1..=2).into()),
        ("time_to_resolve", due.map_or(Value::Null, date)),
    ];
    if draft.technician.is_some() {
        row.push(("takeintoaccountdate", date(draft.opened)));
        row.push(("takeintoaccount_delay_stat", 1.into()));
    }
    let spent = draft.moved.as_second() - draft.opened.as_second();
    if draft.status >= 5 {
        row.push(("solvedate", date(draft.moved)));
        row.push(("solve_delay_stat", spent.into()));
    }
    if draft.status == 6 {
        row.push(("closedate", date(draft.moved)));
        row.push(("close_delay_stat", spent.into()));
    }
    if draft.status == 4 {
        row.push(("begin_waiting_date", date(draft.moved)));
    }
    world.insert("Ticket", &row);
}

fn actors(world: &mut World, draft: &Draft, rng: &mut ChaCha8Rng) {
    let add = |world: &mut World, user: i64, role: i64| {
        let row = [
            ("tickets_id", draft.id.into()),
            ("users_id", user.into()),
            ("type", role.into()),
        ];
        world.insert("Ticket_User", &row);
    };
    add(world, draft.requester, 1);
    if let Some(technician) = draft.technician {
        add(world, technician, 2);
    }
    if rng.random_bool(0.05) {
        add(world, 2, 3);
    }
    if draft.status != 1 && rng.random_bool(0.25) {
        let group = rng.random_range(1..=2);
        let row = [
            ("tickets_id", draft.id.into()),
            ("groups_id", group.into()),
            ("type", 2.into()),
        ];
        world.insert("Group_Ticket", &row);
    }
    if rng.random_bool(0.3) {
        let row = [
            ("tickets_id", draft.id.into()),
            ("itemtype", "Computer".into()),
            ("items_id", draft.location.into()),
        ];
        world.insert("Item_Ticket", &row);
    }
}
