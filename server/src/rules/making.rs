//! A mail becomes a ticket: what a phone would send, into custody.

use tournee_core::changes::{Change, Target};
use tournee_core::ids::{ChangeId, TicketId, TicketKey};
use tournee_core::rules::{WhyNot, Work, why_not};
use tournee_core::wire::RuleMail;

use super::case::{Case, account_at};
use super::error::RuleError;
use crate::app::Shared;
use crate::made_here;
use crate::store::accounts::AccountRow;
use crate::store::rules::{self, Done, RuleRow, What};
use crate::store::{Tx, conversions, feed};

impl Case {
    /// As a list shows it, with what was done.
    pub fn done(&self, what: What) -> Done {
        Done {
            mail: self.shown(),
            what,
        }
    }

    fn shown(&self) -> RuleMail {
        RuleMail {
            thread: self.thread.key.clone(),
            at: self.mail.at,
            from: self.mail.from.clone(),
            subject: self.mail.subject.clone(),
        }
    }
}

impl Shared {
    /// ## Control flow
    /// 1. The first rule that is for it has it. What may never become a ticket is put on record, and that is all.
    /// 2. A chain that is a ticket by now, or is being made one, is left to that.
    /// 3. The rule's owner must be able to work; the mail waits while he is not.
    /// 4. Creation, files and label into custody, and what was done on record, in one write: a crash leaves all or nothing.
    pub(super) async fn make_ticket(&self, case: &Case) -> Result<(), RuleError> {
        let mut tx = self.store.write().await?;
        if !tx.is_new_mail(&case.new).await? {
            return Ok(());
        }
        let rows = rules::on_mailbox(&mut tx, &case.new.mailbox).await?;
        let Some(row) = rows.into_iter().find(|row| case.is_for(row)) else {
            drop(tx);
            return self.pass_over(&case.new).await;
        };
        let origin = case.origin();
        // It became one since it was looked at: the next look is at that.
        if conversions::ticket_of(&mut tx, &origin).await?.is_some() {
            return Ok(());
        }
        let under_way = conversions::under_way(&mut tx, &origin).await?;
        let being_made = (!under_way.is_empty()).then_some(WhyNot::BeingMade);
        if let Some(why) = why_not(&case.thread, &case.mail, &case.ours).or(being_made) {
            return self.leave_be(tx, case, &row, why).await;
        }
        let source = &row.rule.then.source;
        let Some((account, true)) = account_at(&mut tx, &row, source).await? else {
            return Ok(());
        };
        let Some(lists) = feed::reference(&mut tx, row.owner, source).await? else {
            return Ok(());
        };
        let urgent = self.google()?.config.urgent;
        let (thread, mail) = (&case.thread, &case.mail);
        let work = row
            .rule
            .work(thread, mail, &account.account, &lists, urgent);
        self.hand_over(tx, case, &row, &account, work).await
    }

    /// Puts on record why nothing is done.
    pub(super) async fn leave_be(
        &self,
        mut tx: Tx,
        case: &Case,
        row: &RuleRow,
        why: WhyNot,
    ) -> Result<(), RuleError> {
        if !tx.is_new_mail(&case.new).await? {
            return Ok(());
        }
        let done = case.done(What::Left { why });
        let now = self.clock.now();
        rules::record(&mut tx, row.rule.id, &case.new, &done, now).await?;
        Ok(tx.commit().await?)
    }

    async fn hand_over(
        &self,
        mut tx: Tx,
        case: &Case,
        row: &RuleRow,
        account: &AccountRow,
        work: Work,
    ) -> Result<(), RuleError> {
        let changes = self.changes(case, row, account, work);
        let chains = self.take_from_rule(&mut tx, row.owner, &changes).await?;
        let ids: Vec<ChangeId> = changes.iter().map(|change| change.id).collect();
        let reopens = None;
        let done = case.done(What::Changes { ids, reopens });
        let now = self.clock.now();
        rules::record(&mut tx, row.rule.id, &case.new, &done, now).await?;
        tx.commit().await?;
        tracing::info!(rule = %row.rule.id, thread = %case.thread.key, "a rule makes a ticket");
        self.custody.wake_chains(chains);
        Ok(())
    }

    fn changes(&self, case: &Case, row: &RuleRow, account: &AccountRow, work: Work) -> Vec<Change> {
        let (rule, mailbox, now) = (row.rule.id, &case.new.mailbox, self.clock.now());
        let name = |place| made_here::of_mail(rule, mailbox, &case.new.mail, place);
        let ticket = TicketKey {
            source: row.rule.then.source.clone(),
            id: TicketId::local(name(0).id),
        };
        let bodies = work.bodies().into_iter().enumerate();
        let made = bodies.map(|(place, body)| {
            let target = match body.is_on_thread() {
                true => Target::Thread(case.thread.key.clone()),
                false => Target::Ticket(ticket.clone()),
            };
            // As old as its mail: where a server of before moved the thread, somebody may have moved it back.
            let at = match body.is_on_thread() {
                true => case.mail.at.min(now),
                false => now,
            };
            made_here::change(name(place), place, &account.account, target, body, at)
        });
        made.collect()
    }
}
