//! `/api/assets/{source}`: assets beyond what the phone holds.

use axum::extract::{Path, State};
use tournee_core::domain::{AssetKey, AssetKind};
use tournee_core::ids::SourceId;
use tournee_core::wire::{ApiError, AssetFile, ErrorCode, FindAssets, FoundAssets};

use super::body::Body;
use super::errors::{Answer, Failure};
use super::session::his_account;
use super::who::Who;
use crate::app::Server;

/// Looks for assets in one GLPI, by label or name, with his own rights.
#[utoipa::path(post, path = "/api/assets/{source}", tag = "assets", request_body = FindAssets,
    params(("source" = String, Path, description = "A GLPI of the configuration")),
    responses((status = 200, body = FoundAssets), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 502, body = ApiError)))]
pub async fn find(
    State(server): State<Server>,
    Path(source): Path<String>,
    who: Who,
    Body(request): Body<FindAssets>,
) -> Answer<axum::Json<FoundAssets>> {
    let row = his_account(&server, &who, SourceId(source)).await?;
    let label = &request.label;
    let found = server
        .on_session(&row, |client, session| async move {
            client.find_assets(&session, label).await
        })
        .await?;
    Ok(axum::Json(found))
}

/// One asset, with what is open on it.
#[utoipa::path(get, path = "/api/assets/{source}/{kind}/{id}", tag = "assets",
    params(("source" = String, Path, description = "A GLPI of the configuration"),
        ("kind" = String, Path, description = "GLPI's item type"), ("id" = u64, Path)),
    responses((status = 200, body = AssetFile), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_asset`: not there, in the trash, or out of his reach"),
        (status = 502, body = ApiError)))]
pub async fn show(
    State(server): State<Server>,
    Path((source, kind, id)): Path<(String, String, u64)>,
    who: Who,
) -> Answer<axum::Json<AssetFile>> {
    let row = his_account(&server, &who, SourceId(source)).await?;
    let unknown = || Failure::new(ErrorCode::UnknownAsset);
    let kind = AssetKind::of_itemtype(&kind).ok_or_else(unknown)?;
    let key = AssetKey { kind, id };
    let read = server
        .on_session(&row, |client, session| async move {
            let Some(asset) = client.asset(&session, key).await? else {
                return Ok(None);
            };
            let tickets = client.tickets_of(&session, key).await?;
            Ok(Some(AssetFile { asset, tickets }))
        })
        .await?;
    read.map(axum::Json).ok_or_else(unknown)
}
