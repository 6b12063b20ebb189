//! A mail that goes on in the thread of a ticket is told on it, in a followup: whoever reads that ticket in GLPI sees what
//! was answered.

use std::sync::Arc;

use tournee_core::changes::{Change, ChangeBody, Target};
use tournee_core::domain::{Account, Actor, MailName, Status, Ticket, mail_links};
use tournee_core::ids::{TicketKey, UserId};
use tournee_core::rules::{note_of, written_by_nobody};

use super::case::{Case, can_work};
use super::error::RuleError;
use crate::app::Shared;
use crate::glpi::Reading;
use crate::gmail::config::Answers;
use crate::made_here;
use crate::store::accounts::{self, AccountRow};
use crate::store::{Connection, Stored, changes, conversions};

impl Shared {
    /// Tells it, by setting. Answers whether the mail can go on: it waits while nobody can be found to tell it who could
    /// work.
    ///
    /// ## Control flow
    /// 1. Machines' and our own mails are never told: no text comes back as its own echo.
    /// 2. It is news for the ticket whose thread it was when it came, or on a phone that had not been heard yet. For those
    ///    that got the thread since it is none: whoever linked it has read it.
    /// 3. The ticket as GLPI has it now: closed, it takes no followup; where it names the mail, it was told, or made of it,
    ///    by whichever server.
    /// 4. The followup goes into custody by a name that is the mail's: once, in however many mailboxes it is.
    pub(super) async fn tell_answer(self: &Arc<Self>, case: &Case) -> Result<bool, RuleError> {
        let nobody = written_by_nobody(&case.mail, &case.ours).is_some();
        if nobody || self.google()?.config.answers == Answers::No {
            return Ok(true);
        }
        let (ticket, mut tellers) = {
            let mut db = self.store.read().await?;
            let news = conversions::ticket_at(&mut db, &case.origin(), case.new.at).await?;
            let Some(ticket) = news else {
                return Ok(true);
            };
            let tellers = tellers(&mut db, case, &ticket).await?;
            (ticket, tellers)
        };
        let is_anybodys = !tellers.is_empty();
        tellers.retain(can_work);
        if tellers.is_empty() {
            return Ok(!is_anybodys);
        }
        for first in &tellers {
            let now = match self.reading_of(first, &ticket).await? {
                Reading::Present(now) => now,
                // Somebody else may see it.
                Reading::NotAllowed => continue,
                Reading::Trashed | Reading::Gone => break,
            };
            if now.status != Status::Closed {
                let assigned = |row: &&AccountRow| is_assigned(&now, row.account.user);
                let teller = tellers.iter().find(assigned).unwrap_or(first);
                self.tell_on(case, teller, &now).await?;
            }
            break;
        }
        Ok(true)
    }

    async fn tell_on(
        self: &Arc<Self>,
        case: &Case,
        teller: &AccountRow,
        now: &Ticket,
    ) -> Result<(), RuleError> {
        let Some(change) = self.telling(case, &teller.account, now)? else {
            return Ok(());
        };
        let mut tx = self.store.write().await?;
        if changes::is_known(&mut tx, change.device, change.id).await? {
            return Ok(());
        }
        let chains = self
            .take_from_rule(&mut tx, teller.technician, &[change])
            .await?;
        tx.commit().await?;
        tracing::info!(ticket = %now.key, thread = %case.thread.key, "a mail is told on its ticket");
        self.custody.wake_chains(chains);
        Ok(())
    }

    /// The followup that tells it, unless the ticket names it already, or there is nothing to tell.
    pub(super) fn telling(
        &self,
        case: &Case,
        account: &Account,
        now: &Ticket,
    ) -> Result<Option<Change>, RuleError> {
        let private = match self.google()?.config.answers {
            Answers::Private => true,
            Answers::Public => false,
            Answers::No => return Ok(None),
        };
        let name = case.mail.message_id.as_deref().and_then(MailName::of);
        let (Some(name), Some(note)) = (name, note_of(&case.mail, private)) else {
            return Ok(None);
        };
        // Of a ticket whose timeline is not there nobody knows: nothing is told twice.
        if mail_links(now).is_none_or(|links| links.contains_key(&name)) {
            return Ok(None);
        }
        let target = Target::Ticket(now.key.clone());
        let body = ChangeBody::Followup(note);
        let called = made_here::of_telling(&now.key, &name);
        let at = self.clock.now();
        Ok(Some(made_here::change(
            called, 0, account, target, body, at,
        )))
    }
}

/// Who could tell it: the mailbox's owner, or those who read the service's, with an account at the ticket's GLPI.
async fn tellers(db: &mut Connection, case: &Case, ticket: &TicketKey) -> Stored<Vec<AccountRow>> {
    let mailbox = &case.new.mailbox;
    let record = db.mailbox(mailbox).await?;
    let who = match record.and_then(|record| record.owner) {
        Some(owner) => vec![owner],
        None => db.readers(mailbox).await?,
    };
    let mut tellers = Vec::new();
    for technician in who {
        tellers.extend(accounts::at_source(db, technician, &ticket.source).await?);
    }
    Ok(tellers)
}

fn is_assigned(ticket: &Ticket, user: UserId) -> bool {
    let is = |actor: &Actor| matches!(actor, Actor::User { id, .. } if *id == user);
    ticket.assignees.iter().any(is)
}
