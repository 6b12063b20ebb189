//! Text between GLPI and the screen: decoded once by the dialect, sanitised by allow-list here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

/// Tags that make GLPI, and us, take a text for HTML. Anything else in angle brackets is typed text (`<A4>`).
const TAGS: [&str; 42] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "script",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Tags that reach the screen.
const ALLOWED: [&str; 41] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(ALLOWED.into_iter().collect())
        .clean_content_tags(HashSet::from(["script", "style", "title", "template"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan", "scope"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        // A relative link would point into our own pages.
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .strip_comments(true);
    builder
});

/// Whether decoded text is HTML rather than plain text.
pub(crate) fn is_html(decoded: &str) -> bool {
    decoded.match_indices('<').any(|(at, _)| {
        let rest = decoded[at + 1..].trim_start_matches('/');
        let name_end = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let name = rest[..name_end].to_ascii_lowercase();
        let closed = rest[name_end..].starts_with(['>', '/', ' ', '\n', '\t', '\r']);
        closed && TAGS.contains(&name.as_str())
    })
}

/// Decoded text as HTML that is safe to show.
pub(crate) fn to_screen(decoded: &str) -> String {
    if is_html(decoded) {
        SANITISER.clean(decoded).to_string().trim().to_owned()
    } else {
        // Older texts hold entities without being HTML ("R&amp;D").
        plain_to_html(&html_escape::decode_html_entities(decoded))
    }
}

/// Typed text as HTML, letter by letter what was typed.
pub(crate) fn plain_to_html(text: &str) -> String {
    let text = text.trim_end().replace("\r\n", "\n");
    let mut html = String::with_capacity(text.len() + 16);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            html.push_str("<br>");
        }
        html.push_str(&escape(line));
    }
    html
}

/// Typed text, escaped.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// GLPI's message as plain text for a person.
pub(crate) fn words(message: &str) -> String {
    // It ends with a link to the API's documentation, which helps nobody on the road.
    let message = message
        .split("; Afficher la documentation")
        .next()
        .unwrap_or("");
    let message = message.split("; view documentation").next().unwrap_or("");
    let stripped = Builder::empty().clean(message).to_string();
    html_escape::decode_html_entities(&stripped)
        .trim()
        .to_owned()
}

/// Replaces each of `pairs` once, never looking again at what it wrote.
pub(crate) fn replace_once(text: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match pairs.iter().find(|(from, _)| rest.starts_with(from)) {
            Some((from, to)) => {
                out.push_str(to);
                rest = &rest[from.len()..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_handlers_and_remote_images_do_not_reach_the_screen() {
        let hostile = "<p onclick=\"x()\">a<script>alert(1)</script><img src=\"http://x/y.png\">\
                       <a href=\"javascript:x()\">b</a><a href=\"https://x/\">c</a><!-- d --></p>";
        assert_eq!(
            to_screen(hostile),
            "<p>a<a target=\"_blank\" rel=\"noopener noreferrer nofollow\">b</a>\
             <a href=\"https://x/\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">c</a></p>"
        );
        assert_eq!(
            to_screen("<a href=\"/front/logout.php\">x</a>"),
            "<a target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>"
        );
    }

    #[test]
    fn lists_and_tables_stay() {
        let table = "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>";
        assert_eq!(to_screen(table), table);
        let list = "<ul><li>réf. 58</li><li>site</li></ul>";
        assert_eq!(to_screen(list), list);
    }

    #[test]
    fn plain_text_keeps_its_lines_and_its_angle_brackets() {
        assert_eq!(
            to_screen("Imprimante <A4>\nA & B"),
            "Imprimante &lt;A4&gt;<br>A &amp; B"
        );
        assert_eq!(to_screen("R&amp;D"), "R&amp;D");
        assert!(!is_html("a < b > c"));
        assert!(!is_html("<Nord>"));
        assert!(is_html("x<br/>y"));
    }

    #[test]
    fn replacing_never_decodes_twice() {
        let pairs = [("&#38;", "&"), ("&#60;", "<")];
        assert_eq!(replace_once("&#38;#60; &#60;p", &pairs), "&#60; <p");
        assert_eq!(replace_once("a & b", &pairs), "a & b");
    }

    #[test]
    fn words_lose_markup_and_the_link_to_the_manual() {
        assert_eq!(
            words(
                "le paramètre app_token est manquant; Afficher la documentation dans votre navigateur à http://x"
            ),
            "le paramètre app_token est manquant"
        );
        assert_eq!(words("<b>Non</b> &amp; non"), "Non & non");
    }
}
