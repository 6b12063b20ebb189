//! Remembers what an app folder was made from, so that a second start builds nothing.

use crate::project::Project;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Everything that the app is made of; `app/` holds this xtask too.
const SOURCES: [&str; 5] = ["app", "public", "Cargo.toml", "Cargo.lock", ".cargo"];

/// A hash over the sources and the way of building.
pub fn of_sources(project: &Project, dev: bool) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update([u8::from(dev)]);
    for source in SOURCES {
        add(&mut hash, &project.root, &project.root.join(source))?;
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// Sorted, each with its name and length: the same bytes cut differently are another tree.
fn add(hash: &mut Sha256, root: &Path, source: &Path) -> Result<()> {
    for entry in WalkDir::new(source).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", source.display()))?;
        if entry.file_type().is_file() {
            let bytes = fs::read(entry.path())
                .with_context(|| format!("cannot read {}", entry.path().display()))?;
            let name = entry.path().strip_prefix(root).unwrap_or(entry.path());
            hash.update(name.as_os_str().as_encoded_bytes());
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
    }
    Ok(())
}

/// Whether the folder is there and was made from these sources, with an optimiser or without.
pub fn matches(out: &Path, sources: &str, optimised: bool) -> bool {
    out.join("index.html").is_file()
        && fs::read_to_string(place(out)).is_ok_and(|text| text == line(sources, optimised))
}

/// Remembers it.
pub fn write(out: &Path, sources: &str, optimised: bool) -> Result<()> {
    let place = place(out);
    fs::write(&place, line(sources, optimised))
        .with_context(|| format!("cannot write {}", place.display()))
}

fn line(sources: &str, optimised: bool) -> String {
    format!(
        "{sources} {}\n",
        if optimised { "wasm-opt" } else { "plain" }
    )
}

/// Beside the folder, not in it: it isn't served.
fn place(out: &Path) -> PathBuf {
    out.with_extension("stamp")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        for source in ["app", "public", ".cargo"] {
            fs::create_dir(folder.path().join(source)).unwrap();
        }
        for source in ["app/main.rs", "public/sw.js", "Cargo.toml", "Cargo.lock"] {
            fs::write(folder.path().join(source), source).unwrap();
        }
        let project = Project {
            root: folder.path().into(),
            target: folder.path().join("target"),
        };
        (folder, project)
    }

    #[test]
    fn the_stamp_changes_with_content_names_and_the_way_of_building() {
        let (folder, project) = project();
        let first = of_sources(&project, false).unwrap();
        assert_eq!(first, of_sources(&project, false).unwrap());
        assert_ne!(first, of_sources(&project, true).unwrap());

        fs::rename(
            folder.path().join("app/main.rs"),
            folder.path().join("app/other.rs"),
        )
        .unwrap();
        let renamed = of_sources(&project, false).unwrap();
        assert_ne!(first, renamed);
        fs::write(folder.path().join("public/sw.js"), "changed").unwrap();
        assert_ne!(renamed, of_sources(&project, false).unwrap());
    }

    #[test]
    fn only_a_whole_folder_from_the_same_sources_matches() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("web");
        fs::create_dir(&out).unwrap();
        write(&out, "abc", true).unwrap();
        assert!(!matches(&out, "abc", true), "no page in it");
        fs::write(out.join("index.html"), "").unwrap();
        assert!(matches(&out, "abc", true));
        assert!(!matches(&out, "abd", true));
        assert!(!matches(&out, "abc", false));
    }
}
