//! The procedure's own text, sections 1, 3, 4 and 6, sentence by sentence.

const TEXT: &str = include_str!("procedure.txt");

/// All its sentences, as they are quoted: without headings, marks of a list, and bold type. The table is none of them.
pub fn sentences() -> Vec<String> {
    let lines = TEXT.lines();
    let lines = lines.filter(|line| !is_heading(line) && !line.contains('\t'));
    let lines = lines.map(|line| unmarked(&line.replace("**", "")));
    lines.filter(|line| !line.is_empty()).collect()
}

/// The rows of the table of section 3: the head, then tickets.
pub fn table() -> Vec<Vec<String>> {
    let rows = TEXT.lines().filter(|line| line.contains('\t'));
    rows.map(|row| row.split('\t').skip(1).map(str::to_owned).collect())
        .collect()
}

/// "1. Réception des demandes"
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.len() < line.len() && digits.starts_with(". ")
}

/// Without the mark of a list ("- ", "a. ").
fn unmarked(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.strip_prefix("- ").unwrap_or(&line);
    let letter = line
        .split_once(". ")
        .filter(|(letter, _)| letter.len() == 1);
    letter.map_or(line, |(_, rest)| rest).to_owned()
}
