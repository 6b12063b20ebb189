//! GLPI 9.2.

use serde_json::{Value, json};
use tournee_core::wire::Notice;

use super::{Dialect, Outgoing, WriteCall};
use crate::glpi::marks::Mark;
use crate::glpi::{emoji, json, text};

/// Three-byte UTF-8, `TicketFollowup`, the solution as a field of the ticket.
#[derive(Clone, Copy, Debug)]
pub struct V9;

/// The text with a space where a new ticket's description would lose something: in tags, in entities that stand for
/// tags, in `\n` typed as two letters.
fn apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        let next = letters.peek().copied().unwrap_or(' ');
        let is_eaten = match letter {
            '<' => next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'),
            '&' => next.is_ascii_alphabetic() || next == '#',
            '\\' => next == 'n',
            _ => false,
        };
        if is_eaten {
            out.push(' ');
        }
    }
    out
}

impl V9 {
    fn spelled(text: &str) -> (String, Vec<Notice>) {
        let (spelled, altered) = emoji::spell(text.trim_end());
        (
            spelled,
            altered
                .then_some(Notice::EmojiSpelled)
                .into_iter()
                .collect(),
        )
    }
}

impl Dialect for V9 {
    fn name(&self) -> &'static str {
        "9.2"
    }

    fn stores_emoji(&self) -> bool {
        false
    }

    fn one_level_moves_the_priority(&self) -> bool {
        false
    }

    fn assigns_creator(&self) -> bool {
        true
    }

    fn followup_type(&self) -> &'static str {
        "TicketFollowup"
    }

    fn solution_type(&self) -> Option<&'static str> {
        None
    }

    fn parent_ticket(&self, row: &Value) -> Option<u64> {
        json::reference(row, "tickets_id")
    }

    fn decode(&self, text: &str) -> String {
        text::replace_once(text, &[("&lt;", "<"), ("&gt;", ">")])
    }

    fn phone(&self, value: &Value) -> String {
        // Its JSON makes a number of whatever looks like one (recorded: `search-User-tech`): the sign, or the zero that
        // a number of this country begins with, is gone.
        match value {
            Value::Number(number) => match number.to_string() {
                digits if digits.len() == 9 => format!("0{digits}"),
                digits if digits.len() > 10 => format!("+{digits}"),
                digits => digits,
            },
            other => json::as_text(other).trim().to_owned(),
        }
    }

    fn followup_text(&self, text: &str, mark: &Mark) -> Outgoing {
        // Its page shows tags and comments literally, so the mark is a line that a person can quote.
        let (spelled, notices) = Self::spelled(text);
        Outgoing {
            content: format!("{spelled}\n\n{}", mark.line()),
            notices,
        }
    }

    fn kept_text(&self, text: &str) -> String {
        Self::spelled(text).0
    }

    fn solution_text(&self, text: &str, mark: &Mark) -> Outgoing {
        // A PUT loses newlines (`l1nl2`), and a solution is rich text on its page: so markup, and no newline at all.
        // It stores `<` as `&lt;`, so a typed one has to be written differently to stay apart from a tag's.
        let (spelled, notices) = Self::spelled(text);
        let html = text::plain_to_html(&spelled);
        let html = html.replace("&lt;", "&#60;").replace("&gt;", "&#62;");
        Outgoing {
            content: format!("<p>{html}<br><br>{}</p>", mark.line()),
            notices,
        }
    }

    fn ticket_title(&self, title: &str) -> Outgoing {
        let (content, notices) = Self::spelled(title);
        Outgoing { content, notices }
    }

    fn ticket_text(&self, text: &str, mark: &Mark) -> Outgoing {
        // A new ticket's description is decoded once and loses its tags, and `\n` becomes a new line: a space keeps
        // the letters apart.
        let (spelled, mut notices) = Self::spelled(text);
        let content = apart(&spelled);
        if content != spelled {
            notices.push(Notice::TextAltered);
        }
        Outgoing {
            content: format!("{content}\n\n{}", mark.line())
                .trim_start()
                .to_owned(),
            notices,
        }
    }

    fn mark_words(&self, mark: &Mark) -> String {
        mark.reference()
    }

    fn add_followup(&self, ticket: u64, content: &str, private: bool) -> WriteCall {
        WriteCall {
            method: "POST",
            path: "TicketFollowup".to_owned(),
            input: json!({
                "tickets_id": ticket,
                "content": content,
                "is_private": u8::from(private),
            }),
        }
    }

    fn add_solution(&self, ticket: u64, content: &str, solution_type: Option<u64>) -> WriteCall {
        WriteCall {
            method: "PUT",
            path: format!("Ticket/{ticket}"),
            input: json!({
                "solution": content,
                "solutiontypes_id": solution_type.unwrap_or(0),
                "status": 5,
            }),
        }
    }

    fn may_close_at_once(&self) -> bool {
        true
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
    fn a_followup_stays_plain_text_with_a_reference_at_its_end() {
        let sent = V9.followup_text("Câble <A4> & C:\\new\nligne 2 🔥\n", &mark());
        assert_eq!(
            sent.content,
            format!(
                "Câble <A4> & C:\\new\nligne 2 :fire:\n\nréf. {}",
                mark().reference()
            )
        );
        assert_eq!(sent.notices, [Notice::EmojiSpelled]);
        // Recorded: `<A4>` comes back as `&lt;A4&gt;`, `&` and newlines as they were.
        let stored = sent.content.replace('<', "&lt;").replace('>', "&gt;");
        let found = Found::in_content(&V9.decode(&stored)).unwrap();
        assert_eq!(found.rest, "Câble <A4> & C:\\new\nligne 2 :fire:");
    }

    #[test]
    fn a_solution_has_no_newline_to_lose() {
        let sent = V9.solution_text("l1\nl2 <b>", &mark());
        assert!(!sent.content.contains('\n'));
        assert_eq!(sent.notices, []);
        let stored = sent.content.replace('<', "&lt;").replace('>', "&gt;");
        let found = Found::in_content(&V9.decode(&stored)).unwrap();
        assert_eq!(text::to_screen(&found.rest), "<p>l1<br>l2 &lt;b&gt;</p>");
    }
}
