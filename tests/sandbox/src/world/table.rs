//! One item type's rows, with the indexes that keep a GLPI of 20,000 tickets quick.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{schema::Schema, value::Value};

/// The rows of one item type.
#[derive(Debug)]
pub struct Table {
    /// Its columns.
    pub schema: &'static Schema,
    rows: BTreeMap<i64, Vec<Value>>,
    next: i64,
    indexes: Vec<Index>,
}

#[derive(Debug)]
struct Index {
    column: usize,
    ids: HashMap<i64, BTreeSet<i64>>,
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
                ids: HashMap::new(),
            })
            .collect();
        Table {
            schema,
            rows: BTreeMap::new(),
            next: 1,
            indexes,
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
        true
    }
}
