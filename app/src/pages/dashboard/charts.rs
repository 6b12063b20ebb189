//! Charts that are lists: each line a name, a bar and a number, which leads to what it counts.

use leptos::prelude::*;

use crate::text::{number, t};

/// Lines that are seen at once; the others behind a touch.
const SHOWN: usize = 12;

/// Where a number leads: the address, and what is told there before one arrives.
pub struct Way {
    /// The address.
    pub to: &'static str,
    /// What is told.
    pub tell: Box<dyn Fn()>,
}

/// A line of a chart.
pub struct Line {
    /// What is counted.
    pub name: String,
    /// How many.
    pub n: usize,
    /// What is said beside the number.
    pub beside: Option<String>,
    /// The level whose colour the bar has.
    pub level: Option<u8>,
    /// To the list of what is counted.
    pub way: Option<Way>,
}

/// A chart with its heading. The bars are for the eye; everything is in the words.
pub fn chart(title: &'static str, hook: &'static str, mut lines: Vec<Line>) -> AnyView {
    let most = lines.iter().map(|line| line.n).max().unwrap_or(0).max(1);
    // One line more takes no more room than the word that there is one.
    let rest = match lines.len() > SHOWN + 1 {
        true => lines.split_off(SHOWN),
        false => Vec::new(),
    };
    let lines = lines.into_iter().map(|line| self::line(line, most));
    view! {
        <section class="card chart" data-test=hook>
            <h2>{title}</h2>
            <ul class="plain">{lines.collect_view()}</ul>
            {(!rest.is_empty()).then(|| others(rest, most))}
        </section>
    }
    .into_any()
}

fn others(rest: Vec<Line>, most: usize) -> AnyView {
    let n = rest.iter().map(|line| line.n).sum();
    let lines = rest.into_iter().map(|line| self::line(line, most));
    view! {
        <details class="chart-rest" data-test="chart-rest">
            <summary>{t(|t| t.dashboard_others)} " · " {number(n)}</summary>
            <ul class="plain">{lines.collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn line(line: Line, most: usize) -> AnyView {
    let Line {
        name,
        n,
        beside,
        level,
        way,
    } = line;
    let width = format!("{:.1}", n as f64 * 100.0 / most as f64);
    let words = view! {
        <span class="chart-name">{name}</span>
        <span class="chart-n">{number(n)}{beside.map(|beside| view! { <small>" · " {beside}</small> })}</span>
        <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar-all" width="100" height="8" rx="2"/>
            <rect class="bar-n" width=width height="8" rx="2"/>
        </svg>
    }
    .into_any();
    let line = match way.filter(|_| n > 0) {
        Some(Way { to, tell }) => {
            view! { <a href=to on:click=move |_| tell()>{words}</a> }.into_any()
        }
        None => view! { <div>{words}</div> }.into_any(),
    };
    view! { <li class="chart-line" data-p=level data-n=n>{line}</li> }.into_any()
}
