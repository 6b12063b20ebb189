//! What a subject says once it is rid of what mail programs put before it.

use crate::changes::MAX_TITLE_LETTERS;
use crate::fold::fold;

/// What mail programs of people who write to us put before the subject of an answer or of a mail that they pass on.
const PREFIXES: &[&str] = &["re", "rep", "aw", "tr", "fw", "fwd", "wg", "transfere"];
const PASSED_ON: &[&str] = &["tr", "fw", "fwd", "wg", "transfere"];

/// The subject without *Re:*, *RE :*, *Fwd:*, *TR:*, *Re[2]:*, however many there are.
pub fn bare_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((_, after)) = prefix(rest) {
        rest = after;
    }
    rest
}

/// Whether somebody passes on what another wrote: what he quotes is what is wanted.
pub(super) fn is_passed_on(subject: &str) -> bool {
    let mut rest = subject.trim();
    while let Some((name, after)) = prefix(rest) {
        if PASSED_ON.contains(&name.as_str()) {
            return true;
        }
        rest = after;
    }
    false
}

/// The number that GLPI writes into its subjects, `[GLPI #0007754]`, also in an answer to one.
pub fn number_in(subject: &str) -> Option<u64> {
    let (_, after) = subject.split_once("[GLPI #")?;
    let (digits, _) = after.split_once(']')?;
    digits.parse().ok()
}

/// As long as GLPI keeps it whole, at a word's end.
pub(super) fn as_title(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_TITLE_LETTERS {
        return line;
    }
    let cut: String = line.chars().take(MAX_TITLE_LETTERS - 1).collect();
    let whole = match cut.rsplit_once(' ') {
        Some((whole, _)) if whole.chars().count() > MAX_TITLE_LETTERS / 2 => whole,
        _ => cut.as_str(),
    };
    format!("{whole}…")
}

/// A known prefix and what comes behind its colon.
fn prefix(subject: &str) -> Option<(String, &str)> {
    let (before, after) = subject.split_once([':', '：'])?;
    let name = before.trim().trim_end_matches(|letter: char| {
        letter.is_ascii_digit() || matches!(letter, '[' | ']' | '(' | ')' | '*' | '^')
    });
    let name = fold(name.trim());
    PREFIXES
        .contains(&name.as_str())
        .then(|| (name, after.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_what_is_passed_on_lose_their_prefixes() {
        for (subject, bare) in [
            ("Re: Caisse 23", "Caisse 23"),
            ("RE : Fwd: TR: Caisse 23", "Caisse 23"),
            ("Re[2]: RE(3) : caisse", "caisse"),
            ("RÉP\u{a0}: Tr : x", "x"),
            ("Réf. : 12", "Réf. : 12"),
            ("Caisse : elle fume", "Caisse : elle fume"),
            ("Re:", ""),
            ("  Fw:  ", ""),
            ("", ""),
        ] {
            assert_eq!(bare_subject(subject), bare, "{subject}");
        }
    }

    #[test]
    fn who_passes_on_is_known_behind_an_answer_too() {
        assert!(is_passed_on("Re: TR: Facture"));
        assert!(is_passed_on("Fwd : x"));
        assert!(!is_passed_on("Re: Travaux"));
    }

    #[test]
    fn the_number_of_a_ticket_is_read_in_answers_too() {
        assert_eq!(number_in("Re: [GLPI #0007754] Suivi"), Some(7754));
        assert_eq!(number_in("[GLPI #x] Suivi"), None);
        assert_eq!(number_in("Ticket 7754"), None);
    }

    #[test]
    fn a_title_is_as_long_as_glpi_keeps_it() {
        let long = "mot ".repeat(100);
        let title = as_title(&long);
        assert!(title.chars().count() <= MAX_TITLE_LETTERS);
        assert!(title.ends_with("mot…"), "{title}");
        assert_eq!(
            as_title(&"é".repeat(400)).chars().count(),
            MAX_TITLE_LETTERS
        );
        assert_eq!(as_title(" a \n b "), "a b");
    }
}
