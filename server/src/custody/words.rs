//! Whether GLPI kept a text as it was sent, and whether a text can be what became of one.

use tournee_core::changes::{plain_text, same_words};

/// Whether the text of this HTML differs from what was typed, spaces aside.
pub(super) fn differs(html: &str, typed: &str) -> bool {
    !same_words(&plain_text(html), typed)
}

/// Whether this HTML can be what GLPI made of what was typed: half of its words are his. A number alone is no proof:
/// GLPI may give one, store nothing, and give it again to the next who writes.
pub(super) fn resembles(html: &str, typed: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (stored, typed) = (words(&plain_text(html)), words(typed));
    let his = stored.iter().filter(|word| typed.contains(word)).count();
    his * 2 >= stored.len() && (his > 0 || typed.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_spaces_are_no_difference() {
        assert!(!differs(
            "<p>R&amp;D &lt;b&gt;<br>ligne 2</p>",
            "R&D <b>\nligne 2\n"
        ));
        assert!(differs("<p>C:ew</p>", "C:\\new"));
    }

    #[test]
    fn a_mangled_text_is_known_again_and_anothers_is_not() {
        assert!(resembles("<p>C:ew r&amp;d</p>", "C:\\new R&D"));
        assert!(resembles("Écran changé", "Écran <écran@x> changé"));
        assert!(resembles("", "🔥"));
        assert!(!resembles("", "Écran changé"));
        assert!(!resembles(
            "Rappelé le magasin ce matin.",
            "Écran changé ce soir"
        ));
    }
}
