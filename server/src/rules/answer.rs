//! A mail that goes on in the thread of a ticket: nothing is made of it. Where that ticket is closed, it is reopened, or
//! left as it is, by setting; once for a mail, and not over and over.

use std::sync::Arc;

use tournee_core::changes::{Change, ChangeBody, SetStatus, Target};
use tournee_core::domain::{Account, Status, Ticket};
use tournee_core::ids::TicketKey;
use tournee_core::rules::{WhyNot, written_by_nobody};
use tournee_core::time::Seconds;

use super::case::{Case, account_at};
use super::error::RuleError;
use crate::app::Shared;
use crate::glpi::Reading;
use crate::gmail::config::ReplyToClosed;
use crate::made_here::{self, Name};
use crate::store::Connection;
use crate::store::accounts::AccountRow;
use crate::store::changes;
use crate::store::rules::{self, RuleRow, What};

/// A ticket that mails reopen more often in this time is answered by a machine that does not say so.
const LATELY: Seconds = Seconds(86_400);
const MOST_REOPENINGS: u32 = 3;

impl Shared {
    /// ## Control flow
    /// 1. A rule that is for it sees to it, or else any that looks at this mailbox, if its owner works in that GLPI. He has
    ///    to be able to: the mail waits while he is not.
    /// 2. The ticket as GLPI has it now says whether it is closed, and since when: an answer of before is none to that.
    /// 3. Machines' and our own mails never reopen anything.
    pub(super) async fn take_answer(
        self: &Arc<Self>,
        case: &Case,
        ticket: TicketKey,
    ) -> Result<(), RuleError> {
        let Some((row, account, ready)) = self.who_answers(case, &ticket).await? else {
            return self.has_ticket(case, ticket).await;
        };
        if !ready {
            return Ok(());
        }
        if let Some(why) = written_by_nobody(&case.mail, &case.ours) {
            let tx = self.store.write().await?;
            return self.leave_be(tx, case, &row, why).await;
        }
        let now = self.ticket_now(&account, &ticket).await?;
        let closed = now.filter(|now| is_closed_since(now, case));
        match closed {
            Some(closed) => self.answer_closed(case, &row, &account, &closed).await,
            None => self.has_ticket(case, ticket).await,
        }
    }

    async fn who_answers(
        &self,
        case: &Case,
        ticket: &TicketKey,
    ) -> Result<Option<(RuleRow, AccountRow, bool)>, RuleError> {
        let mut db = self.store.read().await?;
        let mut rows = rules::on_mailbox(&mut db, &case.new.mailbox).await?;
        rows.retain(|row| row.on_since.is_some_and(|since| case.new.at >= since));
        rows.sort_by_key(|row| !case.is_for(row));
        for row in rows {
            if let Some((account, ready)) = account_at(&mut db, &row, &ticket.source).await? {
                return Ok(Some((row, account, ready)));
            }
        }
        Ok(None)
    }

    pub(super) async fn ticket_now(
        &self,
        account: &AccountRow,
        ticket: &TicketKey,
    ) -> Result<Option<Box<Ticket>>, RuleError> {
        match self.reading_of(account, ticket).await? {
            Reading::Present(ticket) => Ok(Some(ticket)),
            Reading::Trashed | Reading::NotAllowed | Reading::Gone => Ok(None),
        }
    }

    /// A ticket as an account is shown it.
    pub(super) async fn reading_of(
        &self,
        account: &AccountRow,
        ticket: &TicketKey,
    ) -> Result<Reading, RuleError> {
        let id = ticket.id;
        let read = self.on_session(account, |client, session| async move {
            client.ticket(&session, id, &|_| None).await
        });
        Ok(read.await?)
    }

    /// The rule that is for it, if one is, has it on record.
    async fn has_ticket(&self, case: &Case, ticket: TicketKey) -> Result<(), RuleError> {
        let mut tx = self.store.write().await?;
        let rows = rules::on_mailbox(&mut tx, &case.new.mailbox).await?;
        match rows.into_iter().find(|row| case.is_for(row)) {
            Some(row) => {
                let why = WhyNot::HasTicket { ticket };
                self.leave_be(tx, case, &row, why).await
            }
            None => {
                drop(tx);
                self.pass_over(&case.new).await
            }
        }
    }

    async fn answer_closed(
        &self,
        case: &Case,
        row: &RuleRow,
        account: &AccountRow,
        closed: &Ticket,
    ) -> Result<(), RuleError> {
        let ticket = closed.key.clone();
        let now = self.clock.now();
        let setting = self.google()?.config.reply_to_closed;
        let mut tx = self.store.write().await?;
        if !tx.is_new_mail(&case.new).await? {
            return Ok(());
        }
        if setting == ReplyToClosed::Link {
            let done = case.done(What::Linked { ticket });
            rules::record(&mut tx, row.rule.id, &case.new, &done, now).await?;
            return Ok(tx.commit().await?);
        }
        let often = tx.reopenings(&ticket.to_string(), now - LATELY).await?;
        if often >= MOST_REOPENINGS {
            return self.leave_be(tx, case, row, WhyNot::TooOften).await;
        }
        let name = made_here::of_reopening(&ticket, &case.new.mailbox, &case.mail);
        if changes::is_known(&mut tx, name.device, name.id).await? {
            let why = WhyNot::HasTicket { ticket };
            return self.leave_be(tx, case, row, why).await;
        }
        let all = self
            .reopening(&mut tx, case, &account.account, closed, name)
            .await?;
        let chains = self.take_from_rule(&mut tx, row.owner, &all).await?;
        let ids = all.iter().map(|change| change.id).collect();
        let reopens = Some(ticket);
        let done = case.done(What::Changes { ids, reopens });
        rules::record(&mut tx, row.rule.id, &case.new, &done, now).await?;
        tx.commit().await?;
        tracing::info!(rule = %row.rule.id, ticket = %closed.key, "a mail reopens a ticket");
        self.custody.wake_chains(chains);
        Ok(())
    }

    /// The change that reopens it, and behind that what the mail says, where it was not told while the ticket was only
    /// solved.
    async fn reopening(
        &self,
        db: &mut Connection,
        case: &Case,
        account: &Account,
        closed: &Ticket,
        name: Name,
    ) -> Result<Vec<Change>, RuleError> {
        let target = Target::Ticket(closed.key.clone());
        let reopen = ChangeBody::Status(SetStatus {
            from: closed.status,
            to: Status::Assigned,
        });
        let now = self.clock.now();
        let mut all = vec![made_here::change(name, 0, account, target, reopen, now)];
        if let Some(told) = self.telling(case, account, closed)?
            && !changes::is_known(db, told.device, told.id).await?
        {
            all.push(told);
        }
        Ok(all)
    }
}

fn is_closed_since(ticket: &Ticket, case: &Case) -> bool {
    let since = ticket.solved_at.max(ticket.closed_at);
    !ticket.status.is_open() && since.is_none_or(|since| case.mail.at > since)
}
