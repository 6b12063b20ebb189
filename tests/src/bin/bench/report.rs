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
    at_most: f64,
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
        self.median() <= self.at_most
    }
}

impl Report {
    /// Adds a figure: every value that was measured, and its bound.
    pub fn add(&mut self, name: &'static str, values: Vec<f64>, at_most: f64) {
        let figure = Figure {
            name,
            values,
            at_most,
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
    format!(
        "{:<28} {:>12} at most {:>9}  {}  ({} runs, {} to {})",
        figure.name,
        round(figure.median()),
        figure.at_most,
        if figure.holds() { "held  " } else { "MISSED" },
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
