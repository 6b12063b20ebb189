//! What Gmail knows of a message without opening it again.

use mail_parser::{HeaderForm, HeaderName, MessageParser};

use crate::gmail::mime;

/// The facts that lists, searches and threads need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Decoded.
    pub subject: String,
    /// As `name <address>`, decoded.
    pub from: String,
    /// To, cc and bcc together, decoded.
    pub to: String,
    /// Without its angle brackets.
    pub message_id: String,
    /// Of `References` and `In-Reply-To`, oldest first.
    pub references: Vec<String>,
    /// The first words, with HTML's entities for `& < > ' "`, as Gmail has them.
    pub snippet: String,
    /// All its words in small letters, for searches.
    pub words: String,
    /// Whether a part is a file.
    pub has_attachment: bool,
    /// Of its bytes.
    pub size: usize,
}

const SNIPPET: usize = 200;
const WORDS: usize = 20_000;

impl Head {
    /// Reads a message.
    pub fn read(raw: &[u8]) -> Head {
        let Some(message) = MessageParser::default().parse(raw) else {
            let text = String::from_utf8_lossy(raw);
            return Head {
                snippet: snippet(&text),
                words: text.chars().take(WORDS).collect::<String>().to_lowercase(),
                size: raw.len(),
                ..Head::default()
            };
        };
        let text = |name: HeaderName<'static>| -> String {
            let values = message.header_as(name, HeaderForm::Text);
            let texts: Vec<_> = values.iter().filter_map(|value| value.as_text()).collect();
            texts.join(", ")
        };
        let body = (0..message.text_body.len())
            .filter_map(|at| message.body_text(at))
            .collect::<Vec<_>>()
            .join(" ");
        let to = [HeaderName::To, HeaderName::Cc, HeaderName::Bcc].map(text);
        let mut references = ids(&text(HeaderName::References));
        references.extend(ids(&text(HeaderName::InReplyTo)));
        let subject = text(HeaderName::Subject);
        let words: String = body.chars().take(WORDS).collect();
        Head {
            words: format!("{subject} {words}").to_lowercase(),
            subject,
            from: text(HeaderName::From),
            to: to.join(", "),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            references,
            snippet: snippet(&body),
            has_attachment: mime::has_files(&message),
            size: raw.len(),
        }
    }

    /// The subject without what mail programs put before it.
    pub fn bare_subject(&self) -> String {
        let mut subject = self.subject.trim().to_lowercase();
        while let Some(rest) = ["re:", "re :", "fwd:", "fw:", "tr:", "tr :"]
            .iter()
            .find_map(|prefix| subject.strip_prefix(prefix))
        {
            subject = rest.trim().to_owned();
        }
        subject
    }
}

fn ids(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .map(|word| word.trim_matches(['<', '>']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn snippet(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = words.chars().take(SNIPPET).collect();
    let mut out = String::with_capacity(short.len());
    for c in short.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_references_in_order() {
        let raw = b"From: =?UTF-8?Q?No=C3=A9mie?= <n@x.example>\r\nTo: a@x.example\r\nSubject: =?iso-8859-1?Q?Re=3A_Caisse_cass=E9e?=\r\n\
            Message-ID: <3@x>\r\nReferences: <1@x> <2@x>\r\nIn-Reply-To: <2@x>\r\n\r\nL'\xC3\xA9cran & le clavier";
        let head = Head::read(raw);
        assert_eq!(head.subject, "Re: Caisse cassée");
        assert_eq!(head.bare_subject(), "caisse cassée");
        assert!(head.from.contains("Noémie"), "{}", head.from);
        assert_eq!(head.references, ["1@x", "2@x", "2@x"]);
        assert_eq!(head.snippet, "L&#39;écran &amp; le clavier");
    }
}
