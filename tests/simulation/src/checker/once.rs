//! Every change is exactly once in GLPI, and nothing else came from us.

use tournee_core::changes::{CarryStep, ChangeBody, ConflictValue};
use tournee_core::domain::Status;
use tournee_core::outbox::State;
use tournee_core::wire::ProblemKind;

use super::corrected::seats;
use super::{Facts, files, is_delivered, tasks};
use crate::chronicle::{By, Chronicle, Deed, Snag};
use crate::glpi::Side;
use crate::ledger::Made;
use crate::moment::{Sitting, What};

const ONCE: &str = "every change is exactly once in GLPI";
const NOTHING_ELSE: &str = "nothing else changed";
const NO_SILENT_WINNER: &str = "no silent winner";
const DROPPED: &str = "nothing is dropped";
const NEW: i64 = 1;
const ASSIGNED: i64 = 2;
const PLANNED: i64 = 3;
const PENDING: i64 = 4;
const SOLVED: i64 = 5;
const CLOSED: i64 = 6;

impl Facts<'_> {
    pub(super) fn once(&self) {
        for made in &self.made {
            let Some(side) = self.side(&made.ticket().source) else {
                continue;
            };
            let chronicle = side.chronicle();
            self.was_asked_to_go(made);
            match made.token {
                _ if made.change.body.creation().is_some() => {}
                Some(_) => self.words_once(made, &chronicle),
                None => self.effect_once(made, &chronicle),
            }
        }
        for side in self.sides {
            let chronicle = side.chronicle();
            for (place, deed) in chronicle.deeds.iter().enumerate() {
                if let By::Ours(user) = deed.by {
                    self.has_a_reason(side, &chronicle, place, deed, user);
                }
            }
        }
    }

    /// What is withdrawn was taken back by somebody: itself, or the creation of its ticket or of its task.
    fn was_asked_to_go(&self, made: &Made) {
        let standing = self.standing(made).map(|queued| &queued.state);
        let to = made.change.body.carry().map(|carry| &carry.to);
        let went_along = |other: &Made| {
            let creation = other.change.body.creation().is_some();
            let carried = to.is_some() && other.named.as_ref() == to;
            creation && other.taken_back && (carried || other.ticket() == made.ticket())
        };
        let gone = matches!(standing, Some(State::Withdrawn { .. }));
        if gone && !made.taken_back && !self.made.iter().any(went_along) {
            self.broke(DROPPED, format!("nobody took back {made}"));
        }
    }

    fn words_once(&self, made: &Made, chronicle: &Chronicle) {
        let places = Self::places(chronicle, made);
        let times = places.len();
        let standing = self.standing(made).map(|queued| &queued.state);
        let fits = match standing {
            Some(State::Delivered { .. }) => {
                times == 1 || self.was_put_back(made, chronicle, &places)
            }
            // A server of before the withdrawal, or a phone of before it, knows nothing of it.
            Some(State::Withdrawn { .. }) => {
                let gone = is_purged(chronicle, made.number());
                // Or he was told that nobody can look, and gave it up as it is.
                let known = gone || made.unread || self.was_restored(made);
                times == 0
                    || (times == 1 && (known || self.was_displaced(made, chronicle, &places)))
            }
            Some(State::NeedsYou { problem }) => {
                // It may be there unseen, or have gone with its ticket, also from the trash.
                let unseen = [ProblemKind::Unsettled, ProblemKind::TicketGone];
                let unseen = unseen.contains(&problem.kind);
                // A server of before it made what it was typed in the place of, and heard of it only then.
                let forgotten = problem.kind == ProblemKind::AlreadySent && self.was_restored(made);
                let gone = || is_purged(chronicle, made.number());
                let displaced = || self.was_displaced(made, chronicle, &places);
                times == 0 || (times == 1 && (unseen || forgotten || gone() || displaced()))
            }
            Some(State::Phone | State::Server) => times <= 1,
            // Lost with the phone that went back to its backup.
            None => times <= 1,
        };
        if !fits {
            self.broke(ONCE, format!("{times} times: {made}, {standing:?}"));
        }
    }

    /// Another solution had taken its place, he was shown that nobody knows whether it had been there, and put it back.
    fn was_put_back(&self, made: &Made, chronicle: &Chronicle, places: &[usize]) -> bool {
        let [first, again] = places else {
            return false;
        };
        made.unsettled && self.is_displaced_in(made, &chronicle.deeds[first + 1..*again])
    }

    /// Another solution took its place, and he was shown that nobody knows whether it had been there.
    fn was_displaced(&self, made: &Made, chronicle: &Chronicle, places: &[usize]) -> bool {
        let [first] = places else {
            return false;
        };
        made.unsettled && self.is_displaced_in(made, &chronicle.deeds[first + 1..])
    }

    fn is_displaced_in(&self, made: &Made, deeds: &[Deed]) -> bool {
        let solves = |deed: &Deed| {
            deed.ticket == made.number() && matches!(deed.what, What::Solution { .. })
        };
        self.has_room_for_one(made) && deeds.iter().any(solves)
    }

    /// Without words, the effect must have been there since the change was made.
    fn effect_once(&self, made: &Made, chronicle: &Chronicle) {
        if !is_delivered(self.standing(made)) {
            return;
        }
        let Some(user) = self.user(made) else {
            return;
        };
        let ticket = made.number();
        let stepped = match made.change.body.carry() {
            Some(carry) => self.has_stepped(made, carry, chronicle),
            None => true,
        };
        let there = (stepped && chronicle.took_effect(made, ticket, user))
            // Swallowed by GLPI, and then by his own next one: the ticket ended where he wanted it.
            || (!matches!(made.change.body, ChangeBody::Take(_))
                && chronicle.had(ticket, Snag::NoEffect));
        if !there {
            self.broke(ONCE, format!("never: {made}"));
        }
    }

    /// Whether a deed of the server's was asked for by somebody, on a ticket as he saw it.
    fn has_a_reason(
        &self,
        side: &Side,
        chronicle: &Chronicle,
        place: usize,
        deed: &Deed,
        user: i64,
    ) {
        let source = side.source.0.as_str();
        let asked = self.made.iter().filter(|made| {
            made.ticket().source.0 == source
                && made.number() == deed.ticket
                && self.user(made) == Some(user)
        });
        let asked: Vec<&Made> = asked.collect();
        let fits = match &deed.what {
            What::Followup { content, .. } | What::Solution { content } => {
                let says = |made: &&Made| {
                    let token = made.token.as_ref();
                    token.is_some_and(|token| content.contains(token))
                        || self.links_so(made, content)
                };
                let carries = |made: &&Made| self.carries_so(made, &deed.what);
                asked.iter().any(says)
                    || asked.iter().any(carries)
                    || self.is_told(side, deed.ticket, content)
                    || self.is_taken_along(side, deed.ticket, content)
            }
            What::Created(moment) => {
                let words = &moment.words;
                self.is_wanted(source, words, user) || self.is_ruled(side, words, user)
            }
            What::Assigned(_) | What::Unassigned(_) | What::Seated { .. } => {
                asked.iter().any(|made| seats(made, &deed.what, user))
            }
            What::Task { is, .. } => asked.iter().any(|made| tasks::adds(made, is)),
            What::Document { is, .. } => {
                asked.iter().any(|made| files::brings(made, is))
                    || self.is_ruled_file(side, deed.ticket, is, user)
                    || self.is_brought_along(side, deed.ticket, is)
            }
            What::Fact { .. } | What::TaskFact { .. } => {
                deed.what.correction().is_some_and(|correction| {
                    self.is_corrected_with_reason(side, chronicle, place, deed, &asked, &correction)
                })
            }
            What::Status { .. } if self.is_reopened_by_a_note(source, chronicle, deed, &asked) => {
                true
            }
            What::Status { from, to } => {
                let mut reasons = asked.clone();
                reasons.retain(|made| moves(made, *from, *to));
                if !reasons.is_empty() {
                    self.is_no_silent_winner(source, chronicle, place, deed, &reasons);
                }
                !reasons.is_empty()
            }
            // A repeat of what is there already moves nothing but the date.
            What::Other => !asked.is_empty(),
            What::Trashed
            | What::Restored
            | What::Purged
            | What::TaskElse(_)
            | What::TaskGone(_)
            | What::DocumentGone(_) => false,
        };
        if !fits {
            let (at, ticket, what) = (deed.at_ms, deed.ticket, &deed.what);
            self.broke(
                NOTHING_ELSE,
                format!("{source} #{ticket} at {at} ms: {what:?}"),
            );
        }
    }

    /// A newer GLPI reopens a pending or solved ticket at a note of its requester's, and that is the technician himself.
    pub(super) fn is_reopened_by_a_note(
        &self,
        source: &str,
        chronicle: &Chronicle,
        deed: &Deed,
        asked: &[&Made],
    ) -> bool {
        let What::Status { from, to } = deed.what else {
            return false;
        };
        let Some(side) = self.sides.iter().find(|side| side.source.0 == source) else {
            return false;
        };
        let noted = |made: &&Made| {
            matches!(
                made.change.body,
                ChangeBody::Followup(_) | ChangeBody::Link(_)
            )
        };
        let by_server = || self.has_notes_of_the_servers(side, chronicle, deed.ticket);
        let reopened = [PENDING, SOLVED].contains(&from) && to == ASSIGNED;
        let By::Ours(user) = deed.by else {
            return false;
        };
        let is_requester = sat_then(chronicle, deed, &Sitting::Requester(user.to_string()));
        reopened
            && !side.glpi.dialect().is_9_2()
            && is_requester
            && (asked.iter().any(noted) || by_server())
    }

    /// A status that somebody else moved is not written over, unless that was seen and insisted on. Between a look
    /// and the write after it GLPI leaves a gap that nobody can close.
    fn is_no_silent_winner(
        &self,
        source: &str,
        chronicle: &Chronicle,
        place: usize,
        deed: &Deed,
        reasons: &[&Made],
    ) {
        let What::Status { from, to } = deed.what else {
            return;
        };
        // Solved as he saw it is closed where his own solution closed it at once.
        let saw = |based: i64| {
            let saw = |status| deed.seen.iter().any(|seen| seen.status == status);
            saw(based) || (based == SOLVED && saw(CLOSED))
        };
        let knew = |made: &&&Made| match &made.change.body {
            ChangeBody::Status(status) => {
                let over = made.over().filter_map(|theirs| match theirs {
                    ConflictValue::Status(status) => Some(*status),
                    _ => None,
                });
                let shown = std::iter::once(status.from).chain(over);
                let shown: Vec<i64> = shown.map(|status| i64::from(status.to_glpi())).collect();
                chronicle.had(deed.ticket, Snag::NoEffect)
                    || shown.contains(&from)
                    // His own solution closed it at once.
                    || (status.from == Status::Solved && from == CLOSED)
                    || (last_move(chronicle, place, deed).is_none()
                        && self.was_typed_anew_since(made, status.from, from))
                    || (shown.iter().any(|status| saw(*status))
                        && !self.ours_moved(chronicle, place, deed))
            }
            // Closed at once by a solution of his own, it is what he saw.
            ChangeBody::Solution(_) if (from, to) == (CLOSED, ASSIGNED) => {
                made.insisted_against(ProblemKind::TicketClosed)
                    || deed.seen.last().is_some_and(|seen| seen.status == SOLVED)
                    || last_move(chronicle, place, deed).is_some_and(|last| last.by == deed.by)
            }
            _ => true,
        };
        if !reasons.iter().any(|made| knew(&made)) {
            let all: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            let (ticket, at, what) = (deed.ticket, deed.at_ms, &deed.what);
            let seen: Vec<i64> = deed.seen.iter().map(|seen| seen.status).collect();
            self.broke(
                NO_SILENT_WINNER,
                format!(
                    "{source} #{ticket} at {at} ms: {what:?} (seen {seen:?}) for {}",
                    all.join("; ")
                ),
            );
        }
    }

    /// Whether the status before was one of the server's own making: that gap it could have closed.
    fn ours_moved(&self, chronicle: &Chronicle, place: usize, deed: &Deed) -> bool {
        let last = last_move(chronicle, place, deed);
        last.is_some_and(|one| matches!(one.by, By::Ours(_)) && one.by != deed.by)
    }
}

/// What moved the status before.
fn last_move<'a>(chronicle: &'a Chronicle, place: usize, deed: &Deed) -> Option<&'a Deed> {
    let mut before = chronicle.deeds[..place].iter().rev();
    before.find(|one| one.ticket == deed.ticket && matches!(one.what, What::Status { .. }))
}

/// Whether somebody had this place on a ticket at the moment of a deed.
fn sat_then(chronicle: &Chronicle, deed: &Deed, place: &Sitting) -> bool {
    let first = chronicle.first(deed.ticket);
    let sat = first.is_some_and(|was| was.seats.contains(place));
    let before = chronicle.of_ticket(deed.ticket);
    let before = before.take_while(|other| other.at_ms <= deed.at_ms);
    let moved = before.filter_map(|other| match &other.what {
        What::Seated { who, taken } if who == place => Some(*taken),
        _ => None,
    });
    moved.last().unwrap_or(sat)
}

fn becomes_planned(from: i64, to: i64) -> bool {
    [NEW, ASSIGNED].contains(&from) && to == PLANNED
}

/// Whether a ticket is gone for good.
pub(super) fn is_purged(chronicle: &Chronicle, ticket: i64) -> bool {
    chronicle
        .of_ticket(ticket)
        .any(|deed| deed.what == What::Purged)
}

/// Whether this change, carried out, may move a ticket so.
pub(super) fn moves(made: &Made, from: i64, to: i64) -> bool {
    match &made.change.body {
        ChangeBody::Status(status) => {
            let wanted = i64::from(status.to.to_glpi());
            wanted == to || (wanted == SOLVED && to == CLOSED)
        }
        ChangeBody::Take(_) => (from, to) == (NEW, ASSIGNED),
        // GLPI calls a ticket *assigned* that somebody has, and *new* that the last one left.
        ChangeBody::Seat(seat) if seat.taken => (from, to) == (NEW, ASSIGNED),
        ChangeBody::Seat(_) => to == NEW && from < SOLVED,
        ChangeBody::Solution(_) => {
            to == SOLVED || to == CLOSED || (to == ASSIGNED && made.has_insisted())
        }
        ChangeBody::Carry(carry) => match carry.step {
            CarryStep::Link => false,
            CarryStep::Solve => to == SOLVED || to == CLOSED,
            CarryStep::Close => to == CLOSED,
        },
        // GLPI calls a ticket *planned* with each planned task, and with each change of one, whoever planned it.
        ChangeBody::Task(task) => task.time.plan().is_some() && becomes_planned(from, to),
        ChangeBody::TaskFact(_) => becomes_planned(from, to),
        ChangeBody::Followup(_)
        | ChangeBody::Create(_)
        | ChangeBody::Fact(_)
        | ChangeBody::Asset(_)
        | ChangeBody::Attach(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::TicketFile(_)
        | ChangeBody::Classify(_)
        | ChangeBody::Link(_)
        | ChangeBody::Reply(_) => false,
    }
}
