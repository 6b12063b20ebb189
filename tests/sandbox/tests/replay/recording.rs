//! The recordings in `tests/recordings`: one recorded exchange a file, trimmed to what is compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// Which GLPI was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glpi {
    V9_2,
    V10_0,
}

impl Glpi {
    pub const BOTH: [Self; 2] = [Self::V9_2, Self::V10_0];

    /// The name of its folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::V9_2 => "9.2",
            Self::V10_0 => "10.0",
        }
    }

    /// The item type of a followup in this version.
    pub fn followup(self) -> &'static str {
        match self {
            Self::V9_2 => "TicketFollowup",
            Self::V10_0 => "ITILFollowup",
        }
    }
}

/// How closely an answer must match its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Closeness {
    /// Same keys, same form of each value.
    Form,
    /// As `Form`, but the recording was trimmed to the keys that the product could read.
    Partial,
    /// The values themselves: they follow from what was sent.
    Values,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// Number and name, as in the index.
    pub name: String,
    /// Whose session it ran in.
    #[serde(rename = "as")]
    pub role: String,
    pub compare: Closeness,
    pub request: Request,
    pub response: Response,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    pub method: String,
    /// Path and query under `apirest.php`.
    pub path: String,
    /// `null` means: not sent, where it would be by default.
    pub headers: BTreeMap<String, Option<String>>,
    pub body: Option<Value>,
    /// A body that is not JSON.
    pub raw: Option<String>,
    /// A body sent in ISO 8859-1.
    pub latin1: Option<String>,
    pub multipart: Option<Multipart>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Multipart {
    pub manifest: Option<String>,
    pub filename: String,
    #[serde(rename = "type")]
    pub mime: String,
    pub text: Option<String>,
    pub base64: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Response {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    /// How many rows it had before it was trimmed.
    pub rows: Option<usize>,
}

/// Every recorded exchange of one version, in the order in which it was recorded.
pub fn exchanges(glpi: Glpi) -> Result<Vec<Recording>> {
    let mut all = Vec::new();
    for path in files(glpi)? {
        let text = fs::read_to_string(&path)?;
        let value: Value =
            serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        if value.get("request").is_some() {
            all.push(serde_json::from_value(value).with_context(|| path.display().to_string())?);
        }
    }
    Ok(all)
}

/// A table measured on the real GLPI by a script of its own (900 and above).
pub fn probe(glpi: Glpi, name: &str) -> Result<Value> {
    let path = root().join(glpi.folder()).join(format!("{name}.json"));
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

/// Everything that was recorded, replayed or not: `tests/recordings/INDEX-*.txt`.
pub fn index(glpi: Glpi) -> Result<Vec<String>> {
    let path = root().join(format!("INDEX-{}.txt", glpi.folder()));
    Ok(fs::read_to_string(path)?
        .lines()
        .map(str::to_owned)
        .collect())
}

fn files(glpi: Glpi) -> Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(root().join(glpi.folder()))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../recordings"))
}
