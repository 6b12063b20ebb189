//! A tally as charts. Each number leads to what it counts: to the list, or to a search in that GLPI.

use leptos::prelude::*;
use tournee_core::dashboard::{Age, Count, Tally, Week};
use tournee_core::ids::SourceId;
use tournee_core::time::{Instant, Seconds};

use super::charts::{Line, Way, chart};
use crate::components::{length_words, level_words, status_name, status_words, tap};
use crate::pages::search::{SEARCH, look_for};
use crate::pages::tickets::{Filter, Part, Scope, Slice, Statuses, age_words, show, week_words};
use crate::text::{number, t};

/// What a number leads to.
pub enum Leads {
    /// To his own tickets in the list, as they were counted then.
    Mine(Instant),
    /// To a search, which asks that GLPI itself: the phone does not hold them.
    Search(SourceId),
}

impl Leads {
    /// To the list, narrowed so, or to a search for these words.
    fn to(&self, narrow: impl Fn(&mut Filter) + 'static, words: String) -> Option<Way> {
        match self {
            Self::Mine(_) => Some(Way {
                to: "/tickets",
                tell: Box::new(move || {
                    let mut filter = Filter {
                        scope: Scope::Mine,
                        ..Filter::default()
                    };
                    narrow(&mut filter);
                    show(&filter);
                }),
            }),
            Self::Search(source) => {
                let words = of_source(source, words);
                Some(Way {
                    to: SEARCH,
                    tell: Box::new(move || look_for(&words)),
                })
            }
        }
    }

    fn to_part(&self, part: Part, words: String) -> Option<Way> {
        let solved = matches!(part, Part::Solved(_));
        let at = match self {
            Self::Mine(at) => *at,
            Self::Search(_) => Instant(0),
        };
        let narrow = move |filter: &mut Filter| {
            let part = part.clone();
            filter.slice = Some(Slice { at, part });
            if solved {
                filter.statuses = Statuses::All;
            }
        };
        self.to(narrow, words)
    }

    fn to_late(&self) -> Option<Way> {
        self.to_part(Part::Late, t(|t| t.search_late).to_owned())
    }

    fn to_open(&self) -> Option<Way> {
        self.to(|_| {}, t(|t| t.search_open).to_owned())
    }
}

/// A word that is a GLPI's name narrows a search to it.
fn of_source(source: &SourceId, words: String) -> String {
    let id = &source.0;
    let is_word = id.len() >= 3 && id.chars().all(char::is_alphanumeric);
    match is_word {
        true => format!("{words} {id}"),
        false => words,
    }
}

/// A fact in a search, with the open tickets alone.
fn searched(fact: &str, value: &str) -> String {
    let open = t(|t| t.search_open);
    match value.is_empty() {
        true => format!("{fact}:- {open}"),
        false => format!("{fact}:\"{value}\" {open}"),
    }
}

/// All charts of a tally.
pub fn charts(tally: &Tally, leads: &Leads) -> AnyView {
    let open = |wanted: bool| leads.to_open().filter(|_| wanted);
    let heads = [
        head(
            t(|t| t.dashboard_open),
            number(tally.open),
            "open",
            open(tally.open > 0),
        ),
        head(
            t(|t| t.dashboard_late),
            number(tally.late),
            "late",
            leads.to_late().filter(|_| tally.late > 0),
        ),
        head(
            t(|t| t.dashboard_spent),
            spent(tally.spent),
            "spent",
            open(tally.spent.0 > 0),
        ),
    ];
    let mut ages = ages(tally, leads);
    ages.push(Line {
        level: Some(6),
        ..plain(t(|t| t.dashboard_late), tally.late, leads.to_late())
    });
    view! {
        <dl class="heads">{heads.into_iter().collect_view()}</dl>
        <div class="charts">
            {chart(t(|t| t.dashboard_statuses), "chart-status", statuses(tally, leads))}
            {chart(t(|t| t.dashboard_priorities), "chart-priority", priorities(tally, leads))}
            {chart(t(|t| t.dashboard_ages), "chart-age", ages)}
            {chart(t(|t| t.dashboard_locations), "chart-location", locations(tally, leads))}
            {chart(t(|t| t.dashboard_categories), "chart-category", categories(tally, leads))}
            {chart(t(|t| t.dashboard_weeks), "chart-weeks", weeks(&tally.weeks, leads))}
        </div>
    }
    .into_any()
}

fn head(name: &'static str, value: String, hook: &'static str, way: Option<Way>) -> AnyView {
    let value = match way {
        Some(Way { to, tell }) => view! { <a href=to on:click=tap(tell)>{value}</a> }.into_any(),
        None => value.into_any(),
    };
    view! { <div data-test=format!("head-{hook}")><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn spent(length: Seconds) -> String {
    match length_words(length) {
        none if none.is_empty() => "–".to_owned(),
        words => words,
    }
}

fn plain(name: impl Into<String>, n: usize, way: Option<Way>) -> Line {
    Line {
        name: name.into(),
        n,
        beside: None,
        level: None,
        way,
    }
}

fn statuses(tally: &Tally, leads: &Leads) -> Vec<Line> {
    let one = |count: &Count<_>| {
        let status = count.of;
        let words = format!("status:{}", status_name(status));
        let way = leads.to(move |filter| filter.statuses = Statuses::One(status), words);
        plain(status_words(status), count.n, way)
    };
    tally.statuses.iter().map(one).collect()
}

fn priorities(tally: &Tally, leads: &Leads) -> Vec<Line> {
    let one = |count: &Count<tournee_core::domain::Level>| {
        let level = count.of.number();
        Line {
            level: Some(level),
            ..plain(
                level_words(level),
                count.n,
                leads.to(
                    move |filter| filter.priority = Some(level),
                    searched(t(|t| t.search_priority), level_words(level)),
                ),
            )
        }
    };
    tally.priorities.iter().map(one).collect()
}

fn ages(tally: &Tally, leads: &Leads) -> Vec<Line> {
    let one = |count: &Count<Age>| {
        plain(
            age_words(count.of),
            count.n,
            leads.to_part(
                Part::Aged(count.of),
                searched(t(|t| t.search_age), searched_age(count.of)),
            ),
        )
    };
    tally.ages.iter().map(one).collect()
}

fn searched_age(age: Age) -> &'static str {
    t(|t| match age {
        Age::Day => t.search_day,
        Age::Week => t.search_week,
        Age::Month => t.search_month,
        Age::Longer => t.search_longer,
    })
}

fn locations(tally: &Tally, leads: &Leads) -> Vec<Line> {
    let one = |count: &Count<String>| {
        let store = count.of.clone();
        let name = named(&store, t(|t| t.tickets_no_location));
        let words = searched(t(|t| t.search_store), &store);
        let narrow = move |filter: &mut Filter| filter.location = Some(store.clone());
        plain(name, count.n, leads.to(narrow, words))
    };
    let named = tally.locations.iter().map(one);
    named.chain(others(tally.more_locations)).collect()
}

fn categories(tally: &Tally, leads: &Leads) -> Vec<Line> {
    let one = |count: &Count<String>| {
        let name = named(&count.of, t(|t| t.dashboard_no_category));
        let words = searched(t(|t| t.search_category), &count.of);
        let way = leads.to_part(Part::Category(count.of.clone()), words);
        plain(name, count.n, way)
    };
    let named = tally.categories.iter().map(one);
    named.chain(others(tally.more_categories)).collect()
}

fn named(name: &str, none: &str) -> String {
    match name.is_empty() {
        true => none.to_owned(),
        false => name.to_owned(),
    }
}

fn others(n: usize) -> Option<Line> {
    (n > 0).then(|| plain(t(|t| t.dashboard_others), n, None))
}

fn weeks(weeks: &[Week], leads: &Leads) -> Vec<Line> {
    let one = |(ago, week): (usize, &Week)| {
        let beside = Some(length_words(week.spent)).filter(|words| !words.is_empty());
        Line {
            beside,
            ..plain(
                week_words(ago),
                week.solved,
                leads.to_part(
                    Part::Solved(ago),
                    format!("{}:{ago}", t(|t| t.search_solved)),
                ),
            )
        }
    };
    weeks.iter().enumerate().map(one).collect()
}
