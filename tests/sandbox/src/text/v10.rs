//! GLPI 10: numeric entities for `& < >`, and a guess at what was already escaped.

/// The text as GLPI 10 stores it; `None` where it stores NULL.
pub fn sanitize(text: &str) -> Option<String> {
    if text == "null" {
        // The update query writes the word without quotes.
        return None;
    }
    Some(unescape(&encode(text)))
}

/// `&`, `<` and `>` as numeric entities, unless the text looks encoded already.
pub fn encode(text: &str) -> String {
    if is_encoded(text) {
        return text.to_owned();
    }
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
}

/// What `X-GLPI-Sanitized-Content: false` answers.
pub fn decode(text: &str) -> String {
    if !is_encoded(text) {
        return text.to_owned();
    }
    if ["&#38;", "&#60;", "&#62;"].iter().any(|e| text.contains(e)) {
        text.replace("&#62;", ">")
            .replace("&#60;", "<")
            .replace("&#38;", "&")
    } else {
        text.replace("&gt;", ">").replace("&lt;", "<")
    }
}

fn is_encoded(text: &str) -> bool {
    let plain = text.contains(['<', '>'])
        || text
            .match_indices('&')
            .any(|(at, _)| !starts_an_entity(&text[at + 1..]));
    !plain
        && ["&#38;", "&#60;", "&#62;", "&lt;", "&gt;"]
            .iter()
            .any(|entity| text.contains(entity))
}

fn starts_an_entity(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest);
    match name.find(|c: char| !c.is_ascii_alphanumeric()) {
        Some(end) => end > 0 && name[end..].starts_with(';'),
        None => false,
    }
}

/// A text whose every backslash looks like an escape is taken for escaped, and the database unescapes it.
pub fn unescape(text: &str) -> String {
    if !looks_escaped(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

fn looks_escaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.iter().any(|b| matches!(b, 0 | b'\n' | b'\r' | 0x1a)) {
        return false;
    }
    let bare_quote =
        |(at, b): (usize, &u8)| matches!(b, b'\'' | b'"') && (at == 0 || bytes[at - 1] != b'\\');
    if bytes.iter().enumerate().any(bare_quote) {
        return false;
    }
    let mut at = 0;
    let mut found = false;
    while let Some(start) = text[at..].find('\\').map(|i| i + at) {
        found = true;
        let end = start + bytes[start..].iter().take_while(|b| **b == b'\\').count();
        let mut count = end - start;
        let rest = &text[end..];
        if rest.starts_with(['n', 'r', '\'', '"'])
            || rest.starts_with("x00")
            || rest.starts_with("x1a")
        {
            count -= 1;
        }
        if count % 2 == 1 {
            return false;
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_become_numeric_entities() {
        for (sent, stored) in [
            ("a < b > c", "a &#60; b &#62; c"),
            ("a & b", "a &#38; b"),
            ("&amp;", "&#38;amp;"),
            ("&lt;b&gt;", "&lt;b&gt;"),
            ("&#60;", "&#60;"),
            ("&nbsp;x&eacute;", "&#38;nbsp;x&#38;eacute;"),
            ("&#38;#60;", "&#38;#60;"),
            ("dit \"oui\"", "dit \"oui\""),
        ] {
            assert_eq!(sanitize(sent).as_deref(), Some(stored), "{sent}");
        }
    }

    #[test]
    fn decoding_undoes_one_layer() {
        assert_eq!(decode("&#60;A4&#62; &#38; é"), "<A4> & é");
        assert_eq!(decode("&lt;b&gt;"), "<b>");
        assert_eq!(decode("&#38;#60;"), "&#60;");
        assert_eq!(decode("&#38;amp;"), "&amp;");
    }

    #[test]
    fn backslashes_that_look_escaped_are_unescaped() {
        for (sent, stored) in [
            (r"C:\new", "C:\new"),
            (r"\\SRV-FIC\Compta", r"\\SRV-FIC\Compta"),
            (r"\\SRV\new", "\\SRV\new"),
            (r"a\nb", "a\nb"),
            (r"a\tb", r"a\tb"),
            (r"a\'b", "a'b"),
            (r"l'a\nb", r"l'a\nb"),
            (r"fin\", r"fin\"),
            (r"deux\\", r"deux\"),
            (r"\", r"\"),
            (r"10\10", r"10\10"),
            (r"dom\roux", "dom\roux"),
            (r"regex \d+\n", r"regex \d+\n"),
            (r"C:\new\temp\r\0", r"C:\new\temp\r\0"),
            (r"l1\\nl2", r"l1\\nl2"),
            ("l1\nl2", "l1\nl2"),
        ] {
            assert_eq!(sanitize(sent).as_deref(), Some(stored), "{sent}");
        }
    }

    #[test]
    fn the_word_null_becomes_null() {
        assert_eq!(sanitize("null"), None);
    }
}
