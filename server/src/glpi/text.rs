//! Text between GLPI and the screen: decoded once by the dialect, sanitised by allow-list here.

use std::sync::LazyLock;

use ammonia::Builder;

use crate::html::allow_list;
pub(crate) use crate::html::{is_html, plain_to_html};

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(allow_list);

/// Decoded text as HTML that is safe to show.
pub(crate) fn to_screen(decoded: &str) -> String {
    if is_html(decoded) {
        SANITISER.clean(decoded).to_string().trim().to_owned()
    } else {
        // Older texts hold entities without being HTML ("R&amp;D").
        plain_to_html(&html_escape::decode_html_entities(decoded))
    }
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
