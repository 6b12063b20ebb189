//! Text of anybody's making on its way to the screen: what is HTML, what of it is allowed, and text as HTML.

use std::collections::{HashMap, HashSet};

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

/// What reaches the screen of any HTML: no script, no style, nothing that fetches anything by itself.
pub(crate) fn allow_list() -> Builder<'static> {
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
}

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
