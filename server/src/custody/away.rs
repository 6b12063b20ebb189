//! Changes on a ticket that is in the trash, purged, or out of reach.

use tournee_core::changes::ChangeBody;
use tournee_core::wire::{ProblemKind, ReportState};

use super::chain::{Chain, Outcome};
use super::known::needs_you;
use super::{evidence, intent, judge};
use crate::glpi::Mark;
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::changes::{self, Held, Phase};
use crate::store::snapshots;

impl Chain<'_> {
    /// Trashed, purged or out of reach: GLPI would take some of it in silence, so the server refuses in its place.
    pub(super) async fn ticket_is_away(
        &self,
        todo: &[Held],
        kind: ProblemKind,
    ) -> Result<Outcome, LinkError> {
        let now = self.server.clock.now();
        let mut landed = Vec::new();
        for row in todo {
            if kind == ProblemKind::TicketTrashed && self.has_landed(row).await? {
                landed.push(row.num);
            }
        }
        let mut tx = self.server.store.write().await?;
        if kind != ProblemKind::Rights {
            snapshots::let_go(&mut tx, self.account.technician, &self.key.ticket, now).await?;
        }
        let open = intent::still_open(&mut tx, &self.key.key(), todo.to_vec()).await?;
        // As they are now: he may have taken one back while it was looked for.
        for row in &open {
            // Sent, and now out of his sight: whether it landed there nobody can look up for him.
            let sent = row.may_be_sent() || (row.withdraw && self.may_have_landed(row));
            let report = match (landed.contains(&row.num), row.withdraw) {
                (true, _) => judge::delivered(now, Vec::new()),
                _ if kind == ProblemKind::Rights && sent => ReportState::NeedsYou {
                    problem: self.unsettled(row),
                },
                (false, true) => ReportState::Withdrawn,
                (false, false) => needs_you(kind),
            };
            changes::settle(&mut tx, row, &report, now).await?;
            // One that a crash cut off has no try on record: the next one begins with a look all the same.
            if kind == ProblemKind::Rights && row.phase == Phase::Intended {
                let said = "no answer, and then a ticket out of sight".to_owned();
                let evidence = evidence::tried(row, now, said);
                changes::set_evidence(&mut tx, row.num, &evidence).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn has_landed(&self, row: &Held) -> Result<bool, LinkError> {
        let texts = matches!(
            row.change.body,
            ChangeBody::Followup(_)
                | ChangeBody::Solution(_)
                | ChangeBody::Attach(_)
                | ChangeBody::MailFile(_)
                | ChangeBody::TicketFile(_)
                | ChangeBody::Carry(_)
                | ChangeBody::Link(_)
                | ChangeBody::Task(_)
        );
        let blind = self.server.mutated(Mutation::NoMarkerProbe);
        if !self.may_have_landed(row) || !texts || blind {
            return Ok(false);
        }
        let mark = Mark::of(&row.change);
        let id = self.key.ticket.id;
        Ok(self
            .client
            .find_mark(&self.session, id, &mark)
            .await?
            .is_some())
    }
}
