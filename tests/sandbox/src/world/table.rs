//! One item type's rows, with the indexes that keep a GLPI of 20,000 tickets quick.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use rustc_hash::FxHashMap;

use crate::{schema::Schema, value::Value};

/// The rows of one item type.
#[derive(Debug)]
pub struct Table {
    /// Its columns.
    pub schema: &'static Schema,
    rows: BTreeMap<i64, Vec<Value>>,
    next: i64,
    indexes: Vec<Index>,
    /// The rows by the date of their last change.
    dated: BTreeSet<(String, i64)>,
}

#[derive(Debug)]
struct Index {
    column: usize,
    ids: FxHashMap<i64, BTreeSet<i64>>,
}

/// The columns by which rows are looked up.
const INDEXED: &[&str] = &[
    "tickets_id",
    "users_id",
    "items_id",
    "groups_id",
    "documents_id",
    "status",
];

/// A row, with the names of its columns.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// The columns.
    pub schema: &'static Schema,
    values: &'a [Value],
}

impl<'a> Row<'a> {
    /// The value of a column; NULL where there is no such column.
    pub fn get(&self, column: &str) -> &'a Value {
        self.schema
            .position(column)
            .map_or(&Value::Null, |at| self.at(at))
    }

    /// The value at a position.
    pub fn at(&self, position: usize) -> &'a Value {
        self.values.get(position).unwrap_or(&Value::Null)
    }

    /// A column as a number.
    pub fn int(&self, column: &str) -> i64 {
        self.get(column).as_int()
    }

    /// A column as text; empty where NULL.
    pub fn text(&self, column: &str) -> &'a str {
        self.get(column).as_str().unwrap_or_default()
    }

    /// Whether it is in the trash; `None` where its type has none.
    pub fn is_deleted(&self) -> Option<bool> {
        self.schema.deleted.map(|at| self.at(at).as_int() == 1)
    }

    /// Its entity; the root where its type has none.
    pub fn entity(&self) -> i64 {
        self.schema.entity.map_or(0, |at| self.at(at).as_int())
    }

    /// The id.
    pub fn id(&self) -> i64 {
        self.at(0).as_int()
    }
}

impl Table {
    /// An empty table.
    pub fn new(schema: &'static Schema) -> Self {
        let indexes = INDEXED
            .iter()
            .filter_map(|column| schema.position(column))
            .map(|column| Index {
                column,
                ids: FxHashMap::default(),
            })
            .collect();
        Table {
            schema,
            rows: BTreeMap::new(),
            next: 1,
            indexes,
            dated: BTreeSet::new(),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The id that the next insert gets.
    pub fn next_id(&self) -> i64 {
        self.next
    }

    /// Lets the ids start at `id`, as in a GLPI that has lived.
    pub fn start_at(&mut self, id: i64) {
        self.next = self.next.max(id);
    }

    /// A row by id.
    pub fn get(&self, id: i64) -> Option<Row<'_>> {
        self.rows.get(&id).map(|values| Row {
            schema: self.schema,
            values,
        })
    }

    /// Every row, by id.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.values().map(|values| Row {
            schema: self.schema,
            values,
        })
    }

    /// The rows in which an indexed column has a value, by id.
    pub fn by(&self, column: &str, key: i64) -> impl Iterator<Item = Row<'_>> {
        self.ids_by(column, key).filter_map(|id| self.get(id))
    }

    /// The ids of those rows.
    pub fn ids_by(&self, column: &str, key: i64) -> impl Iterator<Item = i64> + '_ {
        let at = self.schema.position(column);
        self.indexes
            .iter()
            .find(move |index| Some(index.column) == at)
            .and_then(|index| index.ids.get(&key))
            .into_iter()
            .flatten()
            .copied()
    }

    /// The ids of the rows last changed after a date, by id.
    pub fn ids_after(&self, date: &str) -> impl Iterator<Item = i64> + '_ {
        let after = Bound::Excluded((date.to_owned(), i64::MAX));
        let found = self.dated.range((after, Bound::Unbounded));
        let mut ids: Vec<i64> = found.map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.into_iter()
    }

    fn date(&self, values: &[Value], id: i64) -> Option<(String, i64)> {
        let at = self.schema.modified?;
        Some((values[at].as_str()?.to_owned(), id))
    }

    /// Adds a row, with the defaults for what isn't given, and answers its id.
    pub fn insert(&mut self, given: &[(&str, Value)]) -> i64 {
        let mut values: Vec<Value> = self
            .schema
            .columns
            .iter()
            .map(|c| c.default.clone())
            .collect();
        let mut id = self.next;
        for (column, value) in given {
            if let Some(at) = self.schema.position(column) {
                values[at] = value.clone();
                if at == 0 {
                    id = value.as_int();
                }
            }
        }
        values[0] = Value::Int(id);
        self.next = self.next.max(id + 1);
        for index in &mut self.indexes {
            let key = values[index.column].as_int();
            index.ids.entry(key).or_default().insert(id);
        }
        self.dated.extend(self.date(&values, id));
        self.rows.insert(id, values);
        id
    }

    /// Sets a column, and says whether that changed it.
    pub fn set(&mut self, id: i64, column: &str, value: Value) -> bool {
        let Some(at) = self.schema.position(column) else {
            return false;
        };
        let Some(values) = self.rows.get_mut(&id) else {
            return false;
        };
        if values[at] == value {
            return false;
        }
        for index in self.indexes.iter_mut().filter(|index| index.column == at) {
            if let Some(ids) = index.ids.get_mut(&values[at].as_int()) {
                ids.remove(&id);
            }
            index.ids.entry(value.as_int()).or_default().insert(id);
        }
        if self.schema.modified == Some(at) {
            if let Value::Text(old) = &values[at] {
                self.dated.remove(&(old.clone(), id));
            }
            if let Value::Text(new) = &value {
                self.dated.insert((new.clone(), id));
            }
        }
        values[at] = value;
        true
    }

    /// Takes a row out for good.
    pub fn remove(&mut self, id: i64) -> bool {
        let Some(values) = self.rows.remove(&id) else {
            return false;
        };
        for index in &mut self.indexes {
            if let Some(ids) = index.ids.get_mut(&values[index.column].as_int()) {
                ids.remove(&id);
            }
        }
        if let Some(dated) = self.date(&values, id) {
            self.dated.remove(&dated);
        }
        true
    }
}
