//! Text being typed. Not part of the phone's state machine: the last word of whichever tab wins.

use tournee_core::phone::Table;

use web_sys::IdbDatabase;

use super::transaction::Writing;
use super::{Storage, StorageProblem};

impl Storage {
    /// What was being typed under this name.
    pub async fn draft(&self, key: &str) -> Result<Option<String>, StorageProblem> {
        let bytes = self.get(Table::Drafts, key).await?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Keeps it, or with no text forgets it.
    pub async fn put_draft(&self, key: &str, text: Option<&str>) -> Result<(), StorageProblem> {
        self.put_under(Table::Drafts, &[key], text).await
    }

    /// Forgets all of them, at sign-out; the lists of GLPIs that he had left before; and what he chose.
    pub async fn clear_drafts(&self) -> Result<(), StorageProblem> {
        let tables = [Table::Drafts, Table::References, Table::Choices];
        for (table, records) in tables.into_iter().zip(self.read_all(&tables).await?) {
            let keys: Vec<&str> = records.iter().map(|(key, _)| key.as_str()).collect();
            self.put_under(table, &keys, None).await?;
        }
        Ok(())
    }

    async fn put_under(
        &self,
        table: Table,
        keys: &[&str],
        text: Option<&str>,
    ) -> Result<(), StorageProblem> {
        self.attempt(async |database: &IdbDatabase| {
            let writing = Writing::begin(database, &[table], false)?;
            for key in keys {
                writing.put(table, key, text.map(str::as_bytes))?;
            }
            writing.finish().await
        })
        .await
        .map(drop)
    }
}
