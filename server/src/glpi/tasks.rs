//! Tasks: the same items in all versions; only their texts differ.

use std::borrow::Cow;

use super::call::Call;
use super::client::Client;
use super::dialect::{Dialect, Outgoing};
use super::error::WriteError;
use super::marks::{Found, Mark, unmarked};
use super::session::Session;
use super::writes::{Written, created, updated};
use serde_json::{Value, json};
use tournee_core::changes::{AddTask, TaskFact};
use tournee_core::domain::{Actor, Entry, EntryKind, TaskState};
use tournee_core::ids::TicketId;
use tournee_core::time::Instant;

const TYPE: &str = "TicketTask";

impl Client {
    /// Adds a task, done at that moment. GLPI moves a ticket that is new or assigned to *planned* with a planned one, and
    /// makes its length.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn add_task(
        &self,
        session: &Session,
        ticket: TicketId,
        task: &AddTask,
        at: Instant,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let Outgoing { content, notices } = session.dialect().followup_text(&task.content, mark);
        let mut input = json!({
            "tickets_id": ticket.0,
            "content": content,
            "is_private": u8::from(task.private),
            "state": number_of(task.state),
            "date": session.zone().stamp(at).0,
            "actiontime": task.time.length().0,
        });
        if let Some(user) = task.technician.as_ref().and_then(Actor::user) {
            input["users_id_tech"] = json!(user.0);
        }
        if let Some(plan) = task.time.plan() {
            input["plan"] = plan_of(session, plan);
        }
        let answer = self
            .write(session, Call::write("POST", TYPE, &input))
            .await?;
        Ok(created(&answer, notices))
    }

    /// Corrects a fact of a task that was just read.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn set_task(
        &self,
        session: &Session,
        ticket: TicketId,
        task: &Entry,
        fact: &TaskFact,
    ) -> Result<Written, WriteError> {
        // Without it 9.2 does not add up the ticket's time anew.
        let mut input = json!({ "tickets_id": ticket.0 });
        let mut notices = Vec::new();
        match fact {
            TaskFact::State(state) => input["state"] = json!(number_of(*state)),
            TaskFact::Length(length) => input["actiontime"] = json!(length.0),
            TaskFact::Text(text) => {
                let text = match task.change {
                    Some(change) => text_of(session.dialect(), text, Some(Mark::new(change))),
                    None => text_of(session.dialect(), &with_reference(text, &task.what), None),
                };
                input["content"] = json!(text.content);
                notices = text.notices;
            }
            TaskFact::Plan(plan) => {
                if let Some(plan) = plan {
                    input["plan"] = plan_of(session, *plan);
                }
                // It looks whether he is free then, and warns PHP's log where he is not named.
                if let EntryKind::Task { technician, .. } = &task.what
                    && let Some(user) = technician.as_ref().and_then(Actor::user)
                {
                    input["users_id_tech"] = json!(user.0);
                }
            }
        }
        let call = Call::write("PUT", format!("{TYPE}/{}", task.id), &input);
        let written = updated(&self.write(session, call).await?, task.id)?;
        Ok(Written {
            id: Some(task.id),
            notices,
            ..written
        })
    }
}

/// A reference that nobody here knows stays behind the text as it was: its own server may look for it.
fn with_reference<'t>(text: &'t str, task: &EntryKind) -> Cow<'t, str> {
    let EntryKind::Task { content, .. } = task else {
        return Cow::Borrowed(text);
    };
    match Found::in_content(content) {
        Some(found) if !text.contains(&found.reference) => {
            Cow::Owned(format!("{}\n\n{}", text.trim_end(), found.as_line()))
        }
        _ => Cow::Borrowed(text),
    }
}

/// A text with the mark of the change that added its task; one that somebody else added has none.
fn text_of(dialect: &dyn Dialect, text: &str, mark: Option<Mark>) -> Outgoing {
    match mark {
        Some(mark) => dialect.followup_text(text, &mark),
        None => unmarked(|mark| dialect.followup_text(text, mark)),
    }
}

fn plan_of(session: &Session, (from, to): (Instant, Instant)) -> Value {
    let stamp = |at| session.zone().stamp(at).0;
    json!({ "begin": stamp(from), "end": stamp(to) })
}

fn number_of(state: TaskState) -> u8 {
    match state {
        TaskState::Information => 0,
        TaskState::Todo => 1,
        TaskState::Done => 2,
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::ids::ChangeId;
    use tournee_core::time::Seconds;
    use tournee_core::wire::Notice;

    use super::*;
    use crate::glpi::dialect::{V9, V10};

    #[test]
    fn a_text_keeps_its_tasks_mark_and_gets_none_where_there_was_none() {
        let change = "019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1".parse().unwrap();
        let mark = Mark::new(ChangeId(change));
        for dialect in [&V9 as &dyn Dialect, &V10] {
            let marked = text_of(dialect, "Câble\ntiré", Some(mark)).content;
            assert!(mark.is_in(&marked));
            let bare = text_of(dialect, "Câble\ntiré", None).content;
            assert_eq!(Found::in_content(&bare), None);
            assert!(marked.contains(bare.trim_end_matches("</p>")));
        }
        let task = |content: &str| EntryKind::Task {
            content: content.to_owned(),
            private: false,
            state: TaskState::Todo,
            actiontime: Seconds(0),
            planned: None,
            technician: None,
        };
        let unknown = task("Câble<br><br>réf. T-6E5R5DN8");
        assert_eq!(with_reference("Fil", &unknown), "Fil\n\nréf. T-6E5R5DN8");
        assert_eq!(with_reference("Fil", &task("Câble")), "Fil");
        let spelled = text_of(&V9, "Feu 🔥", None);
        assert_eq!(spelled.content, "Feu :fire:");
        assert_eq!(spelled.notices, [Notice::EmojiSpelled]);
    }
}
