//! Only a true conflict, a true refusal or an outcome that can't be settled waits for the technician; without those
//! nothing waits.

use std::collections::BTreeMap;

use tournee_core::changes::{Change, ChangeBody, ChangeKind as _, Field};
use tournee_core::domain::Status;
use tournee_core::outbox::{Queued, State};
use tournee_core::wire::{Problem, ProblemKind};

use super::{Facts, held, is_delivered, tasks};
use crate::chronicle::{By, Chronicle, Deed, Snag};
use crate::counters::Count;
use crate::hand::Hand;
use crate::ledger::{Made, short};
use crate::moment::{Sitting, What};

const NOTHING_WAITS: &str = "nothing waits without a reason";
const TRUE_REASONS: &str = "only true conflicts and refusals wait";
const CLOSED: i64 = 6;

impl Facts<'_> {
    pub(super) fn waiting(&self) {
        for hand in self.hands {
            let unsettled = hand.phone.outbox().iter().filter(|q| q.is_unsettled());
            for queued in unsettled {
                self.may_wait(hand, queued);
            }
        }
    }

    fn may_wait(&self, hand: &Hand, queued: &Queued) {
        if queued.change.device != hand.device() {
            return self.may_be_entrusted(hand, queued);
        }
        let name = (hand.device(), queued.change.id);
        let mut all = self.made.iter().chain(&self.mailed);
        let Some(made) = all.find(|made| made.name() == name) else {
            self.broke(
                NOTHING_WAITS,
                format!("{}: nobody made {name:?}", hand.name),
            );
            return;
        };
        if let Some(wish) = queued.wish {
            self.broke(NOTHING_WAITS, format!("{}: {wish:?} for {made}", hand.name));
        }
        match &queued.state {
            State::Server if is_held(self.hands, hand.technician, &queued.change) => {
                self.says_why(hand, queued);
            }
            State::Server if made.thread().is_none() && self.is_held_on_a_copy(made) => {
                self.says_why(hand, queued)
            }
            State::Server if made.thread().is_none() && self.is_held_by_the_new(made) => {
                self.says_why(hand, queued)
            }
            // What holds it may be a change that went with the phone that was put back to its backup.
            State::Server if !self.phones_restored.is_empty() => self.says_why(hand, queued),
            State::NeedsYou { problem } => {
                let is_true = match made.thread() {
                    Some(thread) => self.is_true_of_mail(made, thread, problem),
                    None => self.is_true(made, problem),
                };
                if !is_true {
                    let why = format!("{}: {made}: {problem:?}", hand.name);
                    self.broke(TRUE_REASONS, why);
                }
            }
            state => self.broke(NOTHING_WAITS, format!("{}: {made}: {state:?}", hand.name)),
        }
    }

    /// What the server made in his name is before his eyes only where a GLPI has said no, or nobody knows what it said.
    fn may_be_entrusted(&self, hand: &Hand, queued: &Queued) {
        let name = short(queued.change.id);
        match &queued.state {
            State::NeedsYou { .. } if queued.wish.is_none() => {
                self.weather.count(Count::Entrusted);
            }
            state => {
                let why = format!("{}: {state:?}, {:?} for {name}", hand.name, queued.wish);
                self.broke(NOTHING_WAITS, why);
            }
        }
    }

    /// Behind what waits on a copy of the phone, which may still name the ticket by its old number.
    fn is_held_on_a_copy(&self, made: &Made) -> bool {
        self.made.iter().any(|other| {
            let same = other.technician == made.technician && other.ticket() == made.ticket();
            let standing = self.standing(other).map(|queued| &queued.state);
            let waits = matches!(standing, Some(State::NeedsYou { .. }));
            let fields = other.change.body.fields();
            let apart = other.name() != made.name() && other.change.body.creation().is_none();
            let holds = overlap(fields, made.change.body.fields()) || adds_its_thing(other, made);
            same && waits && apart && holds
        })
    }

    /// The task that it alters is gone, or was taken back on a copy of its phone before this one heard of it.
    fn has_no_task(&self, made: &Made, chronicle: &Chronicle) -> bool {
        let device = made.change.device;
        let of_it = self.hands.iter().filter(|hand| hand.device() == device);
        let is_cloned = of_it.count() > 1;
        let elsewhere = |other: &Made| other.taken_back && is_cloned;
        let never_came = chronicle.task_of(made, made.number()).is_none();
        let mut others = self.made.iter();
        let mut taken_back = || others.any(|other| elsewhere(other) && adds_its_thing(other, made));
        tasks::is_gone(made, chronicle) || (never_came && taken_back())
    }

    /// The phone knows that it waits behind something, whichever phone of his that waits on.
    fn says_why(&self, hand: &Hand, queued: &Queued) {
        let id = queued.change.id;
        if !hand.phone.meta().held.contains(&id) {
            let why = format!("{} does not know what holds {}", hand.name, short(id));
            self.broke(NOTHING_WAITS, why);
        }
        if hand.phone.is_held_elsewhere(id) {
            self.weather.count(Count::HeldByAnotherPhone);
        }
    }

    fn is_true(&self, made: &Made, problem: &Problem) -> bool {
        let Some(side) = self.side(&made.ticket().source) else {
            return false;
        };
        let chronicle = side.chronicle();
        if problem.kind == ProblemKind::Unreadable {
            return self.met_a_broken_one(made, &chronicle);
        }
        if made.change.body.creation().is_some() {
            return self.is_true_of_creation(made, problem, &chronicle);
        }
        if let Some(file) = made.change.body.file()
            && let Some(is_true) = self.is_true_of_file(made, file, problem, &chronicle)
        {
            return is_true;
        }
        if let Some(is_true) = self.is_true_of_brought(made, problem) {
            return is_true;
        }
        let ticket = made.number();
        let happened = |what: &What| chronicle.of_ticket(ticket).any(|deed| deed.what == *what);
        match problem.kind {
            ProblemKind::Conflict => {
                let field = problem.conflict.as_ref().map(|conflict| conflict.field);
                let closed = || self.was_closed(made, &chronicle);
                // A move that was swallowed looks like one that the note after it took back.
                let swallowed = || chronicle.had(ticket, Snag::NoEffect);
                field.is_some_and(|field| {
                    let moved = self.somebody_moved(made, &chronicle, field);
                    moved || made.out_of_scope || closed() || swallowed()
                })
            }
            ProblemKind::TicketClosed => {
                self.was_closed(made, &chronicle)
                    || reworded_on_a_closed_one(made, &chronicle)
                    || self.somebody_moved(made, &chronicle, Field::Status)
            }
            ProblemKind::TicketTrashed => happened(&What::Trashed),
            ProblemKind::TicketGone => happened(&What::Purged),
            // A ticket that is purged after the look is refused like one that is not his.
            ProblemKind::Refused => {
                chronicle.had(ticket, Snag::Refused)
                    || happened(&What::Purged)
                    || self.somebody_moved(made, &chronicle, Field::Status)
            }
            // A ticket that is purged in the middle of the read-back is read without what was written.
            ProblemKind::NoEffect => {
                chronicle.had(ticket, Snag::NoEffect)
                    || happened(&What::Purged)
                    || made
                        .change
                        .body
                        .fields()
                        .iter()
                        .any(|field| self.somebody_moved(made, &chronicle, *field))
            }
            ProblemKind::Unsettled => {
                chronicle.had(ticket, Snag::Unknown)
                    || self.was_cut_off(made, &chronicle)
                    || self.is_unread(made, problem, &chronicle)
            }
            // A ticket that is purged in the middle of the look is read without its tasks.
            ProblemKind::TaskGone => self.has_no_task(made, &chronicle) || happened(&What::Purged),
            ProblemKind::AlreadySent => self.replaces_a_delivered(made, &chronicle),
            ProblemKind::Rights
            | ProblemKind::Carried
            | ProblemKind::OldClosed
            | ProblemKind::Invalid
            | ProblemKind::NoAccount
            | ProblemKind::FileTooLarge
            | ProblemKind::FileMissing
            | ProblemKind::MailConverted
            | ProblemKind::ThreadGone
            | ProblemKind::NoMailbox
            | ProblemKind::RevokedDevice
            | ProblemKind::PlaceGone
            | ProblemKind::Unreadable
            | ProblemKind::Unknown => false,
        }
    }

    /// It can't be looked for, as GLPI can't show what it stands on.
    pub(super) fn is_unread(&self, made: &Made, problem: &Problem, chronicle: &Chronicle) -> bool {
        let mut evidence = problem.evidence.iter();
        evidence.any(|evidence| evidence.unread.is_some()) && self.met_a_broken_one(made, chronicle)
    }

    /// Its own ticket, or another one that it needs.
    fn met_a_broken_one(&self, made: &Made, chronicle: &Chronicle) -> bool {
        let needs_others = matches!(
            made.change.body,
            ChangeBody::Create(_) | ChangeBody::Carry(_) | ChangeBody::TicketFile(_)
        );
        let any = || self.weather.counters.of(Count::GlpiTicketBroken) > 0;
        chronicle.had(made.number(), Snag::Broken) || (needs_others && any())
    }

    fn replaces_a_delivered(&self, made: &Made, chronicle: &Chronicle) -> bool {
        let old = made.change.replaces;
        let old = old.and_then(|old| {
            let name = (made.change.device, old);
            self.made.iter().find(|made| made.name() == name)
        });
        old.is_some_and(|old| !Self::places(chronicle, old).is_empty())
    }

    /// Closed since he saw it, also by himself: an old GLPI closes at a solution.
    fn was_closed(&self, made: &Made, chronicle: &Chronicle) -> bool {
        chronicle.of_ticket(made.number()).any(|deed| {
            let closed = matches!(deed.what, What::Status { to, .. } if to == CLOSED);
            let jumped = self.weather.storm.wire.clock_back > 0.0;
            closed && (jumped || deed.stamp >= made.saw_modified || self.hid_the_closing(made))
        })
    }

    /// A move of his own that was still on its way stood before what GLPI had.
    fn hid_the_closing(&self, made: &Made) -> bool {
        let mut earlier = self.made.iter().filter(|other| {
            let same = other.hand == made.hand && other.ticket() == made.ticket();
            same && other.change.seq < made.change.seq
        });
        earlier.any(|other| other.change.body.fields().contains(&Field::Status))
    }

    /// Whether the field was moved by anybody but the changes that this one was made on.
    pub(super) fn somebody_moved(&self, made: &Made, chronicle: &Chronicle, field: Field) -> bool {
        let user = self.user(made);
        let jumped = self.weather.storm.wire.clock_back > 0.0;
        let others = || self.others_of_his(made, field);
        let reopened = |deed: &Deed| {
            let asked = self
                .made
                .iter()
                .filter(|other| other.ticket() == made.ticket());
            let asked: Vec<&Made> = asked.collect();
            self.is_reopened_by_a_note(&made.ticket().source.0, chronicle, deed, &asked)
        };
        let task = chronicle.task_of(made, made.number());
        let mut deeds = chronicle.of_ticket(made.number());
        let moved = deeds.any(|deed| {
            let unseen = jumped || deed.stamp >= made.saw_modified;
            let its_own = deed.what.correction().is_none_or(|it| it.task == task);
            let by_another = match deed.by {
                By::Person(_) => true,
                By::Ours(who) => Some(who) != user || others() || reopened(deed),
            };
            let moves = is_of(deed, field) || (field == Field::Status && keeps_it(made, deed));
            unseen && by_another && its_own && moves
        });
        let not_shown = field == Field::Assignees && was_shown_other_people(made, chronicle);
        let unlike = self.is_on_a_twin(made) || self.is_a_colleagues(made, chronicle);
        moved || not_shown || unlike || self.stands_on_a_broken_one(made, field)
    }

    /// Made on a ticket that he was making of a mail: that was one already, and another than he typed.
    pub(super) fn is_on_a_twin(&self, made: &Made) -> bool {
        let own = made.named.as_ref().filter(|named| named.id.is_local());
        let creation = |other: &&Made| {
            let from_mail = other
                .change
                .body
                .creation()
                .is_some_and(|create| create.origin.is_some());
            from_mail && other.technician == made.technician && other.ticket() == made.ticket()
        };
        let twin = self.made.iter().filter(creation).any(|other| {
            let born = |token: &String| {
                let side = self.side(&other.ticket().source);
                side.is_some_and(|side| {
                    self.links.iter().any(|link| {
                        let own = link.is_birth && self.sides[link.side].source == side.source;
                        own && link.ticket == other.number() && link.words.contains(token.as_str())
                    })
                })
            };
            !other.token.as_ref().is_some_and(born)
        });
        own.is_some() && twin
    }

    /// Made on a ticket that was to be made of a mail in his name, by a rule: a colleague's was quicker, or another one of his.
    fn is_a_colleagues(&self, made: &Made, chronicle: &Chronicle) -> bool {
        let local = made.named.as_ref().filter(|named| named.id.is_local());
        let is_typed = self
            .made
            .iter()
            .any(|other| other.change.body.creation().is_some() && other.named.as_ref() == local);
        let side = self.side(&made.ticket().source);
        let mut deeds = chronicle.of_ticket(made.number());
        let another = deeds.find_map(|deed| match (&deed.what, deed.by) {
            (What::Created(moment), By::Ours(who)) => {
                let ruled = side.is_some_and(|side| self.is_a_rules(side, &moment.words, who));
                Some(Some(who) != self.user(made) || (!is_typed && !ruled))
            }
            (What::Created(_), By::Person(_)) => Some(false),
            _ => None,
        });
        local.is_some() && another == Some(true)
    }

    /// Another phone of his, a copy of this one, or he himself later works on the same field; or before, on what the phone took
    /// for another ticket.
    fn others_of_his(&self, made: &Made, field: Field) -> bool {
        self.made.iter().any(|other| {
            // Two changes of a phone may be of one instant.
            let place = |made: &Made| (made.at_ms, made.change.seq);
            let later = other.hand != made.hand || place(other) > place(made);
            let apart = later || made.was_apart_from(other);
            apart
                && other.technician == made.technician
                && other.ticket() == made.ticket()
                && touches(other, field)
        })
    }

    /// A change that was made on the effect of an earlier one that never took effect, or took it late.
    fn stands_on_a_broken_one(&self, made: &Made, field: Field) -> bool {
        self.made.iter().any(|other| {
            // A copy of the phone carries what was made before it.
            let earlier = other.change.device == made.change.device && other.at_ms <= made.at_ms;
            let same = other.ticket() == made.ticket() && other.name() != made.name();
            let broken = other.waited.is_some()
                || other.taken_back
                || other.has_insisted()
                || !is_delivered(self.standing(other))
                || self.was_restored(other);
            earlier && same && broken && touches(other, field)
        })
    }
}

/// He had left a ticket that nobody else had on his screen, which makes it new: whoever was put on it meanwhile keeps it.
fn keeps_it(made: &Made, deed: &Deed) -> bool {
    let left = matches!(&made.change.body, ChangeBody::Status(set) if set.from == Status::New);
    let comes = match &deed.what {
        What::Assigned(_) => true,
        What::Seated { who, taken } => *taken && matches!(who, Sitting::Group(_)),
        _ => false,
    };
    left && comes
}

/// Whether GLPI had other technicians on the ticket than the screen when he took it. A ticket that somebody took in the
/// second of its last change may be shown without him for a moment: that is no reason to take it over in silence.
fn was_shown_other_people(made: &Made, chronicle: &Chronicle) -> bool {
    let ChangeBody::Take(take) = &made.change.body else {
        return false;
    };
    let deeds = chronicle.of_ticket(made.number());
    let mut last = BTreeMap::new();
    for deed in deeds.filter(|deed| matches!(deed.by, By::Person(_)) && deed.at_ms <= made.at_ms) {
        match deed.what {
            What::Assigned(user) => last.insert(user, true),
            What::Unassigned(user) => last.insert(user, false),
            _ => None,
        };
    }
    let shown = |user: i64| take.before.iter().any(|who| who.0 == user.unsigned_abs());
    last.into_iter().any(|(user, is)| is != shown(user))
}

/// The app offers no note on a ticket that it shows as closed; one from before may still be given another text.
fn reworded_on_a_closed_one(made: &Made, chronicle: &Chronicle) -> bool {
    let seen = chronicle
        .of_ticket(made.number())
        .filter(|deed| deed.stamp <= made.saw_modified);
    let last = seen.filter_map(|deed| match deed.what {
        What::Status { to, .. } => Some(to),
        _ => None,
    });
    made.change.replaces.is_some() && last.last() == Some(CLOSED)
}

/// Behind a change of the same field that waits for him, whichever phone of his made it.
pub fn is_held(hands: &[Hand], technician: usize, change: &Change) -> bool {
    if held::is_held(hands, technician, change) {
        return true;
    }
    let fields = change.body.fields();
    let his = hands.iter().filter(|hand| hand.technician == technician);
    his.flat_map(|hand| hand.phone.outbox().iter())
        .any(|other| {
            let same = other.change.target == change.target && other.change.id != change.id;
            let waits = matches!(other.state, State::NeedsYou { .. });
            let holds = match other.change.body.creation() {
                // Nothing goes on before it is there; another text of what is there holds nothing up.
                Some(_) => change.target.is_local(),
                None => {
                    let base = change.body.builds_on();
                    let adds =
                        base == Some(other.change.id) && other.change.device == change.device;
                    adds || overlap(other.change.body.fields(), fields)
                }
            };
            same && waits && holds
        })
}

/// Whether a change alters a field on the screen. A take moves a new ticket's status too, and a status may solve.
fn touches(made: &Made, field: Field) -> bool {
    let fields = made.change.body.fields();
    let moves = match &made.change.body {
        ChangeBody::Take(_) => true,
        ChangeBody::Task(_) | ChangeBody::TaskFact(_) => true,
        ChangeBody::Seat(wanted) => wanted.seat.works() || !wanted.taken,
        _ => false,
    };
    // GLPI makes the length of what is planned.
    let plans = fields.contains(&Field::TaskPlan) && field == Field::TaskLength;
    fields.contains(&field)
        || plans
        || (moves && field == Field::Status)
        || (field == Field::Solution && fields.contains(&Field::Status))
}

/// Whether a change adds what another one alters.
pub(super) fn adds_its_thing(other: &Made, made: &Made) -> bool {
    let base = made.change.body.builds_on();
    base == Some(other.change.id) && other.change.device == made.change.device
}

pub(super) fn overlap(some: &[Field], others: &[Field]) -> bool {
    some.iter().any(|field| others.contains(field))
}

fn is_of(deed: &Deed, field: Field) -> bool {
    match (&deed.what, field) {
        (What::Assigned(_) | What::Unassigned(_), Field::Assignees) => true,
        (What::Status { .. }, Field::Status | Field::Solution) => true,
        (What::Solution { .. }, Field::Solution) => true,
        (What::Seated { who, .. }, _) => who.field() == field,
        (What::Fact { field: moved, .. } | What::TaskFact { field: moved, .. }, _) => {
            *moved == field
        }
        // Nobody comes to a closed ticket, or leaves it.
        (
            What::Status { to, .. },
            Field::Assignees | Field::Requesters | Field::Observers | Field::Groups | Field::Assets,
        ) => *to == CLOSED,
        _ => false,
    }
}
