//! Sanitised HTML as plain text: what was folded away of a mail can be put into a description.

use crate::changes::plain_text;

/// The text of HTML that the server made safe.
pub(super) fn plain(html: &str) -> String {
    tidy(&plain_text(html))
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
