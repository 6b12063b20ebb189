//! Reading what GLPI sends: JSON behind PHP notices, numbers where text is meant, text where numbers are.

use serde_json::Value;

/// The JSON of a body, also behind PHP notices. `None` when there is none; an empty body is `Null`.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Some(Value::Null);
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let starts = text.match_indices(['[', '{']).map(|(at, _)| at).take(64);
    starts
        .filter_map(|at| serde_json::from_str(&text[at..]).ok())
        .next()
}

/// A field as text: 9.2 makes numbers of what looks like one.
pub(crate) fn text(row: &Value, field: &str) -> String {
    as_text(&row[field])
}

/// A value as text, empty for none.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.first().map(as_text).unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Object(_) => String::new(),
    }
}

/// A field as a number, 0 for none.
pub(crate) fn number(row: &Value, field: &str) -> u64 {
    as_number(&row[field]).unwrap_or(0)
}

/// A value as a number: 10 sends `"7"` where 9.2 sends `7`.
pub(crate) fn as_number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(u64::from(*flag)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A field that is a reference: 0 and null are none.
pub(crate) fn reference(row: &Value, field: &str) -> Option<u64> {
    as_number(&row[field]).filter(|id| *id != 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn php_notices_before_the_json_are_passed_over() {
        let body = b"<br />\n<b>Notice</b>: Undefined index: x [1] in <b>/var/www</b><br />\n[{\"id\": 7}]";
        assert_eq!(parse(body), Some(json!([{"id": 7}])));
        assert_eq!(parse(b"true"), Some(json!(true)));
        assert_eq!(parse(b" "), Some(Value::Null));
        assert_eq!(parse(b"<html><body>Bad gateway</body></html>"), None);
    }

    #[test]
    fn numbers_and_text_change_places_between_the_versions() {
        let row = json!({"name": 10, "users_id": "7", "none": null, "multi": ["7", "8"]});
        assert_eq!(text(&row, "name"), "10");
        assert_eq!(number(&row, "users_id"), 7);
        assert_eq!(reference(&row, "none"), None);
        assert_eq!(text(&row, "multi"), "7");
    }
}
