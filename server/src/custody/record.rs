//! What came of a run, put on disk in one write: the ticket as it was read back, then the reports on it.

use tournee_core::time::Instant;
use tournee_core::wire::{ProblemKind, ReportState};

use super::before;
use super::chain::Chain;
use super::evidence;
use super::judge::{self, Verdict};
use super::sight::Before;
use super::step::Step;
use crate::glpi::Reading;
use crate::links::LinkError;
use crate::store::chains::TicketChain;
use crate::store::changes::{self, Held, Phase};
use crate::store::snapshots::{self, Extent};
use crate::store::{StoreError, accounts, mail_links};

impl Chain<'_> {
    /// Snapshot first, then the reports on it, in one write.
    pub(super) async fn record(
        &self,
        todo: &[Held],
        steps: Vec<Step>,
        after: Option<Result<Reading, LinkError>>,
        looked: &Before,
        started: Instant,
    ) -> Result<(), StoreError> {
        let now = self.server.clock.now();
        let mut tx = self.server.store.write().await?;
        // Read within the transaction: two technicians may have been merged meanwhile.
        let account = accounts::get(&mut tx, self.account.id).await?;
        let (who, is_signed_in) = account.map_or((self.account.technician, true), |row| {
            (row.technician, row.signed_in)
        });
        let mut shown = match &after {
            Some(Ok(Reading::Present(ticket))) => Some(ticket.clone()),
            // Nothing was written, or what was can't be seen: what stood there before is true at least.
            None | Some(Err(_)) => Some(looked.ticket.clone()),
            Some(Ok(_)) => None,
        };
        // Or may have been written.
        let wrote = steps
            .iter()
            .any(|step| matches!(step, Step::Written { .. } | Step::Unknown { .. }));
        let written = steps.iter().any(|s| matches!(s, Step::Written { .. }));
        let left = match &after {
            Some(Ok(Reading::Present(now))) if written => {
                let by_him = now.modified_by == Some(self.account.account.user);
                by_him.then_some(now.modified_at)
            }
            _ => None,
        };
        let stood = self.stood_before_ours(todo, &looked.ticket);
        let verdicts = judge::verdicts(self, todo, steps, after.as_ref(), &mut shown, now);
        let (mut forgotten, mut came) = (Vec::new(), false);
        if let Some(ticket) = shown {
            let (extent, seen) = match (wrote, looked.rest_is_known) {
                (true, _) => (Extent::Written, now),
                (false, true) => (Extent::Part, started),
                (false, false) => (Extent::Whole, started),
            };
            let recorded = &self.server.custody.recorded;
            let is_overtaken = recorded.is_overtaken(
                &ticket.key,
                ticket.modified_at,
                started,
                self.client.clock(),
            );
            // Where he has left this GLPI, his phone shows nothing of it any more.
            match (is_overtaken, is_signed_in) {
                // His own reader may have brought the later one, while nothing was written here.
                (true, true) if !wrote && snapshots::is_newer(&mut tx, who, &ticket).await? => {}
                (true, true) => {
                    snapshots::show(&mut tx, who, &ticket, extent, seen).await?;
                }
                (false, true) => {
                    snapshots::take(&mut tx, who, &ticket, extent, seen).await?;
                }
                (false, false) => mail_links::learn(&mut tx, who, &ticket, seen).await?,
                (true, false) => {}
            }
            if !is_overtaken {
                recorded.of_all(&ticket, now);
            }
        }
        for (row, verdict) in todo.iter().zip(verdicts) {
            // What he asked while it was being written is on the row by now.
            let withdraw = changes::is_withdrawn_meanwhile(&mut tx, row.num).await?;
            let never_sent =
                row.phase == Phase::Queued && !self.server.may_be_unlooked(&mut tx, row).await?;
            match verdict {
                Verdict::Report(ReportState::NeedsYou { problem })
                    if withdraw && problem.kind != ProblemKind::Unsettled =>
                {
                    changes::settle(&mut tx, row, &ReportState::Withdrawn, now).await?;
                }
                // Never sent. One that may be in GLPI is looked for first.
                Verdict::PutBack if withdraw && never_sent => {
                    changes::settle(&mut tx, row, &ReportState::Withdrawn, now).await?;
                }
                Verdict::Report(report) => {
                    changes::settle(&mut tx, row, &report, now).await?;
                    forgotten.push(row.num);
                    if matches!(report, ReportState::Delivered { .. }) {
                        let ticket = &self.key.ticket;
                        came |= self.server.look_again(&mut tx, row, ticket, now).await?;
                    }
                    if let Some(said) = unproven(&report) {
                        let evidence = evidence::tried(row, now, said);
                        changes::set_evidence(&mut tx, row.num, &evidence).await?;
                    }
                }
                // One that came with an unknown outcome keeps it.
                Verdict::PutBack if row.phase == Phase::Queued => {
                    changes::set_phase(&mut tx, row.num, Phase::Queued).await?;
                    forgotten.push(row.num);
                }
                Verdict::PutBack | Verdict::AsItIs => {}
                Verdict::Unknown { said } => {
                    let evidence = evidence::tried(row, now, said);
                    changes::set_evidence(&mut tx, row.num, &evidence).await?;
                }
            }
        }
        let ticket = self.key.ticket.clone();
        let chain = TicketChain {
            technician: who,
            ticket,
        };
        let (began_at, stands) = (self.server.began_at(), looked.ticket.modified_at);
        if let Some(stood) = stood {
            before::move_on(&mut tx, &chain, stood, stands, began_at).await?;
        }
        if let Some(left) = left {
            before::move_on(&mut tx, &chain, stands, left, began_at).await?;
        }
        self.server
            .custody
            .recorded
            .note(who, self.key.ticket.clone(), now);
        tx.commit().await?;
        self.server.look_after_mails();
        if came {
            self.server.mails.arrived.notify_one();
        }
        forgotten
            .into_iter()
            .for_each(|num| self.server.custody.sent.forget(num));
        Ok(())
    }
}

/// What GLPI answered to a write that it calls done and that can't be seen: trying it again begins with a look.
pub(super) fn unproven(report: &ReportState) -> Option<String> {
    match report {
        ReportState::NeedsYou { problem } if problem.kind == ProblemKind::NoEffect => {
            let words = problem.words.clone();
            Some(words.unwrap_or_else(|| "a success without effect".to_owned()))
        }
        _ => None,
    }
}
