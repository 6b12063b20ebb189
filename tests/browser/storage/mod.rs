//! The phone's storage under an open app: taken away, in the middle of a write, of another version.

#[path = "../../../app/core/tests/fixtures/mod.rs"]
mod fixtures;
mod late;
mod lost;
mod versions;

use anyhow::Result;
use serde_json::Value;
use tournee_tests::browser::Page;

/// All records of the app's database by table and key, as bytes in a line of text.
async fn dump(page: &Page) -> Result<Value> {
    let script = "const done = arguments[0];
        const open = indexedDB.open('tournee');
        open.onsuccess = async () => {
          const db = open.result, all = { version: db.version };
          for (const name of db.objectStoreNames) {
            const store = db.transaction(name).objectStore(name);
            const answer = (request) => new Promise((ok) => { request.onsuccess = () => ok(request.result); });
            const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
            all[name] = Object.fromEntries(keys.map((key, at) => [key, Array.from(values[at]).join()]));
          }
          db.close();
          done(all);
        };";
    page.js_async(script, Vec::new()).await
}

/// How many records a table of [`dump`] has.
fn count(dump: &Value, table: &str) -> usize {
    dump[table].as_object().map_or(0, serde_json::Map::len)
}
