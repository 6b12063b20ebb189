//! `/api/search/{source}`: tickets beyond what the phone holds.

use axum::extract::{Path, State};
use tournee_core::ids::SourceId;
use tournee_core::search::Query;
use tournee_core::search::query::Seen;
use tournee_core::wire::{ApiError, LookUp, LookedUp};

use super::body::Body;
use super::errors::Answer;
use super::session::his_account;
use super::who::Who;
use crate::app::Server;

/// Looks for tickets in one GLPI, with his own rights.
#[utoipa::path(post, path = "/api/search/{source}", tag = "search", request_body = LookUp,
    params(("source" = String, Path, description = "A GLPI of the configuration")),
    responses((status = 200, body = LookedUp), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 502, body = ApiError)))]
pub async fn look_up(
    State(server): State<Server>,
    Path(source): Path<String>,
    who: Who,
    Body(request): Body<LookUp>,
) -> Answer<axum::Json<LookedUp>> {
    let row = his_account(&server, &who, SourceId(source)).await?;
    let query = &Query::of(&request.words).ahead_by(request.ahead);
    let seen = &Seen {
        goals: &server.config.goals,
        now: server.clock.now(),
        ahead: request.ahead,
    };
    let found = server
        .on_session(&row, |client, session| async move {
            client.look_up(&session, query, seen).await
        })
        .await?;
    Ok(axum::Json(found))
}
