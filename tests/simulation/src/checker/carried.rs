//! A ticket that another GLPI's takes the place of: one new one for it, linked, solved and closed once, and only when all
//! that was asked for the new one is there.

use std::sync::Arc;

use tournee_core::changes::{CarryOver, CarryStep, ChangeBody, CreateTicket};
use tournee_core::ids::TicketKey;
use tournee_core::outbox::State;
use tournee_core::wire::{Problem, ProblemKind};

use super::{Facts, files};
use crate::chronicle::{By, Chronicle, Deed};
use crate::clock::last_ms_of;
use crate::counters::Count;
use crate::glpi::Side;
use crate::ledger::Made;
use crate::moment::What;

const ONE_FOR_ONE: &str = "one new ticket for an old one";
const ONCE: &str = "every change is exactly once in GLPI";
const ALL_FIRST: &str = "an old ticket is closed when the new one has all of it";
const FROM: &str = "repris de : ";
pub(super) const INTO: &str = "repris dans : ";
const SOLVED: i64 = 5;
const CLOSED: i64 = 6;

/// A ticket that took another's place.
pub(super) struct Birth {
    /// Simulated milliseconds.
    pub at_ms: u64,
    /// Which GLPI, by its place.
    pub side: usize,
    /// The ticket.
    pub ticket: i64,
    /// Whose place it took, as its words name that one.
    pub old: String,
}

/// All of them, in order.
pub(super) fn births(sides: &[Arc<Side>]) -> Vec<Birth> {
    let mut all = Vec::new();
    for (place, side) in sides.iter().enumerate() {
        for deed in &side.chronicle().deeds {
            let What::Created(moment) = &deed.what else {
                continue;
            };
            if let Some(old) = named(&moment.words, FROM).filter(|_| is_ours(deed)) {
                all.push(Birth {
                    at_ms: deed.at_ms,
                    side: place,
                    ticket: deed.ticket,
                    old: old.to_owned(),
                });
            }
        }
    }
    all.sort_by_key(|birth| birth.at_ms);
    all
}

impl Facts<'_> {
    pub(super) fn carried(&self) {
        self.one_for_one();
        for made in &self.made {
            if let Some(carry) = made.change.body.carry() {
                self.stepped_once(made, carry);
            }
        }
    }

    fn one_for_one(&self) {
        let births = &self.births;
        for (place, birth) in births.iter().enumerate() {
            let rival = births[..place].iter().find(|earlier| {
                let same = earlier.old == birth.old && earlier.side == birth.side;
                same && !self.has_left(earlier, birth.at_ms)
            });
            if let Some(rival) = rival {
                let (source, old) = (&self.sides[birth.side].source, &birth.old);
                let what = format!(
                    "{source} #{} and then #{} for {old}",
                    rival.ticket, birth.ticket
                );
                self.broke(ONE_FOR_ONE, what);
            }
        }
    }

    /// Whether its place was free again at a moment: it was gone, or in the trash.
    fn has_left(&self, birth: &Birth, at_ms: u64) -> bool {
        let chronicle = self.sides[birth.side].chronicle();
        let mut deeds = chronicle.of_ticket(birth.ticket);
        deeds.any(|deed| deed.at_ms <= at_ms && matches!(deed.what, What::Purged | What::Trashed))
    }

    /// The ticket that took the place, where it is there, or was.
    pub(super) fn new_of(&self, made: &Made, carry: &CarryOver) -> Option<TicketKey> {
        if !carry.to.id.is_local() {
            return Some(carry.to.clone());
        }
        let creation = self.creation_of(made, &carry.to)?;
        let key = creation.ticket();
        (!key.id.is_local()).then(|| key.clone())
    }

    /// The creation of a ticket, by the number that its own phone gave it.
    fn creation_of(&self, made: &Made, local: &TicketKey) -> Option<&Made> {
        self.made.iter().rfind(|other| {
            let named = other.named.as_ref() == Some(local);
            let own = other.change.device == made.change.device;
            own && named && other.change.body.creation().is_some()
        })
    }

    /// Each step that was taken was asked for once, and in its turn.
    fn stepped_once(&self, made: &Made, carry: &CarryOver) {
        let Some(side) = self.side(&made.ticket().source) else {
            return;
        };
        let Some(new) = self.new_of(made, carry) else {
            return;
        };
        let chronicle = side.chronicle();
        let of_it: Vec<&Deed> = chronicle
            .of_ticket(made.number())
            .filter(|deed| self.user(made).map(By::Ours) == Some(deed.by))
            .filter(|deed| is_step(&deed.what, carry.step, &new))
            .collect();
        let asked = self.made.iter().filter(|other| {
            let its = other.change.body.carry();
            let same = its.is_some_and(|its| {
                its.step == carry.step && self.new_of(other, its).as_ref() == Some(&new)
            });
            same && other.ticket() == made.ticket() && other.technician == made.technician
        });
        let times = of_it.len();
        if times > asked.count() && made.waited.is_none() {
            self.broke(ONCE, format!("{times} times: {made}"));
        }
        for deed in of_it {
            self.weather.count(Count::CarryStepped);
            self.was_there(made, &new, deed);
        }
    }

    /// What was made for the new ticket before this step was there when it was taken, or is not to be.
    fn was_there(&self, made: &Made, new: &TicketKey, deed: &Deed) {
        // A server of before, or a phone of before, knows nothing of what else was asked.
        if self.was_restored(made) {
            return;
        }
        let waits_for_all = made
            .change
            .body
            .carry()
            .is_some_and(CarryOver::waits_for_all);
        let before = self.made.iter().filter(|other| {
            let own = other.change.device == made.change.device;
            // A phone's copy counts on from where it was taken: by number alone, what it does later stands before.
            let earlier = other.change.seq < made.change.seq && other.at_ms <= made.at_ms;
            own && earlier && other.ticket() == new
        });
        for other in before {
            let creation = other.change.body.creation().is_some();
            let there = self.first_at(other).is_some_and(|at| at <= deed.at_ms);
            let joined_later = || self.joined_as_twin(other) > Some(deed.at_ms);
            let awaited = (waits_for_all || creation) && self.is_still_wanted(other);
            if !there && awaited && !joined_later() {
                let at = deed.at_ms;
                self.broke(ALL_FIRST, format!("{made} at {at} ms without {other}"));
            }
        }
    }

    /// When what was to be another ticket became this one, since its mail was that by then. Until it did, nobody could wait for it.
    fn joined_as_twin(&self, made: &Made) -> Option<u64> {
        let creation = match made.change.body.creation() {
            Some(_) => made,
            None => self.creation_of(made, made.named.as_ref()?)?,
        };
        let side = self.side(&creation.ticket().source)?;
        let token = creation.token.as_deref()?;
        let is_its_own = |deed: &Deed| matches!(&deed.what, What::Created(moment) if moment.words.contains(token));
        let chronicle = side.chronicle();
        if chronicle.of_ticket(creation.number()).any(is_its_own) {
            return None;
        }
        match self.standing(creation).map(|queued| &queued.state) {
            Some(State::Delivered { at, .. }) => Some(last_ms_of(*at)),
            _ => None,
        }
    }

    fn is_still_wanted(&self, made: &Made) -> bool {
        let standing = self.standing(made).map(|queued| &queued.state);
        !made.taken_back && !matches!(standing, Some(State::Withdrawn { .. }) | None)
    }

    /// When what can be told by its words, or by its file, came.
    fn first_at(&self, made: &Made) -> Option<u64> {
        let side = self.side(&made.ticket().source)?;
        let chronicle = side.chronicle();
        let place = match &made.change.body {
            ChangeBody::TicketFile(_) | ChangeBody::MailFile(_) => {
                files::brought(&chronicle, made).first().copied()
            }
            _ if made.token.is_some() => Self::places(&chronicle, made).first().copied(),
            // Of what has no words, others tell.
            _ => return Some(0),
        };
        place.map(|place| chronicle.deeds[place].at_ms)
    }

    /// Whether a change puts this note on a ticket, or this solution: it names the one that took its place.
    pub(super) fn carries_so(&self, made: &Made, what: &What) -> bool {
        let Some(carry) = made.change.body.carry() else {
            return false;
        };
        let new = self.new_of(made, carry);
        new.is_some_and(|new| is_step(what, carry.step, &new))
    }

    /// Whether a ticket that is to take another's place waits for a true reason; none where that is not what it waits for.
    pub(super) fn is_true_of_carried(
        &self,
        made: &Made,
        create: &CreateTicket,
        problem: &Problem,
    ) -> Option<bool> {
        let old = create.carried.as_ref()?;
        let side = self.side(&old.source)?;
        let chronicle = side.chronicle();
        let number = i64::try_from(old.id.0).unwrap_or_default();
        let happened = |what: &What| chronicle.of_ticket(number).any(|deed| deed.what == *what);
        match problem.kind {
            ProblemKind::Carried => {
                let own = self
                    .sides
                    .iter()
                    .position(|s| s.source == made.ticket().source);
                let name = format!("{} #{}", old.source, old.id);
                Some(
                    self.births
                        .iter()
                        .any(|b| b.old == name && Some(b.side) == own),
                )
            }
            // Also where his own reopening, which the screen shows already, never came.
            ProblemKind::OldClosed => {
                let had = chronicle.statuses_since(number, made.at_ms);
                Some(had.iter().any(|status| *status >= SOLVED))
            }
            ProblemKind::TicketTrashed => Some(happened(&What::Trashed)),
            ProblemKind::TicketGone => Some(happened(&What::Purged)),
            _ => None,
        }
    }

    /// Whether GLPI has had what a step wants.
    pub(super) fn has_stepped(
        &self,
        made: &Made,
        carry: &CarryOver,
        chronicle: &Chronicle,
    ) -> bool {
        let Some(new) = self.new_of(made, carry) else {
            return false;
        };
        let statuses = chronicle.statuses_since(made.number(), made.at_ms);
        let has = |status: i64| statuses.contains(&status);
        let mut deeds = chronicle.of_ticket(made.number());
        match carry.step {
            CarryStep::Link => deeds.any(|deed| is_step(&deed.what, carry.step, &new)),
            CarryStep::Solve => has(SOLVED) || has(CLOSED),
            CarryStep::Close => has(CLOSED),
        }
    }
}

fn is_ours(deed: &Deed) -> bool {
    matches!(deed.by, By::Ours(_))
}

/// The ticket that a text names behind a word.
fn named<'a>(words: &'a str, behind: &str) -> Option<&'a str> {
    let (_, rest) = words.split_once(behind)?;
    let (source, number) = rest.split_once(" #")?;
    let digits = number.find(|letter: char| !letter.is_ascii_digit());
    let end = source.len() + 2 + digits.unwrap_or(number.len());
    rest.get(..end)
}

/// Whether this is what a step leaves on the old ticket that names the new one. That it is closed is told with the status.
fn is_step(what: &What, step: CarryStep, new: &TicketKey) -> bool {
    match (what, step) {
        (What::Followup { content, .. }, CarryStep::Link) => {
            named(content, INTO) == Some(&format!("{} #{}", new.source, new.id))
        }
        (What::Solution { content }, CarryStep::Solve) => {
            let number = format!("sous le numéro #{} ", new.id);
            content.contains(&number)
        }
        _ => false,
    }
}
