//! What GLPI's own history says happened, held against what was tapped.

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};
use tournee_core::domain::Status;
use tournee_core::ids::FileHash;
use tournee_sandbox::World;
use tournee_tests::holdings::{Held, Holdings};
use tournee_tests::stage::{NEW, OLD, Stage};

use super::errands::title;
use super::ground::{Ground, Key, Role, user};
use super::phone::{PHONES, Phone, What};

const UPDATED: i64 = 0;
const LINKED: i64 = 15;
const PART_ADDED: i64 = 17;
const CREATED: i64 = 20;
/// Search options.
const STATUS: &str = "12";
const SOLUTION: &str = "24";

/// Who did what to a ticket, by its GLPI.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Event {
    user: i64,
    what: Happened,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Happened {
    Assigned(i64),
    Moved(i64, i64),
    /// What of a note was typed.
    Noted(String),
    Solved,
    Created,
    /// Nothing that a phone asked for.
    Other(String),
}

/// The tickets on which a phone's change has to wait for the technician, because the other one was first.
pub fn conflicts(stage: &Stage, ground: &Ground, phone: usize) -> Result<Vec<Key>> {
    let mut lost = Vec::new();
    for (key, role) in &ground.tickets {
        let world = stage.glpi(key.0).world();
        let his = match role {
            Role::DisputedStatus | Role::DisputedTake => history(&world, ground, *key)?,
            _ => continue,
        };
        let [first] = his.as_slice() else {
            anyhow::bail!("{key:?} was disputed, one of two must have it: {his:?}");
        };
        if first.user != user(&world, phone)? {
            lost.push(*key);
        }
    }
    Ok(lost)
}

/// Every change once, in order, and nothing else.
pub fn holds(
    stage: &Stage,
    ground: &Ground,
    before: &[Holdings; 2],
    phones: &[Phone],
) -> Result<()> {
    for (key, role) in &ground.tickets {
        let world = stage.glpi(key.0).world();
        let happened = history(&world, ground, *key)?;
        match role {
            Role::Of(phone) | Role::FreeFor(phone) => {
                is_what_was_tapped(&world, happened, &phones[*phone], *key)?;
            }
            Role::Shared => all_noted_in_order(&world, &happened, phones, *key)?,
            // Exactly one, which `conflicts` has seen; it must be one that was wished.
            Role::DisputedStatus | Role::DisputedTake => {
                let mut wished = Vec::new();
                for phone in phones {
                    wished.extend(expected(&world, phone, *key)?);
                }
                ensure!(
                    happened.len() == 1 && wished.contains(&happened[0]),
                    "{key:?}: GLPI says {happened:#?}, wished were {wished:#?}"
                );
            }
        }
    }
    for phone in phones {
        for key in phone.made() {
            is_as_it_was_made(stage, ground, phone, key)?;
        }
    }
    for (source, before) in [OLD, NEW].into_iter().zip(before) {
        nothing_else(stage, source, before, phones)?;
    }
    Ok(())
}

/// The ticket as its GLPI numbers it. One that a phone made is known by its title, which is there once.
pub fn real(stage: &Stage, key: Key) -> Result<Key> {
    let Some(title) = title(key) else {
        return Ok(key);
    };
    let world = stage.glpi(key.0).world();
    let ids = world.ticket_ids().into_iter();
    let called = |id: &i64| world.ticket(*id).is_some_and(|ticket| ticket.name == title);
    let ids: Vec<i64> = ids.filter(called).collect();
    let [id] = ids.as_slice() else {
        anyhow::bail!("{title} of {} is there as {ids:?}", key.0);
    };
    Ok((key.0, *id))
}

/// A new ticket, with all that was done to it since; who has it belongs to its making.
fn is_as_it_was_made(stage: &Stage, ground: &Ground, phone: &Phone, key: Key) -> Result<()> {
    let place = real(stage, key)?;
    let world = stage.glpi(key.0).world();
    let mut happened = history(&world, ground, place)?;
    happened.retain(|event| !matches!(event.what, Happened::Assigned(_)));
    is_what_was_tapped(&world, happened, phone, key)
}

/// In the order of the taps. A note that was worded anew has the place of the one before it, which may have been passed
/// by what came later: it is there once, wherever that is.
fn is_what_was_tapped(
    world: &World,
    mut happened: Vec<Event>,
    phone: &Phone,
    key: Key,
) -> Result<()> {
    let user = user(world, phone.number)?;
    for tapped in phone.tapped.iter().filter(|tapped| tapped.ticket == key) {
        let What::Reworded(text) = &tapped.what else {
            continue;
        };
        let what = Happened::Noted(text.clone());
        let its = Event { user, what };
        let number = happened.iter().filter(|event| **event == its).count();
        ensure!(number == 1, "{key:?}: {its:?} is there {number} times");
        happened.retain(|event| *event != its);
    }
    let expected = expected(world, phone, key)?;
    ensure!(
        happened == expected,
        "{key:?}: GLPI says {happened:#?}, tapped were {expected:#?}"
    );
    Ok(())
}

/// Tickets that nobody tapped on are as they were; the others have their notes and photos, and no more.
fn nothing_else(stage: &Stage, source: &str, before: &Holdings, phones: &[Phone]) -> Result<()> {
    let now = Holdings::of(stage.glpi(source));
    let tapped = phones.iter().flat_map(|phone| &phone.tapped);
    let tapped = tapped.filter(|one| one.ticket.0 == source);
    let tapped = tapped.map(|one| Ok((real(stage, one.ticket)?.1, &one.what)));
    let tapped = tapped.collect::<Result<Vec<(i64, &What)>>>()?;
    for id in now.moved_since(before) {
        let on_it: Vec<&What> = tapped
            .iter()
            .filter_map(|(on, what)| (*on == id).then_some(*what))
            .collect();
        ensure!(!on_it.is_empty(), "ticket {id} of {source} moved by itself");
        let of = |kind: fn(&What) -> bool| on_it.iter().filter(|what| kind(what)).count();
        let notes = of(|what| matches!(what, What::Note(_) | What::Reworded(_)));
        let solutions = of(|what| matches!(what, What::Solve(_)));
        let photos = on_it.iter().filter_map(|what| match what {
            What::Attach(hash) => Some(hash.clone()),
            _ => None,
        });
        let photos: Vec<FileHash> = photos.collect();
        let made = of(|what| matches!(what, What::Create(_)));
        let (was, is) = (before.ticket(id).ok(), now.ticket(id)?);
        let held = |count: fn(&Held) -> usize| was.map_or(0, count);
        ensure!(
            was.is_none() == (made == 1)
                && is.followups.len() == held(|was| was.followups.len()) + notes
                && is.solutions.len() == held(|was| was.solutions.len()) + solutions
                && is.others.0 == held(|was| was.others.0)
                && !is.trashed,
            "ticket {id} of {source} was {was:#?}, is {is:#?} after {on_it:?}"
        );
        let documents = documents(&stage.glpi(source).world(), id);
        let new = documents.get(held(|was| was.others.1)..);
        ensure!(
            new == Some(photos.as_slice()),
            "ticket {id} of {source} has the documents {documents:?}, taken were the photos {photos:?}"
        );
    }
    Ok(())
}

/// The bytes of a ticket's documents, as GLPI keeps them, in the order in which they came.
fn documents(world: &World, ticket: i64) -> Vec<FileHash> {
    let all = world.documents(ticket).into_iter();
    all.map(|one| FileHash::of(&Sha256::digest(one.bytes).into()))
        .collect()
}

fn all_noted_in_order(world: &World, happened: &[Event], phones: &[Phone], key: Key) -> Result<()> {
    let mut all = 0;
    for phone in phones {
        let expected = expected(world, phone, key)?;
        let his: Vec<Event> = happened
            .iter()
            .filter(|event| expected.contains(event))
            .cloned()
            .collect();
        ensure!(
            his == expected,
            "{key:?}: GLPI says {happened:#?}, phone {} tapped {expected:#?}",
            phone.number
        );
        all += expected.len();
    }
    ensure!(
        happened.len() == all,
        "{key:?}: {all} were tapped, GLPI says {happened:#?}"
    );
    Ok(())
}

/// What a phone's taps on a ticket leave in GLPI's history.
fn expected(world: &World, phone: &Phone, key: Key) -> Result<Vec<Event>> {
    let user = user(world, phone.number)?;
    let mut status = Status::Assigned;
    let mut events = Vec::new();
    for tapped in phone.tapped.iter().filter(|tapped| tapped.ticket == key) {
        match &tapped.what {
            What::Take => events.push(Happened::Assigned(user)),
            What::Move(from, to) => {
                events.push(Happened::Moved(number(*from), number(*to)));
                status = *to;
            }
            What::Note(text) => events.push(Happened::Noted(text.clone())),
            What::Create(_) => events.push(Happened::Created),
            // Taken back, or looked for apart.
            What::Mistyped(_) | What::Reworded(_) | What::Attach(_) => {}
            What::Solve(_) => {
                // 9.2 closes at once where the entity does so, which is its default; 10 logs the solution alone.
                if key.0 == OLD {
                    events.push(Happened::Moved(number(status), number(Status::Closed)));
                }
                events.push(Happened::Solved);
            }
        }
    }
    Ok(events
        .into_iter()
        .map(|what| Event { user, what })
        .collect())
}

fn number(status: Status) -> i64 {
    status.to_glpi().into()
}

/// What happened to a ticket since the phones began, oldest first.
fn history(world: &World, ground: &Ground, (source, id): Key) -> Result<Vec<Event>> {
    let log = world.table("Log").context("the log")?;
    let first = ground.logged(source);
    let lines = log.iter().filter(|line| {
        line.id() >= first && line.text("itemtype") == "Ticket" && line.int("items_id") == id
    });
    let mut events = Vec::new();
    for line in lines {
        let option = line.int("id_search_option").to_string();
        let (old, new) = (line.text("old_value"), line.text("new_value"));
        let what = match (line.int("linked_action"), line.text("itemtype_link")) {
            (LINKED, "User") => Happened::Assigned(in_brackets(new)?),
            // Each is held against its photo.
            (LINKED, "Document") => continue,
            (CREATED, _) => Happened::Created,
            (UPDATED, "") if option == STATUS => Happened::Moved(old.parse()?, new.parse()?),
            (UPDATED, "") if option == SOLUTION => Happened::Solved,
            (PART_ADDED, "ITILSolution") => Happened::Solved,
            (PART_ADDED, "TicketFollowup" | "ITILFollowup") => note(world, id, in_brackets(new)?),
            // Dates and who was last, which follow from the rest.
            (UPDATED, "") if ["16", "17", "64"].contains(&option.as_str()) => continue,
            (action, link) => Happened::Other(format!("{action} {link} {option} {old} {new}")),
        };
        let user = in_brackets(line.text("user_name"))?;
        events.push(Event { user, what });
    }
    Ok(events)
}

/// `Relevé 2-017 : câble & prise.` of a note, whatever markup and mark are around it.
fn note(world: &World, ticket: i64, id: i64) -> Happened {
    let all = world.followups(ticket);
    let content = all
        .into_iter()
        .find(|one| one.id == id)
        .map(|one| one.content)
        .unwrap_or_default();
    let plain = content.replace("&amp;", "&").replace("&#38;", "&");
    let typed = plain.find("Relevé ").and_then(|start| {
        let end = plain[start..].find('.')?;
        Some(plain[start..=start + end].to_owned())
    });
    Happened::Noted(typed.unwrap_or(content))
}

/// `Marcoux Patrick (7)`
fn in_brackets(name: &str) -> Result<i64> {
    let number = name
        .rsplit('(')
        .next()
        .and_then(|rest| rest.strip_suffix(')'));
    number
        .with_context(|| format!("a number in {name}"))?
        .parse()
        .context(name.to_owned())
}

/// Whether a phone's technician may see a ticket: his, or nobody's.
pub fn may_see(stage: &Stage, phone: usize, (source, id): Key) -> Result<bool> {
    debug_assert!(phone < PHONES);
    let world = stage.glpi(source).world();
    let user = user(&world, phone)?;
    let ticket = world.ticket(id).context("a ticket")?;
    let mut assigned = ticket
        .actors
        .iter()
        .filter(|actor| actor.role == 2)
        .peekable();
    Ok(assigned.peek().is_none() || assigned.any(|actor| actor.who == user))
}
