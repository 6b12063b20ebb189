//! The table on screen, `target/bench.json`, and the verdict.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// What was measured so far.
#[derive(Default)]
pub struct Report {
    figures: Vec<Figure>,
    failures: Vec<String>,
}

struct Figure {
    name: &'static str,
    values: Vec<f64>,
    against: Against,
}

/// What a figure is held against.
enum Against {
    /// A bound.
    AtMost(f64),
    /// No bound, but a word on what limits it.
    Nothing(String),
}

impl Figure {
    fn median(&self) -> f64 {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match sorted.len() {
            0 => f64::NAN,
            odd if odd % 2 == 1 => sorted[middle],
            _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
        }
    }

    fn holds(&self) -> bool {
        match self.against {
            Against::AtMost(most) => self.median() <= most,
            Against::Nothing(_) => true,
        }
    }
}

impl Report {
    /// Adds a figure: every value that was measured, and its bound.
    pub fn add(&mut self, name: &'static str, values: Vec<f64>, at_most: f64) {
        self.push(name, values, Against::AtMost(at_most));
    }

    /// Adds a figure that nobody bounds, and what limits it.
    pub fn tell(&mut self, name: &'static str, values: Vec<f64>, limit: String) {
        self.push(name, values, Against::Nothing(limit));
    }

    fn push(&mut self, name: &'static str, values: Vec<f64>, against: Against) {
        let figure = Figure {
            name,
            values,
            against,
        };
        println!("  {}", line(&figure));
        self.figures.push(figure);
    }

    /// A figure that could not be measured.
    pub fn failed(&mut self, name: &str, error: &anyhow::Error) {
        println!("  {name}: {error:#}");
        self.failures.push(name.to_owned());
    }

    /// Prints all, writes the file, and fails where a bound is missed.
    pub fn finish(self) -> Result<()> {
        println!();
        for figure in &self.figures {
            println!("{}", line(figure));
        }
        let path = target().join("bench.json");
        let medians: BTreeMap<_, _> = self
            .figures
            .iter()
            .map(|figure| (figure.name, round(figure.median())))
            .collect();
        std::fs::write(&path, serde_json::to_string_pretty(&medians)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let missed: Vec<_> = self
            .figures
            .iter()
            .filter(|figure| !figure.holds())
            .map(|figure| figure.name)
            .collect();
        if !self.failures.is_empty() || !missed.is_empty() {
            bail!(
                "bounds missed: {}; not measured: {}",
                missed.join(", "),
                self.failures.join(", ")
            );
        }
        Ok(())
    }
}

fn line(figure: &Figure) -> String {
    let low = figure.values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = figure
        .values
        .iter()
        .copied()
        .fold(f64::NEG_INFINITY, f64::max);
    let (bound, rest) = match &figure.against {
        Against::AtMost(most) if figure.holds() => (format!("at most {most:>9}  held  "), ""),
        Against::AtMost(most) => (format!("at most {most:>9}  MISSED"), ""),
        Against::Nothing(limit) => (" ".repeat(25), limit.as_str()),
    };
    format!(
        "{:<28} {:>12} {bound}  ({} runs, {} to {}) {rest}",
        figure.name,
        round(figure.median()),
        figure.values.len(),
        round(low),
        round(high),
    )
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Where cargo builds, which holds this program.
fn target() -> std::path::PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|ours| Some(ours.ancestors().nth(2)?.to_owned()));
    beside.unwrap_or_else(|| Path::new("target").to_owned())
}
