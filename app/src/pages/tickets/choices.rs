//! The sheet of choices: status, priority, store, GLPI, order.

use leptos::prelude::*;
use tournee_core::domain::Status;

use super::filter::{Filter, Sort, Statuses};
use super::listing::locations;
use crate::components::{Sheet, level_words, status_name, status_words, switched, tap, typed};
use crate::contexts::Tournee;
use crate::text::t;

type Options = Vec<(String, String)>;

/// The sheet of choices.
#[component]
pub fn ChoicesSheet(
    /// What is chosen.
    filter: RwSignal<Filter>,
    /// Whether the sheet is there.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Sheet title=t(|t| t.tickets_filter) open>
            <div class="stack">
                {choices(filter)}
                <label class="switch">
                    <input
                        type="checkbox" name="reversed" prop:checked=filter.with_untracked(|f| f.reversed)
                        on:change=switched(move |on| filter.update(|f| f.reversed = on))
                    />
                    {t(|t| t.tickets_reversed)}
                </label>
                <button type="button" class="btn primary wide" data-test="filter-done" on:click=tap(move || open.set(false))>
                    {t(|t| t.tickets_show)}
                </button>
            </div>
        </Sheet>
    }
    .into_any()
}

fn choices(filter: RwSignal<Filter>) -> AnyView {
    let tournee = Tournee::expect();
    let now = filter.get_untracked();
    let stores = tournee.with_untracked(locations);
    let glpis = tournee.with_untracked(|phone| {
        let sources = phone.meta().sources.iter();
        sources
            .map(|s| (s.source.0.clone(), s.name.clone()))
            .collect::<Options>()
    });
    let store = now.location.map(|store| {
        if store.is_empty() {
            NO_STORE.to_owned()
        } else {
            store
        }
    });
    view! {
        {select("status", t(|t| t.tickets_column_status), now.statuses.name().to_owned(), statuses(),
            move |value| filter.update(|f| f.statuses = Statuses::named(&value)))}
        {select("priority", t(|t| t.tickets_column_priority), now.priority.map(|p| p.to_string()).unwrap_or_default(),
            any(t(|t| t.tickets_any_priority), levels()),
            move |value| filter.update(|f| f.priority = value.parse().ok()))}
        {select("location", t(|t| t.tickets_column_location), store.unwrap_or_default(), any(t(|t| t.tickets_any_location), locations_of(stores)),
            move |value| filter.update(|f| f.location = location_of(value)))}
        {select("source", t(|t| t.tickets_glpi), now.source.unwrap_or_default(), any(t(|t| t.tickets_any_glpi), glpis),
            move |value| filter.update(|f| f.source = (!value.is_empty()).then_some(value)))}
        {select("sort", t(|t| t.tickets_sort), now.sort.name().to_owned(), sorts(),
            move |value| filter.update(|f| f.sort = Sort::named(&value).unwrap_or_default()))}
    }
    .into_any()
}

fn select(
    name: &'static str,
    label: &'static str,
    value: String,
    options: Options,
    choose: impl Fn(String) + 'static,
) -> AnyView {
    let option = |(key, words): (String, String)| {
        let selected = key == value;
        view! { <option value=key selected=selected>{words}</option> }
    };
    let options = options.into_iter().map(option).collect_view();
    view! {
        <label class="field">
            <span>{label}</span>
            <select name=name on:change=typed(choose)>{options}</select>
        </label>
    }
    .into_any()
}

fn any(words: &str, mut options: Options) -> Options {
    options.insert(0, (String::new(), words.to_owned()));
    options
}

/// Tickets without a store.
const NO_STORE: &str = "-";

fn statuses() -> Options {
    let one = |status: &Status| {
        (
            status_name(*status).to_owned(),
            status_words(*status).to_owned(),
        )
    };
    let mut options: Options = Status::ALL.iter().map(one).collect();
    options.insert(
        0,
        (
            Statuses::Open.name().to_owned(),
            t(|t| t.tickets_open).to_owned(),
        ),
    );
    options.insert(
        1,
        (
            Statuses::All.name().to_owned(),
            t(|t| t.tickets_all).to_owned(),
        ),
    );
    options
}

fn levels() -> Options {
    (1..=6)
        .rev()
        .map(|level| (level.to_string(), level_words(level).to_owned()))
        .collect()
}

fn locations_of(stores: Vec<String>) -> Options {
    let mut options: Options = stores.into_iter().map(|s| (s.clone(), s)).collect();
    options.push((NO_STORE.to_owned(), t(|t| t.tickets_no_location).to_owned()));
    options
}

fn location_of(value: String) -> Option<String> {
    match value.as_str() {
        "" => None,
        NO_STORE => Some(String::new()),
        _ => Some(value),
    }
}

fn sorts() -> Options {
    let words = |sort| match sort {
        Sort::Modified => t(|t| t.tickets_column_modified),
        Sort::Priority => t(|t| t.tickets_column_priority),
        Sort::Due => t(|t| t.tickets_column_due),
        Sort::Opened => t(|t| t.tickets_column_opened),
        Sort::Id => t(|t| t.tickets_column_id),
        Sort::Location => t(|t| t.tickets_column_location),
        Sort::Title => t(|t| t.tickets_column_title),
        Sort::Status => t(|t| t.tickets_column_status),
        Sort::Requester => t(|t| t.tickets_column_requester),
        Sort::Assignee => t(|t| t.tickets_column_assignee),
        Sort::Category => t(|t| t.tickets_column_category),
        Sort::Entity => t(|t| t.tickets_column_entity),
    };
    Sort::ALL
        .iter()
        .map(|(sort, name)| ((*name).to_owned(), words(*sort).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_store_is_a_choice_of_its_own() {
        assert_eq!(location_of(String::new()), None);
        assert_eq!(location_of("-".into()), Some(String::new()));
        assert_eq!(location_of("Magasin".into()), Some("Magasin".into()));
    }
}
