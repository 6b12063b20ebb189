//! Opening the database, and opening it again: Safari loses connections of pages that slept.

use idb::builder::{DatabaseBuilder, ObjectStoreBuilder};
use tournee_core::phone::Table;
use web_sys::IdbDatabase;

use super::transaction::{Reading, Records, Writing};
use super::{Storage, StorageProblem};

const NAME: &str = "tournee";
/// Moves when a store is added or dropped: the builder then brings an older database to this list of stores.
/// The form *inside* the records is versioned where it is read (core's rows) or grows by defaults (JSON).
const VERSION: u32 = 1;

impl Storage {
    pub(super) async fn read_all<const N: usize>(
        &self,
        tables: [Table; N],
    ) -> Result<[Records; N], StorageProblem> {
        let database = self.database().await?;
        let reading = match Reading::begin(&database, &tables) {
            Err(problem) if problem.is_lost_connection() => {
                Reading::begin(&self.reopen().await?, &tables)?
            }
            other => other?,
        };
        reading.all(tables).await
    }

    pub(super) async fn get(
        &self,
        table: Table,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StorageProblem> {
        let database = self.database().await?;
        let reading = match Reading::begin(&database, &[table]) {
            Err(problem) if problem.is_lost_connection() => {
                Reading::begin(&self.reopen().await?, &[table])?
            }
            other => other?,
        };
        reading.get(table, key).await
    }

    pub(super) async fn begin(
        &self,
        tables: &[Table],
        strict: bool,
    ) -> Result<Writing, StorageProblem> {
        let database = self.database().await?;
        match Writing::begin(&database, tables, strict) {
            Err(problem) if problem.is_lost_connection() => {
                Writing::begin(&self.reopen().await?, tables, strict)
            }
            other => other,
        }
    }

    async fn database(&self) -> Result<IdbDatabase, StorageProblem> {
        let held = self.open.borrow().clone();
        match held {
            Some(database) => Ok(database),
            None => self.reopen().await,
        }
    }

    async fn reopen(&self) -> Result<IdbDatabase, StorageProblem> {
        let mut builder = DatabaseBuilder::new(NAME).version(VERSION);
        for table in Table::ALL {
            builder = builder.add_object_store(ObjectStoreBuilder::new(table.name()));
        }
        let mut database = builder.build().await?;
        // It closes the connection when a newer app wants to upgrade; that handler must outlive this value.
        database.forget_callbacks();
        let database = IdbDatabase::from(database);
        self.open.replace(Some(database.clone()));
        Ok(database)
    }
}
