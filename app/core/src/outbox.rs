//! The ordered list of changes, and where each stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::changes::{CarryOver, Change, ChangeKind as _, Target};
use crate::ids::{ChangeId, ThreadKey, TicketId, TicketKey};
use crate::time::{Instant, Seconds};
use crate::wire::{Against, Notice, Problem, ReportState, Wish, WishFor};

/// How long a settled change stays on the phone, so that a restored server can be told again.
pub const KEPT_AFTER_SETTLING: Seconds = Seconds::days(30);

/// A change and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The change.
    pub change: Change,
    /// Where it stands.
    pub state: State,
    /// What the technician asked of it since, until the server has answered.
    pub wish: Option<Wish>,
    /// What the server took up of that, and has not come to an end with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Wish>,
    /// What he has insisted against: a server that forgot that is told with the wish.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<Against>,
    /// What it waited with as he wished that, until the server has come to an end with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Against>,
}

/// The three ticks, and what stands beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// On the phone alone.
    Phone,
    /// On the server's disk.
    Server,
    /// In GLPI.
    Delivered {
        /// Since when.
        at: Instant,
        /// What had to be altered on the way.
        notices: Vec<Notice>,
    },
    /// Waits for the technician.
    NeedsYou {
        /// Why.
        problem: Problem,
    },
    /// Taken back before it was carried out.
    Withdrawn {
        /// Since when.
        at: Instant,
    },
}

impl Queued {
    /// One of which nobody has wished anything.
    pub fn new(change: Change, state: State) -> Self {
        Self {
            change,
            state,
            wish: None,
            asked: None,
            against: Vec::new(),
            shown: None,
        }
    }

    /// Neither in GLPI nor taken back.
    pub fn is_unsettled(&self) -> bool {
        !matches!(
            self.state,
            State::Delivered { .. } | State::Withdrawn { .. }
        )
    }

    /// Shows in the facts: on its way, and not being taken back.
    pub fn is_on_its_way(&self) -> bool {
        matches!(self.state, State::Phone | State::Server) && self.wish != Some(Wish::Withdraw)
    }

    /// Waits for the technician, who has not answered yet.
    pub fn needs_you(&self) -> bool {
        matches!(self.state, State::NeedsYou { .. }) && self.wish.is_none()
    }

    /// What the server is told that he wishes of it.
    pub fn wish_for(&self) -> Option<WishFor> {
        let plain = WishFor::of(self.change.id, self.wish?);
        let shown = self.shown.clone().or_else(|| self.waits_with());
        Some(match plain.wish {
            Wish::Withdraw => WishFor { shown, ..plain },
            Wish::Retry | Wish::Insist => WishFor {
                shown,
                against: self.against.clone(),
                ..plain
            },
        })
    }

    fn waits_with(&self) -> Option<Against> {
        match &self.state {
            State::NeedsYou { problem } => Some(problem.against()),
            _ => None,
        }
    }

    fn is_creation(&self) -> bool {
        self.change.body.creation().is_some()
    }

    fn settled_at(&self) -> Option<Instant> {
        match self.state {
            State::Delivered { at, .. } | State::Withdrawn { at } => Some(at),
            _ => None,
        }
    }
}

/// All changes of this phone, in the order they were made. A copy shares the changes that neither of the two alters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbox {
    entries: BTreeMap<(u64, ChangeId), Arc<Queued>>,
    places: BTreeMap<ChangeId, u64>,
}

impl Outbox {
    /// An outbox from what was stored, in any order.
    pub fn load(stored: impl IntoIterator<Item = Queued>) -> Self {
        let mut outbox = Self::default();
        for queued in stored {
            outbox.put(queued);
        }
        outbox
    }

    /// The place for the next change.
    pub fn next_seq(&self) -> u64 {
        self.entries
            .last_key_value()
            .map_or(1, |((seq, _), _)| seq + 1)
    }

    /// Adds a change, or replaces what is known of it.
    pub fn put(&mut self, queued: Queued) {
        let id = queued.change.id;
        let seq = queued.change.seq;
        if let Some(old) = self.places.insert(id, seq) {
            self.entries.remove(&(old, id));
        }
        self.entries.insert((seq, id), Arc::new(queued));
    }

    /// One change.
    pub fn get(&self, id: ChangeId) -> Option<&Queued> {
        let seq = self.places.get(&id)?;
        self.entries.get(&(*seq, id)).map(Arc::as_ref)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Queued> {
        self.entries.values().map(Arc::as_ref)
    }

    /// Those on one ticket, in order.
    pub fn of_ticket<'a>(
        &'a self,
        key: &'a TicketKey,
    ) -> impl DoubleEndedIterator<Item = &'a Queued> {
        self.iter()
            .filter(move |queued| queued.change.ticket() == Some(key))
    }

    /// Those that show on one thread, in order: also what links it to a ticket.
    pub fn of_thread<'a>(
        &'a self,
        key: &'a ThreadKey,
    ) -> impl DoubleEndedIterator<Item = &'a Queued> {
        self.iter()
            .filter(move |queued| queued.change.thread() == Some(key))
    }

    /// Those on one target, in order.
    pub fn of_target<'a>(
        &'a self,
        target: &'a Target,
    ) -> impl DoubleEndedIterator<Item = &'a Queued> {
        self.iter()
            .filter(move |queued| queued.change.target == *target)
    }

    /// The changes that can't go on before this one is settled: later ones on its ticket or thread that write the same field,
    /// or alter what it adds, and what waits for these in turn; all that is on its ticket, where that is not created yet.
    pub fn held_up_by<'a>(&'a self, first: &'a Queued) -> Vec<&'a Queued> {
        let all = first.is_creation() && first.change.target.is_local();
        // Another text of a ticket that landed writes nothing any more.
        let mut fields = match first.is_creation() {
            true => Vec::new(),
            false => first.change.body.fields().to_vec(),
        };
        let later = self.of_target(&first.change.target);
        let later = later.filter(|queued| queued.change.seq > first.change.seq);
        let mut waiting: Vec<&Queued> = Vec::new();
        for queued in later.filter(|queued| queued.is_on_its_way()) {
            let its = queued.change.body.fields();
            let builds_on_it = queued.change.body.builds_on() == Some(first.change.id);
            if all || builds_on_it || its.iter().any(|field| fields.contains(field)) {
                fields.extend(its);
                waiting.push(queued);
            }
        }
        // A step on the old ticket, and what stands behind that there.
        for step in self.carries_held_by(first) {
            for queued in std::iter::once(step).chain(self.held_up_by(step)) {
                if !waiting
                    .iter()
                    .any(|other| other.change.id == queued.change.id)
                {
                    waiting.push(queued);
                }
            }
        }
        waiting
    }

    /// The steps on another ticket that wait for this change of the one that takes its place.
    fn carries_held_by<'a>(&'a self, first: &'a Queued) -> impl Iterator<Item = &'a Queued> {
        let steps = first
            .change
            .ticket()
            .into_iter()
            .flat_map(|key| self.carried_to(key));
        steps.filter(|queued| {
            let carry = queued.change.body.carry();
            let waits = carry.is_some_and(CarryOver::waits_for_all);
            let later = queued.change.seq > first.change.seq;
            // Another text of the new ticket comes later than they do.
            queued.is_on_its_way() && (first.is_creation() || (later && waits))
        })
    }

    /// What alters what this change adds, as long as that is not there either.
    pub fn built_on(&self, id: ChangeId) -> impl Iterator<Item = &Queued> {
        let unsettled = self.iter().filter(|queued| queued.is_unsettled());
        unsettled.filter(move |queued| queued.change.body.builds_on() == Some(id))
    }

    /// The creation of a ticket that is not in GLPI yet: none once it was taken back.
    pub fn creation<'a>(&'a self, key: &'a TicketKey) -> Option<&'a Queued> {
        let mut on_it = self.of_ticket(key).filter(|queued| queued.is_creation());
        on_it.rfind(|queued| queued.is_unsettled() && queued.wish != Some(Wish::Withdraw))
    }

    /// The tickets that are not in GLPI yet, each once.
    pub fn locals(&self) -> impl Iterator<Item = &Queued> {
        self.iter().filter(|queued| {
            let own = |key: &TicketKey| {
                let creation = self.creation(key);
                creation.is_some_and(|creation| creation.change.id == queued.change.id)
            };
            let key = queued.change.ticket();
            queued.is_creation() && key.is_some_and(|key| key.id.is_local() && own(key))
        })
    }

    /// A ticket was created: what is on its local number is on its real one from here on. Answers what moved.
    pub fn land(&mut self, local: &TicketKey, id: TicketId) -> Vec<ChangeId> {
        let on_it: Vec<_> = self
            .of_ticket(local)
            .map(|queued| queued.change.id)
            .collect();
        for id_of in &on_it {
            if let Some(queued) = self.get_mut(*id_of) {
                queued.change.renumber(id);
            }
        }
        let waiting: Vec<_> = self.carried_to(local).map(|q| q.change.id).collect();
        for id_of in &waiting {
            if let Some(queued) = self.get_mut(*id_of) {
                queued.change.renumber_carried(id);
            }
        }
        [on_it, waiting].concat()
    }

    /// The steps on whatever ticket this one takes the place of.
    pub fn carried_to<'a>(&'a self, key: &'a TicketKey) -> impl Iterator<Item = &'a Queued> {
        self.iter().filter(move |queued| {
            let carry = queued.change.body.carry();
            carry.is_some_and(|carry| carry.to == *key)
        })
    }

    /// Whether a change on this ticket is not settled.
    pub fn names(&self, key: &TicketKey) -> bool {
        self.of_ticket(key).any(Queued::is_unsettled)
    }

    /// Records the technician's wish for a change that is not settled. `None` if there is nothing to wish for.
    pub fn wish(&mut self, id: ChangeId, wish: Wish) -> Option<&Queued> {
        let queued = self.get_mut(id)?;
        if !queued.is_unsettled() {
            return None;
        }
        queued.wish = Some(wish);
        // A server that forgot it may wait with another thing by the time that it hears of this.
        queued.shown = queued.waits_with().or_else(|| queued.shown.take());
        let shown = queued.shown.clone().filter(|_| wish == Wish::Insist);
        let news = |shown: &Against| !queued.against.contains(shown);
        if let Some(shown) = shown.filter(news) {
            queued.against.push(shown);
        }
        Some(queued)
    }

    /// The server has it on disk. Says whether that is news.
    pub fn received(&mut self, id: ChangeId) -> Option<&Queued> {
        let queued = self.get_mut(id)?;
        if queued.state != State::Phone {
            return None;
        }
        queued.state = State::Server;
        Some(queued)
    }

    /// The server reports on it. A settled change stays settled, whatever a late report says; a server of before that
    /// has taken it up again, and waits with it, is asked to let it go.
    pub fn report(&mut self, id: ChangeId, report: &ReportState, now: Instant) -> Option<&Queued> {
        let queued = self.get_mut(id)?;
        if !queued.is_unsettled() {
            let waits_with = match report {
                ReportState::NeedsYou { problem } => Some(problem.against()),
                _ => None,
            };
            let wish = waits_with.as_ref().map(|_| Wish::Withdraw);
            let moved = queued.wish != wish || queued.shown != waits_with;
            queued.wish = wish;
            queued.shown = waits_with;
            return moved.then_some(queued);
        }
        queued.asked = match report {
            ReportState::Queued => queued.wish.or(queued.asked),
            _ => None,
        };
        if queued.asked.is_none() {
            queued.shown = None;
        }
        queued.state = match report {
            ReportState::Queued => State::Server,
            ReportState::Delivered { at, notices, .. } => State::Delivered {
                at: *at,
                notices: notices.clone(),
            },
            ReportState::NeedsYou { problem } => State::NeedsYou {
                problem: problem.clone(),
            },
            ReportState::Withdrawn => State::Withdrawn { at: now },
        };
        queued.wish = None;
        Some(queued)
    }

    /// A server without memory of us: everything it may have forgotten is offered again. What waits for the technician
    /// too: a server that does not know it can't answer what he wishes of it. And what he had wished is wished again: a
    /// server of before the wish would wait for him once more.
    pub fn forget_acknowledgements(&mut self) -> Vec<ChangeId> {
        let held = self
            .entries
            .values_mut()
            .filter(|queued| matches!(queued.state, State::Server | State::NeedsYou { .. }));
        held.map(|queued| {
            let queued = Arc::make_mut(queued);
            queued.state = State::Phone;
            queued.wish = queued.wish.or(queued.asked.take());
            queued.change.id
        })
        .collect()
    }

    /// Drops what has been settled for longer than [`KEPT_AFTER_SETTLING`], and names it.
    pub fn prune(&mut self, now: Instant) -> Vec<ChangeId> {
        let old: Vec<_> = self
            .entries
            .iter()
            .filter(|(_, queued)| {
                queued
                    .settled_at()
                    .is_some_and(|at| now - at > KEPT_AFTER_SETTLING)
            })
            .map(|(place, _)| *place)
            .collect();
        for place in &old {
            self.entries.remove(place);
            self.places.remove(&place.1);
        }
        old.into_iter().map(|(_, id)| id).collect()
    }

    fn get_mut(&mut self, id: ChangeId) -> Option<&mut Queued> {
        let seq = self.places.get(&id)?;
        self.entries.get_mut(&(*seq, id)).map(Arc::make_mut)
    }
}
