//! A change in words.

use tournee_core::changes::{CarryStep, ChangeBody, ConflictValue, Fact, Field, TaskFact};
use tournee_core::domain::{Correspondent, MailBox};
use tournee_core::time::Seconds;
use tournee_core::wire::Notice;

use crate::components::{
    asset_name, fact_words, field_words, length_words, status_words, task_words,
};
use crate::pages::mails::box_name;
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
        ChangeBody::Fact(fact) if matches!(fact.to, Fact::Description(_)) => {
            field_words(fact.to.field()).to_owned()
        }
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
        ChangeBody::Asset(wanted) => {
            let words = match wanted.linked {
                true => t(|t| t.queue_asset_linked),
                false => t(|t| t.queue_asset_parted),
            };
            fill(words, &[("name", &asset_name(&wanted.asset))])
        }
        ChangeBody::Attach(file) => fill(t(|t| t.queue_attach), &[("name", &file.name)]),
        ChangeBody::MailFile(file) => fill(t(|t| t.queue_attach), &[("name", &file.name)]),
        ChangeBody::TicketFile(file) => fill(t(|t| t.queue_attach), &[("name", &file.name)]),
        ChangeBody::Carry(carry) => {
            let words = match carry.step {
                CarryStep::Link => t(|t| t.queue_carry_link),
                CarryStep::Solve => t(|t| t.queue_carry_solve),
                CarryStep::Close => t(|t| t.queue_carry_close),
            };
            fill(words, &[("glpi", &carry.glpi)])
        }
        ChangeBody::Task(task) => match (task.time.plan(), task.time.length()) {
            (None, Seconds(0)) => t(|t| t.ticket_task).to_owned(),
            (None, length) => fill(t(|t| t.queue_task), &[("length", &length_words(length))]),
            (plan @ Some(_), _) => {
                let plan = task_words(&TaskFact::Plan(plan));
                fill(t(|t| t.queue_task), &[("length", &plan)])
            }
        },
        ChangeBody::TaskFact(fact) => match &fact.to {
            TaskFact::Text(_) => field_words(Field::TaskText).to_owned(),
            to => fill(
                t(|t| t.queue_fact),
                &[
                    ("what", field_words(to.field())),
                    ("from", &task_words(&fact.from)),
                    ("to", &task_words(to)),
                ],
            ),
        },
        ChangeBody::Create(create) => {
            fill(t(|t| t.queue_create), &[("title", create.title.trim())])
        }
        ChangeBody::Reply(reply) => {
            let readers = reply.to.iter().chain(&reply.cc);
            let names: Vec<&str> = readers.map(Correspondent::label).collect();
            fill(t(|t| t.queue_reply), &[("names", &names.join(", "))])
        }
        ChangeBody::Link(link) => {
            let words = match link.linked {
                true => t(|t| t.queue_link),
                false => t(|t| t.queue_unlink),
            };
            fill(words, &[("subject", link.subject.trim())])
        }
        ChangeBody::Classify(classify) => fill(
            t(|t| t.queue_classify),
            &[
                ("from", &boxes_words(&classify.from)),
                ("to", &boxes_words(&classify.to)),
            ],
        ),
    }
}

fn boxes_words(boxes: &[MailBox]) -> String {
    let names: Vec<&str> = boxes.iter().map(|of| box_name(*of)).collect();
    match names.is_empty() {
        true => t(|t| t.mail_no_box).to_owned(),
        false => names.join(" + "),
    }
}

/// What was typed.
pub fn text_of(body: &ChangeBody) -> Option<&str> {
    match body {
        ChangeBody::Followup(followup) => Some(&followup.content),
        ChangeBody::Solution(solution) => Some(&solution.content),
        ChangeBody::Reply(reply) => Some(&reply.text),
        ChangeBody::Create(create) => {
            (!create.content.trim().is_empty()).then_some(create.content.as_str())
        }
        ChangeBody::Task(task) => Some(&task.content),
        ChangeBody::TaskFact(fact) => match &fact.to {
            TaskFact::Text(text) => Some(text),
            _ => None,
        },
        ChangeBody::Fact(fact) => match &fact.to {
            Fact::Description(text) => Some(text),
            _ => None,
        },
        ChangeBody::Take(_)
        | ChangeBody::Status(_)
        | ChangeBody::Seat(_)
        | ChangeBody::Asset(_)
        | ChangeBody::Attach(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::Classify(_)
        | ChangeBody::Link(_)
        | ChangeBody::TicketFile(_)
        | ChangeBody::Carry(_) => None,
    }
}

/// What was typed, a title too: it can be typed anew, and taken elsewhere.
pub fn typed_words(body: &ChangeBody) -> Option<&str> {
    text_of(body).or(match body {
        ChangeBody::Create(create) => Some(&create.title),
        ChangeBody::Fact(fact) => match &fact.to {
            Fact::Title(title) => Some(title),
            _ => None,
        },
        _ => None,
    })
}

/// The same change with another text.
pub fn retyped(body: &ChangeBody, text: String) -> ChangeBody {
    let mut body = body.clone();
    match &mut body {
        ChangeBody::Followup(followup) => followup.content = text,
        ChangeBody::Solution(solution) => solution.content = text,
        ChangeBody::Reply(reply) => reply.text = text,
        ChangeBody::Create(create) => create.content = text,
        ChangeBody::Task(task) => task.content = text,
        ChangeBody::TaskFact(fact) => {
            if let TaskFact::Text(to) = &mut fact.to {
                *to = text;
            }
        }
        ChangeBody::Fact(fact) => {
            match &mut fact.to {
                Fact::Description(to) => *to = text,
                // One line, whatever was typed.
                Fact::Title(to) => *to = text.split_whitespace().collect::<Vec<_>>().join(" "),
                _ => {}
            }
        }
        ChangeBody::Take(_)
        | ChangeBody::Status(_)
        | ChangeBody::Seat(_)
        | ChangeBody::Asset(_)
        | ChangeBody::Attach(_)
        | ChangeBody::MailFile(_)
        | ChangeBody::Classify(_)
        | ChangeBody::Link(_)
        | ChangeBody::TicketFile(_)
        | ChangeBody::Carry(_) => {}
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
        ConflictValue::Boxes(boxes) => (boxes_words(boxes), false),
        ConflictValue::Task(fact) => (task_words(fact), false),
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
