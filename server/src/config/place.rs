//! What is wrong with a configuration, and where.

use std::ops::Range;
use std::path::{Path, PathBuf};

use url::Url;

/// A refused configuration: `file:line: why`.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {why}", path.display(), line_suffix(*line))]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub why: String,
}

fn line_suffix(line: Option<usize>) -> String {
    line.map(|line| format!(":{line}")).unwrap_or_default()
}

/// A file's text, to tell lines from offsets.
pub(super) struct Place<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

impl Place<'_> {
    pub fn error(&self, span: Option<Range<usize>>, why: impl Into<String>) -> ConfigError {
        let line = span.map(|span| {
            let before = self.text.get(..span.start).unwrap_or(self.text);
            before.matches('\n').count() + 1
        });
        ConfigError {
            path: self.path.to_owned(),
            line,
            why: why.into(),
        }
    }

    /// A path of the file, from the file's own folder.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.path
            .parent()
            .map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

/// `http://127.0.0.1`, from its parts: no text to misspell, nothing to unwrap.
pub(super) fn loopback_url() -> Url {
    let parsed = Url::parse("http://127.0.0.1:8080");
    match parsed {
        Ok(url) => url,
        Err(never) => unreachable!("a literal address: {never}"),
    }
}
