//! The tables `mailboxes`, `mailbox_readers` and `mails`.

use std::sync::Arc;

use async_trait::async_trait;
use tournee_core::ids::MailboxId;

use super::View;
use super::tables::{Tables, keep};
use crate::store::mails::{MailRecord, MailboxRecord, Mails};
use crate::store::{StoreError, Stored, TechnicianId};

impl Tables {
    /// A foreign key: the mailbox that a row names is there.
    fn must_have(&self, id: &MailboxId) -> Stored<()> {
        match self.mailboxes.contains_key(id) {
            true => Ok(()),
            false => Err(StoreError::Dangling("mailbox".to_owned())),
        }
    }

    /// Deletes a mailbox with all that hangs on it.
    pub(super) fn drop_mailbox(&mut self, id: &MailboxId) {
        self.mailboxes.remove(id);
        let readers = self.mailbox_readers.iter().filter(|(of, _)| of != id);
        self.mailbox_readers = readers.cloned().collect();
        self.mails = keep(&self.mails, |(of, _), _| of != id);
        self.new_mails = keep(&self.new_mails, |(of, _), _| of != id);
        let places = self.mail_places.iter().filter(|(of, ..)| of != id);
        self.mail_places = places.cloned().collect();
    }

    fn drop_mail(&mut self, id: &MailboxId, name: &str) {
        if let Some(mail) = self.mails.remove(&(id.clone(), name.to_owned())) {
            let place = (id.clone(), mail.thread.clone(), mail.at, name.to_owned());
            self.mail_places.remove(&place);
        }
    }
}

#[async_trait]
impl Mails for View {
    async fn put_mailbox(&mut self, record: &MailboxRecord) -> Stored<()> {
        self.alter(|tables| {
            if let Some(owner) = record.owner {
                tables.must_know(owner)?;
            }
            let row = Arc::new(record.clone());
            tables.mailboxes.insert(record.id.clone(), row);
            Ok(())
        })
    }

    async fn mailbox(&mut self, id: &MailboxId) -> Stored<Option<MailboxRecord>> {
        let row = self.tables()?.mailboxes.get(id);
        Ok(row.map(|row| row.as_ref().clone()))
    }

    async fn mailboxes(&mut self) -> Stored<Vec<MailboxRecord>> {
        let rows = self.tables()?.mailboxes.values();
        Ok(rows.map(|row| row.as_ref().clone()).collect())
    }

    async fn delete_mailbox(&mut self, id: &MailboxId) -> Stored<()> {
        self.alter(|tables| {
            tables.drop_mailbox(id);
            Ok(())
        })
    }

    async fn put_reader(&mut self, id: &MailboxId, who: TechnicianId) -> Stored<bool> {
        self.alter(|tables| {
            tables.must_have(id)?;
            tables.must_know(who)?;
            let before = tables.mailbox_readers.insert((id.clone(), who));
            Ok(before.is_none())
        })
    }

    async fn delete_reader(&mut self, id: &MailboxId, who: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            tables.mailbox_readers.remove(&(id.clone(), who));
            Ok(())
        })
    }

    async fn readers(&mut self, id: &MailboxId) -> Stored<Vec<TechnicianId>> {
        let readers = self.tables()?.mailbox_readers.iter();
        let his = readers.filter(|(of, _)| of == id);
        Ok(his.map(|(_, who)| *who).collect())
    }

    async fn give_mailboxes(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for (id, row) in tables.mailboxes.clone() {
                if row.owner == Some(from) {
                    tables.must_know(to)?;
                    let owner = Some(to);
                    let row = MailboxRecord {
                        owner,
                        ..row.as_ref().clone()
                    };
                    tables.mailboxes.insert(id, Arc::new(row));
                }
            }
            Ok(())
        })
    }

    async fn put_mail(&mut self, id: &MailboxId, mail: &MailRecord) -> Stored<()> {
        self.alter(|tables| {
            tables.must_have(id)?;
            tables.drop_mail(id, &mail.id);
            let place = (id.clone(), mail.thread.clone(), mail.at, mail.id.clone());
            tables.mail_places.insert(place);
            let key = (id.clone(), mail.id.clone());
            tables.mails.insert(key, Arc::new(mail.clone()));
            Ok(())
        })
    }

    async fn mail(&mut self, id: &MailboxId, name: &str) -> Stored<Option<MailRecord>> {
        let row = self.tables()?.mails.get(&(id.clone(), name.to_owned()));
        Ok(row.map(|row| row.as_ref().clone()))
    }

    async fn mails_of(&mut self, id: &MailboxId, thread: &str) -> Stored<Vec<MailRecord>> {
        let tables = self.tables()?;
        let start = (
            id.clone(),
            thread.to_owned(),
            tournee_core::time::Instant(i64::MIN),
            String::new(),
        );
        let places = tables.mail_places.range(start..);
        let of_thread = places.take_while(|(of, other, ..)| of == id && other == thread);
        Ok(of_thread
            .filter_map(|(of, _, _, name)| tables.mails.get(&(of.clone(), name.clone())))
            .map(|row| row.as_ref().clone())
            .collect())
    }

    async fn mail_ids(&mut self, id: &MailboxId) -> Stored<Vec<(String, String)>> {
        let tables = self.tables()?;
        let start = (id.clone(), String::new());
        let rows = tables.mails.range(start..);
        let own = rows.take_while(|((of, _), _)| of == id);
        Ok(own
            .map(|((_, name), row)| (name.clone(), row.thread.clone()))
            .collect())
    }

    async fn delete_mail(&mut self, id: &MailboxId, name: &str) -> Stored<()> {
        self.alter(|tables| {
            tables.drop_mail(id, name);
            tables.new_mails.remove(&(id.clone(), name.to_owned()));
            Ok(())
        })
    }
}
