//! What a mail ends with: a signature. It is cut off what becomes a description, and kept beside it.

use crate::fold::fold;

/// With what people take their leave.
const LEAVE: &[&str] = &[
    "cordialement",
    "bien cordialement",
    "tres cordialement",
    "bien a vous",
    "bien a toi",
    "sinceres salutations",
    "salutations",
    "cdt",
    "cdlt",
    "amicalement",
    "bonne journee",
    "bonne soiree",
    "bonne reception",
    "merci d'avance",
    "merci par avance",
    "merci",
    "a bientot",
    "best regards",
    "kind regards",
    "regards",
];
/// A signature has no more lines, and none of them is longer.
const LINES: usize = 10;
const LETTERS: usize = 80;
const WORDS: usize = 8;

/// The text without its signature, and the signature.
pub(super) fn split(text: &str) -> (&str, &str) {
    let at = begins(text).unwrap_or(text.len());
    let (kept, cut) = text.split_at(at);
    match kept.trim().is_empty() {
        // A mail that is a greeting from its first word on is all that there is.
        true => (text.trim(), ""),
        false => (kept.trim(), cut.trim()),
    }
}

/// At which line somebody takes his leave, if nothing but a signature follows.
fn begins(text: &str) -> Option<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        starts.push((at, line));
        at += line.len();
    }
    let place = starts.iter().rposition(|(_, line)| takes_leave(line))?;
    let tail = &starts[place + 1..];
    let lines = tail.iter().map(|(_, line)| line.trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    // *Merci* alone is no leave where more is asked behind it.
    let is_signature = lines.len() <= LINES && lines.iter().all(|line| is_of_a_signature(line));
    is_signature.then(|| starts[place].0)
}

fn takes_leave(line: &str) -> bool {
    let folded = fold(line.trim().trim_end_matches([',', '.', '!', ' ', '\u{a0}']));
    LEAVE.contains(&folded.as_str())
}

fn is_of_a_signature(line: &str) -> bool {
    let folded = fold(line);
    let adds = ["ps", "p.s", "nb", "n.b"].iter().any(|start| {
        let rest = folded.strip_prefix(start);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    let is_sentence = line.contains('?') || line.ends_with(['.', '!']);
    let is_long = line.chars().count() > LETTERS || line.split_whitespace().count() > WORDS;
    !is_long && !adds && !is_sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_cut_and_kept() {
        let text = "Bonjour,\n\nLa caisse fume.\n\nCordialement,\nNoémie Esmieu\nMagasin Les ARCS\n04 94 00 11 22\n";
        let (kept, cut) = split(text);
        assert_eq!(kept, "Bonjour,\n\nLa caisse fume.");
        assert_eq!(
            cut,
            "Cordialement,\nNoémie Esmieu\nMagasin Les ARCS\n04 94 00 11 22"
        );
    }

    #[test]
    fn what_is_asked_behind_a_leave_is_no_signature() {
        for text in [
            "La caisse fume.\nMerci\nPouvez-vous passer demain ?",
            "Bonjour\nMerci\nLe TPE est en panne.",
            "La caisse fume.\nBonne journée,\nPS : la clé est à l'accueil",
            "Merci d'avance",
            "",
            "scanner marche pas",
        ] {
            assert_eq!(split(text), (text, ""));
        }
    }

    #[test]
    fn the_last_leave_counts() {
        let text = "Merci\nLe TPE est en panne.\nBien à vous,\nPaul";
        assert_eq!(split(text).0, "Merci\nLe TPE est en panne.");
    }
}
