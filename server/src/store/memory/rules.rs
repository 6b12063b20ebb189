//! The tables `rules`, `rule_deeds` and `new_mails`.

use async_trait::async_trait;
use tournee_core::ids::{MailboxId, RuleId};
use tournee_core::time::Instant;

use super::View;
use super::tables::{Tables, keep, taken};
use crate::store::mails::MailRecord;
use crate::store::rules::{DeedRecord, NewMail, RuleRecord, Rules};
use crate::store::{StoreError, Stored, TechnicianId};

impl Tables {
    /// Deletes a rule with what it did.
    pub(super) fn drop_rule(&mut self, id: RuleId) {
        self.rules.remove(&id);
        self.rule_deeds = keep(&self.rule_deeds, |(of, ..), _| *of != id);
    }

    /// Deletes the rules of a technician who is deleted.
    pub(super) fn drop_rules_of(&mut self, who: TechnicianId) {
        let own = self.rules.values().filter(|row| row.owner == who);
        for id in own.map(|row| row.id).collect::<Vec<_>>() {
            self.drop_rule(id);
        }
    }
}

#[async_trait]
impl Rules for View {
    async fn put_rule(&mut self, rule: &RuleRecord) -> Stored<()> {
        self.alter(|tables| {
            tables.must_know(rule.owner)?;
            let mut others = tables.rules.values().filter(|row| row.id != rule.id);
            if others.any(|row| row.num == rule.num) {
                return taken("rules.num");
            }
            tables.rules.insert(rule.id, rule.clone());
            Ok(())
        })
    }

    async fn rules(&mut self) -> Stored<Vec<RuleRecord>> {
        let mut rows: Vec<_> = self.tables()?.rules.values().cloned().collect();
        rows.sort_by_key(|row| row.num);
        Ok(rows)
    }

    async fn delete_rule(&mut self, id: RuleId) -> Stored<()> {
        self.alter(|tables| {
            tables.drop_rule(id);
            Ok(())
        })
    }

    async fn give_rules(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for (id, row) in tables.rules.clone() {
                if row.owner == from {
                    tables.must_know(to)?;
                    tables.rules.insert(id, RuleRecord { owner: to, ..row });
                }
            }
            Ok(())
        })
    }

    async fn put_deed(&mut self, deed: &DeedRecord) -> Stored<()> {
        self.alter(|tables| {
            if !tables.rules.contains_key(&deed.rule) {
                return Err(StoreError::Dangling("rule".to_owned()));
            }
            let key = (deed.rule, deed.mailbox.clone(), deed.mail.clone());
            tables.rule_deeds.insert(key, deed.clone());
            Ok(())
        })
    }

    async fn deeds(&mut self, id: RuleId, most: u32) -> Stored<Vec<DeedRecord>> {
        let deeds = self.tables()?.rule_deeds.values();
        let mut own: Vec<_> = deeds.filter(|deed| deed.rule == id).cloned().collect();
        own.sort_by(|a, b| {
            let order = |deed: &DeedRecord| (deed.at, deed.mailbox.clone(), deed.mail.clone());
            order(b).cmp(&order(a))
        });
        own.truncate(most as usize);
        Ok(own)
    }

    async fn reopenings(&mut self, ticket: &str, since: Instant) -> Stored<u32> {
        let deeds = self.tables()?.rule_deeds.values();
        let counted = deeds
            .filter(|deed| deed.reopens.as_deref() == Some(ticket) && deed.at >= since)
            .count();
        Ok(u32::try_from(counted).unwrap_or(u32::MAX))
    }

    async fn sweep_deeds(&mut self, before: Instant) -> Stored<()> {
        self.alter(|tables| {
            tables.rule_deeds = keep(&tables.rule_deeds, |_, deed| deed.at >= before);
            Ok(())
        })
    }

    async fn put_new_mail(&mut self, mail: &NewMail) -> Stored<()> {
        self.alter(|tables| {
            let key = (mail.mailbox.clone(), mail.mail.clone());
            if !tables.mails.contains_key(&key) {
                return Err(StoreError::Dangling("mail".to_owned()));
            }
            let waits = tables.new_mails.get(&key);
            let turn = waits.map_or(0, |(_, turn)| turn + 1);
            tables.new_mails.insert(key, (mail.at, turn));
            Ok(())
        })
    }

    async fn new_mails(&mut self, id: &MailboxId, most: u32) -> Stored<Vec<NewMail>> {
        let rows = self.tables()?.new_mails.iter();
        let rows = rows.filter(|((of, _), _)| of == id);
        let mut new: Vec<_> = rows
            .map(|((mailbox, mail), (at, turn))| NewMail {
                mailbox: mailbox.clone(),
                mail: mail.clone(),
                at: *at,
                turn: *turn,
            })
            .collect();
        // By id already.
        new.sort_by_key(|mail| mail.at);
        new.truncate(most as usize);
        Ok(new)
    }

    async fn is_new_mail(&mut self, mail: &NewMail) -> Stored<bool> {
        let key = (mail.mailbox.clone(), mail.mail.clone());
        let waits = self.tables()?.new_mails.get(&key);
        Ok(waits.is_some_and(|(_, turn)| *turn == mail.turn))
    }

    async fn delete_new_mail(&mut self, mail: &NewMail) -> Stored<()> {
        self.alter(|tables| {
            let key = (mail.mailbox.clone(), mail.mail.clone());
            let waits = tables.new_mails.get(&key);
            if waits.is_some_and(|(_, turn)| *turn == mail.turn) {
                tables.new_mails.remove(&key);
            }
            Ok(())
        })
    }

    async fn newest_mails(&mut self, id: &MailboxId, most: u32) -> Stored<Vec<MailRecord>> {
        let mails = self.tables()?.mails.iter();
        let own = mails.filter(|((of, _), _)| of == id);
        let mut own: Vec<_> = own.map(|(_, mail)| mail.as_ref().clone()).collect();
        own.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        own.truncate(most as usize);
        Ok(own)
    }
}
