//! Partial answers: `fields=id,payload(headers,parts/body)`.

use serde_json::{Map, Value as Json};

use super::reply::Refusal;

/// What of an answer is wanted.
#[derive(Debug, PartialEq)]
pub struct Mask(Vec<(String, Option<Mask>)>);

impl Mask {
    pub fn parse(text: &str) -> Result<Mask, Refusal> {
        let wrong = || Refusal::invalid(format!("Invalid field selection {text}"));
        let mut rest = text;
        let mask = list(&mut rest).ok_or_else(wrong)?;
        if rest.is_empty() {
            Ok(mask)
        } else {
            Err(wrong())
        }
    }

    pub fn apply(&self, json: Json) -> Json {
        match json {
            Json::Array(items) => items.into_iter().map(|item| self.apply(item)).collect(),
            Json::Object(object) => {
                let mut kept = Map::new();
                for (key, value) in object {
                    let wanted = self.0.iter().find(|(name, _)| *name == key || name == "*");
                    if let Some((_, below)) = wanted {
                        let value = match below {
                            Some(below) => below.apply(value),
                            None => value,
                        };
                        kept.insert(key, value);
                    }
                }
                Json::Object(kept)
            }
            other => other,
        }
    }
}

fn list(rest: &mut &str) -> Option<Mask> {
    let mut fields = vec![field(rest)?];
    while let Some(after) = rest.strip_prefix(',') {
        *rest = after;
        fields.push(field(rest)?);
    }
    Some(Mask(fields))
}

fn field(rest: &mut &str) -> Option<(String, Option<Mask>)> {
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '*'))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if name.is_empty() {
        return None;
    }
    *rest = after;
    let below = if let Some(after) = rest.strip_prefix('/') {
        *rest = after;
        Some(Mask(vec![field(rest)?]))
    } else if let Some(after) = rest.strip_prefix('(') {
        *rest = after;
        let inner = list(rest)?;
        *rest = rest.strip_prefix(')')?;
        Some(inner)
    } else {
        None
    };
    Some((name.to_owned(), below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_not_asked_for_is_left_out() {
        let mask = Mask::parse("id,payload(headers/name,body)").unwrap();
        let whole = json!({"id": 1, "x": 2, "payload": {"headers": [{"name": "a", "value": "b"}], "body": {"size": 1}, "y": 0}});
        let part = json!({"id": 1, "payload": {"headers": [{"name": "a"}], "body": {"size": 1}}});
        assert_eq!(mask.apply(whole), part);
        for wrong in ["", "a,", "a(b", "a/", "a b"] {
            assert!(Mask::parse(wrong).is_err(), "{wrong}");
        }
    }
}
