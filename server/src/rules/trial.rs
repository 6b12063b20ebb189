//! What a rule would make of the mails that are there already: nothing is written anywhere but that it was tried.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::domain::{Account, MailOrigin, Reference, Thread, UrgentBox};
use tournee_core::ids::RuleId;
use tournee_core::rules::{Incoming, Rule, WhyNot, why_not};
use tournee_core::wire::{Becomes, RuleMail, RuleTrial, Tried};

use super::error::RuleError;
use crate::app::Shared;
use crate::store::mails::{self, MailRecord, MailboxRecord};
use crate::store::rules;
use crate::store::{Connection, Stored, TechnicianId, accounts, conversions, feed};

/// Mails that are looked at, the newest.
const LOOKED_AT: u32 = 500;
/// Of those that it is for, so many are told.
const TOLD: usize = 100;

/// What a trial needs.
struct Bench {
    rule: Rule,
    mailbox: MailboxRecord,
    account: Account,
    lists: Box<Reference>,
    /// The names of labels by id, where the rule asks for one.
    labels: BTreeMap<String, String>,
    ours: BTreeSet<String>,
    urgent: UrgentBox,
}

impl Shared {
    /// Tries one of his rules on past mails. From then on it may be switched on, as long as it is not altered.
    ///
    /// # Errors
    /// He has none such, or what it needs is not there.
    pub async fn try_rule(&self, who: TechnicianId, id: RuleId) -> Result<RuleTrial, RuleError> {
        let bench = self.bench(who, id).await?;
        let trial = bench.run(self).await?;
        let mut tx = self.store.write().await?;
        let row = rules::own(&mut tx, who, id).await?;
        let mut row = row.ok_or(RuleError::Unknown)?;
        // Altered meanwhile, it is another one.
        if row.rule == bench.rule && !row.tried {
            row.tried = true;
            rules::put(&mut tx, &row).await?;
        }
        tx.commit().await?;
        Ok(trial)
    }

    async fn bench(&self, who: TechnicianId, id: RuleId) -> Result<Bench, RuleError> {
        let urgent = self.google()?.config.urgent;
        let mut db = self.store.read().await?;
        let row = rules::own(&mut db, who, id).await?;
        let rule = row.ok_or(RuleError::Unknown)?.rule;
        let seen = mails::seen_by(&mut db, who).await?;
        let mut seen = seen.into_iter();
        let mailbox = seen.find(|record| record.id == rule.mailbox);
        let mailbox = mailbox.ok_or(RuleError::NoMailbox)?;
        let account = accounts::at_source(&mut db, who, &rule.then.source).await?;
        let account = account.filter(|row| row.signed_in);
        let account = account.ok_or(RuleError::NoAccount)?.account;
        let lists = feed::reference(&mut db, who, &rule.then.source).await?;
        let lists = lists.ok_or(RuleError::NoAccount)?;
        let ours = self.ours(&mut db).await?;
        drop(db);
        let labels = match rule.when.label.is_some() {
            true => self.label_names(&mailbox.id).await?,
            false => BTreeMap::new(),
        };
        Ok(Bench {
            rule,
            mailbox,
            account,
            lists,
            labels,
            ours,
            urgent,
        })
    }
}

impl Bench {
    async fn run(&self, server: &Shared) -> Result<RuleTrial, RuleError> {
        let mut db = server.store.read().await?;
        let newest = db.newest_mails(&self.mailbox.id, LOOKED_AT).await?;
        let mut trial = RuleTrial::default();
        for record in newest {
            let tried = self.look_at(&mut db, &record).await?;
            trial.looked_at += 1;
            trial.found.extend(tried);
            if trial.found.len() >= TOLD {
                break;
            }
        }
        Ok(trial)
    }

    /// What becomes of a mail; none where the rule is not for it.
    async fn look_at(&self, db: &mut Connection, record: &MailRecord) -> Stored<Option<Tried>> {
        let mail = mails::unpack(record)?;
        let labels = record.labels.iter();
        let labels: Vec<String> = labels
            .filter_map(|id| self.labels.get(id).cloned())
            .collect();
        let incoming = Incoming {
            mail: &mail,
            labels: &labels,
        };
        if mail.outgoing || !self.rule.when.matches(incoming) {
            return Ok(None);
        }
        let Some(thread) = mails::thread(db, &self.mailbox, &record.thread).await? else {
            return Ok(None);
        };
        let origin = MailOrigin::of(&thread.key, &mail);
        let why = match why_not(&thread, &mail, &self.ours) {
            Some(why) => Some(why),
            None => taken(db, &origin).await?,
        };
        let becomes = match why {
            Some(why) => Becomes::Nothing { why },
            None => self.ticket(&thread, &mail),
        };
        Ok(Some(Tried {
            mail: RuleMail {
                thread: thread.key,
                at: mail.at,
                from: mail.from,
                subject: mail.subject,
            },
            becomes,
        }))
    }

    fn ticket(&self, thread: &Thread, mail: &tournee_core::domain::Mail) -> Becomes {
        let work = self
            .rule
            .work(thread, mail, &self.account, &self.lists, self.urgent);
        Becomes::Ticket {
            create: Box::new(work.create),
            files: u32::try_from(work.files.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Whether its chain is a ticket, or is being made one.
async fn taken(db: &mut Connection, origin: &MailOrigin) -> Stored<Option<WhyNot>> {
    if let Some(ticket) = conversions::ticket_of(db, origin).await? {
        return Ok(Some(WhyNot::HasTicket { ticket }));
    }
    let under_way = conversions::under_way(db, origin).await?;
    Ok((!under_way.is_empty()).then_some(WhyNot::BeingMade))
}
