//! Words that tell one text from every other. What GLPIs do with the letters around them is their business.

/// The word in a text that no other has: a technician's, or that of somebody at a desk; empty where there is none.
pub fn telling(words: &str) -> &str {
    let mut all = words.split(|letter: char| !letter.is_ascii_alphanumeric());
    all.find(is_telling).unwrap_or_default()
}

fn is_telling(word: &&str) -> bool {
    let numbered = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_digit());
    let typed = word.strip_prefix("mot").is_some_and(numbered) && word.contains('x');
    typed || word.strip_prefix(DESK).is_some_and(numbered)
}

const DESK: &str = "bureau";

/// A text as somebody at a desk leaves it: another telling word, all else as it was, marks and lines of ours too.
pub fn reworded(text: &str, number: u64) -> String {
    let word = format!("{DESK}{number}");
    match telling(text) {
        "" => format!("{word} {text}"),
        told => text.replacen(told, &word, 1),
    }
}
