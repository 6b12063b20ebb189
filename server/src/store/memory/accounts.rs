//! The table `accounts`.

use std::sync::Arc;

use async_trait::async_trait;
use tournee_core::ids::{SourceId, UserId};

use super::View;
use super::tables::{Account, Tables, taken};
use crate::store::accounts::{AccountRecord, Accounts, Marks};
use crate::store::{AccountId, Stored, TechnicianId};

impl Tables {
    fn first_account(&self, fits: impl Fn(&Account) -> bool) -> Option<AccountRecord> {
        let mut accounts = self.accounts.values();
        accounts.find(|row| fits(row)).map(|row| row.record.clone())
    }

    fn store_account(&mut self, account: Account) -> Stored<()> {
        let id = account.record.id;
        let clash = self.accounts.values().any(|other| {
            other.record.id != id
                && other.source == account.source
                && other.record.technician == account.record.technician
        });
        if clash {
            return taken("accounts.technician, accounts.source");
        }
        self.must_know(account.record.technician)?;
        self.accounts.insert(id, Arc::new(account));
        Ok(())
    }

    fn alter_account(&mut self, id: AccountId, alter: impl FnOnce(&mut AccountRecord)) {
        if let Some(account) = self.accounts.get(&id) {
            let mut account = account.as_ref().clone();
            alter(&mut account.record);
            self.accounts.insert(id, Arc::new(account));
        }
    }
}

#[async_trait]
impl Accounts for View {
    async fn accounts_of(&mut self, who: TechnicianId) -> Stored<Vec<AccountRecord>> {
        let accounts = self.tables()?.accounts.values();
        let his = accounts.filter(|row| row.record.technician == who);
        Ok(his.map(|row| row.record.clone()).collect())
    }

    async fn account_at(
        &mut self,
        who: TechnicianId,
        source: &SourceId,
    ) -> Stored<Option<AccountRecord>> {
        let fits = |row: &Account| row.record.technician == who && row.source == *source;
        Ok(self.tables()?.first_account(fits))
    }

    async fn account(&mut self, id: AccountId) -> Stored<Option<AccountRecord>> {
        let account = self.tables()?.accounts.get(&id);
        Ok(account.map(|row| row.record.clone()))
    }

    async fn account_of_user(
        &mut self,
        source: &SourceId,
        user: UserId,
    ) -> Stored<Option<AccountRecord>> {
        let fits = |row: &Account| row.source == *source && row.user == user;
        Ok(self.tables()?.first_account(fits))
    }

    async fn put_account(
        &mut self,
        who: TechnicianId,
        (source, user): (&SourceId, UserId),
        body: &str,
        state: &str,
    ) -> Stored<AccountId> {
        self.alter(|tables| {
            let known = tables.first_account(|row| row.source == *source && row.user == user);
            let last = tables.accounts.get_max().map_or(0, |(id, _)| id.0);
            let id = known.as_ref().map_or(AccountId(last + 1), |row| row.id);
            let record = AccountRecord {
                id,
                technician: who,
                signed_in: true,
                body: body.to_owned(),
                state: state.to_owned(),
                marks: known.map(|row| row.marks).unwrap_or_default(),
            };
            let source = source.clone();
            tables.store_account(Account {
                source,
                user,
                record,
            })?;
            Ok(id)
        })
    }

    async fn set_account_body(&mut self, id: AccountId, body: &str) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_account(id, |row| row.body = body.to_owned());
            Ok(())
        })
    }

    async fn set_account_state(&mut self, id: AccountId, state: &str) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_account(id, |row| row.state = state.to_owned());
            Ok(())
        })
    }

    async fn set_account_marks(&mut self, id: AccountId, marks: &Marks) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_account(id, |row| row.marks = marks.clone());
            Ok(())
        })
    }

    async fn set_signed_out(&mut self, id: AccountId) -> Stored<()> {
        self.alter(|tables| {
            tables.alter_account(id, |row| row.signed_in = false);
            Ok(())
        })
    }

    async fn give_accounts(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for account in tables.accounts.clone().values() {
                if account.record.technician == from {
                    let mut account = account.as_ref().clone();
                    account.record.technician = to;
                    account.record.marks = Marks::default();
                    tables.store_account(account)?;
                }
            }
            Ok(())
        })
    }
}
