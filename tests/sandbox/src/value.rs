//! A JSON value whose objects keep the order of GLPI's columns.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value as a row holds it and as an answer carries it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// SQL's NULL.
    #[default]
    Null,
    /// Only in answers: the tables hold 0 and 1.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that only a float can hold.
    Float(f64),
    /// Text, in the encoding that this GLPI stores.
    Text(String),
    /// A JSON array.
    List(Vec<Value>),
    /// A JSON object, in order.
    Map(Vec<(Cow<'static, str>, Value)>),
}

impl Value {
    /// Text from anything that is a string.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// An object from pairs.
    pub fn map<K: Into<Cow<'static, str>>>(pairs: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(pairs.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// The number that PHP would see here: 0 where there is none.
    pub fn as_int(&self) -> i64 {
        match self {
            Value::Int(n) => *n,
            Value::Bool(b) => i64::from(*b),
            Value::Float(f) => *f as i64,
            Value::Text(t) => leading_int(t),
            Value::Null | Value::List(_) | Value::Map(_) => 0,
        }
    }

    /// The text, where this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }

    /// The value as text, the way SQL would compare it.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Value::Text(t) => Cow::Borrowed(t),
            Value::Int(n) => Cow::Owned(n.to_string()),
            Value::Float(f) => Cow::Owned(f.to_string()),
            Value::Bool(b) => Cow::Borrowed(if *b { "1" } else { "" }),
            Value::Null | Value::List(_) | Value::Map(_) => Cow::Borrowed(""),
        }
    }

    /// What a column is sorted by: numbers by size, texts by their letters.
    pub fn as_int_or_text(&self) -> (i64, String) {
        match self {
            Value::Text(text) => (0, crate::text::fold::fold(text)),
            other => (other.as_int(), String::new()),
        }
    }

    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The member of an object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(pairs) => pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }
}

fn leading_int(text: &str) -> i64 {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || (*at == 0 && (*c == '-' || *c == '+'))))
        .map_or(text.len(), |(at, _)| at);
    text[..end].parse().unwrap_or(0)
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Value::Int(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

impl From<&str> for Value {
    fn from(t: &str) -> Self {
        Value::Text(t.to_owned())
    }
}

impl From<String> for Value {
    fn from(t: String) -> Self {
        Value::Text(t)
    }
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(*b),
            serde_json::Value::Number(n) => match n.as_i64() {
                Some(n) => Value::Int(n),
                None => Value::Float(n.as_f64().unwrap_or_default()),
            },
            serde_json::Value::String(t) => Value::Text(t.clone()),
            serde_json::Value::Array(list) => Value::List(list.iter().map(Value::from).collect()),
            serde_json::Value::Object(map) => Value::Map(
                map.iter()
                    .map(|(k, v)| (Cow::Owned(k.clone()), Value::from(v)))
                    .collect(),
            ),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => to.serialize_unit(),
            Value::Bool(b) => to.serialize_bool(*b),
            Value::Int(n) => to.serialize_i64(*n),
            Value::Float(f) => to.serialize_f64(*f),
            Value::Text(t) => to.serialize_str(t),
            Value::List(list) => {
                let mut seq = to.serialize_seq(Some(list.len()))?;
                for value in list {
                    seq.serialize_element(value)?;
                }
                seq.end()
            }
            Value::Map(pairs) => {
                let mut map = to.serialize_map(Some(pairs.len()))?;
                for (key, value) in pairs {
                    map.serialize_entry(key.as_ref(), value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_keeps_its_order() {
        let value = Value::map([("id", Value::Int(1)), ("entities_id", Value::Null)]);
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"id":1,"entities_id":null}"#
        );
    }

    #[test]
    fn php_reads_the_leading_digits() {
        assert_eq!(Value::text("12abc").as_int(), 12);
        assert_eq!(Value::text("-3").as_int(), -3);
        assert_eq!(Value::text("abc").as_int(), 0);
    }
}
