//! Transactions. Reading goes through `idb`; writing is done by hand, because `idb` knows neither `durability` nor
//! the reason of an abort (a full quota shows only there).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use tournee_core::phone::Table;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

use super::{StorageProblem, farewell};

/// Records of a table by key.
pub type Records = Vec<(String, Vec<u8>)>;

fn names(tables: &[Table]) -> Array {
    tables
        .iter()
        .map(|table| JsValue::from_str(table.name()))
        .collect()
}

fn bytes(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

fn reading(database: &IdbDatabase, tables: &[Table]) -> Result<idb::Transaction, StorageProblem> {
    let raw = database.transaction_with_str_sequence(&names(tables))?;
    farewell::reading(&raw);
    Ok(raw.into())
}

/// One record.
pub async fn read_one(
    database: &IdbDatabase,
    table: Table,
    key: &str,
) -> Result<Option<Vec<u8>>, StorageProblem> {
    let store = reading(database, &[table])?.object_store(table.name())?;
    let value = store.get(JsValue::from_str(key))?.await?;
    Ok(value.as_ref().map(bytes))
}

/// All records of these tables, as of one moment.
pub async fn read_all(
    database: &IdbDatabase,
    tables: &[Table],
) -> Result<Vec<Records>, StorageProblem> {
    all(&reading(database, tables)?, tables).await
}

/// The same inside a transaction. Every request is made before the first is awaited: the browser answers them in
/// one go.
pub async fn all(
    transaction: &idb::Transaction,
    tables: &[Table],
) -> Result<Vec<Records>, StorageProblem> {
    let mut asked = Vec::with_capacity(tables.len());
    for table in tables {
        let store = transaction.object_store(table.name())?;
        let keys = store.get_all_keys(None, None)?.into_future();
        asked.push((keys, store.get_all(None, None)?.into_future()));
    }
    let mut found = Vec::with_capacity(tables.len());
    for (keys, values) in asked {
        let (keys, values) = (keys.await?, values.await?);
        let keys = keys.iter().map(|key| key.as_string().unwrap_or_default());
        found.push(keys.zip(values.iter().map(bytes)).collect());
    }
    Ok(found)
}

/// Asks for a write, or with no value for a deletion.
pub fn put(raw: &IdbTransaction, table: Table, key: &str, value: Option<&[u8]>) -> Outcome {
    let store = raw.object_store(table.name())?;
    let key = JsValue::from_str(key);
    match value {
        Some(value) => store.put_with_key(&Uint8Array::from(value), &key)?,
        None => store.delete(&key)?,
    };
    Ok(())
}

type Outcome = Result<(), StorageProblem>;

/// A write that lasts whole or not at all.
pub struct Writing {
    raw: IdbTransaction,
    outcome: oneshot::Receiver<Outcome>,
    ended: bool,
    /// A record was not what it had to be.
    unfit: Rc<Cell<bool>>,
    guarded: bool,
    // Called by the browser as long as the transaction lives.
    handlers: Vec<Closure<dyn FnMut()>>,
}

impl Writing {
    pub fn begin(
        database: &IdbDatabase,
        tables: &[Table],
        strict: bool,
    ) -> Result<Self, StorageProblem> {
        let raw = open(database, tables, strict)?;
        let (sender, outcome) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let tell = move |outcome: Outcome| {
            if let Some(sender) = sender.borrow_mut().take() {
                let _ = sender.send(outcome);
            }
        };
        let (on_complete, on_abort, aborted) = (tell.clone(), tell, raw.clone());
        let handlers = vec![
            Closure::once(move || on_complete(Ok(()))),
            Closure::once(move || on_abort(Err(StorageProblem::aborted(aborted.error())))),
        ];
        raw.set_oncomplete(Some(handlers[0].as_ref().unchecked_ref()));
        raw.set_onabort(Some(handlers[1].as_ref().unchecked_ref()));
        Ok(Self {
            raw,
            outcome,
            ended: false,
            unfit: Rc::default(),
            guarded: false,
            handlers,
        })
    }

    /// Lasts only if this record is fit. All writes are asked for behind this look without awaiting it: on a slow
    /// phone every answer of the storage costs milliseconds.
    pub fn only_if(
        &mut self,
        table: Table,
        key: &str,
        fit: impl FnOnce(Option<Vec<u8>>) -> bool + 'static,
    ) -> Outcome {
        let store = self.raw.object_store(table.name())?;
        let request = store.get(&JsValue::from_str(key))?;
        let (raw, asked, unfit) = (self.raw.clone(), request.clone(), self.unfit.clone());
        let answered = Closure::once(move || {
            let value = asked.result().ok().filter(|value| !value.is_undefined());
            if fit(value.as_ref().map(bytes)) {
                close(&raw);
            } else {
                unfit.set(true);
                let _ = raw.abort();
            }
        });
        request.set_onsuccess(Some(answered.as_ref().unchecked_ref()));
        self.handlers.push(answered);
        self.guarded = true;
        Ok(())
    }

    /// Asks for a write, or with no value for a deletion. Whether it lasts is known when [`Self::finish`] answers.
    pub fn put(&self, table: Table, key: &str, value: Option<&[u8]>) -> Outcome {
        put(&self.raw, table, key, value)
    }

    /// Waits until all of it lasts; answers whether the record was fit.
    pub async fn finish(mut self) -> Result<bool, StorageProblem> {
        if !self.guarded {
            close(&self.raw);
        }
        let outcome = (&mut self.outcome).await;
        self.ended = true;
        match outcome {
            _ if self.unfit.get() => Ok(false),
            Ok(outcome) => outcome.map(|()| true),
            Err(_) => Err(StorageProblem::aborted(None)),
        }
    }
}

/// Nothing more is asked for: the browser need not wait and see. Where it doesn't know this, it does.
// web-sys marks it as deprecated without a reason; the standard does not.
#[allow(deprecated)]
fn close(raw: &IdbTransaction) {
    let _ = raw.commit();
}

impl Drop for Writing {
    /// Left before it was finished, it must not last in part.
    fn drop(&mut self) {
        self.raw.set_oncomplete(None);
        self.raw.set_onabort(None);
        if !self.ended {
            // It may have ended by itself: then there is nothing left to abort.
            let _ = self.raw.abort();
        }
    }
}

fn open(
    database: &IdbDatabase,
    tables: &[Table],
    strict: bool,
) -> Result<IdbTransaction, StorageProblem> {
    let options = Object::new();
    let durability = if strict { "strict" } else { "relaxed" };
    Reflect::set(&options, &"durability".into(), &durability.into())?;
    // web-sys has the third argument only behind its unstable flag.
    let transaction: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    let opened = transaction.call3(database, &names(tables), &"readwrite".into(), &options)?;
    Ok(opened.dyn_into()?)
}
