//! GLPI 9.2 answers with `JSON_NUMERIC_CHECK`: a string that looks like a number becomes one.

use crate::value::Value;

/// The number that PHP's `is_numeric` sees in a text (leading blanks pass, trailing ones don't).
pub fn numeric(text: &str) -> Option<Value> {
    let body = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let digits = body.strip_prefix(['+', '-']).unwrap_or(body);
    let starts = |c: char| c.is_ascii_digit() || c == '.';
    if !digits.starts_with(starts) || !shaped(digits) {
        return None;
    }
    let signed = body.strip_prefix('+').unwrap_or(body);
    if let Ok(n) = signed.parse::<i64>() {
        return Some(Value::Int(n));
    }
    let float: f64 = signed.parse().ok()?;
    if float.fract() == 0.0 && float.abs() < 1e15 {
        // PHP prints 100000.0 as 100000.0, and JSON readers see the integer.
        return Some(Value::Int(float as i64));
    }
    float.is_finite().then_some(Value::Float(float))
}

fn shaped(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let mut dots = 0;
    let mut count = 0;
    for c in mantissa.chars() {
        match c {
            '.' => dots += 1,
            '0'..='9' => count += 1,
            _ => return false,
        }
    }
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && e.bytes().all(|b| b.is_ascii_digit())
    });
    count > 0 && dots <= 1 && exponent_fits
}

/// The value as 9.2 sends it.
pub fn checked(value: Value) -> Value {
    match value {
        Value::Text(text) => match numeric(&text) {
            Some(number) => number,
            None => Value::Text(text),
        },
        Value::List(list) => Value::List(list.into_iter().map(checked).collect()),
        Value::Map(pairs) => Value::Map(pairs.into_iter().map(|(k, v)| (k, checked(v))).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number_becomes_one() {
        for (text, number) in [
            ("00123", Value::Int(123)),
            ("1e5", Value::Int(100_000)),
            ("+33494001122", Value::Int(33_494_001_122)),
            ("12.50", Value::Float(12.5)),
            ("-0", Value::Int(0)),
            ("9999999999999999999999", Value::Float(1e22)),
            (" 42", Value::Int(42)),
        ] {
            assert_eq!(checked(Value::text(text)), number, "{text}");
        }
    }

    #[test]
    fn what_does_not_stays_text() {
        for text in [
            "0x1A",
            "",
            "42 ",
            "12a",
            "true",
            "1e",
            ".",
            "2026-11-23 11:55:24",
        ] {
            assert_eq!(checked(Value::text(text)), Value::text(text));
        }
    }
}
