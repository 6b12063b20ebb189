//! `/api/tickets/{source}/{id}`: one ticket, and its history, read when somebody asks, wherever his rights reach.

use axum::extract::{Path, State};
use tournee_core::changes::ChangeBody;
use tournee_core::domain::{Act, History, Teller, Ticket};
use tournee_core::ids::{SourceId, TicketId, TicketKey};
use tournee_core::wire::{ApiError, ErrorCode};

use super::errors::{Answer, Failure};
use super::session::his_account;
use super::who::Who;
use crate::app::Server;
use crate::glpi::{Parts, Reading};
use crate::store::accounts::AccountRow;
use crate::store::changes::{self, Held, Phase};

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
    read(&server, &row, id, Parts::ALL).await.map(axum::Json)
}

/// What was done to a ticket: GLPI's log, or what was done with Tournée, where his profile may not read that.
#[utoipa::path(get, path = "/api/tickets/{source}/{id}/history", tag = "search",
    params(("source" = String, Path, description = "A GLPI of the configuration"), ("id" = u64, Path)),
    responses((status = 200, body = History), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_ticket`: not there, in the trash, or out of his reach"),
        (status = 502, body = ApiError)))]
pub async fn history(
    State(server): State<Server>,
    Path((source, id)): Path<(String, u64)>,
    who: Who,
) -> Answer<axum::Json<History>> {
    let id = TicketId(id);
    let row = his_account(&server, &who, SourceId(source)).await?;
    let read_at = server.clock.now();
    // His rights decide before anything is told: our record knows of tickets that he may not see.
    read(&server, &row, id, Parts::FACTS).await?;
    let log = server
        .on_session(&row, |client, session| async move {
            client.log(&session, id).await
        })
        .await?;
    let history = match log {
        Some(log) => History {
            teller: Teller::Glpi,
            read_at,
            acts: log.acts,
            cut: log.cut,
        },
        None => History {
            teller: Teller::Tournee,
            read_at,
            acts: recorded(&server, &row, id).await?,
            cut: false,
        },
    };
    Ok(axum::Json(history))
}

async fn read(server: &Server, row: &AccountRow, id: TicketId, parts: Parts) -> Answer<Ticket> {
    let marks = {
        let mut db = server.store.read().await?;
        changes::marks(&mut db, &row.account.source, &[id]).await?
    };
    let marks = &marks;
    let reading = server
        .on_session(row, |client, session| async move {
            let resolve = |reference: &str| marks.get(reference).copied();
            client.read(&session, id, None, parts, &resolve).await
        })
        .await?;
    match reading {
        Reading::Present(ticket) => Ok(*ticket),
        Reading::Trashed | Reading::Gone | Reading::NotAllowed => {
            Err(Failure::new(ErrorCode::UnknownTicket))
        }
    }
}

/// What was done to a ticket with Tournée, whoever did it.
async fn recorded(server: &Server, row: &AccountRow, id: TicketId) -> Answer<Vec<Act>> {
    let ticket = TicketKey {
        source: row.account.source.clone(),
        id,
    };
    let held = {
        let mut db = server.store.read().await?;
        changes::of_ticket(&mut db, &ticket).await?
    };
    let told = held.iter().filter(|held| is_told(held, row));
    let mut acts: Vec<Act> = told.filter_map(|held| Act::of(&held.change)).collect();
    acts.sort_by_key(|act| act.at);
    Ok(acts)
}

/// What is in GLPI. Of others' what anybody sees who sees the ticket: which task they altered, or which of their mails they
/// linked, may be hidden from him.
fn is_told(held: &Held, row: &AccountRow) -> bool {
    let is_open = matches!(
        held.change.body,
        ChangeBody::Create(_)
            | ChangeBody::Take(_)
            | ChangeBody::Status(_)
            | ChangeBody::Fact(_)
            | ChangeBody::Seat(_)
    );
    held.phase == Phase::Delivered && (is_open || held.technician == row.technician)
}
