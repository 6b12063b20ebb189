//! Emoji as words, for a database that would make `????` of them.

use unicode_segmentation::UnicodeSegmentation;

/// The text with every character beyond the basic plane spelled out, and whether there was one.
pub(crate) fn spell(text: &str) -> (String, bool) {
    if text.chars().all(fits) {
        return (text.to_owned(), false);
    }
    let mut out = String::with_capacity(text.len() + 32);
    for cluster in text.graphemes(true) {
        if cluster.chars().all(fits) {
            out.push_str(cluster);
        } else {
            out.push_str(&spell_cluster(cluster));
        }
    }
    (out, true)
}

fn spell_cluster(cluster: &str) -> String {
    if let Some(emoji) = emojis::get(cluster) {
        let name = emoji.shortcode().map(str::to_owned);
        let name = name.unwrap_or_else(|| emoji.name().replace([' ', ':'], "_"));
        return format!(":{name}:");
    }
    cluster
        .chars()
        .filter_map(|letter| match letter {
            // Joiners, selectors and skin tones mean nothing alone.
            '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => None,
            letter if fits(letter) => Some(letter.to_string()),
            letter => Some(spell_letter(letter)),
        })
        .collect()
}

fn spell_letter(letter: char) -> String {
    match emojis::get(letter.encode_utf8(&mut [0; 4])) {
        Some(emoji) => format!(":{}:", emoji.shortcode().unwrap_or(emoji.name())),
        None => format!("[U+{:04X}]", u32::from(letter)),
    }
}

fn fits(letter: char) -> bool {
    u32::from(letter) < 0x1_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_become_names_and_the_rest_stays() {
        assert_eq!(spell("été € …"), ("été € …".to_owned(), false));
        assert_eq!(spell("Feu 🔥 ici"), ("Feu :fire: ici".to_owned(), true));
        let (spelled, altered) = spell("👍🏽 👨‍👩‍👧 𝕏");
        assert!(altered);
        assert!(spelled.chars().all(fits), "{spelled}");
        assert!(spelled.contains("[U+1D54F]"), "{spelled}");
        assert!(!spelled.contains('?'));
    }
}
