//! What came of a creation, put on disk in one write: the new ticket, the names of what was done to it, the report.

use tournee_core::domain::Ticket;
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::wire::{Notice, ReportState};

use super::before;
use super::chain::{Chain, Outcome};
use super::evidence;
use super::record::unproven;
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::accounts;
use crate::store::chains::{self, TicketChain};
use crate::store::changes::{self, Held, Phase};
use crate::store::mail_links;
use crate::store::snapshots::{self, Extent};
use crate::store::{Stored, Tx};
use crate::store::{conversions, creations};

/// What is on record of a creation after a run.
pub(super) enum Came {
    /// It is in GLPI.
    Landed {
        id: TicketId,
        ticket: Option<Box<Ticket>>,
        /// It is there, and he may not read it.
        is_out_of_sight: bool,
        notices: Vec<Notice>,
        /// Its mail was that ticket before: nothing was made.
        was_there: bool,
    },
    /// It waits for him, or was taken back: the phone is told.
    Settled(ReportState),
    /// It was not sent.
    PutBack,
    /// It may be in GLPI or not.
    Unknown {
        said: String,
        /// GLPI called it so.
        answered: Option<TicketId>,
    },
}

impl Came {
    /// Whether nothing says that it is in GLPI.
    fn is_unwritten(&self) -> bool {
        match self {
            Self::Landed { was_there, .. } => *was_there,
            Self::Settled(_) | Self::PutBack | Self::Unknown { .. } => true,
        }
    }
}

/// Whether it is still to be carried out, or being so.
async fn is_open(tx: &mut Tx, chain: &TicketChain, row: &Held) -> Stored<bool> {
    let rows = chains::rows(tx, &chain.key()).await?;
    let mut rows = rows.iter().filter(|now| now.num == row.num);
    Ok(rows.any(|now| now.phase.is_open()))
}

impl Chain<'_> {
    /// The new ticket, the names of what was done to it, and the report, in one write.
    pub(super) async fn put_on_record(&self, row: &Held, came: Came) -> Result<Outcome, LinkError> {
        let now = self.server.clock.now();
        let mut tx = self.server.store.write().await?;
        // Read within the transaction: two technicians may have been merged meanwhile.
        let account = accounts::get(&mut tx, self.account.id).await?;
        let (technician, is_signed_in) = account.map_or((self.account.technician, true), |row| {
            (row.technician, row.signed_in)
        });
        let key = TicketChain {
            technician,
            ticket: self.key.ticket.clone(),
        };
        if came.is_unwritten() && !is_open(&mut tx, &key, row).await? {
            // Taken back, or typed anew, while this run looked: what it found is nothing to him.
            return Ok(Outcome::Later { at_least: None });
        }
        let withdraw = changes::is_withdrawn_meanwhile(&mut tx, row.num).await?;
        let never_sent =
            row.phase == Phase::Queued && !self.server.may_be_unlooked(&mut tx, row).await?;
        let outcome = match came {
            Came::Landed {
                id,
                ticket,
                is_out_of_sight,
                notices,
                was_there,
            } => {
                self.remember_place(&mut tx, row, id, is_out_of_sight)
                    .await?;
                let made_at = ticket.as_ref().map(|ticket| ticket.modified_at);
                if let Some(ticket) = ticket {
                    let recorded = &self.server.custody.recorded;
                    recorded.note(key.technician, ticket.key.clone(), now);
                    recorded.of_all(&ticket, now);
                    let who = key.technician;
                    match is_signed_in {
                        true => {
                            snapshots::take(&mut tx, who, &ticket, Extent::Whole, now).await?;
                        }
                        // He has left this GLPI: his phone shows nothing of it any more.
                        false => mail_links::learn(&mut tx, who, &ticket, now).await?,
                    }
                }
                let chain = match self.server.mutated(Mutation::LeftBehind) {
                    true => key,
                    false => creations::land(&mut tx, &key, id).await?,
                };
                let report = ReportState::Delivered {
                    at: now,
                    notices,
                    created: Some(id),
                };
                changes::settle(&mut tx, row, &report, now).await?;
                if self.server.custody.sent.has_left_in_this_life(row.num) && !was_there {
                    before::trust_all(&mut tx, &chain, made_at).await?;
                }
                let ticket = &chain.ticket;
                let came = self.server.look_again(&mut tx, row, ticket, now).await?;
                if let Some(origin) = conversions::origin_of(row) {
                    self.server.custody.landed.note(origin, now);
                }
                let mut chains = self.waiting_for(&mut tx, row).await?;
                chains.push(chain.key());
                tx.commit().await?;
                if came {
                    self.server.mails.arrived.notify_one();
                }
                self.server.custody.sent.forget(row.num);
                self.server.custody.wake_chains(chains);
                return Ok(Outcome::Done);
            }
            Came::Settled(report) => {
                self.settle_creation(&mut tx, &key, row, report, withdraw)
                    .await?
            }
            Came::PutBack if withdraw && never_sent => {
                let report = ReportState::Withdrawn;
                self.settle_creation(&mut tx, &key, row, report, withdraw)
                    .await?
            }
            Came::PutBack => {
                // One that came with an unknown outcome keeps it.
                if row.phase == Phase::Queued {
                    changes::set_phase(&mut tx, row.num, Phase::Queued).await?;
                    self.server.custody.sent.forget(row.num);
                }
                Outcome::Later { at_least: None }
            }
            Came::Unknown { mut said, answered } => {
                if let Some(id) = answered {
                    // Where he may not read it, its mark can't be found.
                    tx.set_change_draft(row.num, &id.to_string()).await?;
                    said.insert_str(0, "a success that could not be read back: ");
                }
                let evidence = evidence::tried(row, now, said);
                changes::set_evidence(&mut tx, row.num, &evidence).await?;
                Outcome::Later { at_least: None }
            }
        };
        tx.commit().await?;
        Ok(outcome)
    }

    /// What the new ticket is to nobody else, whether he can read it or not: its chain's, and the old one's successor.
    async fn remember_place(
        &self,
        tx: &mut Tx,
        row: &Held,
        id: TicketId,
        is_out_of_sight: bool,
    ) -> Stored<()> {
        let now = self.server.clock.now();
        let new = TicketKey {
            source: self.key.ticket.source.clone(),
            id,
        };
        conversions::remember_place(tx, row, &new).await?;
        match conversions::origin_of(row).filter(|_| is_out_of_sight) {
            Some(origin) => conversions::remember(tx, origin, &new, now, now).await,
            None => Ok(()),
        }
    }

    /// Refused, it takes what was to be done to the ticket with it; taken back, too.
    async fn settle_creation(
        &self,
        tx: &mut Tx,
        key: &TicketChain,
        row: &Held,
        report: ReportState,
        withdraw: bool,
    ) -> Stored<Outcome> {
        let now = self.server.clock.now();
        let report = match withdraw && !report.is_unsettled() {
            true => ReportState::Withdrawn,
            false => report,
        };
        changes::settle(tx, row, &report, now).await?;
        if let Some(said) = unproven(&report) {
            changes::set_evidence(tx, row.num, &evidence::tried(row, now, said)).await?;
        }
        if report == ReportState::Withdrawn {
            creations::take_back_rest(tx, key, now).await?;
        }
        self.server.custody.sent.forget(row.num);
        Ok(Outcome::Done)
    }
}
