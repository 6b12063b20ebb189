//! When mails are looked at: as they come, whether or not anybody is connected.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tournee_core::domain::MailboxState;
use tournee_core::ids::MailboxId;

use super::case::pause_of;
use super::error::RuleError;
use crate::app::{Server, Shared};
use crate::store::Stored;
use crate::store::conversions;
use crate::store::rules::{self, NewMail};

/// A machine that has other things to do too is not asked more often.
const AT_LEAST: Duration = Duration::from_secs(1);
/// A mailbox that no rule looks at and no phone asks for: what comes is told on its ticket all the same.
const UNASKED: Duration = Duration::from_secs(300);
/// Mails of one mailbox that are looked at in one round.
const ROUND: u32 = 1_000;

/// Looks at the mails that come, for as long as the server lives.
pub async fn run(server: Server) {
    let Some(client) = server.mails.client() else {
        return;
    };
    let every = client.config.every;
    loop {
        if let Err(error) = server.look_at_mails(every).await {
            server.store.learn(&error);
            tracing::info!(%error, "rules could not be run; later");
        }
        // Nothing came meanwhile: mailboxes are read again, and what waited is looked at again.
        let arrived = server.mails.arrived.notified();
        let _rung = tokio::time::timeout(every.max(AT_LEAST), arrived).await;
    }
}

impl Shared {
    /// ## Control flow
    /// 1. A mailbox is read though nobody asks for it, one that a rule looks at more often. What comes rings, and is looked
    ///    at then.
    /// 2. Mails that came are looked at in the order in which they came. One that can't be judged now stays, and is looked at
    ///    again: while its rule is paused, or Google or GLPI do not answer.
    async fn look_at_mails(self: &Arc<Self>, every: Duration) -> Stored<()> {
        let (working, paused) = self.watched().await?;
        for mailbox in working.union(&paused) {
            self.read_when_due(mailbox, every);
        }
        let all = self.store.read().await?.mailboxes().await?;
        let active = all.iter().filter(|all| all.state == MailboxState::Active);
        for record in active {
            self.read_when_due(&record.id, every.max(UNASKED));
        }
        let mut new = Vec::new();
        for record in &all {
            // All that could be for it wait: nothing is asked of anybody meanwhile.
            if !paused.contains(&record.id) || working.contains(&record.id) {
                let mut db = self.store.read().await?;
                new.extend(db.new_mails(&record.id, ROUND).await?);
            }
        }
        new.sort_by_key(|mail| mail.at);
        for mail in new {
            match self.judge(&mail).await {
                Ok(()) => {}
                Err(RuleError::Store(error)) => return Err(error),
                Err(error) => {
                    tracing::info!(mailbox = %mail.mailbox, %error, "a mail waits for its rule");
                }
            }
        }
        Ok(())
    }

    /// The mailboxes with a rule that works, and those with one that is paused.
    async fn watched(&self) -> Stored<(BTreeSet<MailboxId>, BTreeSet<MailboxId>)> {
        let mut db = self.store.read().await?;
        let (mut working, mut paused) = (BTreeSet::new(), BTreeSet::new());
        for row in rules::all(&mut db).await? {
            if row.on_since.is_none() {
                continue;
            }
            let mailbox = row.rule.mailbox.clone();
            match pause_of(&mut db, &row).await? {
                None => working.insert(mailbox),
                Some(_) => paused.insert(mailbox),
            };
        }
        Ok((working, paused))
    }

    async fn judge(self: &Arc<Self>, new: &NewMail) -> Result<(), RuleError> {
        let Some(case) = self.case(new).await? else {
            return self.pass_over(new).await;
        };
        let ticket = {
            let mut db = self.store.read().await?;
            conversions::ticket_of(&mut db, &case.origin()).await?
        };
        match ticket {
            Some(ticket) => match self.tell_answer(&case).await? {
                true => self.take_answer(&case, ticket).await,
                false => Ok(()),
            },
            None => self.make_ticket(&case).await,
        }
    }

    /// No rule is for it.
    pub(super) async fn pass_over(&self, new: &NewMail) -> Result<(), RuleError> {
        let mut tx = self.store.write().await?;
        tx.delete_new_mail(new).await?;
        Ok(tx.commit().await?)
    }
}
