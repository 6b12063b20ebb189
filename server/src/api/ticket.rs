//! `/api/tickets/{source}/{id}`: one ticket, read when it is opened, wherever his rights reach.

use axum::extract::{Path, State};
use tournee_core::domain::Ticket;
use tournee_core::ids::{SourceId, TicketId};
use tournee_core::wire::{ApiError, ErrorCode};

use super::errors::{Answer, Failure};
use super::session::his_account;
use super::who::Who;
use crate::app::Server;
use crate::glpi::Reading;
use crate::store::changes;

/// A ticket as GLPI has it now. It does not come into his feed: that is for what concerns him.
#[utoipa::path(get, path = "/api/tickets/{source}/{id}", tag = "search",
    params(("source" = String, Path, description = "A GLPI of the configuration"), ("id" = u64, Path)),
    responses((status = 200, body = Ticket), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_ticket`: not there, in the trash, or out of his reach"),
        (status = 502, body = ApiError)))]
pub async fn show(
    State(server): State<Server>,
    Path((source, id)): Path<(String, u64)>,
    who: Who,
) -> Answer<axum::Json<Ticket>> {
    let id = TicketId(id);
    let row = his_account(&server, &who, SourceId(source)).await?;
    let marks = {
        let mut db = server.store.read().await?;
        changes::marks(&mut db, &row.account.source, &[id]).await?
    };
    let marks = &marks;
    let reading = server
        .on_session(&row, |client, session| async move {
            let resolve = |reference: &str| marks.get(reference).copied();
            client.ticket(&session, id, &resolve).await
        })
        .await?;
    match reading {
        Reading::Present(ticket) => Ok(axum::Json(*ticket)),
        Reading::Trashed | Reading::Gone | Reading::NotAllowed => {
            Err(Failure::new(ErrorCode::UnknownTicket))
        }
    }
}
