//! Makes a struct of the screen's texts out of the locale files, so that a missing key fails the build.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

type Locale = BTreeMap<String, String>;

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("{words}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    let mut fr = read("fr")?;
    let en = read("en")?;
    compare(&fr, &en)?;
    for text in fr.values_mut() {
        *text = french_spaces(text);
    }
    let (plain, plural) = sort_out(&fr)?;
    let mut code =
        String::from("/// All texts of the screen in one language.\npub struct Texts {\n");
    for key in &plain {
        let _ = writeln!(code, "    pub {key}: &'static str,");
    }
    for key in &plural {
        let _ = writeln!(code, "    pub {key}: Plural,");
    }
    code.push_str("}\n");
    write_static(&mut code, "FR", &fr, &plain, &plural);
    write_static(&mut code, "EN", &en, &plain, &plural);
    let folder = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&folder).join("texts.rs"), code).map_err(|error| error.to_string())
}

fn read(language: &str) -> Result<Locale, String> {
    let path = format!("locales/{language}.json");
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let locale: Locale = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    for key in locale.keys() {
        let fits = key.starts_with(|c: char| c.is_ascii_lowercase())
            && key
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !fits {
            return Err(format!("{path}: {key:?} is not a key (a-z, 0-9, _)"));
        }
    }
    Ok(locale)
}

fn compare(fr: &Locale, en: &Locale) -> Result<(), String> {
    for (key, text) in fr {
        let Some(other) = en.get(key) else {
            return Err(format!("locales/en.json lacks {key:?}"));
        };
        if placeholders(text) != placeholders(other) {
            return Err(format!(
                "{key:?} has other placeholders in French than in English"
            ));
        }
    }
    match en.keys().find(|key| !fr.contains_key(*key)) {
        Some(key) => Err(format!("locales/fr.json lacks {key:?}")),
        None => Ok(()),
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    let pieces = text.split('{').skip(1);
    pieces
        .filter_map(|piece| Some(piece.split_once('}')?.0))
        .collect()
}

/// Keys of plain texts, and those of plurals without their `_one` and `_other`.
fn sort_out(locale: &Locale) -> Result<(Vec<&str>, Vec<&str>), String> {
    let (mut plain, mut plural) = (Vec::new(), Vec::new());
    for key in locale.keys() {
        if let Some(stem) = key.strip_suffix("_one") {
            if !locale.contains_key(&format!("{stem}_other")) {
                return Err(format!("{key:?} lacks its {stem}_other"));
            }
            plural.push(stem);
        } else if let Some(stem) = key.strip_suffix("_other") {
            if !locale.contains_key(&format!("{stem}_one")) {
                return Err(format!("{key:?} lacks its {stem}_one"));
            }
        } else {
            plain.push(key.as_str());
        }
    }
    Ok((plain, plural))
}

/// Narrow no-break spaces before high punctuation, typographic apostrophes.
fn french_spaces(text: &str) -> String {
    let mut out = text.replace('\'', "\u{2019}");
    for mark in [";", ":", "!", "?", "»", "%"] {
        out = out.replace(&format!(" {mark}"), &format!("\u{202f}{mark}"));
    }
    out.replace("« ", "«\u{202f}")
}

fn write_static(code: &mut String, name: &str, locale: &Locale, plain: &[&str], plural: &[&str]) {
    let text = |key: &str| locale.get(key).map_or("", String::as_str);
    let _ = writeln!(code, "static {name}: Texts = Texts {{");
    for key in plain {
        let _ = writeln!(code, "    {key}: {:?},", text(key));
    }
    for key in plural {
        let one = text(&format!("{key}_one"));
        let other = text(&format!("{key}_other"));
        let _ = writeln!(
            code,
            "    {key}: Plural {{ one: {one:?}, other: {other:?} }},"
        );
    }
    code.push_str("};\n");
}
