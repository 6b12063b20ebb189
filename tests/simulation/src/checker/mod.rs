//! Whether what the issue promises holds, now that the storm is over: told from the chronicles and the ledger, never
//! from the server's own words.
//!
//! - `born`: a ticket that a phone made is in GLPI once, as it was made, and no phone keeps it under its old number.
//! - `once`: every change is exactly once in GLPI, and nothing else is.
//! - `twice`: what has no words was done no oftener than it was asked for.
//! - `corrected`: facts and people were corrected as somebody asked, and over nobody's correction.
//! - `tasks`: each task came as it was made.
//! - `carried`: one new ticket for an old one, and that one closed when all of it is there.
//! - `held`: what waits for a ticket that is to take another's place.
//! - `files`: each file came whole, to its ticket, and no document lies about.
//! - `waiting`: only what has a reason waits for the technician.
//! - `order`: one ticket's changes came in the order in which they were made.
//! - `shown`: every phone shows what GLPI has.
//! - `untouched`: what nobody touched is as it was.
//! - `mail`: the same of mails.

mod along;
mod born;
mod carried;
mod corrected;
mod files;
mod held;
mod mail;
mod once;
mod order;
mod retyped;
mod shown;
mod tasks;
mod twice;
mod untouched;
mod waiting;

pub use mail::Chains;
pub use waiting::is_held;

use std::sync::Arc;

use carried::Birth;
use mail::Link;
use tournee_core::ids::SourceId;
use tournee_core::outbox::{Queued, State};

use crate::chronicle::Chronicle;
use crate::glpi::Side;
use crate::hand::Hand;
use crate::ledger::{Ledger, Made, Ruled};
use crate::mail::Google;
use crate::moment::What;
use crate::weather::Weather;

/// Everything that the checks look at.
pub struct Facts<'a> {
    weather: &'a Weather,
    hands: &'a [Hand],
    sides: &'a [Arc<Side>],
    google: Option<&'a Arc<Google>>,
    ledger: &'a Ledger,
    /// What was done to tickets.
    made: Vec<Made>,
    /// What was done to threads of mails.
    mailed: Vec<Made>,
    /// Which mails are of one chain.
    chains: Chains,
    /// The rules.
    rules: Vec<Ruled>,
    /// What tickets say of them.
    links: Vec<Link>,
    /// The tickets that took another's place.
    births: Vec<Birth>,
    server_restored: bool,
    server_restored_ms: u64,
    phones_restored: Vec<usize>,
}

impl<'a> Facts<'a> {
    /// The facts as they are now.
    pub fn gather(
        weather: &'a Weather,
        hands: &'a [Hand],
        (sides, google): (&'a [Arc<Side>], Option<&'a Arc<Google>>),
        ledger: &'a Ledger,
    ) -> Self {
        let pages = ledger.open();
        let all = pages.all().cloned();
        let (mailed, made): (Vec<_>, Vec<_>) = all.partition(|made| made.thread().is_some());
        let chains = google.map_or_else(Chains::default, |google| Chains::of(&google.chronicle()));
        let mut facts = Self {
            made,
            mailed,
            links: chains.links(sides),
            births: carried::births(sides),
            chains,
            rules: pages.rules.clone(),
            google,
            server_restored: pages.server_restored,
            server_restored_ms: pages.server_restored_ms,
            phones_restored: pages.phones_restored.clone(),
            weather,
            hands,
            sides,
            ledger,
        };
        let twins = facts.twins();
        born::resolve(&mut facts.made, sides, hands, &twins);
        facts
    }

    /// Checks all invariants; what is broken goes into the ledger.
    pub fn check(&self) {
        self.once();
        self.twice();
        self.born();
        self.waiting();
        self.order();
        self.shown(true);
        self.untouched();
        self.times();
        self.files();
        self.carried();
        self.along();
        self.mails();
    }

    /// Checks what phones show of the tickets that they have; what came or left is not asked yet.
    pub fn check_what_is_read(&self) {
        self.shown(false);
    }

    fn broke(&self, invariant: &'static str, what: impl Into<String>) {
        self.ledger.broke(invariant, what);
    }

    fn side(&self, source: &SourceId) -> Option<&Arc<Side>> {
        self.sides.iter().find(|side| side.source == *source)
    }

    /// Where a change stands on the phone that made it, or on a copy of that phone.
    fn standing(&self, made: &Made) -> Option<&Queued> {
        let own = self.hands.iter().filter(|hand| hand.index == made.hand);
        let copies = self.hands.iter().filter(|hand| hand.index != made.hand);
        own.chain(copies)
            .filter(|hand| hand.device() == made.change.device)
            .find_map(|hand| hand.phone.outbox().get(made.change.id))
    }

    /// The number of a technician's account in a ticket's GLPI.
    fn user(&self, made: &Made) -> Option<i64> {
        Some(self.side(&made.ticket().source)?.user(made.technician))
    }

    fn was_restored(&self, made: &Made) -> bool {
        self.server_restored || self.phones_restored.contains(&made.hand)
    }

    /// The places of a change's words in the chronicle.
    fn places(chronicle: &Chronicle, made: &Made) -> Vec<usize> {
        let Some(token) = &made.token else {
            return Vec::new();
        };
        let is_creation = made.change.body.creation().is_some();
        let all = chronicle.deeds.iter().enumerate();
        let ours = all.filter(|(_, deed)| is_creation || deed.ticket == made.number());
        let told = ours.filter(|(_, deed)| match (&deed.what, is_creation) {
            (What::Created(moment), true) => moment.words.contains(token),
            (What::Followup { content, .. } | What::Solution { content }, false) => {
                content.contains(token)
            }
            (What::Task { is, .. }, false) => is.text() == token,
            (What::Document { is, .. }, false) => is.name.contains(token),
            _ => false,
        });
        told.map(|(place, _)| place).collect()
    }
}

fn is_delivered(queued: Option<&Queued>) -> bool {
    queued.is_some_and(|queued| matches!(queued.state, State::Delivered { .. }))
}
