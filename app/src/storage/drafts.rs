//! Text being typed. Not part of the phone's state machine: the last word of whichever tab wins.

use tournee_core::phone::Table;

use super::{Storage, StorageProblem};

impl Storage {
    /// What was being typed under this name.
    pub async fn draft(&self, key: &str) -> Result<Option<String>, StorageProblem> {
        let bytes = self.get(Table::Drafts, key).await?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Keeps it, or with no text forgets it.
    pub async fn put_draft(&self, key: &str, text: Option<&str>) -> Result<(), StorageProblem> {
        let writing = self.begin(&[Table::Drafts], false).await?;
        writing.put(Table::Drafts, key, text.map(str::as_bytes))?;
        writing.finish().await
    }

    /// Forgets all of them, at sign-out.
    pub async fn clear_drafts(&self) -> Result<(), StorageProblem> {
        let drafts = self.read_all(&[Table::Drafts]).await?.concat();
        let writing = self.begin(&[Table::Drafts], false).await?;
        for (key, _) in drafts {
            writing.put(Table::Drafts, &key, None)?;
        }
        writing.finish().await
    }
}
