//! A form that was filled in before storage had answered with the one that was left.

use serde_json::Value;

use super::form::Form;
use crate::pages::ticket::words_joined;

/// The stored form, and in it what was altered since the form was `begun`; neither's words are lost.
pub fn forms_joined(stored: &str, begun: &str, typed: &str) -> String {
    let [left, begun, typed] = [stored, begun, typed].map(Form::read);
    let title = both(&left.title, &begun.title, &typed.title);
    let content = both(&left.content, &begun.content, &typed.content);
    let [mut form, begun, typed] = [left, begun, typed].map(|form| fields(&form));
    for (name, value) in typed {
        if begun.get(&name) != Some(&value) {
            form.insert(name, value);
        }
    }
    let form: Form = serde_json::from_value(Value::Object(form)).unwrap_or_default();
    Form {
        title,
        content,
        ..form
    }
    .stored()
}

fn both(left: &str, begun: &str, typed: &str) -> String {
    match typed == begun {
        true => left.to_owned(),
        false => words_joined(left, begun, typed),
    }
}

fn fields(form: &Form) -> serde_json::Map<String, Value> {
    match serde_json::to_value(form) {
        Ok(Value::Object(fields)) => fields,
        // Plain data with named fields: it is an object.
        _ => serde_json::Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_what_was_left_in_it_and_what_was_typed_meanwhile() {
        let left = Form {
            title: "Caisse 4".into(),
            content: "Elle ne s’allume pas.".into(),
            urgency: 5,
            ..Form::default()
        };
        let typed = Form {
            content: "x".into(),
            is_request: true,
            ..Form::default()
        };
        let joined = Form::read(&forms_joined(&left.stored(), "", &typed.stored()));
        let expected = Form {
            content: "Elle ne s’allume pas.\nx".into(),
            is_request: true,
            ..left
        };
        assert_eq!(joined, expected);
    }
}
