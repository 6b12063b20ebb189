//! A GLPI's directory: who there is, read whole and seldom.

use serde_json::Value;
use tournee_core::domain::Person;
use tournee_core::ids::UserId;

use super::call::Call;
use super::client::Client;
use super::error::GlpiError;
use super::json;
use super::session::Session;

const PAGE: usize = 1000;
const PAGES: usize = 20;
/// `search/User`: number, login, family name, first name, default address, location, active, phone, mobile.
const COLUMNS: [u32; 9] = [2, 1, 34, 9, 5, 3, 8, 6, 11];

impl Client {
    /// The whole directory: one request for a thousand people.
    pub(super) async fn read_directory(&self, session: &Session) -> Result<(), GlpiError> {
        let mut people = Vec::new();
        for page in 0..PAGES {
            let rows = self.directory_page(session, page * PAGE).await?;
            for row in &rows {
                let person = person(session, row);
                self.names().learn_user(person.id.0, person.name.clone());
                // Who has left the house asks for nothing; his old tickets still name him.
                if json::number(row, "8") != 0 {
                    people.push(person);
                }
            }
            if rows.len() < PAGE {
                break;
            }
        }
        people.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        self.names().learn_directory(people);
        Ok(())
    }

    async fn directory_page(
        &self,
        session: &Session,
        from: usize,
    ) -> Result<Vec<Value>, GlpiError> {
        let mut call = Call::get("search/User");
        for (index, column) in COLUMNS.iter().enumerate() {
            call = call.with(format!("forcedisplay[{index}]"), column);
        }
        let call = call
            .with("sort", 2)
            .with("order", "ASC")
            .with("range", format!("{from}-{}", from + PAGE - 1));
        match self.call(session, call).await {
            Ok(answer) => Ok(answer.body["data"].as_array().cloned().unwrap_or_default()),
            // A profile that may not read the directory still sees its tickets.
            Err(GlpiError::Rights { .. } | GlpiError::Refused { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

fn person(session: &Session, row: &Value) -> Person {
    let text = |column| session.dialect().decode(&json::text(row, column));
    let filled = |column| Some(text(column)).filter(|text| !text.is_empty());
    Person {
        id: UserId(json::number(row, "2")),
        name: session.full_name(&text("34"), &text("9"), &text("1")),
        address: first_address(&row["5"]).or_else(|| filled("5")),
        phone: phone(session, &row["6"]).or_else(|| phone(session, &row["11"])),
        location: filled("3"),
    }
}

fn phone(session: &Session, value: &Value) -> Option<String> {
    Some(session.dialect().phone(value)).filter(|phone| !phone.is_empty())
}

/// Somebody with several addresses has a list of them in 10.
fn first_address(value: &Value) -> Option<String> {
    let first = value.as_array()?.first()?.as_str()?;
    Some(first.to_owned())
}
