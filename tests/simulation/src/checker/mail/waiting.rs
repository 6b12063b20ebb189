//! Why a change of a thread may wait for the technician.

use tournee_core::changes::ChangeBody;
use tournee_core::ids::ThreadKey;
use tournee_core::wire::{Problem, ProblemKind};

use super::classify;
use crate::checker::{Facts, is_delivered};
use crate::counters::Count;
use crate::ledger::Made;
use crate::mail::chronicle::{By, Chronicle, Deed};
use crate::mail::moment::{What, same};

impl Facts<'_> {
    pub(in crate::checker) fn is_true_of_mail(
        &self,
        made: &Made,
        thread: &ThreadKey,
        problem: &Problem,
    ) -> bool {
        let Some(google) = self.google else {
            return false;
        };
        let chronicle = google.chronicle();
        match problem.kind {
            ProblemKind::Conflict => {
                classify(made).is_some() && self.was_moved_meanwhile(made, thread, &chronicle)
            }
            ProblemKind::ThreadGone => chronicle.lost_mail(thread),
            ProblemKind::Refused => chronicle.was_refused(thread),
            ProblemKind::NoEffect => self.was_moved_meanwhile(made, thread, &chronicle),
            ProblemKind::Unsettled => {
                let restored = self.was_restored(made);
                restored
                    || chronicle.lost_mail(thread)
                    || self.may_be_undone(made, thread, &chronicle)
            }
            ProblemKind::AlreadySent => self.replaces_what_left(made, &chronicle),
            _ => false,
        }
    }

    /// Whether somebody was at its boxes since, or Gmail has forgotten who was: it may have been moved, and moved back.
    fn may_be_undone(&self, made: &Made, thread: &ThreadKey, chronicle: &Chronicle) -> bool {
        let mut deeds = chronicle.of_thread(thread);
        let moved = deeds.any(|deed| {
            let boxes = matches!(deed.what, What::Boxes { .. });
            boxes && deed.at_ms >= made.at_ms
        });
        let forgotten = self.weather.counters.of(Count::GoogleStale) > 0;
        classify(made).is_some() && (moved || forgotten)
    }

    fn replaces_what_left(&self, made: &Made, chronicle: &Chronicle) -> bool {
        let mut others = self.mailed.iter();
        let old = others.find(|other| {
            let replaced = made.change.replaces == Some(other.change.id);
            replaced && other.change.device == made.change.device
        });
        let word = old.and_then(|old| old.token.as_ref());
        word.is_some_and(|word| !chronicle.sent(word).is_empty())
    }

    /// Whether its thread is not where he saw it, by the hand of anybody but his own earlier changes.
    fn was_moved_meanwhile(&self, made: &Made, thread: &ThreadKey, chronicle: &Chronicle) -> bool {
        let deeds: Vec<&Deed> = chronicle.of_thread(thread).collect();
        let first = chronicle.before.thread(thread).boxes;
        // By the server's word, or with what he had done himself since.
        let shown = classify(made).map_or(&made.saw_boxes, |classify| &classify.from);
        let places = [&made.saw_boxes, shown].map(|boxes| {
            let as_he_saw = |deed: &&Deed| {
                let there = matches!(&deed.what, What::Boxes { to, .. } if same(to, boxes));
                there && deed.at_ms <= made.at_ms
            };
            let since = deeds.iter().rposition(as_he_saw);
            since.map(|at| at + 1).or(same(&first, boxes).then_some(0))
        });
        // What he saw never was in Gmail as a whole: it was read in parts, while somebody moved it.
        let Some(since) = places.into_iter().flatten().min() else {
            return true;
        };
        let later = deeds.iter().skip(since);
        let mut moves = later.filter(|deed| matches!(deed.what, What::Boxes { .. }));
        let others = self.others_sort(made, thread)
            || self.follows_tickets(chronicle, thread)
            || self.is_ruled_thread(chronicle, thread);
        let moved = moves.any(|deed| deed.by == By::Person || others);
        moved || self.stands_on_a_broken_move(made, thread)
    }

    /// Another phone, or he himself later, moves the same thread.
    fn others_sort(&self, made: &Made, thread: &ThreadKey) -> bool {
        let place = |made: &Made| (made.at_ms, made.change.seq);
        self.mailed.iter().any(|other| {
            let apart = other.hand != made.hand || place(other) > place(made);
            let sorts = matches!(other.change.body, ChangeBody::Classify(_));
            sorts && apart && other.thread() == Some(thread)
        })
    }

    /// An earlier move of the same phone's never took effect, or took it late.
    fn stands_on_a_broken_move(&self, made: &Made, thread: &ThreadKey) -> bool {
        self.mailed.iter().any(|other| {
            let earlier = other.change.device == made.change.device && other.at_ms <= made.at_ms;
            let same = other.thread() == Some(thread) && other.name() != made.name();
            let broken = other.waited.is_some()
                || other.taken_back
                || other.has_insisted()
                || !is_delivered(self.standing(other))
                || self.was_restored(other);
            earlier && same && broken && classify(other).is_some()
        })
    }
}
