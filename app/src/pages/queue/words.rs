//! A change in words.

use tournee_core::changes::{ChangeBody, ConflictValue};
use tournee_core::wire::Notice;

use crate::components::{fact_words, field_words, status_words};
use crate::text::{fill, t};

/// What was done.
pub fn change_words(body: &ChangeBody) -> String {
    match body {
        ChangeBody::Take(_) => t(|t| t.queue_take).to_owned(),
        ChangeBody::Status(status) => fill(
            t(|t| t.queue_status),
            &[
                ("from", status_words(status.from)),
                ("to", status_words(status.to)),
            ],
        ),
        ChangeBody::Followup(followup) if followup.private => {
            t(|t| t.queue_followup_private).to_owned()
        }
        ChangeBody::Followup(_) => t(|t| t.queue_followup).to_owned(),
        ChangeBody::Solution(_) => t(|t| t.queue_solution).to_owned(),
        ChangeBody::Fact(fact) => fill(
            t(|t| t.queue_fact),
            &[
                ("what", field_words(fact.to.field())),
                ("from", &fact_words(&fact.from)),
                ("to", &fact_words(&fact.to)),
            ],
        ),
        ChangeBody::Seat(wanted) => {
            let words = match wanted.taken {
                true => t(|t| t.queue_seat_added),
                false => t(|t| t.queue_seat_removed),
            };
            let what = field_words(wanted.seat.field());
            fill(words, &[("what", what), ("name", wanted.seat.label())])
        }
        ChangeBody::Create(create) => {
            fill(t(|t| t.queue_create), &[("title", create.title.trim())])
        }
    }
}

/// What was typed.
pub fn text_of(body: &ChangeBody) -> Option<&str> {
    match body {
        ChangeBody::Followup(followup) => Some(&followup.content),
        ChangeBody::Solution(solution) => Some(&solution.content),
        ChangeBody::Create(create) => {
            (!create.content.trim().is_empty()).then_some(create.content.as_str())
        }
        ChangeBody::Take(_) | ChangeBody::Status(_) | ChangeBody::Fact(_) | ChangeBody::Seat(_) => {
            None
        }
    }
}

/// The same change with another text.
pub fn retyped(body: &ChangeBody, text: String) -> ChangeBody {
    let mut body = body.clone();
    match &mut body {
        ChangeBody::Followup(followup) => followup.content = text,
        ChangeBody::Solution(solution) => solution.content = text,
        ChangeBody::Create(create) => create.content = text,
        ChangeBody::Take(_) | ChangeBody::Status(_) | ChangeBody::Fact(_) | ChangeBody::Seat(_) => {
        }
    }
    body
}

/// One side of a conflict: words, and whether they are sanitised HTML.
pub fn value_words(value: &ConflictValue) -> (String, bool) {
    match value {
        ConflictValue::Status(status) => (status_words(*status).to_owned(), false),
        ConflictValue::People(people) if people.is_empty() => {
            (t(|t| t.queue_nobody).to_owned(), false)
        }
        ConflictValue::People(people) => (people.join(", "), false),
        ConflictValue::Text(html) => (html.clone(), true),
        ConflictValue::Fact(fact) => (fact_words(fact), false),
    }
}

/// What had to be altered on the way.
pub fn notice_words(notice: Notice) -> &'static str {
    match notice {
        Notice::EmojiSpelled => t(|t| t.queue_emoji_spelled),
        Notice::TextAltered => t(|t| t.queue_text_altered),
        Notice::ClosedAtOnce => t(|t| t.queue_closed_at_once),
        Notice::MailConverted => t(|t| t.queue_mail_converted),
        Notice::Unknown => t(|t| t.queue_notice_unknown),
    }
}
