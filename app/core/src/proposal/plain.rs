//! Sanitised HTML as plain text: what was folded away of a mail can be put into a description.

/// Tags that end a line.
const BREAKS: &[&str] = &[
    "br",
    "/p",
    "/div",
    "/li",
    "/tr",
    "/blockquote",
    "/h1",
    "/h2",
    "/h3",
    "/pre",
    "hr",
];

/// The text of HTML that the server made safe: its tags are well-formed and its entities few.
pub(super) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        let end = rest.find('>').unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('/');
        let name = name.split_whitespace().next().unwrap_or_default();
        if BREAKS.contains(&name) {
            text.push('\n');
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    tidy(&decoded(&text))
}

fn decoded(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("\u{a0}", " "),
        ("&amp;", "&"),
    ];
    let text = text.to_owned();
    entities
        .iter()
        .fold(text, |text, (entity, letter)| text.replace(entity, letter))
}

/// Lines without what hangs over at their ends, at most one empty one at a time.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        empty = match line.trim().is_empty() {
            true => empty + 1,
            false => 0,
        };
        if empty <= 1 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_letters_stay_and_tags_go() {
        let html =
            "<div>Le 3 mars :<blockquote>R&amp;D &lt;b&gt;<br>l 2</blockquote></div><p>fin</p>";
        assert_eq!(plain(html), "Le 3 mars :R&D <b>\nl 2\n\nfin");
        assert_eq!(plain("a < b"), "a");
        assert_eq!(plain("&amp;lt;"), "&lt;");
    }

    #[test]
    fn empty_lines_do_not_pile_up() {
        assert_eq!(tidy("\n\na  \r\n\n\n\nb\n"), "a\n\nb");
    }
}
