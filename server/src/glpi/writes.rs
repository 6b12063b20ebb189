//! Writes. Each is sent once; what its answer leaves open the caller finds out by looking.

use serde_json::{Value, json};
use tournee_core::domain::Status;
use tournee_core::ids::TicketId;
use tournee_core::wire::Notice;

use super::answer::Answer;
use super::call::Call;
use super::client::Client;
use super::dialect::{Outgoing, WriteCall};
use super::error::WriteError;
use super::json;
use super::marks::Mark;
use super::session::Session;
use super::text;

/// GLPI answered success. That is no proof of an effect: read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The new item's number.
    pub id: Option<u64>,
    /// What had to be altered on the way.
    pub notices: Vec<Notice>,
    /// GLPI's message, as plain text: it can say 200 and refuse in words.
    pub message: Option<String>,
}

impl Client {
    /// Moves a ticket to another status; 2 reopens a closed one.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn set_status(
        &self,
        session: &Session,
        ticket: TicketId,
        status: Status,
    ) -> Result<Written, WriteError> {
        let input = json!({ "status": status.to_glpi() });
        let call = Call::write("PUT", format!("Ticket/{ticket}"), &input);
        let answer = self.write(session, call).await?;
        updated(&answer, ticket.0)
    }

    /// Moves many tickets in one request. An answer is by number; a ticket that GLPI leaves out is not there.
    ///
    /// # Errors
    /// When nothing is known of any of them.
    pub async fn set_statuses(
        &self,
        session: &Session,
        moves: &[(TicketId, Status)],
    ) -> Result<Vec<(TicketId, Result<Written, WriteError>)>, WriteError> {
        let input: Vec<Value> = moves
            .iter()
            .map(|(ticket, status)| json!({ "id": ticket.0, "status": status.to_glpi() }))
            .collect();
        let call = Call::write("PUT", "Ticket", &Value::Array(input));
        let answer = match self.write(session, call).await {
            // None of them is there.
            Err(WriteError::Refused { code, .. }) if code == "ERROR_GLPI_UPDATE" => Answer {
                body: Value::Null,
                total: None,
                date: None,
            },
            other => other?,
        };
        let result = |ticket: TicketId| (ticket, updated(&answer, ticket.0));
        Ok(moves.iter().map(|(ticket, _)| result(*ticket)).collect())
    }

    /// Adds a followup.
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn add_followup(
        &self,
        session: &Session,
        ticket: TicketId,
        text: &str,
        private: bool,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let dialect = session.dialect();
        let Outgoing { content, notices } = dialect.followup_text(text, mark);
        let call = dialect.add_followup(ticket.0, &content, private);
        let answer = self.write(session, as_call(call)).await?;
        Ok(created(&answer, notices))
    }

    /// Adds a solution; GLPI moves the ticket to *solved*, 9.2 to *closed* at once where the entity says so
    /// (the read-back shows which; [`super::Dialect::may_close_at_once`]).
    ///
    /// # Errors
    /// What is known of the outcome.
    pub async fn add_solution(
        &self,
        session: &Session,
        ticket: TicketId,
        text: &str,
        solution_type: Option<u64>,
        mark: &Mark,
    ) -> Result<Written, WriteError> {
        let dialect = session.dialect();
        let Outgoing { content, notices } = dialect.solution_text(text, mark);
        let call = dialect.add_solution(ticket.0, &content, solution_type);
        let in_place = call.method == "PUT";
        let answer = self.write(session, as_call(call)).await;
        if in_place {
            let written = updated(&answer?, ticket.0)?;
            return Ok(Written { notices, ..written });
        }
        Ok(created(&answer?, notices))
    }
}

fn as_call(call: WriteCall) -> Call {
    Call::write(call.method, call.path, &call.input)
}

pub(super) fn created(answer: &Answer, notices: Vec<Notice>) -> Written {
    Written {
        id: json::reference(&answer.body, "id"),
        notices,
        message: message(&answer.body),
    }
}

/// `[{"12": true, "message": ""}]`, or the same inside `["ERROR_GLPI_PARTIAL_UPDATE", […]]`: by number, never by place.
pub(super) fn updated(answer: &Answer, item: u64) -> Result<Written, WriteError> {
    let rows = match &answer.body[1] {
        Value::Array(rows) => rows.as_slice(),
        _ => answer
            .body
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default(),
    };
    let key = item.to_string();
    let Some(row) = rows.iter().find(|row| row.get(&key).is_some()) else {
        return Err(WriteError::NotFound);
    };
    if row[&key] == Value::Bool(true) {
        Ok(Written {
            id: None,
            notices: Vec::new(),
            message: message(row),
        })
    } else {
        Err(WriteError::Refused {
            code: "ERROR_GLPI_UPDATE".to_owned(),
            words: message(row).unwrap_or_default(),
        })
    }
}

fn message(row: &Value) -> Option<String> {
    let words = text::words(&json::text(row, "message"));
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: Value) -> Answer {
        Answer {
            body,
            total: None,
            date: None,
        }
    }

    #[test]
    fn an_update_is_found_by_number_in_either_form() {
        let whole =
            answer(json!([{"3044": true, "message": ""}, {"3045": false, "message": "Non"}]));
        assert!(updated(&whole, 3044).is_ok());
        assert_eq!(
            updated(&whole, 3045),
            Err(WriteError::Refused {
                code: "ERROR_GLPI_UPDATE".into(),
                words: "Non".into()
            })
        );
        let partial = answer(json!(["ERROR_GLPI_PARTIAL_UPDATE", [{"3044": true, "message": ""}]]));
        assert!(updated(&partial, 3044).is_ok());
        assert_eq!(updated(&partial, 99_999_999), Err(WriteError::NotFound));
    }
}
