//! GLPI 10.0, and until measured whatever is newer.

use serde_json::{Value, json};

use tournee_core::wire::Notice;

use super::{Dialect, Outgoing, WriteCall};
use crate::glpi::marks::Mark;
use crate::glpi::{json, text};

/// `ITILFollowup`, `ITILSolution`, four-byte UTF-8, HTML texts.
#[derive(Clone, Copy, Debug)]
pub struct V10;

/// How 10 encodes, and how rows that it inherited from 9.x are encoded. One text uses one of them.
const ENCODED: [(&str, &str); 3] = [("&#38;", "&"), ("&#60;", "<"), ("&#62;", ">")];
const INHERITED: [(&str, &str); 2] = [("&lt;", "<"), ("&gt;", ">")];

impl V10 {
    fn html(text: &str, mark: &Mark) -> Outgoing {
        // A string whose backslashes look escaped is unescaped on the way in (`C:\new`): none is sent. The paragraph
        // also makes it HTML, so that the comment is invisible and `null` is not NULL.
        let body = text::plain_to_html(text).replace('\\', "&#92;");
        Outgoing {
            content: format!("<p>{body}</p>{}", mark.comment()),
            notices: Vec::new(),
        }
    }
}

impl Dialect for V10 {
    fn name(&self) -> &'static str {
        "10.0"
    }

    fn stores_emoji(&self) -> bool {
        true
    }

    fn one_level_moves_the_priority(&self) -> bool {
        true
    }

    fn assigns_creator(&self) -> bool {
        false
    }

    fn followup_type(&self) -> &'static str {
        "ITILFollowup"
    }

    fn solution_type(&self) -> Option<&'static str> {
        Some("ITILSolution")
    }

    fn parent_ticket(&self, row: &Value) -> Option<u64> {
        (row["itemtype"] == "Ticket").then(|| json::reference(row, "items_id"))?
    }

    fn decode(&self, text: &str) -> String {
        if ENCODED.iter().any(|(from, _)| text.contains(from)) {
            text::replace_once(text, &ENCODED)
        } else {
            text::replace_once(text, &INHERITED)
        }
    }

    fn phone(&self, value: &Value) -> String {
        json::as_text(value).trim().to_owned()
    }

    fn followup_text(&self, text: &str, mark: &Mark) -> Outgoing {
        Self::html(text, mark)
    }

    fn solution_text(&self, text: &str, mark: &Mark) -> Outgoing {
        Self::html(text, mark)
    }

    fn ticket_title(&self, title: &str) -> Outgoing {
        // A title is no HTML, so a backslash that looks escaped has no other spelling; `null` would be NULL.
        let content = match title {
            "null" => "« null »".to_owned(),
            title => title.replace('\\', "/"),
        };
        let altered = content != title;
        Outgoing {
            notices: altered.then_some(Notice::TextAltered).into_iter().collect(),
            content,
        }
    }

    fn ticket_text(&self, text: &str, mark: &Mark) -> Outgoing {
        Self::html(text, mark)
    }

    fn mark_words(&self, mark: &Mark) -> String {
        mark.change().to_string()
    }

    fn add_followup(&self, ticket: u64, content: &str, private: bool) -> WriteCall {
        WriteCall {
            method: "POST",
            path: "ITILFollowup".to_owned(),
            input: json!({
                "itemtype": "Ticket",
                "items_id": ticket,
                "content": content,
                "is_private": u8::from(private),
            }),
        }
    }

    fn add_solution(&self, ticket: u64, content: &str, solution_type: Option<u64>) -> WriteCall {
        WriteCall {
            method: "POST",
            path: "ITILSolution".to_owned(),
            input: json!({
                "itemtype": "Ticket",
                "items_id": ticket,
                "content": content,
                "solutiontypes_id": solution_type.unwrap_or(0),
            }),
        }
    }

    fn may_close_at_once(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glpi::marks::Found;
    use tournee_core::ids::ChangeId;

    fn mark() -> Mark {
        Mark::new(ChangeId(
            "019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1".parse().unwrap(),
        ))
    }

    #[test]
    fn what_is_typed_comes_back_letter_by_letter() {
        for typed in [
            "C:\\new\\temp",
            "a\\'b",
            "deux\\\\",
            "dom\\roux",
            "null",
            "<b>R&D</b> &lt;",
            "l1\nl2",
            "🔥 d'été",
        ] {
            let sent = V10.followup_text(typed, &mark()).content;
            assert!(!sent.contains('\\'), "{sent}");
            // Recorded: 10 stores a text with tags by encoding these three.
            let stored = sent
                .replace('&', "&#38;")
                .replace('<', "&#60;")
                .replace('>', "&#62;");
            let found = Found::in_content(&V10.decode(&stored)).unwrap();
            assert_eq!(
                text::to_screen(&found.rest),
                // The sanitiser leaves quotes and apostrophes of text alone.
                format!(
                    "<p>{}</p>",
                    text::plain_to_html(typed).replace("&quot;", "\"")
                )
            );
        }
    }

    #[test]
    fn both_encodings_are_decoded_once() {
        assert_eq!(
            V10.decode("&#60;p&#62;R&#38;amp;D&#60;/p&#62;"),
            "<p>R&amp;D</p>"
        );
        assert_eq!(V10.decode("&lt;b&gt;"), "<b>");
        assert_eq!(V10.decode("l1&#38;#10;l2"), "l1&#10;l2");
    }
}
