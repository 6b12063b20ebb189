//! What a mail says, made safe: sanitised, its quotes folded, nothing fetched from elsewhere.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;
use mail_parser::decoders::html::html_to_text;
use tournee_core::domain::MailBody;

use super::quotes;
use crate::html::{allow_list, plain_to_html};

/// HTML beyond this is cut: nobody reads it on a phone, and parsing it costs everybody time.
const MOST_HTML: usize = 400_000;
/// Text beyond this is cut.
const MOST_TEXT: usize = 200_000;

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = allow_list();
    builder
        .add_tags(["img", "center", "font", "u"])
        .add_tag_attributes("img", ["src", "alt", "width", "height"])
        .add_url_schemes(["cid"])
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Scripts, data and our own pages have no place in a picture's address.
            ("img", "src") => is_picture(value).then(|| value.into()),
            ("a", "href") if value.trim_start().starts_with("cid:") => None,
            _ => Some(value.into()),
        })
        .clean_content_tags(HashSet::from([
            "script", "style", "title", "template", "svg", "math", "noscript", "iframe", "object",
        ]));
    builder
});

fn is_picture(address: &str) -> bool {
    let start = address.trim_start().to_ascii_lowercase();
    ["cid:", "http://", "https://"]
        .iter()
        .any(|scheme| start.starts_with(scheme))
}

/// A mail's body from its HTML side and its text side, of which one may be missing.
pub fn body(html: Option<&str>, text: Option<&str>) -> MailBody {
    match html.filter(|html| !html.trim().is_empty()) {
        Some(html) => from_html(cut(html, MOST_HTML), text),
        None => from_text(cut(text.unwrap_or_default(), MOST_TEXT)),
    }
}

fn from_html(html: &str, text: Option<&str>) -> MailBody {
    let (new, quoted) = match quotes::in_html(html) {
        Some(at) => html.split_at(at),
        None => (html, ""),
    };
    let (mut new, mut quoted) = (safe(new), safe(quoted));
    // A mail that is a quotation from its first word on is shown as it is.
    if html_to_text(&new.html).trim().is_empty() && !has_picture(&new.html) {
        (new, quoted) = (safe(html), Safe::default());
    }
    let words = text.filter(|text| !text.trim().is_empty()).map(|text| {
        let text = cut(text, MOST_TEXT);
        text[..quotes::in_text(text).unwrap_or(text.len())]
            .trim()
            .to_owned()
    });
    MailBody {
        text: words.unwrap_or_else(|| html_to_text(&new.html).trim().to_owned()),
        remote: new.remote || quoted.remote,
        html: new.html,
        quoted: Some(quoted.html).filter(|html| !html.trim().is_empty()),
    }
}

fn from_text(text: &str) -> MailBody {
    let clean: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
        .collect();
    let (new, quoted) = clean.split_at(quotes::in_text(&clean).unwrap_or(clean.len()));
    MailBody {
        html: plain_to_html(new.trim()),
        quoted: Some(plain_to_html(quoted.trim())).filter(|html| !html.is_empty()),
        text: new.trim().to_owned(),
        remote: false,
    }
}

/// At most so many bytes, at a character's end.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn has_picture(html: &str) -> bool {
    html.contains("<img ")
}

#[derive(Default)]
struct Safe {
    html: String,
    remote: bool,
}

fn safe(html: &str) -> Safe {
    let clean = SANITISER.clean(html).to_string();
    let mut out = String::with_capacity(clean.len());
    let mut remote = false;
    let mut rest = clean.as_str();
    // What the sanitiser writes has one form: `<` only begins a tag, and values stand in quotes that hold none.
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let length = tag_length(&rest[start..]);
        let (tag, after) = rest[start..].split_at(length);
        if tag.starts_with("<img") {
            let (picture, is_remote) = picture(tag);
            out.push_str(&picture);
            remote |= is_remote;
        } else {
            out.push_str(tag);
        }
        rest = after;
    }
    out.push_str(rest);
    Safe {
        html: out.trim().to_owned(),
        remote,
    }
}

fn tag_length(tag: &str) -> usize {
    let mut quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

/// A picture that is not fetched by itself; none at all where it only wants to be counted.
fn picture(tag: &str) -> (String, bool) {
    let value = |name: &str| attribute(tag, name);
    let Some(source) = value("src") else {
        return (String::new(), false);
    };
    let source = source.trim();
    let tiny = |name: &str| {
        let size =
            value(name).and_then(|size| size.trim_end_matches("px").trim().parse::<u32>().ok());
        size.is_some_and(|size| size <= 2)
    };
    let cid = source
        .get(..4)
        .filter(|scheme| scheme.eq_ignore_ascii_case("cid:"));
    if cid.is_none() && (tiny("width") || tiny("height")) {
        return (String::new(), false);
    }
    let mut out = match cid {
        Some(scheme) => format!("<img data-cid=\"{}\"", &source[scheme.len()..]),
        None => format!("<img data-remote=\"{source}\""),
    };
    for name in ["alt", "width", "height"] {
        if let Some(value) = value(name) {
            out.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    out.push('>');
    (out, cid.is_none())
}

/// The value of an attribute, escaped as it stands.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    // Every second piece between quotes is a value, and the one before it ends with its name.
    let pieces: Vec<_> = tag.split('"').collect();
    pieces.chunks(2).find_map(|pair| match pair {
        [before, value] => {
            let own = before
                .trim_end()
                .strip_suffix('=')?
                .rsplit([' ', '<'])
                .next()?;
            (own == name).then_some(*value)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        let html = "<body onload=x()><p>Suivi</p><img src=\"https://p.example/o.gif\" width=1 height=1>\
            <img src='https://i.example/a.png?b=1&c=\"2' alt='camion > \"<img src=x onerror=y>' width=300>\
            <img src=\"data:text/html,x\"><img src=\"javascript:x()\"><img src=/front/logout.php>\
            <img SRC=\"CID:logo@x\"><svg><script>alert(2)</script></svg>\
            <div style=\"background:url(https://p.example/b.png)\">d</div>";
        let body = body(Some(html), None);
        assert_eq!(
            body.html,
            "<p>Suivi</p><img data-remote=\"https://i.example/a.png?b=1&amp;c=&quot;2\" \
             alt=\"camion &gt; &quot;&lt;img src=x onerror=y&gt;\" width=\"300\">\
             <img data-cid=\"logo@x\"><div>d</div>"
        );
        assert!(body.remote);
    }

    #[test]
    fn quotes_and_signatures_are_folded() {
        let body = body(
            Some(
                "<div>Merci, <b>ça marche</b></div><div class=\"gmail_quote\">Le 3 mars<blockquote>Avant</blockquote></div>",
            ),
            None,
        );
        assert_eq!(body.html, "<div>Merci, <b>ça marche</b></div>");
        assert_eq!(
            body.quoted.as_deref(),
            Some("<div>Le 3 mars<blockquote>Avant</blockquote></div>")
        );
        assert_eq!(body.text, "Merci, ça marche");
    }

    #[test]
    fn a_mail_that_only_quotes_is_shown() {
        let body = body(Some("<blockquote>Tout est ici</blockquote>"), None);
        assert_eq!(body.html, "<blockquote>Tout est ici</blockquote>");
        assert_eq!(body.quoted, None);
    }

    #[test]
    fn plain_text_keeps_its_lines_and_loses_what_no_screen_shows() {
        let body = body(None, Some("Avant\0 <b>\n\x1b[31mfin\r\n\r\n> cité\r\n"));
        assert_eq!(body.html, "Avant &lt;b&gt;<br>[31mfin");
        assert_eq!(body.quoted.as_deref(), Some("&gt; cité"));
    }
}
