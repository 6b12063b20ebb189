//! Due dates: what is stored of what is sent.

use anyhow::Result;
use serde_json::{Value, json};

use super::Probing;

/// One ticket, one date after the other, as they were recorded.
pub fn dates(on: &mut Probing<'_>, name: &str, rows: &Value) -> Result<()> {
    let ticket = on.create("Ticket", json!({ "name": "échéances", "content": "x" }))?;
    for row in rows.as_array().into_iter().flatten() {
        let sent = &row["time_to_resolve sent"];
        let answer = on.put("technician", ticket, json!({ "time_to_resolve": sent }))?;
        let name = format!("{name} ({sent})");
        on.outcome(&name, &row["status"], &row["body"], &answer);
        let got = on.ticket(ticket)?;
        on.same(&name, "read", &row["read"], &got["time_to_resolve"]);
    }
    Ok(())
}
