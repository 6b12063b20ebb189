//! The table `credentials`.

use std::sync::Arc;

use async_trait::async_trait;
use tournee_core::time::Instant;

use super::View;
use super::tables::{Tables, keep};
use crate::store::credentials::{CredentialRecord, Credentials};
use crate::store::{AccountId, StoreError, Stored};
use crate::vault::Sealed;

impl Tables {
    /// Whether the account's technician has something queued or intended at its GLPI.
    fn is_needed(&self, id: AccountId) -> bool {
        self.accounts.get(&id).is_some_and(|account| {
            self.changes.values().any(|change| {
                let ticket = change.row.target.ticket();
                change.row.phase.is_open()
                    && change.row.technician == account.record.technician
                    && ticket.is_some_and(|ticket| ticket.source == account.source)
            })
        })
    }
}

#[async_trait]
impl Credentials for View {
    async fn put_credential(&mut self, id: AccountId, sealed: &Sealed) -> Stored<()> {
        self.alter(|tables| {
            if !tables.accounts.contains_key(&id) {
                return Err(StoreError::Dangling("account".to_owned()));
            }
            let record = CredentialRecord {
                account: id,
                sealed: sealed.clone(),
                expires_at: None,
            };
            tables.credentials.insert(id, Arc::new(record));
            Ok(())
        })
    }

    async fn credential(&mut self, id: AccountId) -> Stored<Option<CredentialRecord>> {
        let record = self.tables()?.credentials.get(&id);
        Ok(record.map(|record| record.as_ref().clone()))
    }

    async fn credentials(&mut self) -> Stored<Vec<CredentialRecord>> {
        let records = self.tables()?.credentials.values();
        Ok(records.map(|record| record.as_ref().clone()).collect())
    }

    async fn delete_credential(&mut self, id: AccountId) -> Stored<()> {
        self.alter(|tables| {
            tables.credentials.remove(&id);
            Ok(())
        })
    }

    async fn set_credential_expiry(&mut self, id: AccountId, until: Instant) -> Stored<()> {
        self.alter(|tables| {
            if let Some(record) = tables.credentials.get(&id) {
                let mut record = record.as_ref().clone();
                record.expires_at = Some(until);
                tables.credentials.insert(id, Arc::new(record));
            }
            Ok(())
        })
    }

    async fn sweep_credentials(&mut self, now: Instant) -> Stored<()> {
        self.alter(|tables| {
            let kept = keep(&tables.credentials, |id, record| {
                record
                    .expires_at
                    .is_none_or(|until| until >= now && tables.is_needed(*id))
            });
            tables.credentials = kept;
            Ok(())
        })
    }
}
