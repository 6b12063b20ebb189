//! GLPI 9.2: `&lt; &gt;` only, a three-byte database, and a rules engine that strips slashes.

use super::html;

/// Any text that 9.2 stores: angle brackets encoded, what its database can't hold as `????`.
pub fn sanitize(text: &str) -> String {
    squeeze(&text.replace('<', "&lt;").replace('>', "&gt;"))
}

/// The `utf8` of MySQL has three bytes a character: one question mark for each byte of a longer one.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c.len_utf8() {
            4 => out.push_str("????"),
            _ => out.push(c),
        }
    }
    out
}

/// What the rules engine leaves of line ends: it strips the slashes of `\n`, not the letter.
pub fn without_line_ends(text: &str) -> String {
    text.replace('\r', "r").replace('\n', "n")
}

/// A new ticket's content: cleaned to plain text.
pub fn created_content(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace("\\n", "\n");
    squeeze(&html::clean(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_encoded_and_ampersands_are_not() {
        assert_eq!(sanitize("<p>a & b</p>"), "&lt;p&gt;a & b&lt;/p&gt;");
        assert_eq!(sanitize("&amp; &lt;b&gt;"), "&amp; &lt;b&gt;");
    }

    #[test]
    fn emoji_become_question_marks() {
        assert_eq!(sanitize("😀🔥"), "????????");
        assert_eq!(sanitize("👩\u{200d}🔧 é €"), "????\u{200d}???? é €");
    }

    #[test]
    fn an_updated_ticket_loses_its_line_ends() {
        assert_eq!(without_line_ends("l1\nl2"), "l1nl2");
        assert_eq!(without_line_ends("l1\r\nl2"), "l1rnl2");
    }

    #[test]
    fn a_new_ticket_is_cleaned_to_plain_text() {
        for (sent, stored) in [
            ("<", "&lt;"),
            ("a < b > c", "a &lt; b &gt; c"),
            ("<A4>", ""),
            ("<script>alert(1)</script>", ""),
            ("<p>para <b>gras</b></p><p>2</p>", "para gras\n2"),
            ("a & b", "a &amp; b"),
            ("&amp;", "&amp;"),
            ("&lt;b&gt;", ""),
            ("&#60;", "&lt;"),
            ("&nbsp;x&eacute;", "xé"),
            (r"C:\new\temp\r\0", "C:\new\\temp\\r\\0"),
            ("l1\nl2", "l1\nl2"),
            ("l1\r\nl2", "l1\nl2"),
            ("  espaces  ", "espaces"),
            ("\u{7}bell", "bell"),
            ("<br>x<br/>y", "xy"),
            ("<img src=x onerror=alert(1)>", ""),
            ("http://ex.fr/?a=1&b=2", "http://ex.fr/?a=1&amp;b=2"),
            ("<a href=\"http://ex.fr/?a=1&b=2\">l</a>", "l"),
            ("<!-- c -->", ""),
            ("< notatag", "&lt; notatag"),
            ("5<6 et 7>3", "5&lt;6 et 7&gt;3"),
            ("<E-50>", ""),
            ("&#38;#60;", "&lt;"),
            (r"regex \d+\n", r"regex \d+"),
            (
                "L'imprimante <A4> & \"scanner\"",
                "L'imprimante  &amp; \"scanner\"",
            ),
            (
                "<div>Ligne 1<br />Ligne 2 &amp; suite<br />Lien : <a href=\"x\">intranet</a></div>",
                "Ligne 1\nLigne 2 &amp; suite\nLien : intranet",
            ),
        ] {
            assert_eq!(created_content(sent), stored, "{sent}");
        }
    }
}
