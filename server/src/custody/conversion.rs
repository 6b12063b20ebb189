//! A ticket that is to be made of a mail: the mail may be one already, made on another phone, out of another mailbox, by
//! a server of before. One chain of mails never makes two.

use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::wire::{Notice, ProblemKind, ReportState};

use super::chain::{Chain, Outcome, problem};
use super::landing::Came;
use crate::glpi::{GlpiError, MailMark, Reading, Written};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::chains::ChainKey;
use crate::store::changes::Held;
use crate::store::{Stored, Tx, conversions};

/// Whether a creation may be written.
pub(super) enum Claim {
    /// Its intent is on disk.
    Granted(Box<Held>),
    /// He took it back meanwhile.
    Gone,
    /// Its mail is this ticket of the same GLPI.
    Twin(TicketId),
    /// Its mail is a ticket of another GLPI.
    Elsewhere(TicketKey),
    /// Another one for the same mail is being written: its outcome decides.
    Later,
}

impl Chain<'_> {
    /// Looks for a ticket of the same mail, and puts the intent on disk where there is none.
    ///
    /// ## Control flow
    /// 1. What the server knows: its own work, and marks that it read in GLPI. A ticket that is gone frees its mails.
    /// 2. What GLPI knows: the mark of the chain's first mail, and of this one, in its descriptions.
    /// 3. In the write that records the intent: nobody else's intent for the same chain.
    pub(super) async fn claim(&mut self, row: Held) -> Result<Claim, LinkError> {
        let names = names_of(&row);
        let blind = self.server.mutated(Mutation::NoIntent);
        if names.is_empty() || blind {
            let granted = self.intend(vec![row]).await?.pop();
            return Ok(granted.map_or(Claim::Gone, |row| Claim::Granted(Box::new(row))));
        }
        if let Some(key) = self.known_ticket(&names).await? {
            return Ok(match key.source == self.key.ticket.source {
                true => Claim::Twin(key.id),
                false => Claim::Elsewhere(key),
            });
        }
        // The last one is the thread's; before it stands the mail's own.
        let (first, own) = (names.first(), names.iter().rev().nth(1));
        for mail in first
            .into_iter()
            .chain(own.filter(|own| Some(*own) != first))
        {
            if let Some(id) = self.find_mailed(mail).await? {
                return Ok(Claim::Twin(id));
            }
        }
        let mut tx = self.server.store.write().await?;
        let rivals = conversions::rivals(&mut tx, &row, &names).await?;
        let landed = conversions::ticket_of(&mut tx, &names).await?.is_some();
        if landed || conversions::is_under_way(&rivals) {
            return Ok(Claim::Later);
        }
        let granted = self.intend_in(&mut tx, vec![row]).await?.pop();
        tx.commit().await?;
        Ok(granted.map_or(Claim::Gone, |row| Claim::Granted(Box::new(row))))
    }

    /// What becomes of one that may not be written.
    pub(super) async fn refuse_twin(
        &mut self,
        row: &Held,
        claim: Claim,
    ) -> Result<Outcome, LinkError> {
        let came = match claim {
            Claim::Twin(id) => {
                let written = Written {
                    id: Some(id.0),
                    notices: vec![Notice::MailConverted],
                    message: None,
                };
                match self.read_created(row, written).await {
                    // It is there; that it can't be read now is no reason to write another.
                    Came::Unknown { .. } => return Ok(Outcome::Later { at_least: None }),
                    came => came,
                }
            }
            Claim::Elsewhere(key) => {
                let words = Some(format!("{} #{}", key.source, key.id));
                let problem = problem(ProblemKind::MailConverted, words);
                Came::Settled(ReportState::NeedsYou { problem })
            }
            Claim::Later => return Ok(Outcome::Later { at_least: None }),
            Claim::Gone | Claim::Granted(_) => return Ok(Outcome::Done),
        };
        self.put_on_record(row, came).await
    }

    async fn known_ticket(&mut self, names: &[MailMark]) -> Result<Option<TicketKey>, LinkError> {
        loop {
            let known = {
                let mut db = self.server.store.read().await?;
                conversions::ticket_of(&mut db, names).await?
            };
            let Some(key) = known else { return Ok(None) };
            if key.source != self.key.ticket.source || self.is_there(key.id).await? {
                return Ok(Some(key));
            }
            let mut tx = self.server.store.write().await?;
            conversions::forget(&mut tx, &key, self.server.clock.now()).await?;
            tx.commit().await?;
        }
    }

    /// Neither purged nor in the trash; out of his sight, it is somebody's all the same.
    async fn is_there(&mut self, id: TicketId) -> Result<bool, LinkError> {
        let read = match self.client.ticket(&self.session, id, &|_| None).await {
            Err(GlpiError::SessionExpired) => {
                self.session = self.server.renewed(&self.account, &self.session).await?;
                self.client.ticket(&self.session, id, &|_| None).await
            }
            read => read,
        };
        Ok(matches!(read?, Reading::Present(_) | Reading::NotAllowed))
    }

    async fn find_mailed(&mut self, mail: &MailMark) -> Result<Option<TicketId>, LinkError> {
        match self.client.find_mailed(&self.session, mail).await {
            Err(GlpiError::SessionExpired) => {
                self.session = self.server.renewed(&self.account, &self.session).await?;
                Ok(self.client.find_mailed(&self.session, mail).await?)
            }
            found => Ok(found?),
        }
    }

    /// It landed: its mails know it from here on. Answers the chains that waited for it.
    pub(super) async fn link_mails(
        &self,
        tx: &mut Tx,
        row: &Held,
        id: TicketId,
    ) -> Stored<Vec<ChainKey>> {
        let names = names_of(row);
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let ticket = TicketKey {
            source: self.key.ticket.source.clone(),
            id,
        };
        let texts: Vec<String> = names.iter().map(|name| name.name().to_owned()).collect();
        conversions::record(tx, &ticket, &texts, self.server.clock.now()).await?;
        let waiting = conversions::rivals(tx, row, &names).await?;
        let chain = |row: Held| ChainKey {
            technician: row.technician,
            ticket: row.change.ticket,
        };
        Ok(waiting.into_iter().map(chain).collect())
    }
}

/// The names of the mail that a ticket is to be made of; none where it is made of none.
pub(super) fn names_of(row: &Held) -> Vec<MailMark> {
    let create = row.change.body.creation();
    let origin = create.and_then(|create| create.origin.as_ref());
    origin.map(conversions::names).unwrap_or_default()
}
