//! Each thread went where it was wished, once, over nobody's move; and it is where the last wish put it.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::changes::ConflictValue;
use tournee_core::domain::MailBox;
use tournee_core::ids::ThreadKey;

use super::classify;
use crate::checker::{Facts, is_delivered};
use crate::counters::Count;
use crate::ledger::Made;
use crate::mail::chronicle::{By, Chronicle, Deed};
use crate::mail::moment::{What, same};

const ONCE: &str = "every change is exactly once in Gmail";
const NOTHING_ELSE: &str = "nothing else changed in Gmail";
const NO_SILENT_WINNER: &str = "no silent winner in Gmail";
const LAST_WISH: &str = "a thread is where the last wish put it";

impl Facts<'_> {
    pub(super) fn sorted(&self, chronicle: &Chronicle) {
        let mut threads: BTreeSet<&ThreadKey> = BTreeSet::new();
        for made in &self.mailed {
            let (Some(classify), Some(thread)) = (classify(made), made.thread()) else {
                continue;
            };
            threads.insert(thread);
            let delivered = is_delivered(self.standing(made));
            if delivered && !chronicle.was_in(thread, &classify.to, made.at_ms) {
                self.broke(ONCE, format!("never: {made}"));
            }
        }
        for (place, deed) in chronicle.deeds.iter().enumerate() {
            if let (By::Ours, What::Boxes { from, to }) = (deed.by, &deed.what) {
                self.was_sorted_with_reason(chronicle, place, deed, from, to);
            }
        }
        for thread in threads {
            self.sorted_no_oftener(chronicle, thread);
            self.is_where_last_wished(chronicle, thread);
        }
    }

    /// Those who wish a thread there.
    fn sorting<'a>(
        &'a self,
        thread: &'a ThreadKey,
        to: &'a [MailBox],
    ) -> impl Iterator<Item = &'a Made> {
        let on_it = self
            .mailed
            .iter()
            .filter(|made| made.thread() == Some(thread));
        on_it.filter(|made| classify(made).is_some_and(|classify| same(&classify.to, to)))
    }

    /// A thread that somebody moved in Gmail is not moved over him, unless that was seen and insisted on. Between a look
    /// and the write after it Gmail leaves a gap that nobody can close.
    fn was_sorted_with_reason(
        &self,
        chronicle: &Chronicle,
        place: usize,
        deed: &Deed,
        from: &[MailBox],
        to: &[MailBox],
    ) {
        let reasons = self.sorting(&deed.thread, to);
        let reasons: Vec<&Made> = reasons.filter(|made| made.at_ms <= deed.at_ms).collect();
        let (thread, at) = (&deed.thread, deed.at_ms);
        let what = || format!("{thread} at {at} ms: {from:?} to {to:?}");
        let followed =
            self.has_followed(chronicle, deed, to) || self.is_sorted_by_rule(chronicle, deed, to);
        if followed && reasons.is_empty() {
            self.weather.count(Count::Followed);
        }
        // What they were of is gone: nothing is left that a box could show.
        if reasons.is_empty() && !to.is_empty() && !followed {
            self.broke(NOTHING_ELSE, what());
        }
        if reasons.is_empty() || followed {
            return;
        }
        let saw = |based: &[MailBox]| deed.seen.iter().any(|seen| same(seen, based));
        let knew = reasons.iter().any(|made| {
            let based = classify(made).map_or(&[][..], |classify| &classify.from);
            let over = made.over().filter_map(|theirs| match theirs {
                ConflictValue::Boxes(boxes) => Some(boxes.as_slice()),
                _ => None,
            });
            let mut shown = std::iter::once(based).chain(over);
            shown.any(|shown| {
                same(shown, from) || (saw(shown) && !self.is_after_a_wish(chronicle, place, deed))
            })
        });
        if !knew {
            let seen = &deed.seen;
            self.broke(NO_SILENT_WINNER, format!("{} (seen {seen:?})", what()));
        }
    }

    /// Whether what came before was a move that the server made for somebody else: that gap it could have closed. Where it
    /// had the thread follow its ticket, his own hand goes over that.
    fn is_after_a_wish(&self, chronicle: &Chronicle, place: usize, deed: &Deed) -> bool {
        let before = chronicle.deeds[..place].iter().rev();
        let mut before = before.filter_map(|one| match &one.what {
            What::Boxes { to, .. } if one.thread == deed.thread => Some((one, to)),
            _ => None,
        });
        let Some((last, to)) = before.next().filter(|(last, _)| last.by == By::Ours) else {
            return false;
        };
        // A wish is fulfilled once: what went there beyond those was the server's own doing.
        let wishes = self.sorting(&deed.thread, to);
        let wishes = wishes.filter(|made| made.at_ms <= last.at_ms).count();
        let fulfilled = before.filter(|(one, there)| one.by == By::Ours && same(there, to));
        wishes > fulfilled.count()
    }

    fn sorted_no_oftener(&self, chronicle: &Chronicle, thread: &ThreadKey) {
        if !self.phones_restored.is_empty() {
            return;
        }
        let mut times: BTreeMap<Vec<MailBox>, usize> = BTreeMap::new();
        let ours = chronicle
            .of_thread(thread)
            .filter(|deed| deed.by == By::Ours);
        for deed in ours {
            if let What::Boxes { to, .. } = &deed.what {
                *times.entry(to.clone()).or_default() += 1;
            }
        }
        for (to, times) in times {
            let reasons: Vec<&Made> = self.sorting(thread, &to).collect();
            let again = |made: &&Made| made.has_insisted() || made.waited.is_some();
            let follows = || {
                self.follows_tickets(chronicle, thread) || self.is_ruled_thread(chronicle, thread)
            };
            if times > reasons.len() && !reasons.iter().any(again) && !follows() {
                let reasons = reasons.len();
                let what = format!("{times} times to {to:?}: {thread}, {reasons} reasons");
                self.broke(ONCE, what);
            }
        }
    }

    /// Told where one phone alone moved it, and nobody else did since.
    fn is_where_last_wished(&self, chronicle: &Chronicle, thread: &ThreadKey) {
        let on_it = self
            .mailed
            .iter()
            .filter(|made| made.thread() == Some(thread));
        let mut moves: Vec<&Made> = on_it.filter(|made| classify(made).is_some()).collect();
        moves.sort_by_key(|made| made.change.seq);
        let plain = |made: &&Made| {
            let own = Some(made.hand) == moves.first().map(|first| first.hand);
            let asked = made.waited.is_some() || made.taken_back || made.has_insisted();
            own && !asked && is_delivered(self.standing(made))
        };
        let (Some(first), Some(last)) = (moves.first(), moves.last()) else {
            return;
        };
        if !moves.iter().all(plain) || self.was_restored(first) {
            return;
        }
        let mut deeds = chronicle.of_thread(thread);
        let others = deeds.any(|deed| {
            let moved = matches!(deed.what, What::Boxes { .. });
            deed.by == By::Person && moved && deed.at_ms >= first.at_ms
        });
        let others = others
            || self.follows_tickets(chronicle, thread)
            || self.is_ruled_thread(chronicle, thread);
        let is = chronicle.boxes_since(thread, u64::MAX);
        let wanted = classify(last).map_or(&[][..], |classify| &classify.to);
        if !others && !is.iter().any(|is| same(is, wanted)) {
            self.broke(LAST_WISH, format!("{is:?}, not as {last}"));
        }
    }
}
