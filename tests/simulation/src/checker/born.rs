//! A ticket that a phone made: once in GLPI, as it was made, its owner's; and nothing stays under its old number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tournee_core::changes::{ChangeBody, CreateTicket, Fact, Field};
use tournee_core::domain::Actor;
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::outbox::State;
use tournee_core::wire::{Problem, ProblemKind};

use super::Facts;
use super::once::is_purged;
use crate::chronicle::{By, Chronicle, Deed, Snag};
use crate::glpi::Side;
use crate::hand::Hand;
use crate::ledger::Made;
use crate::moment::{What, value};

const ONCE: &str = "every change is exactly once in GLPI";
const NOTHING_ELSE: &str = "nothing else changed";
const NO_OLD_NUMBER: &str = "what landed has no old number";

/// Changes on a local number are, for the checks, on the ticket that GLPI has of it.
/// `twins`: the tickets that mails are.
pub(super) fn resolve(
    made: &mut [Made],
    sides: &[Arc<Side>],
    hands: &[Hand],
    twins: &BTreeMap<TicketKey, TicketId>,
) {
    let mut landed = told(hands);
    for one in made.iter().filter(|one| one.ticket().id.is_local()) {
        let side = sides.iter().find(|side| side.source == one.ticket().source);
        let (Some(side), Some(token), Some(_)) = (side, &one.token, one.change.body.creation())
        else {
            continue;
        };
        let born = side.chronicle().born(token).last().copied();
        let born = born.map(|id| TicketId(id.unsigned_abs()));
        let forgotten = || {
            let by_words = forgotten_twin(one, made, side);
            by_words.or_else(|| twins.get(one.ticket()).copied())
        };
        let known = is_known(one, hands);
        let twin = || twin(one, hands).filter(|_| known);
        // Purged before the server could read it back, it was asked about, tried again, and its mail is another's by now.
        let is_gone = |id: &TicketId| is_purged(&side.chronicle(), id.0.cast_signed());
        let born = born.filter(|id| !is_gone(id) || twin().is_none());
        if let Some(id) = born.or_else(twin) {
            landed.insert(one.ticket().clone(), id);
        } else if let Some(id) = forgotten().filter(|_| !known) {
            landed.entry(one.ticket().clone()).or_insert(id);
        }
    }
    for one in made {
        if let Some(id) = landed.get(one.ticket()) {
            one.change.renumber(*id);
        }
    }
}

/// What each phone was told of its old numbers: nothing else tells of a ticket that the server made and he worked on.
fn told(hands: &[Hand]) -> BTreeMap<TicketKey, TicketId> {
    let landings = hands.iter().flat_map(|hand| &hand.phone.meta().landings);
    landings
        .map(|landing| (landing.local.clone(), landing.id))
        .collect()
}

/// The ticket that a mail was already, as its phone was told: whether that is so, the checks ask GLPI.
fn twin(made: &Made, hands: &[Hand]) -> Option<TicketId> {
    made.change.body.creation()?.origin.as_ref()?;
    let mut its = hands
        .iter()
        .filter(|hand| hand.device() == made.change.device);
    its.find_map(|hand| {
        let key = hand.phone.outbox().get(made.change.id)?.change.ticket()?;
        (!key.id.is_local()).then_some(key.id)
    })
}

fn is_known(made: &Made, hands: &[Hand]) -> bool {
    let mut outboxes = hands.iter().map(|hand| hand.phone.outbox());
    outboxes.any(|outbox| outbox.get(made.change.id).is_some())
}

/// The same where the phone went back to its backup since, and knows nothing of it: where its words are.
fn forgotten_twin(made: &Made, all: &[Made], side: &Side) -> Option<TicketId> {
    made.change.body.creation()?.origin.as_ref()?;
    let chronicle = side.chronicle();
    let on_it = all.iter().filter(|one| one.ticket() == made.ticket());
    let mut tokens = on_it.filter_map(|one| one.token.as_deref());
    tokens.find_map(|token| {
        let mut deeds = chronicle.deeds.iter();
        let found = deeds.find(|deed| match &deed.what {
            What::Followup { content, .. } | What::Solution { content } => content.contains(token),
            What::Task { is, .. } => is.text() == token,
            _ => false,
        })?;
        Some(TicketId(found.ticket.unsigned_abs()))
    })
}

impl Facts<'_> {
    /// The tickets of GLPI that the mails of creations are, whatever the phones know of it. Where they are several, nobody
    /// says which.
    pub(super) fn twins(&self) -> BTreeMap<TicketKey, TicketId> {
        let mut twins = BTreeMap::new();
        for made in self.made.iter().filter(|made| made.ticket().id.is_local()) {
            let tickets: BTreeSet<i64> = self.tickets_at_home(made).collect();
            if let [ticket] = Vec::from_iter(tickets)[..] {
                twins.insert(made.ticket().clone(), TicketId(ticket.unsigned_abs()));
            }
        }
        twins
    }

    pub(super) fn born(&self) {
        for made in &self.made {
            let Some(side) = self.side(&made.ticket().source) else {
                continue;
            };
            let chronicle = side.chronicle();
            if let (ChangeBody::Create(create), Some(token)) = (&made.change.body, &made.token) {
                self.born_once(made, token, &chronicle);
                self.born_as_made(made, create, token, side, &chronicle);
            }
        }
        for hand in self.hands {
            self.has_no_old_numbers(hand);
        }
    }

    fn born_once(&self, made: &Made, token: &str, chronicle: &Chronicle) {
        let born = chronicle.born(token);
        let all_gone = born.iter().all(|id| purged(chronicle, *id).is_some());
        let standing = self.standing(made).map(|queued| &queued.state);
        let fits = match standing {
            Some(State::Delivered { .. }) => !born.is_empty() || self.became_twin(made),
            // A server of before the withdrawal, or a phone of before it, knows nothing of it.
            Some(State::Withdrawn { .. }) => all_gone || made.unread || self.was_restored(made),
            // It may be there unseen.
            Some(State::NeedsYou { problem }) => all_gone || problem.kind == ProblemKind::Unsettled,
            Some(State::Phone | State::Server) | None => true,
        };
        if !fits || is_born_needlessly(chronicle, token) {
            let times = born.len();
            self.broke(ONCE, format!("{times} times: {made}, {standing:?}"));
        }
    }

    fn born_as_made(
        &self,
        made: &Made,
        create: &CreateTicket,
        token: &str,
        side: &Side,
        chronicle: &Chronicle,
    ) {
        let user = self.user(made);
        let world = side.glpi.world();
        for id in chronicle.born(token) {
            let Some(is) = world.ticket(id) else {
                continue;
            };
            let asked = [
                Fact::Kind(create.kind),
                Fact::Urgency(create.urgency),
                Fact::Impact(create.impact),
            ];
            let wanted = create.assignees.iter().filter_map(Actor::user);
            let wanted: BTreeSet<i64> = wanted.filter_map(|u| i64::try_from(u.0).ok()).collect();
            let Some(first) = chronicle.first(id) else {
                continue;
            };
            let as_asked =
                |fact: &Fact| first.facts.get(fact.field()) == Some(value(fact).as_str());
            let recipient = Some(is.recipient) == user;
            let titled = first.facts.get(Field::Title) == Some(token);
            if !asked.iter().all(as_asked) || first.assigned != wanted || !titled || !recipient {
                let what = format!("{made} became {first:?}, {}'s", is.recipient);
                self.broke(NOTHING_ELSE, what);
            }
        }
    }

    /// Whether somebody asked for a ticket that the server created.
    pub(super) fn is_wanted(&self, source: &str, words: &str, user: i64) -> bool {
        self.made.iter().any(|made| {
            let token = made.token.as_ref();
            made.change.body.creation().is_some()
                && made.ticket().source.0 == source
                && self.user(made) == Some(user)
                && token.is_some_and(|token| words.contains(token))
        })
    }

    fn became_twin(&self, made: &Made) -> bool {
        self.is_twin(made, &made.ticket().source.0, made.number())
    }

    /// Whether a creation waits for a true reason.
    pub(super) fn is_true_of_creation(
        &self,
        made: &Made,
        problem: &Problem,
        chronicle: &Chronicle,
    ) -> bool {
        let Some(token) = &made.token else {
            return false;
        };
        let create = made.change.body.creation();
        let carried = create.and_then(|create| self.is_true_of_carried(made, create, problem));
        if let Some(is_true) = carried {
            return is_true;
        }
        let had = |snag| chronicle.births.had(token, snag);
        match problem.kind {
            ProblemKind::Refused => had(Snag::Refused),
            ProblemKind::NoEffect => {
                let born = chronicle.born(token);
                had(Snag::NoEffect) || born.iter().any(|id| purged(chronicle, *id).is_some())
            }
            // GLPI named a ticket that it does not show.
            ProblemKind::Unsettled => {
                had(Snag::Unknown) || self.is_unread(made, problem, chronicle)
            }
            ProblemKind::MailConverted => self.is_converted_elsewhere(made),
            // Another text of the same ticket was sent before.
            ProblemKind::AlreadySent => self.made.iter().any(|other| {
                let same = other.ticket() == made.ticket() && other.name() != made.name();
                let creation = other.change.body.creation().is_some();
                let there = !Self::places(chronicle, other).is_empty();
                same && creation && (there || self.became_twin(other))
            }),
            _ => false,
        }
    }

    /// What is in GLPI is named by GLPI's number on every phone that knows that it is.
    fn has_no_old_numbers(&self, hand: &Hand) {
        for queued in hand.phone.outbox().iter() {
            let local = queued.change.ticket().filter(|key| key.id.is_local());
            let Some(key) = local else {
                continue;
            };
            let mut on_it = hand.phone.outbox().of_ticket(key);
            let landed = on_it.any(|other| {
                let creation = other.change.body.creation().is_some();
                creation && matches!(other.state, State::Delivered { .. })
            });
            if landed {
                let what = format!("{}: {:?}", hand.name, queued.change);
                self.broke(NO_OLD_NUMBER, what);
            }
        }
        for row in hand.phone.local_rows() {
            let creation = hand.phone.outbox().creation(&row.key);
            // Typed anew, it waits for what he says of the old text: here, or on a copy of this phone.
            let waits = self.hands.iter().any(|other| {
                let mut on_it = other.phone.outbox().of_ticket(&row.key);
                on_it.any(|it| it.change.body.creation().is_some() && it.needs_you())
            });
            if !waits {
                let creation =
                    creation.map(|queued| (queued.change.id, &queued.state, queued.wish));
                let what = format!("{} still shows {}: {creation:?}", hand.name, row.key);
                self.broke(NO_OLD_NUMBER, what);
            }
        }
    }
}

/// Where a ticket was purged.
fn purged(chronicle: &Chronicle, ticket: i64) -> Option<usize> {
    let gone = |deed: &Deed| deed.ticket == ticket && deed.what == What::Purged;
    chronicle.deeds.iter().position(gone)
}

/// Whether it was created again while an earlier one was there to be found.
fn is_born_needlessly(chronicle: &Chronicle, token: &str) -> bool {
    let deeds = chronicle.deeds.iter().enumerate();
    let births: Vec<(usize, i64)> = deeds
        .filter(|(_, deed)| {
            let moment = match &deed.what {
                What::Created(moment) => moment,
                _ => return false,
            };
            matches!(deed.by, By::Ours(_)) && moment.words.contains(token)
        })
        .map(|(place, deed)| (place, deed.ticket))
        .collect();
    births.windows(2).any(|pair| {
        let [(_, earlier), (again, _)] = pair else {
            return false;
        };
        purged(chronicle, *earlier).is_none_or(|gone| gone > *again)
    })
}
