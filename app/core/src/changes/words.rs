//! The words of sanitised HTML, as a person would type them.

/// Plain text of sanitised HTML: its tags are well-formed and its entities few. Lines stay lines.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let (tag, after) = rest[start + 1..].split_once('>').unwrap_or_default();
        if ends_line(tag) {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    // The ampersand last: what it makes is not to be read again.
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("\u{a0}", " "),
        ("&amp;", "&"),
    ];
    let text = entities
        .iter()
        .fold(text, |text, (entity, letter)| text.replace(entity, letter));
    text.trim().to_owned()
}

fn ends_line(tag: &str) -> bool {
    let name = tag.trim_end_matches('/').trim();
    let is_break = matches!(name.split(' ').next(), Some("br" | "hr"));
    let block = [
        "/p",
        "/li",
        "/div",
        "/tr",
        "/td",
        "/th",
        "/h1",
        "/h2",
        "/h3",
        "/h4",
        "/blockquote",
        "/pre",
    ];
    is_break || block.contains(&name)
}

/// How a reference begins, in a line behind a text of ours: a GLPI that hides nothing knows it again by that.
pub const REFERENCE: &str = "réf. T-";
/// Its letters, which can't be misread over the phone (Crockford's base 32).
pub const REFERENCE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// So many.
pub const REFERENCE_LETTERS: usize = 8;

/// Whether two texts have the same words, whatever spaces and lines lie between them. The reference behind one of them is
/// no word of his: a server that was put back to its backup does not know it for its own, and leaves it where it is.
pub fn same_words(one: &str, two: &str) -> bool {
    let same = |one: &str, two: &str| one.split_whitespace().eq(two.split_whitespace());
    match (without_reference(one), without_reference(two)) {
        (Some(one), None) => same(one, two),
        (None, Some(two)) => same(one, two),
        _ => same(one, two),
    }
}

/// A text without the reference behind it, where it has one.
fn without_reference(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let letters = last.trim().strip_prefix(REFERENCE)?;
    let known = |letter| REFERENCE_ALPHABET.contains(&letter);
    let is_one = letters.len() == REFERENCE_LETTERS && letters.bytes().all(known);
    is_one.then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::text_to_html;

    #[test]
    fn what_was_typed_comes_back_out_of_the_html() {
        for typed in [
            "R&D <b>\nligne 2",
            "a &amp; b",
            "\"x\" d'été",
            "ligne 1\n\nligne 3",
        ] {
            assert_eq!(plain_text(&text_to_html(typed)), typed);
        }
        assert_eq!(
            plain_text("<p>un</p><ul><li>deux</li></ul>trois<br/>quatre"),
            "un\ndeux\ntrois\nquatre"
        );
        assert_eq!(plain_text("a &lt; b <i"), "a < b");
    }

    #[test]
    fn spaces_make_no_difference_and_words_do() {
        assert!(same_words("un  deux\n", "un\ndeux"));
        assert!(!same_words("un deux", "undeux"));
        let marked = "un deux\n\nréf. T-6E5R5DN8";
        assert!(same_words("un deux", marked));
        assert!(!same_words("un", marked));
        assert!(!same_words("un deux", "un deux réf. T-6E5R5DN8"));
        assert!(!same_words("un deux", "un deux\nréf. T-6E5R5DN8 de Paul"));
        assert!(!same_words("un deux", "un deux\nréf. T-100"));
        assert!(!same_words(marked, "un deux\n\nréf. T-SJ16984V"));
    }
}
