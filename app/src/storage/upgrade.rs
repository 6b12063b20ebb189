//! The storage of an earlier version, brought to today's in the one transaction that moves its number: all of it, or
//! nothing.

use idb::event::VersionChangeEvent;
use idb::{Database, DatabaseEvent as _, Event as _, ObjectStoreParams, Request as _};
use tournee_core::phone::{Table, schema};
use wasm_bindgen_futures::spawn_local;
use web_sys::IdbTransaction;

use super::StorageProblem;
use super::transaction::{all, put};

/// What `upgradeneeded` calls.
pub fn begin(event: VersionChangeEvent) {
    let transaction = event
        .target()
        .ok()
        .and_then(|request| request.transaction());
    let (Ok(database), Ok(from), Some(transaction)) =
        (event.database(), event.old_version(), transaction)
    else {
        return;
    };
    add_tables(&database);
    spawn_local(async move {
        // Without all of it the old number stays, and the opening fails with the reason.
        let raw = IdbTransaction::from(transaction);
        if walk(&raw, from).await.is_err() {
            let _ = raw.abort();
        }
    });
}

// What fails here shows at the first step, or the first read.
fn add_tables(database: &Database) {
    let there = database.store_names();
    for table in Table::ALL {
        if !there.iter().any(|name| name == table.name()) {
            let _ = database.create_object_store(table.name(), ObjectStoreParams::new());
        }
    }
}

async fn walk(raw: &IdbTransaction, from: u32) -> Result<(), StorageProblem> {
    for step in schema::steps_from(from) {
        let records = all(&raw.clone().into(), &[step.of]).await?.concat();
        for write in step.moves(&records).writes {
            put(raw, write.table, &write.key, write.value.as_deref())?;
        }
    }
    Ok(())
}
