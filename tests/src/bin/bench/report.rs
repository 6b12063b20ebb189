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
    /// A bound of the median.
    AtMost(f64),
    /// A bound of every single value.
    Never(f64),
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

    fn worst(&self) -> f64 {
        let highest = f64::NEG_INFINITY;
        self.values.iter().copied().fold(highest, f64::max)
    }

    /// What the figure is: the median, or the worst where that is what is bounded.
    fn value(&self) -> f64 {
        match self.against {
            Against::Never(_) => self.worst(),
            Against::AtMost(_) | Against::Nothing(_) => self.median(),
        }
    }

    fn holds(&self) -> bool {
        match self.against {
            Against::AtMost(most) | Against::Never(most) => self.value() <= most,
            Against::Nothing(_) => true,
        }
    }
}

impl Report {
    /// Adds a figure: every value that was measured, and its bound.
    pub fn add(&mut self, name: &'static str, values: Vec<f64>, at_most: f64) {
        self.push(name, values, Against::AtMost(at_most));
    }

    /// Adds a figure whose worst value has a bound: one jerk among smooth ones is seen all the same.
    pub fn add_worst(&mut self, name: &'static str, values: Vec<f64>, never_above: f64) {
        self.push(name, values, Against::Never(never_above));
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

    /// Prints all, writes the file, and fails where a bound is missed. Where only `some` were measured, the others stay
    /// in the file as they were.
    pub fn finish(self, some: bool) -> Result<()> {
        println!();
        for figure in &self.figures {
            println!("{}", line(figure));
        }
        let path = target().join("bench.json");
        let before = match some {
            true => std::fs::read_to_string(&path).unwrap_or_default(),
            false => String::new(),
        };
        std::fs::write(&path, self.written_over(&before)?)
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

impl Report {
    /// The file's text: these figures in the place of those of the same names.
    fn written_over(&self, before: &str) -> Result<String> {
        // What can't be read is no figure.
        let before: BTreeMap<String, f64> = serde_json::from_str(before).unwrap_or_default();
        let now = self.figures.iter();
        let now = now.map(|figure| (figure.name.to_owned(), round(figure.value())));
        let all: BTreeMap<_, _> = before.into_iter().chain(now).collect();
        Ok(serde_json::to_string_pretty(&all)?)
    }
}

fn line(figure: &Figure) -> String {
    let low = figure.values.iter().copied().fold(f64::INFINITY, f64::min);
    let (bound, rest) = match &figure.against {
        Against::AtMost(most) | Against::Never(most) => {
            let verdict = if figure.holds() { "held  " } else { "MISSED" };
            (format!("at most {most:>9}  {verdict}"), "")
        }
        Against::Nothing(limit) => (" ".repeat(25), limit.as_str()),
    };
    format!(
        "{:<28} {:>12} {bound}  ({} runs, {} to {}) {rest}",
        figure.name,
        round(figure.value()),
        figure.values.len(),
        round(low),
        round(figure.worst()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_run_leaves_the_other_figures_as_they_were() {
        let mut report = Report::default();
        report.add("edit_to_screen_ms", vec![41.0, 39.0, 40.0], 50.0);
        let before = r#"{ "delta_sync_bytes": 2293.0, "edit_to_screen_ms": 12.0 }"#;
        let written = report.written_over(before).unwrap();
        let now: BTreeMap<String, f64> = serde_json::from_str(&written).unwrap();
        let expected = [("delta_sync_bytes", 2_293.0), ("edit_to_screen_ms", 40.0)];
        assert_eq!(now, expected.map(|(name, n)| (name.to_owned(), n)).into());
        for nothing in ["", "a broken file"] {
            assert_eq!(
                report.written_over(nothing).unwrap().matches(':').count(),
                1
            );
        }
    }

    #[test]
    fn one_bad_fling_is_one_too_many() {
        let mut report = Report::default();
        report.add("median", vec![33.0, 33.0, 120.0], 100.0);
        report.add_worst("worst", vec![33.0, 33.0, 120.0], 100.0);
        let held: Vec<bool> = report.figures.iter().map(Figure::holds).collect();
        assert_eq!(held, [true, false]);
        assert!(report.written_over("").unwrap().contains("\"worst\": 120"));
    }
}
