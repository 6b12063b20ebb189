//! A ticket that is to be made of a mail: the mail may be one already, made on another phone, out of another mailbox, by
//! a server of before. One chain of mails never makes two.

use tournee_core::domain::{MailName, MailOrigin};
use tournee_core::ids::{TicketId, TicketKey};
use tournee_core::wire::{Notice, Problem, ProblemKind, ReportState};

use super::chain::{Chain, Outcome, problem};
use super::intent;
use super::landing::Came;
use crate::glpi::{Reading, Written};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::chains::ChainKey;
use crate::store::changes::Held;
use crate::store::{Connection, Stored, Tx, accounts, conversions};

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
    /// The ticket whose place it is to take is carried over already, or can't be.
    Unfit(Box<Problem>),
    /// Another one for the same mail, or in the same ticket's place, is being written: its outcome decides.
    Later,
}

impl Chain<'_> {
    /// Looks for a ticket of the same mail, and puts the intent on disk where there is none.
    ///
    /// ## Control flow
    /// 1. What the server knows: its own work, and what it read in GLPI. A ticket that is gone frees its mails.
    /// 2. What GLPI knows: the name of the chain's first mail, and of this one, in its descriptions. Where a server of
    ///    before may have made one and this one not know, every GLPI of his is asked.
    /// 3. In the write that records the intent: nobody else's intent for the same chain, and none that landed since the look
    ///    began.
    pub(super) async fn claim(&mut self, row: Held) -> Result<Claim, LinkError> {
        if let Some(old) = conversions::carried_by(&row).cloned() {
            return self.claim_place(row, &old).await;
        }
        let origin = conversions::origin_of(&row).cloned();
        let blind =
            self.server.mutated(Mutation::NoIntent) || self.server.mutated(Mutation::MailUnclaimed);
        let Some(origin) = origin.filter(|_| !blind) else {
            let granted = intent::intend(self.server, &self.key.key(), vec![row], None)
                .await?
                .pop();
            return Ok(granted.map_or(Claim::Gone, |row| Claim::Granted(Box::new(row))));
        };
        let seen = self.server.custody.landed.seen();
        if let Some(key) = self.known_ticket(&origin).await? {
            return Ok(match key.source == self.key.ticket.source {
                true => Claim::Twin(key.id),
                false => Claim::Elsewhere(key),
            });
        }
        let names: Vec<MailName> = origin.names().collect();
        let (first, own) = (names.first(), names.last());
        let own = own.filter(|own| Some(*own) != first);
        let asked: Vec<&MailName> = first.into_iter().chain(own).collect();
        for mail in &asked {
            if let Some(id) = self.find_mailed(mail).await? {
                return Ok(Claim::Twin(id));
            }
        }
        if let Some(key) = self.find_mailed_elsewhere(&origin, &asked).await? {
            return Ok(Claim::Elsewhere(key));
        }
        let mut tx = self.server.store.write().await?;
        let rivals = conversions::rivals(&mut tx, &row).await?;
        let landed = conversions::ticket_of(&mut tx, &origin).await?.is_some();
        // Also one that no mail on record leads to.
        let landed = landed || self.server.custody.landed.since(seen, &origin);
        if landed || conversions::is_under_way(&rivals) {
            return Ok(Claim::Later);
        }
        let granted = intent::intend_in(&mut tx, &self.key.key(), vec![row]).await?;
        tx.commit().await?;
        let granted = granted.into_iter().next();
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
                    Came::Unknown { said, .. } => return Ok(self.met_error(row, &said)),
                    Came::Landed {
                        id,
                        ticket,
                        is_out_of_sight,
                        notices,
                        ..
                    } => Came::Landed {
                        id,
                        ticket,
                        is_out_of_sight,
                        notices,
                        was_there: true,
                    },
                    came => came,
                }
            }
            Claim::Elsewhere(key) => {
                let words = Some(format!("{} #{}", key.source, key.id));
                let problem = problem(ProblemKind::MailConverted, words);
                Came::Settled(ReportState::NeedsYou { problem })
            }
            Claim::Unfit(problem) => Came::Settled(ReportState::NeedsYou { problem: *problem }),
            Claim::Later => return Ok(Outcome::Later { at_least: None }),
            Claim::Gone | Claim::Granted(_) => return Ok(Outcome::Done),
        };
        self.put_on_record(row, came).await
    }

    async fn known_ticket(&mut self, origin: &MailOrigin) -> Result<Option<TicketKey>, LinkError> {
        loop {
            let seen = self.server.custody.recorded.seen();
            let known = {
                let mut db = self.server.store.read().await?;
                conversions::ticket_of(&mut db, origin).await?
            };
            let Some(key) = known else { return Ok(None) };
            if self.stands(&key).await? {
                return Ok(Some(key));
            }
            let mut tx = self.server.store.write().await?;
            // It came back meanwhile.
            if self.server.custody.recorded.is_read_since(&key, seen) {
                continue;
            }
            conversions::forget(&mut tx, &key, self.server.clock.now()).await?;
            tx.commit().await?;
        }
    }

    /// Whether a ticket that has the place has it still: of another GLPI's nothing is asked.
    pub(super) async fn stands(&mut self, key: &TicketKey) -> Result<bool, LinkError> {
        Ok(key.source != self.key.ticket.source || self.is_there(key.id).await?)
    }

    /// Neither purged nor in the trash; out of his sight, it is somebody's all the same.
    pub(super) async fn is_there(&mut self, id: TicketId) -> Result<bool, LinkError> {
        let read = self
            .ask(|client, session| async move { client.ticket(&session, id, &|_| None).await })
            .await?;
        Ok(matches!(read, Reading::Present(_) | Reading::NotAllowed))
    }

    async fn find_mailed(&mut self, mail: &MailName) -> Result<Option<TicketId>, LinkError> {
        self.ask(|client, session| async move { client.find_mailed(&session, mail).await })
            .await
    }

    /// A ticket of the mail in another GLPI of his, of which this server knows nothing. One that does not answer is
    /// waited for; of one where he is to sign in again nothing can be known.
    async fn find_mailed_elsewhere(
        &self,
        origin: &MailOrigin,
        names: &[&MailName],
    ) -> Result<Option<TicketKey>, LinkError> {
        let accounts = {
            let mut db = self.server.store.read().await?;
            match self.is_of_this_life(&mut db, origin).await? {
                true => Vec::new(),
                false => accounts::of_technician(&mut db, self.key.technician).await?,
            }
        };
        let own = &self.key.ticket.source;
        let others = accounts
            .iter()
            .filter(|account| account.signed_in && account.account.source != *own);
        for account in others {
            let asked = self
                .server
                .on_session(account, |client, session| async move {
                    for name in names {
                        if let Some(id) = client.find_mailed(&session, name).await? {
                            return Ok(Some(id));
                        }
                    }
                    Ok(None)
                });
            match asked.await {
                Ok(Some(id)) => {
                    let source = account.account.source.clone();
                    return Ok(Some(TicketKey { source, id }));
                }
                Ok(None) | Err(LinkError::NeedsSignIn) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Whether the chain is younger than this server's life: what was made of it, it made itself, and remembers. A
    /// server that a backup was put back for does not remember the rest.
    async fn is_of_this_life(&self, db: &mut Connection, origin: &MailOrigin) -> Stored<bool> {
        if origin.chain.len() > 1 {
            return Ok(false);
        }
        let mail = db.mail(&origin.thread.mailbox, &origin.mail).await?;
        Ok(mail.is_some_and(|mail| mail.at > self.server.began_at()))
    }

    /// It landed: the chains that waited for it.
    pub(super) async fn waiting_for(&self, tx: &mut Tx, row: &Held) -> Stored<Vec<ChainKey>> {
        let waiting = conversions::rivals(tx, row).await?;
        let chain = |row: Held| ChainKey {
            technician: row.technician,
            target: row.change.target,
        };
        Ok(waiting.into_iter().map(chain).collect())
    }
}
