//! A change whose outcome nobody told, and that is not there: it may have been, and been put back since.

use tournee_core::changes::{AddSolution, ChangeBody, ConflictValue};
use tournee_core::domain::{Entry, EntryKind, Ticket};
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::Problem;

use super::before;
use super::chain::Chain;
use super::{evidence, known};
use crate::mutation::Mutation;
use crate::store::changes::Held;

/// What GLPI takes so soon after it was sent, nobody came before.
const AT_ONCE: Seconds = Seconds(2);

impl Chain<'_> {
    /// Whether it may have been carried out, and somebody has put back since what stood before: that this stands is no
    /// proof then that it never was.
    pub(super) fn may_be_undone(&self, row: &Held, now: &Ticket) -> bool {
        let stood = row.evidence.altered_at.filter(|_| row.may_be_sent());
        let later = stood.is_some_and(|stood| stood != now.modified_at);
        let by = row.evidence.altered_by;
        let by_another = stood.is_some() && by.is_some() && by != now.modified_by;
        let is_blind = self.server.mutated(Mutation::RestoredBlind);
        let elsewhere = match row.may_be_forgotten() && !is_blind {
            true => before::is_altered(row, now, self.server.began_at()),
            false => (later || by_another) && !self.is_of_his_changes(row, now),
        };
        match row.change.body {
            ChangeBody::Solution(_) => elsewhere && self.may_be_displaced(now),
            _ => elsewhere,
        }
    }

    /// Whether what altered the ticket last was a change of his that was to be written with this one: GLPI names him, and
    /// it was when a note of those came. Else it was he at GLPI's own page.
    fn is_of_his_changes(&self, row: &Held, now: &Ticket) -> bool {
        let by_him = now.modified_by == Some(self.account.account.user);
        let solves = matches!(row.change.body, ChangeBody::Solution(_));
        // The reopening that belongs to a solution leaves the one that he was shown, or his own of before.
        let reopens = solves && now.status.is_open() && {
            let stands = ConflictValue::Text(AddSolution::standing_on(now));
            let his = AddSolution::brought_by(now);
            row.insists_over(&stands) || (his.is_some() && his == row.change.replaces)
        };
        match &row.evidence.beside {
            _ if reopens => by_him,
            None => by_him,
            Some(notes) => {
                let its = |entry: &&Entry| entry.change.is_some_and(|id| notes.contains(&id));
                let mut came = now.timeline.iter().flatten().filter(its);
                by_him && came.any(|note| is_at_once(note.at, now.modified_at))
            }
        }
    }

    /// How a ticket stood before one of these was sent in an earlier run: what altered it last was that, as its mark there
    /// and GLPI's date of it tell. One that GLPI took later leaves room for others between.
    pub(super) fn stood_before_ours(&self, todo: &[Held], now: &Ticket) -> Option<Instant> {
        let by_him = now.modified_by == Some(self.account.account.user);
        let entries = || now.timeline.iter().flatten();
        let stood = |row: &Held| {
            let stood = self.server.custody.sent.stood(row.num)?;
            let at_once = |entry: &Entry| {
                let taken = stood.there.is_some_and(|there| entry.at <= there + AT_ONCE);
                taken && is_at_once(entry.at, now.modified_at)
            };
            let mut its = entries().filter(|entry| entry.change == Some(row.change.id));
            its.any(at_once).then_some(stood.altered)
        };
        todo.iter().find_map(stood).filter(|_| by_him)
    }

    /// Whether the solution that stands there may have taken the place of another one, as it does where a GLPI keeps one.
    fn may_be_displaced(&self, now: &Ticket) -> bool {
        let mut entries = now.timeline.iter().flatten();
        let solved = entries.any(|entry| matches!(entry.what, EntryKind::Solution { .. }));
        solved && self.session.dialect().solution_type().is_none()
    }

    /// With the look that this run began with.
    pub(super) fn unsettled(&self, row: &Held) -> Problem {
        known::unsettled(evidence::looked(row, self.server.clock.now()))
    }
}

/// Whether GLPI did both in one request, which may take it from one second into the next.
fn is_at_once(note: Instant, altered: Instant) -> bool {
    (note..=note + Seconds(1)).contains(&altered)
}
