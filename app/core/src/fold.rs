//! Words without accents and capitals, so that *telephone* finds *Téléphone*.

use std::cmp::Ordering;

/// Appends `text` to `out`, folded.
pub fn fold_into(text: &str, out: &mut String) {
    out.extend(folded(text));
}

/// `text`, folded.
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

/// The order of a French index, near enough: accents and capitals don't count.
pub fn compare(a: &str, b: &str) -> Ordering {
    folded(a).cmp(folded(b))
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .flat_map(char::to_lowercase)
        .flat_map(|letter| plain(letter).into_iter().flatten())
}

/// What one small letter folds to: nothing for an accent that stands apart.
pub(crate) fn plain(letter: char) -> [Option<char>; 2] {
    let one = |letter| [Some(letter), None];
    match letter {
        'a'..='z' | ' ' => one(letter),
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => one('a'),
        'ç' => one('c'),
        'è' | 'é' | 'ê' | 'ë' => one('e'),
        'ì' | 'í' | 'î' | 'ï' => one('i'),
        'ñ' => one('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => one('o'),
        'ù' | 'ú' | 'û' | 'ü' => one('u'),
        'ý' | 'ÿ' => one('y'),
        'æ' => [Some('a'), Some('e')],
        'œ' => [Some('o'), Some('e')],
        '’' => one('\''),
        // Combining accents, as macOS and iPhones may type them.
        '\u{300}'..='\u{36f}' => [None, None],
        other => one(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_capitals_and_ligatures_fold() {
        assert_eq!(
            fold("Téléphone CŒUR d’Été, à Noël"),
            "telephone coeur d'ete, a noel"
        );
    }

    #[test]
    fn a_letter_with_a_combining_accent_folds_like_the_whole_one() {
        assert_eq!(fold("e\u{301}te\u{301}"), fold("été"));
    }

    #[test]
    fn an_index_does_not_put_accents_after_z() {
        let mut names = ["Zac", "Épinal", "aix", "Étampes"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["aix", "Épinal", "Étampes", "Zac"]);
    }
}
