//! One mail that came, with what has to be known of it before a rule can be asked.

use std::collections::BTreeSet;

use tournee_core::domain::{AccountState, Mail, MailOrigin, MailboxState, Thread};
use tournee_core::ids::{MailboxId, SourceId};
use tournee_core::rules::Incoming;
use tournee_core::wire::Pause;

use super::error::RuleError;
use crate::app::Shared;
use crate::gmail::GmailError;
use crate::store::accounts::{self, AccountRow};
use crate::store::rules::{self, NewMail, RuleRow};
use crate::store::{Connection, Stored, mails};

/// A mail that came.
pub(super) struct Case {
    pub new: NewMail,
    pub thread: Thread,
    pub mail: Mail,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// The addresses of our mailboxes.
    pub ours: BTreeSet<String>,
}

impl Case {
    pub fn origin(&self) -> MailOrigin {
        MailOrigin::of(&self.thread.key, &self.mail)
    }

    /// Whether a rule is for it, that was on when it came.
    pub fn is_for(&self, row: &RuleRow) -> bool {
        let since = row.on_since.filter(|since| self.new.at >= *since);
        let incoming = Incoming {
            mail: &self.mail,
            labels: &self.labels,
        };
        since.is_some() && row.rule.when.matches(incoming)
    }
}

impl Shared {
    /// A mail that came, read to its end; none where there is nothing to look at: it is gone, nobody's box shows it, or we
    /// sent it.
    pub(super) async fn case(&self, new: &NewMail) -> Result<Option<Case>, RuleError> {
        let (thread, record, rules, ours) = {
            let mut db = self.store.read().await?;
            let mailbox = db.mailbox(&new.mailbox).await?;
            let record = db.mail(&new.mailbox, &new.mail).await?;
            let (Some(mailbox), Some(record)) = (mailbox, record) else {
                return Ok(None);
            };
            let thread = mails::thread(&mut db, &mailbox, &record.thread).await?;
            let rules = rules::on_mailbox(&mut db, &new.mailbox).await?;
            (thread, record, rules, self.ours(&mut db).await?)
        };
        let Some(mut thread) = thread else {
            return Ok(None);
        };
        let own = thread.mails.iter_mut().find(|mail| mail.id == new.mail);
        let Some(own) = own.filter(|mail| !mail.outgoing) else {
            return Ok(None);
        };
        if own.body.is_none() {
            match self.mail_of(&new.mailbox, &new.mail).await {
                Ok(whole) => *own = whole,
                Err(GmailError::NotFound) => return Ok(None),
                // One that Google can't show in full is taken by its first words.
                Err(GmailError::Refused { .. } | GmailError::Unexpected { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mail = own.clone();
        let labels = match rules.iter().any(|row| row.rule.when.label.is_some()) {
            true => self.names_of(&new.mailbox, &record.labels).await?,
            false => Vec::new(),
        };
        Ok(Some(Case {
            new: new.clone(),
            thread,
            mail,
            labels,
            ours,
        }))
    }

    /// The names of labels.
    pub(super) async fn names_of(
        &self,
        mailbox: &MailboxId,
        ids: &[String],
    ) -> Result<Vec<String>, GmailError> {
        let names = self.label_names(mailbox).await?;
        let named = ids.iter().filter_map(|id| names.get(id).cloned());
        Ok(named.collect())
    }

    /// The addresses of our mailboxes.
    pub(super) async fn ours(&self, db: &mut Connection) -> Stored<BTreeSet<String>> {
        let mut ours: BTreeSet<String> = BTreeSet::new();
        for record in db.mailboxes().await? {
            ours.insert(record.id.0);
        }
        let shared = self
            .mails
            .client()
            .and_then(|google| google.config.shared.clone());
        ours.extend(shared.map(|shared| shared.0));
        Ok(ours)
    }
}

/// Why a rule that is on can do nothing now.
pub(super) async fn pause_of(db: &mut Connection, row: &RuleRow) -> Stored<Option<Pause>> {
    let record = db.mailbox(&row.rule.mailbox).await?;
    let his = record.filter(|record| record.owner.is_none_or(|owner| owner == row.owner));
    if his.is_none_or(|record| record.state != MailboxState::Active) {
        return Ok(Some(Pause::Mailbox));
    }
    let account = accounts::at_source(db, row.owner, &row.rule.then.source).await?;
    Ok((!account.is_some_and(|account| can_work(&account))).then_some(Pause::Glpi))
}

/// The account of a rule's owner at a GLPI, and whether the server can work with it now.
pub(super) async fn account_at(
    db: &mut Connection,
    row: &RuleRow,
    source: &SourceId,
) -> Stored<Option<(AccountRow, bool)>> {
    let account = accounts::at_source(db, row.owner, source).await?;
    Ok(account.map(|account| {
        let ready = can_work(&account);
        (account, ready)
    }))
}

pub(super) fn can_work(account: &AccountRow) -> bool {
    account.signed_in && account.account.state != AccountState::NeedsSignIn
}
