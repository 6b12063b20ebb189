//! Whether GLPI kept a text as it was sent.

/// Whether the text of this HTML differs from what was typed, spaces aside.
pub(super) fn differs(html: &str, typed: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    words(&text_of(html)) != words(typed)
}

/// The text of sanitised HTML: its tags are well-formed and its entities few.
fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        // `<br>` and the ends of paragraphs part words.
        text.push(' ');
        rest = rest[start..]
            .find('>')
            .map_or("", |end| &rest[start + end + 1..]);
    }
    text.push_str(rest);
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("\u{a0}", " "),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(text, |text, (entity, letter)| text.replace(entity, letter))
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
}
