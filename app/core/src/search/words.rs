//! What counts as a word: letters and digits, without accents and capitals.

use crate::fold::plain;

/// Bytes of a word that are kept: nobody types a longer one, and machines write some.
const LONGEST: usize = 48;
/// Bytes of one text that are looked through.
const MOST: usize = 200_000;

/// Calls back on each word of a text, folded.
pub fn each_word(text: &str, mut call: impl FnMut(&str)) {
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            call(word);
            word.clear();
        }
    };
    for letter in upto(text, MOST).chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        } else if letter.is_ascii() {
            end(&mut word);
        } else {
            for letter in letter
                .to_lowercase()
                .flat_map(|letter| plain(letter).into_iter().flatten())
            {
                match letter.is_alphanumeric() {
                    true => word.push(letter),
                    false => end(&mut word),
                }
            }
        }
        if word.len() >= LONGEST {
            end(&mut word);
        }
    }
    end(&mut word);
}

/// The words of a text.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each_word(text, |word| words.push(word.to_owned()));
    words
}

/// The text of sanitised HTML, for the eye and for the index: a space where a tag was.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.starts_with('<') {
            true => after_tag(rest, &mut text),
            false => after_entity(rest, &mut text),
        };
    }
    text.push_str(rest);
    text
}

fn after_tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    text.push(' ');
    rest.find('>').map_or("", |end| &rest[end + 1..])
}

/// The sanitiser writes only these, and numbers.
fn after_entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let end = rest.find(';').filter(|end| *end <= 10);
    let Some(end) = end else {
        text.push('&');
        return &rest[1..];
    };
    let letter = match &rest[1..end] {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        number => numbered(number),
    };
    match letter {
        Some(letter) => {
            text.push(letter);
            &rest[end + 1..]
        }
        None => {
            text.push('&');
            &rest[1..]
        }
    }
}

fn numbered(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#')?;
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(number)
}

/// At most so many bytes, at a letter's end.
fn upto(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_digits_without_accents_and_capitals() {
        assert_eq!(
            words("L’imprimante HP-4015 « Réception », Cœur : 192.168.1.4"),
            [
                "l",
                "imprimante",
                "hp",
                "4015",
                "reception",
                "coeur",
                "192",
                "168",
                "1",
                "4"
            ]
        );
        assert_eq!(words("e\u{301}te\u{301}"), ["ete"]);
        assert_eq!(words(" \n–…"), Vec::<String>::new());
    }

    #[test]
    fn html_leaves_its_words_and_not_its_tags() {
        let html = "<p>R&amp;D : <b>caisse&nbsp;23</b><br>l&#39;écran &lt;HS&gt; A&B</p>";
        assert_eq!(
            plain_text(html).split_whitespace().collect::<Vec<_>>(),
            ["R&D", ":", "caisse", "23", "l'écran", "<HS>", "A&B"]
        );
        assert_eq!(plain_text("a <b"), "a  ");
        assert_eq!(plain_text("&#x41;&#65;&#xffffffff;"), "AA&#xffffffff;");
    }

    #[test]
    fn what_a_machine_wrote_is_cut() {
        let base64 = "QUJD".repeat(100_000);
        let words = words(&base64);
        assert!(words.iter().all(|word| word.len() <= LONGEST));
        assert!(words.len() * LONGEST <= MOST + LONGEST);
    }
}
