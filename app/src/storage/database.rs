//! Opening the database, and opening it again: Safari loses connections of pages that slept.

use idb::{Database, DatabaseEvent as _, Factory, ObjectStoreParams};
use tournee_core::phone::Table;
use web_sys::IdbDatabase;

use super::transaction::{Reading, Records, Writing};
use super::{Storage, StorageProblem};

const NAME: &str = "tournee";
/// Moves when a store is added or dropped: an older database is then brought to this list of stores.
/// The form *inside* the records is versioned where it is read (core's rows) or grows by defaults (JSON).
const VERSION: u32 = 1;

impl Storage {
    pub(super) async fn read_all(&self, tables: &[Table]) -> Result<Vec<Records>, StorageProblem> {
        self.reading(tables).await?.all(tables).await
    }

    pub(super) async fn get(
        &self,
        table: Table,
        key: &str,
    ) -> Result<Option<Vec<u8>>, StorageProblem> {
        self.reading(&[table]).await?.get(table, key).await
    }

    async fn reading(&self, tables: &[Table]) -> Result<Reading, StorageProblem> {
        let database = self.database().await?;
        match Reading::begin(&database, tables) {
            Err(problem) if problem.is_lost_connection() => {
                Reading::begin(&self.reopen().await?, tables)
            }
            other => other,
        }
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
        let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                bring_up_to_date(&database);
            }
        });
        let mut database = request.await?;
        database.on_version_change(|event| {
            // A newer app in another tab wants to upgrade: it must not wait for this one.
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        // That handler must outlive this value.
        database.forget_callbacks();
        let database = IdbDatabase::from(database);
        self.open.replace(Some(database.clone()));
        Ok(database)
    }
}

/// Adds the stores that an older version lacks, drops those that this one no longer has. What fails here shows at
/// the first read.
fn bring_up_to_date(database: &Database) {
    let there = database.store_names();
    for table in Table::ALL {
        if !there.iter().any(|name| name == table.name()) {
            let _ = database.create_object_store(table.name(), ObjectStoreParams::new());
        }
    }
    for name in there {
        if !Table::ALL.iter().any(|table| table.name() == name) {
            let _ = database.delete_object_store(&name);
        }
    }
}
