//! The fields of the form.

use leptos::prelude::*;
use tournee_core::domain::{Level, Named, Reference};

use super::edit::Filling;
use super::form::Form;
use crate::components::{kept, level_words, part, typed};
use crate::text::t;

/// A line of text, with a hint under it.
pub fn text(
    filling: Filling,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    of: fn(&mut Form) -> &mut String,
) -> AnyView {
    let value = kept(move || filling.form.with(|form| of(&mut form.clone()).clone()));
    let put = move |text: String| filling.update(|form| *of(form) = text);
    let hint_id = format!("rule-{name}-hint");
    view! {
        <div class="field">
            <label for=format!("rule-{name}")>{label}</label>
            <input
                id=format!("rule-{name}") name=name type="text" dir="auto" autocomplete="off" autocapitalize="off"
                aria-describedby=hint_id.clone() prop:value=move || value.get() on:input=typed(put)
            />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

/// One of several, each with its key.
pub fn choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    value: impl Fn() -> String + Send + Sync + 'static,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    let value = kept(value);
    let option = move |(key, words): (String, String)| {
        let own = key.clone();
        let selected = move || value.with(|value| *value == own);
        view! { <option value=key selected=selected>{words}</option> }.into_any()
    };
    let options: Vec<AnyView> = options.into_iter().map(option).collect();
    view! {
        <label class="field"><span>{label}</span><select name=name on:change=typed(choose)>{options}</select></label>
    }
    .into_any()
}

/// Whether a file has come along.
pub fn attachment(filling: Filling) -> AnyView {
    let key = |wanted: Option<bool>| match wanted {
        None => "",
        Some(true) => "with",
        Some(false) => "without",
    };
    let options = [
        (None, t(|t| t.rules_file_any)),
        (Some(true), t(|t| t.rules_file_with)),
        (Some(false), t(|t| t.rules_file_without)),
    ];
    let options = options.map(|(wanted, words)| (key(wanted).to_owned(), words.to_owned()));
    choice(
        "attachment",
        t(|t| t.rules_file),
        options.to_vec(),
        move || filling.form.with(|form| key(form.attachment).to_owned()),
        move |value| {
            let wanted = match value.as_str() {
                "with" => Some(true),
                "without" => Some(false),
                _ => None,
            };
            filling.update(|form| form.attachment = wanted);
        },
    )
}

/// How much it hurries.
pub fn urgency(filling: Filling) -> AnyView {
    let levels = (1..=5_u8).map(|level| (level.to_string(), level_words(level).to_owned()));
    let proposed = (String::new(), t(|t| t.rules_proposed).to_owned());
    let options = std::iter::once(proposed).chain(levels).collect();
    let key = |level: Option<Level>| level.map(|level| level.number().to_string());
    choice(
        "urgency",
        t(|t| t.ticket_urgency),
        options,
        move || {
            filling
                .form
                .with(|form| key(form.urgency).unwrap_or_default())
        },
        move |value| {
            let level = value.parse().ok().and_then(Level::new);
            filling.update(|form| form.urgency = level);
        },
    )
}

type List = fn(&Reference) -> &Vec<Named>;
type Place = fn(&mut Form) -> &mut Option<Named>;

/// Something of that GLPI's lists, or what `open` says.
pub fn listed(
    filling: Filling,
    name: &'static str,
    label: &'static str,
    open: &'static str,
    list: List,
    of: Place,
) -> AnyView {
    let view = move || {
        let rows = filling.lists.with(|lists| {
            let rows = lists.as_ref().map(list);
            rows.cloned().unwrap_or_default()
        });
        let mut options = vec![(String::new(), open.to_owned())];
        let chosen = filling
            .form
            .with_untracked(|form| of(&mut form.clone()).clone());
        // What was chosen stays so, though the list has not come, or lacks it by now.
        let missing = chosen.filter(|chosen| rows.iter().all(|row| row.id != chosen.id));
        let rows = rows.into_iter().chain(missing);
        let rows: Vec<Named> = rows.collect();
        options.extend(
            rows.iter()
                .map(|row| (row.id.to_string(), row.name.clone())),
        );
        let put = move |value: String| {
            let row = rows.iter().find(|row| row.id.to_string() == value);
            filling.update(|form| *of(form) = row.cloned());
        };
        let value = move || {
            let chosen = filling.form.with(|form| of(&mut form.clone()).clone());
            chosen.map_or_else(String::new, |row| row.id.to_string())
        };
        Some(choice(name, label, options, value, put))
    };
    part(view).into_any()
}
