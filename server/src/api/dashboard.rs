//! `/api/dashboard/{source}`: a whole service, counted.

use axum::extract::{Path, State};
use tournee_core::ids::SourceId;
use tournee_core::wire::{ApiError, ServiceTally};

use super::errors::Answer;
use super::session::his_account;
use super::who::Who;
use crate::app::Server;

/// Everything that he may see in one GLPI, counted a few minutes ago at most.
#[utoipa::path(get, path = "/api/dashboard/{source}", tag = "search",
    params(("source" = String, Path, description = "A GLPI of the configuration")),
    responses((status = 200, body = ServiceTally), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 502, body = ApiError)))]
pub async fn show(
    State(server): State<Server>,
    Path(source): Path<String>,
    who: Who,
) -> Answer<axum::Json<ServiceTally>> {
    let row = his_account(&server, &who, SourceId(source)).await?;
    Ok(axum::Json(server.count(&row).await?))
}
