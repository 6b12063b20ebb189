//! Counterparts in the demo data for what the recordings name by id.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::ids::Ids;
use super::recording::{Glpi, Multipart, Recording};
use super::route::Route;
use super::world::{World, request};

/// The last ticket of the recorded demo data; what comes after was made by the recordings themselves.
const LAST_DEMO_TICKET: u64 = 3040;

/// Finds in the sandbox the people, places and tickets that the recordings speak of.
pub fn counterparts(world: &mut World, recordings: &[Recording]) -> Result<Ids> {
    let mut ids = Ids::default();
    people(world, &mut ids)?;
    places(world, &mut ids)?;
    tickets(world, recordings, &mut ids)?;
    Ok(ids)
}

fn people(world: &mut World, ids: &mut Ids) -> Result<()> {
    // Ids of people are one higher in the recorded 10.
    let shift = if world.glpi == Glpi::V9_2 { 0 } else { 1 };
    let technician = own_id(world, "technician")?;
    let requester = own_id(world, "self-service")?;
    let chief = own_id(world, "super-admin")?;
    ids.set("User", 2, chief);
    ids.set("User", 6 + shift, technician);
    ids.set("User", 12 + shift, requester);
    let colleague = own_id(world, "colleague")?;
    ids.set("User", 11 + shift, colleague);
    // GLPI's own accounts come first.
    let others: Vec<u64> = list(world, "Profile_User")?
        .iter()
        .filter(|row| row["profiles_id"] == 1)
        .filter_map(|row| row["users_id"].as_u64())
        .filter(|id| *id != requester && *id > 5)
        .collect();
    for (recorded, actual) in [13, 14, 15, 16].into_iter().zip(others) {
        ids.set("User", recorded + shift, actual);
    }
    Ok(())
}

fn own_id(world: &mut World, role: &str) -> Result<u64> {
    let answer = world.ask(role, "GET", "/getFullSession", None)?;
    answer.body["session"]["glpiID"]
        .as_u64()
        .with_context(|| format!("glpiID of {role}: {}", answer.short()))
}

fn places(world: &mut World, ids: &mut Ids) -> Result<()> {
    for (itemtype, parent) in [
        ("Location", ""),
        ("ITILCategory", "itilcategories_id"),
        ("Group", ""),
    ] {
        let rows = list(world, itemtype)?;
        let all: Vec<u64> = rows.iter().filter_map(|row| row["id"].as_u64()).collect();
        for (recorded, actual) in (1..).zip(&all) {
            ids.set(itemtype, recorded, *actual);
        }
        // The recorded search "under" is on a category that has children.
        if let Some(id) = rows
            .iter()
            .filter_map(|row| row[parent].as_u64())
            .find(|id| *id != 0)
        {
            ids.set(itemtype, 3, id);
        }
    }
    Ok(())
}

/// A demo ticket is replaced by one that has what the recordings found under it.
fn tickets(world: &mut World, recordings: &[Recording], ids: &mut Ids) -> Result<()> {
    let mut wanted: BTreeMap<u64, BTreeMap<String, usize>> = BTreeMap::new();
    for recording in recordings {
        let route = Route::of(&recording.request);
        let id = route
            .id
            .as_deref()
            .and_then(|id| id.parse().ok())
            .filter(|id| (1..=LAST_DEMO_TICKET).contains(id));
        if let (Some(id), "Ticket" | "ticket") = (id, route.head.as_str()) {
            let subs = wanted.entry(id).or_default();
            // `0-15/1`: one of them.
            let range = recording.response.headers.get("Content-Range");
            let count = range.and_then(|range| range.rsplit('/').next()?.parse().ok());
            subs.extend(route.sub.zip(count));
            if recording.name.contains("solved") {
                subs.insert("status 5".to_owned(), 1);
            }
        }
    }
    let own = ids.get("User", if world.glpi == Glpi::V9_2 { 12 } else { 13 });
    let mut having = Having::new(world, own)?;
    attach(
        world,
        having.tickets.first().copied().context("no demo ticket")?,
    )?;
    for (recorded, subs) in wanted {
        let actual = having.all(world, &subs)?;
        ids.set("Ticket", recorded, actual);
    }
    Ok(())
}

/// The demo data has no documents; the recorded one had one under its first ticket.
fn attach(world: &mut World, ticket: u64) -> Result<()> {
    let input = json!({ "itemtype": "Ticket", "items_id": ticket, "tickets_id": ticket, "_filename": ["piece-1.txt"] });
    let mut upload = request("POST", "/Document", None);
    upload.headers.clear();
    upload.multipart = Some(Multipart {
        manifest: Some(json!({ "input": input }).to_string()),
        filename: "piece-1.txt".to_owned(),
        mime: "text/plain".to_owned(),
        text: Some("piece 1".to_owned()),
        base64: None,
    });
    let answer = world.send("super-admin", &upload)?;
    ensure!(
        answer.status == 201,
        "upload: {} {}",
        answer.status,
        answer.short()
    );
    Ok(())
}

/// Which tickets have what, read as the super-admin; those that concern the self-service user are left out.
struct Having {
    tickets: BTreeSet<u64>,
    /// How many of each item type.
    by_sub: BTreeMap<String, BTreeMap<u64, usize>>,
}

impl Having {
    fn new(world: &mut World, own: u64) -> Result<Self> {
        let rows = list(world, "Ticket")?;
        let mine: BTreeSet<u64> = list(world, "Ticket_User")?
            .iter()
            .filter(|row| row["users_id"] == own)
            .filter_map(|row| row["tickets_id"].as_u64())
            .collect();
        let id = |row: &Value| row["id"].as_u64();
        let tickets = rows
            .iter()
            .filter(|t| t["users_id_recipient"] != own)
            .filter_map(id)
            .filter(|id| !mine.contains(id))
            .collect();
        let solved = rows
            .iter()
            .filter(|row| row["status"] == 5)
            .filter_map(id)
            .map(|id| (id, 1))
            .collect();
        Ok(Self {
            tickets,
            by_sub: [("status 5".to_owned(), solved)].into(),
        })
    }

    fn all(&mut self, world: &mut World, subs: &BTreeMap<String, usize>) -> Result<u64> {
        let mut fitting = self.tickets.clone();
        for (sub, count) in subs {
            // A document hangs on a ticket by a Document_Item.
            let table = if sub == "Document" {
                "Document_Item"
            } else {
                sub
            };
            if !self.by_sub.contains_key(table) {
                let parents = parents(&list(world, table)?);
                self.by_sub.insert(table.to_owned(), parents);
            }
            fitting.retain(|id| self.by_sub[table].get(id).copied().unwrap_or_default() == *count);
        }
        fitting
            .into_iter()
            .next()
            .with_context(|| format!("no demo ticket has {subs:?}"))
    }
}

fn parents(rows: &[Value]) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        let ticket = match row["itemtype"].as_str() {
            Some("Ticket") => row["items_id"].as_u64(),
            _ => row["tickets_id"].as_u64(),
        };
        *counts.entry(ticket.unwrap_or_default()).or_default() += 1;
    }
    counts
}

fn list(world: &mut World, itemtype: &str) -> Result<Vec<Value>> {
    let answer = world.ask(
        "super-admin",
        "GET",
        &format!("/{itemtype}?range=0-99999"),
        None,
    )?;
    let rows = answer.body.as_array().filter(|_| answer.status < 300);
    ensure!(
        rows.is_some(),
        "{itemtype}: {} {}",
        answer.status,
        answer.short()
    );
    Ok(rows.cloned().unwrap_or_default())
}
