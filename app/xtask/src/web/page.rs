//! The site as it is served: final names, and the service worker's list of all of them.

use super::assets::{Assets, fingerprint};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// Files whose address is known to browsers beforehand.
const FIXED: [&str; 3] = ["index.html", "manifest.webmanifest", WORKER];
const WORKER: &str = "sw.js";

/// Every file of the site by its path from the root.
pub struct Site {
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Names the files, refers to them by name, and fills in the service worker.
pub fn lay_out(assets: &Assets) -> Result<Site> {
    let mut files: BTreeMap<String, Vec<u8>> = assets
        .named(&FIXED)?
        .into_values()
        .map(|file| (file.path, file.bytes))
        .collect();
    for path in FIXED {
        if !files.contains_key(path) {
            bail!("public/{path} is missing");
        }
    }
    let worker = files.remove(WORKER).context("public/sw.js is missing")?;
    let worker = String::from_utf8(worker).context("public/sw.js isn't UTF-8")?;
    let worker = fill(&worker, &version(&files, &worker), &precache(&files))?;
    files.insert(WORKER.to_owned(), worker.into_bytes());
    Ok(Site { files })
}

/// What the service worker keeps: all of it; the page under the address that it is opened by.
fn precache(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    files
        .keys()
        .map(|path| {
            if path == "index.html" {
                "/".to_owned()
            } else {
                format!("/{path}")
            }
        })
        .collect()
}

/// Changes with any file, so that browsers see a new service worker exactly when there is something new.
fn version(files: &BTreeMap<String, Vec<u8>>, worker: &str) -> String {
    let mut all = worker.as_bytes().to_vec();
    for (path, bytes) in files {
        all.extend_from_slice(path.as_bytes());
        all.extend_from_slice(fingerprint(bytes).as_bytes());
    }
    fingerprint(&all)
}

fn fill(worker: &str, version: &str, precache: &[String]) -> Result<String> {
    let list = serde_json::to_string(precache).context("the precache list")?;
    let places = [
        (
            "const VERSION = \"unbuilt\";",
            format!("const VERSION = \"{version}\";"),
        ),
        (
            "const PRECACHE = [\"/\"];",
            format!("const PRECACHE = {list};"),
        ),
    ];
    let mut filled = worker.to_owned();
    for (place, value) in places {
        if filled.matches(place).count() != 1 {
            bail!("public/sw.js must have the line `{place}` once");
        }
        filled = filled.replace(place, &value);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "const VERSION = \"unbuilt\";\nconst PRECACHE = [\"/\"];\n";

    fn site(css: &str, worker: &str) -> Result<Site> {
        let mut assets = Assets::default();
        let files = [
            (
                "index.html",
                "<link href=\"/styles.css\"><link href=\"/manifest.webmanifest\">",
            ),
            ("manifest.webmanifest", "{}"),
            ("styles.css", css),
            ("sw.js", worker),
        ];
        for (path, text) in files {
            assets.add(path, text.as_bytes().to_vec()).unwrap();
        }
        lay_out(&assets)
    }

    fn worker_of(site: &Site) -> String {
        String::from_utf8(site.files[WORKER].clone()).unwrap()
    }

    #[test]
    fn the_list_holds_every_file_but_the_worker_itself() {
        let site = site("a{}", TEMPLATE).unwrap();
        let list = format!(
            "[\"/assets/styles.{}.css\",\"/\",\"/manifest.webmanifest\"]",
            fingerprint(b"a{}")
        );
        assert!(
            worker_of(&site).contains(&format!("const PRECACHE = {list};")),
            "{}",
            worker_of(&site)
        );
    }

    #[test]
    fn the_version_changes_with_the_content_and_with_nothing_else() {
        let one = worker_of(&site("a{}", TEMPLATE).unwrap());
        assert_eq!(one, worker_of(&site("a{}", TEMPLATE).unwrap()));
        assert_ne!(one, worker_of(&site("b{}", TEMPLATE).unwrap()));
        assert_ne!(
            one,
            worker_of(&site("a{}", &format!("{TEMPLATE}// new")).unwrap())
        );
        assert!(!one.contains("unbuilt"));
    }

    #[test]
    fn a_worker_without_its_places_is_refused() {
        let error = site("a{}", "const VERSION = \"unbuilt\";").err().unwrap();
        assert!(error.to_string().contains("PRECACHE"), "{error}");
    }

    #[test]
    fn the_real_worker_has_its_places() {
        let worker = include_str!("../../../../public/sw.js");
        assert!(site("a{}", worker).is_ok());
    }
}
