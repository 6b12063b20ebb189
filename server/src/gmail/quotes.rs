//! Where in a mail that what is new ends, and a quotation or a signature begins.

/// What mail programs put before what they quote or sign with; in small letters.
const HTML_MARKS: &[&str] = &[
    "class=\"gmail_quote",
    "class=\"gmail_signature",
    "class=gmail_quote",
    "class=\"moz-cite-prefix",
    "class=\"moz-signature",
    "class=\"yahoo_quoted",
    "class=\"protonmail_quote",
    "id=\"appendonsend",
    "id=\"divrplyfwdmsg",
    "id=\"reply-intro",
    "id=\"isforwardcontent",
    "id=\"signature",
    "name=\"_mailoriginal",
    "border-top:solid #e1e1e1",
    "border-top:solid #b5c4df",
];

/// The place in HTML where the rest may be folded: at the beginning of a tag.
pub fn in_html(html: &str) -> Option<usize> {
    let small = html.to_ascii_lowercase();
    let marks = HTML_MARKS.iter().filter_map(|mark| {
        let at = small.find(mark)?;
        small[..at].rfind('<')
    });
    let words = [
        "-----message d'origine",
        "-----original message",
        "----- mail original",
    ];
    let words = words.iter().filter_map(|words| small.find(words));
    let quote = small
        .find("<blockquote")
        .filter(|at| introduced(&small[..*at]));
    marks.chain(words).chain(quote).min()
}

/// Whether somebody is said to have written what follows: people indent with `blockquote` as well.
fn introduced(before: &str) -> bool {
    let text = mail_parser::decoders::html::html_to_text(
        &before[before.floor_char_boundary(before.len().saturating_sub(400))..],
    );
    let text = text.trim_end();
    text.ends_with(':') || text.is_empty()
}

/// The place in plain text where the rest may be folded: at the beginning of a line, behind some words.
pub fn in_text(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut words = false;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        let next = lines.get(number + 1).map_or("", |line| line.trim());
        if words && begins_quote(line, next) {
            return Some(at);
        }
        words |= !line.trim().is_empty();
        at += line.len();
    }
    None
}

fn begins_quote(line: &str, next: &str) -> bool {
    let bare = line.trim_end_matches(['\r', '\n']);
    if bare == "-- " || bare == "--" {
        return true;
    }
    let line = bare.trim();
    let small = line.to_lowercase();
    let attribution = |line: &str| {
        let written = line.ends_with("a écrit :")
            || line.ends_with("a écrit\u{a0}:")
            || line.ends_with("wrote:");
        written && (small.starts_with("le ") || small.starts_with("on "))
    };
    line.starts_with('>')
        || attribution(&small)
        // Long ones are folded over two lines.
        || (small.starts_with("le ") || small.starts_with("on ")) && attribution(&format!("{small} {}", next.to_lowercase()))
        || small.starts_with("-----message d'origine")
        || small.starts_with("-----original message")
        || small.starts_with("envoyé de mon ")
        || (small.starts_with("de :") || small.starts_with("from:")) && is_header(next)
        || line.len() >= 10 && line.chars().all(|c| c == '_')
}

fn is_header(line: &str) -> bool {
    let small = line.to_lowercase();
    ["envoyé :", "date :", "à :", "sent:", "date:", "to:"]
        .iter()
        .any(|name| small.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(text: &str) -> &str {
        text[..in_text(text).unwrap_or(text.len())].trim()
    }

    #[test]
    fn what_is_new_ends_where_the_old_begins() {
        for old in [
            "Le lun. 16 nov. 2026 à 10:12, Noémie <n@x.example> a écrit :\n> Avant",
            "Le lun. 16 nov. 2026 à 10:12, Noémie Esmieu-Barbaroux\n<noemie@magasin.example> a écrit :\n\n> Avant",
            "> Avant",
            "-- \nNoémie\nMagasin",
            "-----Message d'origine-----\nDe : x",
            "De : Noémie\nEnvoyé : lundi\nObjet : Caisse",
            "Envoyé de mon iPhone",
            "________________________________\nDe : x",
        ] {
            assert_eq!(
                new(&format!("Bonjour,\n\nNouveau\n\n{old}")),
                "Bonjour,\n\nNouveau",
                "{old}"
            );
        }
        for whole in [
            "Le câble est cassé :\nil pend",
            "De : rien du tout",
            "> tout est cité",
            "a -- b",
        ] {
            assert_eq!(new(whole), whole);
        }
    }

    #[test]
    fn html_is_cut_before_the_tag_that_begins_the_quotation() {
        let html = "<p>Oui</p><DIV dir=ltr CLASS=\"gmail_quote\">x";
        assert_eq!(in_html(html), html.find("<DIV"));
        assert_eq!(in_html("<p>Voici :</p><blockquote>x"), Some(14));
        assert_eq!(in_html("<p>Un retrait</p><blockquote>x"), None);
    }
}
