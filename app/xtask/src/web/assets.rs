//! The app's files, and their fingerprinted names.

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Every file by its path from the site's root, without a leading slash.
#[derive(Default)]
pub struct Assets {
    files: BTreeMap<String, Vec<u8>>,
}

/// A file under its final name, referring to others by theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub path: String,
    pub bytes: Vec<u8>,
}

impl Assets {
    /// Takes in every file of a folder.
    pub fn read_folder(&mut self, folder: &Path) -> Result<()> {
        for entry in WalkDir::new(folder) {
            let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry
                .path()
                .strip_prefix(folder)
                .context("a file outside its folder")?;
            let path = path
                .to_str()
                .context("a file name that isn't UTF-8")?
                .replace('\\', "/");
            let bytes = fs::read(entry.path())
                .with_context(|| format!("cannot read {}", entry.path().display()))?;
            self.add(&path, bytes)?;
        }
        Ok(())
    }

    /// Takes in one file.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) -> Result<()> {
        match self.files.insert(path.to_owned(), bytes) {
            Some(_) => bail!("{path} is there twice"),
            None => Ok(()),
        }
    }

    /// Gives every file its final name, except those in `fixed`, which keep theirs; in all of them the references
    /// are to the final names.
    pub fn named(&self, fixed: &[&str]) -> Result<BTreeMap<String, Named>> {
        let mut named = BTreeMap::new();
        for path in self.files.keys() {
            self.name(path, fixed, &mut named, &mut Vec::new())?;
        }
        Ok(named)
    }

    /// What a file refers to is named first: the new name stands in the bytes that make this one's fingerprint.
    fn name(
        &self,
        path: &str,
        fixed: &[&str],
        named: &mut BTreeMap<String, Named>,
        pending: &mut Vec<String>,
    ) -> Result<()> {
        if named.contains_key(path) {
            return Ok(());
        }
        if pending.iter().any(|other| other == path) {
            bail!(
                "{} refer to each other in a circle: no fingerprint is possible",
                pending.join(", ")
            );
        }
        let bytes = self
            .files
            .get(path)
            .with_context(|| format!("{path} is missing"))?;
        let Some(mut text) = text_of(path, bytes) else {
            named.insert(
                path.to_owned(),
                Named {
                    path: final_path(path, bytes, fixed),
                    bytes: bytes.clone(),
                },
            );
            return Ok(());
        };
        pending.push(path.to_owned());
        for other in self.files.keys().filter(|other| *other != path) {
            if refers(&text, other) {
                self.name(other, fixed, named, pending)?;
                text = rename(&text, other, &named[other].path);
            }
        }
        pending.pop();
        let bytes = text.into_bytes();
        named.insert(
            path.to_owned(),
            Named {
                path: final_path(path, &bytes, fixed),
                bytes,
            },
        );
        Ok(())
    }
}

/// The first 16 hex digits of the SHA-256.
pub fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn final_path(path: &str, bytes: &[u8], fixed: &[&str]) -> String {
    if fixed.contains(&path) {
        return path.to_owned();
    }
    match path.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{}.{extension}", fingerprint(bytes)),
        None => format!("assets/{path}.{}", fingerprint(bytes)),
    }
}

fn text_of(path: &str, bytes: &[u8]) -> Option<String> {
    let text = [".js", ".css", ".html", ".webmanifest"]
        .iter()
        .any(|extension| path.ends_with(extension));
    text.then(|| String::from_utf8(bytes.to_vec()).ok())
        .flatten()
}

/// References are whole and quoted: `"/styles.css"`, `'./snippets/x.js'`, `url(/icons/x.svg)`.
const ENDS: [(&str, &str); 4] = [("\"", "\""), ("'", "'"), ("`", "`"), ("(", ")")];

fn refers(text: &str, path: &str) -> bool {
    references(path).any(|(reference, _, _)| text.contains(&reference))
}

fn rename(text: &str, path: &str, new: &str) -> String {
    references(path).fold(text.to_owned(), |text, (reference, open, close)| {
        text.replace(&reference, &format!("{open}/{new}{close}"))
    })
}

fn references(path: &str) -> impl Iterator<Item = (String, &'static str, &'static str)> {
    ENDS.into_iter().flat_map(move |(open, close)| {
        ["/", "./"].map(|root| (format!("{open}{root}{path}{close}"), open, close))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(files: &[(&str, &str)]) -> Assets {
        let mut assets = Assets::default();
        for (path, text) in files {
            assets.add(path, text.as_bytes().to_vec()).unwrap();
        }
        assets
    }

    #[test]
    fn a_name_carries_the_hash_of_the_content() {
        let named = assets(&[("styles.css", "a{}")]).named(&[]).unwrap();
        let hash = fingerprint(b"a{}");
        assert_eq!(hash.len(), 16);
        assert_eq!(
            named["styles.css"].path,
            format!("assets/styles.{hash}.css")
        );
    }

    #[test]
    fn a_fixed_name_stays_and_refers_to_the_new_ones() {
        let page = "<link href=\"/styles.css\"><a href=\"/styles.css.txt\">";
        let named = assets(&[("index.html", page), ("styles.css", "a{}")])
            .named(&["index.html"])
            .unwrap();
        let text = String::from_utf8(named["index.html"].bytes.clone()).unwrap();
        assert_eq!(named["index.html"].path, "index.html");
        assert_eq!(
            text,
            format!(
                "<link href=\"/{}\"><a href=\"/styles.css.txt\">",
                named["styles.css"].path
            )
        );
    }

    #[test]
    fn a_change_far_below_changes_every_name_above() {
        let files = |wasm| {
            [
                ("a.js", "load('/b.js')"),
                ("b.js", "fetch(`./c.wasm`)"),
                ("c.wasm", wasm),
            ]
        };
        let one = assets(&files("1")).named(&[]).unwrap();
        let two = assets(&files("2")).named(&[]).unwrap();
        assert_ne!(one["a.js"].path, two["a.js"].path);
        assert_eq!(one, assets(&files("1")).named(&[]).unwrap());
    }

    #[test]
    fn files_that_refer_to_each_other_are_refused() {
        let error = assets(&[("a.js", "'/b.js'"), ("b.js", "'/a.js'")])
            .named(&[])
            .unwrap_err();
        assert!(error.to_string().contains("a.js, b.js"), "{error}");
    }

    #[test]
    fn the_same_path_twice_is_refused() {
        let mut assets = assets(&[("a.js", "")]);
        assert!(assets.add("a.js", Vec::new()).is_err());
    }
}
