//! The tables that scripts of their own measured on the real GLPIs (900 and above), measured again on the sandbox.

mod dates;
mod delta;
mod doors;
mod encoding;
mod moves;
mod quirks;
mod reads;
mod steps;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::compare::{Comparison, blank, error_code};
use super::forms::Learned;
use super::ids::Ids;
use super::recording::{Closeness, Glpi, Recording, Request, Response, probe};
use super::route::Route;
use super::world::{Answer, World, request};

pub const ENCODING: &str = "900-encoding-matrix";
pub const ROUND_TRIP: &str = "901-roundtrip";
pub const MOVES: &str = "902-date_mod-effects";
pub const PRIORITIES: &str = "903-priority-matrix";
pub const READS: &str = "904-super-reads-and-search-quirks";
pub const QUIRKS: &str = "906-more-quirks";
pub const DELTA: &str = "907-delta-and-tombstones";

/// The names in the index that the probes measure again.
pub fn measured(glpi: Glpi) -> Result<Vec<String>> {
    let mut names: Vec<String> = [ENCODING, ROUND_TRIP, MOVES, PRIORITIES]
        .map(str::to_owned)
        .into();
    for (table, known) in [
        (READS, reads::KNOWN),
        (QUIRKS, quirks::KNOWN),
        (DELTA, delta::KNOWN),
    ] {
        let rows = probe(glpi, table)?;
        let keys = rows.as_object().into_iter().flat_map(|rows| rows.keys());
        names.extend(
            keys.filter(|k| known.iter().any(|known| k.starts_with(known)))
                .map(|k| format!("{table}#{k}")),
        );
    }
    Ok(names)
}

/// Where the fields of a measured read belong, as [`super::route::Route::context`] says for a recorded exchange.
pub fn context(name: &str, glpi: Glpi) -> Option<String> {
    reads::path(name, glpi, 1, &|_| 1)
        .map(|(_, path)| Route::of(&request("GET", &path, None)).context)
}

/// Runs all of them; every difference is a line.
pub fn run(world: &mut World, ids: &mut Ids, learned: &Learned) -> Result<Vec<String>> {
    let mut probing = Probing {
        world,
        ids,
        learned,
        found: Vec::new(),
        matrix: 0,
    };
    encoding::matrix(&mut probing)?;
    encoding::round_trip(&mut probing)?;
    moves::priorities(&mut probing)?;
    moves::moves(&mut probing)?;
    reads::reads(&mut probing)?;
    quirks::quirks(&mut probing)?;
    delta::delta(&mut probing)?;
    Ok(probing.found)
}

/// What a probe works with.
pub struct Probing<'a> {
    world: &'a mut World,
    ids: &'a mut Ids,
    learned: &'a Learned,
    found: Vec<String>,
    /// The ticket of the encoding matrix: it has many followups, one of them by each text.
    matrix: u64,
}

impl Probing<'_> {
    fn glpi(&self) -> Glpi {
        self.world.glpi
    }

    /// The sandbox's counterpart of a recorded 9.2 user.
    fn user(&self, in_9_2: u64) -> u64 {
        self.ids
            .get("User", in_9_2 + u64::from(self.glpi() == Glpi::V10_0))
    }

    fn say(&mut self, table: &str, line: &str) {
        let glpi = self.glpi().folder();
        self.found.push(format!("{glpi} {table}: {line}"));
    }

    fn same(&mut self, table: &str, what: &str, expected: &Value, got: &Value) {
        if expected != got {
            self.say(
                table,
                &format!("{what}: {got} where {expected} was recorded"),
            );
        }
    }

    fn ask(&mut self, role: &str, method: &str, path: &str, body: Option<Value>) -> Result<Answer> {
        self.world.clock.advance_seconds(2);
        self.world.ask(role, method, path, body)
    }

    /// Creates an item as the technician.
    fn create(&mut self, itemtype: &str, input: Value) -> Result<u64> {
        let answer = self.ask(
            "technician",
            "POST",
            &format!("/{itemtype}"),
            Some(json!({ "input": input })),
        )?;
        answer.body["id"]
            .as_u64()
            .with_context(|| format!("POST {itemtype}: {} {}", answer.status, answer.short()))
    }

    fn put(&mut self, role: &str, id: u64, input: Value) -> Result<Answer> {
        self.ask(
            role,
            "PUT",
            &format!("/Ticket/{id}"),
            Some(json!({ "input": input })),
        )
    }

    fn ticket(&mut self, id: u64) -> Result<Value> {
        Ok(self
            .ask("technician", "GET", &format!("/Ticket/{id}"), None)?
            .body)
    }

    /// Adds a followup and says what was stored.
    fn followup(&mut self, ticket: u64, content: &Value) -> Result<Value> {
        let itemtype = self.glpi().followup();
        let id = self.create(itemtype, self.followup_input(ticket, content.clone()))?;
        Ok(self
            .ask("technician", "GET", &format!("/{itemtype}/{id}"), None)?
            .body["content"]
            .clone())
    }

    fn followup_input(&self, ticket: u64, content: Value) -> Value {
        match self.glpi() {
            Glpi::V9_2 => json!({ "tickets_id": ticket, "content": content }),
            Glpi::V10_0 => json!({ "itemtype": "Ticket", "items_id": ticket, "content": content }),
        }
    }

    /// Holds an answer against a recorded status, `Content-Range` and body.
    fn hold(&mut self, name: &str, request: &Request, expected: Expected<'_>, answer: &Answer) {
        let headers = expected
            .range
            .map(|range| ("Content-Range".to_owned(), range.to_owned()));
        let recording = Recording {
            name: name.to_owned(),
            role: String::new(),
            compare: expected.closeness,
            request: request.clone(),
            response: Response {
                status: expected.status,
                headers: headers.into_iter().collect(),
                body: expected.body.clone(),
                rows: None,
            },
        };
        let clocks = (String::new(), self.world.now());
        let closeness = expected.closeness;
        let mut comparison = Comparison {
            learned: self.learned,
            ids: self.ids,
            clocks,
            closeness,
            found: Vec::new(),
        };
        comparison.run(&recording, answer);
        for line in comparison.found {
            self.say(name, &line);
        }
    }

    /// Status, error code and whether there are words.
    fn outcome(&mut self, name: &str, status: &Value, body: &Value, answer: &Answer) {
        self.same(name, "status", status, &json!(answer.status));
        let (expected, got) = (error_code(body), error_code(&answer.body));
        if expected != got {
            self.say(
                name,
                &format!("error code {got:?} where {expected:?} was recorded"),
            );
        }
        let words = |body: &Value| match error_code(body) {
            Some(_) => blank(&body[1]),
            None => body.get(0).is_none_or(|row| blank(&row["message"])),
        };
        if words(body) != words(&answer.body) {
            self.say(
                name,
                &format!("message in {} where {body} was recorded", answer.short()),
            );
        }
    }
}

/// What was recorded of one answer in a table.
pub struct Expected<'a> {
    status: u16,
    range: Option<&'a str>,
    body: &'a Value,
    closeness: Closeness,
}
