//! What is said in an old ticket while another one takes its place stands on that one too, once.

use tournee_core::changes::{CarryStep, ChangeBody, Field};
use tournee_core::ids::TicketKey;

use super::carried::{Birth, INTO};
use super::mail::all_named_in;
use super::{Facts, is_delivered};
use crate::chronicle::{By, Chronicle, Deed, Snag};
use crate::counters::Count;
use crate::files::DocumentIs;
use crate::glpi::Side;
use crate::moment::What;

const ALONG: &str = "what is said in an old ticket is on the one that took its place";
const HEAD: &str = "Échanges du ticket #";
const RETOLD: &str = "Courriel de ";
const MARK: &str = "<br><br>réf. ";
const CLOSED: i64 = 6;
/// Between the last look at an old ticket and its closing GLPI leaves a gap that nobody can close; answers are late by as
/// much in a storm.
const GAP_MS: u64 = 30_000;

impl Facts<'_> {
    /// Each note that somebody wrote in an old ticket before it was closed.
    pub(super) fn along(&self) {
        if self.server_restored || !self.phones_restored.is_empty() {
            return;
        }
        for birth in &self.births {
            let Some((old_side, old)) = self.old_of(birth) else {
                continue;
            };
            let (old_side, new_side) = (old_side.chronicle(), self.sides[birth.side].chronicle());
            let closed = closed_at(&old_side, old, birth.at_ms);
            let Some(closed) = closed.filter(|_| self.can_be_along(birth, &new_side)) else {
                continue;
            };
            for deed in old_side.of_ticket(old) {
                let What::Followup { content, .. } = &deed.what else {
                    continue;
                };
                if !matches!(deed.by, By::Person(_)) || deed.at_ms + GAP_MS > closed {
                    continue;
                }
                let there = new_side.of_ticket(birth.ticket);
                // Neighbours go along in one note.
                let times: usize = there
                    .filter(|deed| matches!(deed.by, By::Ours(_)))
                    .map(|deed| match &deed.what {
                        What::Followup { content: on_it, .. } => on_it.matches(content).count(),
                        _ => 0,
                    })
                    .sum();
                // Somebody may say the same twice.
                let same = |other: &&Deed| matches!((&other.what, &other.by), (What::Followup { content: said, .. }, By::Person(_)) if said == content);
                let said = old_side.of_ticket(old).filter(same);
                let (surely, in_the_gap): (Vec<&Deed>, Vec<&Deed>) =
                    said.partition(|other| other.at_ms + GAP_MS <= closed);
                let fits = surely.len()..=surely.len() + in_the_gap.len();
                if !fits.contains(&times) && !self.waits_with(content) {
                    let at = deed.at_ms;
                    let new = (birth.side, birth.ticket);
                    self.broke(
                        ALONG,
                        format!("{times} times on {new:?}: {content} of {old} at {at} ms"),
                    );
                }
            }
        }
    }

    /// Whether the server wrote on this ticket by itself: it told a mail, or took along what was said in the ticket whose
    /// place this one took.
    pub(super) fn has_notes_of_the_servers(
        &self,
        side: &Side,
        chronicle: &Chronicle,
        ticket: i64,
    ) -> bool {
        let mut deeds = chronicle.of_ticket(ticket);
        let along = |deed: &Deed| {
            let ours = matches!(deed.by, By::Ours(_));
            let What::Followup { content, .. } = &deed.what else {
                return false;
            };
            ours && content.contains(HEAD)
        };
        let mut taken = || self.births_of(side, ticket).next().is_some() && deeds.any(along);
        self.is_told_on(&side.source.0, ticket) || taken()
    }

    /// Whether a note of the server's takes along what was said in the old ticket.
    pub(super) fn is_taken_along(&self, side: &Side, ticket: i64, content: &str) -> bool {
        let head = |old: i64| content.contains(&format!("{HEAD}{old} de "));
        let is_said = |birth: &Birth| {
            let Some((of, old)) = self.old_of(birth) else {
                return false;
            };
            let chronicle = of.chronicle();
            let token = |made: &&super::Made| {
                let token = made.token.as_ref();
                token.is_some_and(|token| content.contains(token.as_str()))
            };
            let own = self
                .made
                .iter()
                .filter(|made| made.ticket().source == of.source && made.number() == old);
            let own = own.filter(token).count() > 0;
            let names: Vec<&str> = all_named_in(content).collect();
            let names = |what: &What| match what {
                What::Followup { content, .. } => {
                    all_named_in(content).any(|name| names.contains(&name))
                }
                _ => false,
            };
            let mut deeds = chronicle.of_ticket(old);
            let said = deeds.any(|deed| is_in(&deed.what, content) || names(&deed.what));
            (head(old) || content.contains(RETOLD)) && (own || said)
        };
        let along = self.births_of(side, ticket).any(is_said);
        if along {
            self.weather.count(Count::SaidAlong);
        }
        along
    }

    /// Whether the server brings a document of the old ticket.
    pub(super) fn is_brought_along(&self, side: &Side, ticket: i64, is: &DocumentIs) -> bool {
        self.births_of(side, ticket).any(|birth| {
            self.old_of(birth).is_some_and(|(of, old)| {
                let same = |what: &What| matches!(what, What::Document { is: there, .. } if there.hash == is.hash);
                of.chronicle().of_ticket(old).any(|deed| same(&deed.what))
            })
        })
    }

    fn births_of<'f>(&'f self, side: &'f Side, ticket: i64) -> impl Iterator<Item = &'f Birth> {
        self.births.iter().filter(move |birth| {
            birth.ticket == ticket && self.sides[birth.side].source == side.source
        })
    }

    /// The ticket whose place it took.
    fn old_of(&self, birth: &Birth) -> Option<(&Side, i64)> {
        let (source, number) = birth.old.split_once(" #")?;
        let side = self.sides.iter().find(|side| side.source.0 == source)?;
        Some((side, number.parse().ok()?))
    }

    /// Whether all that was asked for it is done, and nothing kept it from being written on.
    fn can_be_along(&self, birth: &Birth, new_side: &Chronicle) -> bool {
        let source = &self.sides[birth.side].source;
        let is_new = |key: &TicketKey| {
            key.source == *source && i64::try_from(key.id.0).is_ok_and(|id| id == birth.ticket)
        };
        let closes = self.made.iter().any(|made| {
            let carry = made.change.body.carry();
            let its = carry.filter(|carry| carry.step == CarryStep::Close);
            let its = its.and_then(|carry| self.new_of(made, carry));
            its.is_some_and(|new| is_new(&new)) && is_delivered(self.standing(made))
        });
        let mut on_it = self.made.iter().filter(|made| is_new(made.ticket()));
        let whole = on_it.all(|made| {
            let note = matches!(made.change.body, ChangeBody::Followup(_));
            !note || (is_delivered(self.standing(made)) && !made.taken_back)
        });
        let lost = [Snag::Refused, Snag::NoEffect];
        let lost = lost.iter().any(|snag| new_side.had(birth.ticket, *snag));
        let mut deeds = new_side.of_ticket(birth.ticket);
        let ended = deeds.any(|deed| match deed.what {
            What::Status { to, .. } => to == CLOSED,
            What::Trashed | What::Purged => true,
            _ => false,
        });
        closes && whole && !lost && !ended
    }
}

/// When an old ticket was closed for the first time since another was made in its place; none where it was gone.
fn closed_at(chronicle: &Chronicle, old: i64, since_ms: u64) -> Option<u64> {
    let mut deeds = chronicle.of_ticket(old);
    let gone = |what: &What| matches!(what, What::Trashed | What::Purged);
    if chronicle.of_ticket(old).any(|deed| gone(&deed.what)) {
        return None;
    }
    let closes = |what: &What| matches!(what, What::Status { to, .. } if *to == CLOSED);
    let first = deeds.find(|deed| deed.at_ms >= since_ms && closes(&deed.what));
    first.map(|deed| deed.at_ms)
}

/// Whether a text has the words of what came to a ticket.
fn is_in(what: &What, content: &str) -> bool {
    match what {
        // Another one that took its place before, and is gone: the note that says so is told without what leads there.
        What::Followup { content: said, .. } if said.contains(INTO) => said
            .lines()
            .next()
            .is_some_and(|head| content.contains(head)),
        What::Followup { content: said, .. } => content.contains(said.as_str()),
        // The words by which the server itself solves an old ticket have its mark in them, which is not told.
        What::Solution { content: said } => {
            let unmarked = said.split(MARK).next().unwrap_or(said);
            content.contains(unmarked.trim_start_matches("<p>"))
        }
        What::Task { is, .. } => content.contains(is.text()),
        What::TaskFact { field, to, .. } => *field == Field::TaskText && content.contains(to),
        What::Document { is, .. } => content.contains(&is.name),
        _ => false,
    }
}
