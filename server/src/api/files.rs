//! `/api/files` and `/api/documents`: files on their way to GLPI, and documents that come from there.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use tournee_core::ids::{FileHash, SourceId};
use tournee_core::wire::{ApiError, ErrorCode, FileAt};
use utoipa::IntoParams;

use super::download::download;
use super::errors::{Answer, Failure};
use super::who::{Anyone, Who};
use crate::app::Server;
use crate::custody::Took;
use crate::glpi::GlpiError;
use crate::links::LinkError;
use crate::store::accounts;
use crate::store::files::Piece;

/// Far above what a phone sends in one go.
const LONGEST_PIECE: usize = 4 * 1024 * 1024;

/// Where a piece belongs.
#[derive(Deserialize, IntoParams)]
pub struct Place {
    /// Where in the file it begins.
    offset: u64,
    /// How many bytes the whole file has.
    size: u64,
}

/// How far a file has come.
#[utoipa::path(get, path = "/api/files/{hash}", tag = "files",
    params(("hash" = String, Path, description = "SHA-256 of its bytes, in hexadecimal digits")),
    responses((status = 200, body = FileAt), (status = 401, body = ApiError)))]
pub async fn show(
    State(server): State<Server>,
    Anyone { who, .. }: Anyone,
    Path(hash): Path<String>,
) -> Answer<axum::Json<FileAt>> {
    let at = server.file_at(who.technician, &named(&hash)?).await?;
    Ok(axum::Json(at))
}

/// Hands over a piece. One that is not the next changes nothing: the answer says where the next begins.
#[utoipa::path(put, path = "/api/files/{hash}", tag = "files",
    params(("hash" = String, Path), Place), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = FileAt), (status = 401, body = ApiError),
        (status = 413, body = ApiError, description = "`too_large`"),
        (status = 507, body = ApiError, description = "`no_room`")))]
pub async fn put(
    State(server): State<Server>,
    Anyone { who, .. }: Anyone,
    Path(hash): Path<String>,
    Query(place): Query<Place>,
    bytes: Bytes,
) -> Answer<axum::Json<FileAt>> {
    if bytes.len() > LONGEST_PIECE {
        return Err(Failure::new(ErrorCode::TooLarge));
    }
    let piece = Piece {
        hash: &named(&hash)?,
        size: place.size,
        place: place.offset,
        bytes: &bytes,
    };
    match server.take_piece(who.technician, piece).await? {
        Took::At(at) => Ok(axum::Json(at)),
        Took::TooLarge => Err(Failure::new(ErrorCode::TooLarge)),
    }
}

/// A document of GLPI's, with his rights: always to be saved, never to be shown as a page of ours.
#[utoipa::path(get, path = "/api/documents/{source}/{document}", tag = "files",
    params(("source" = String, Path), ("document" = u64, Path, description = "Its number in GLPI")),
    responses((status = 200, description = "Its bytes"), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_document`"), (status = 502, body = ApiError)))]
pub async fn document(
    State(server): State<Server>,
    who: Who,
    Path((source, document)): Path<(String, u64)>,
) -> Answer<Response> {
    let source = SourceId::new(source);
    let row = {
        let mut db = server.store.read().await?;
        accounts::at_source(&mut db, who.technician, &source).await?
    };
    let row = row.ok_or(Failure::new(ErrorCode::UnknownSource))?;
    let read = async |client: std::sync::Arc<crate::glpi::Client>, session| {
        client.document(&session, document).await
    };
    match server.on_session(&row, read).await {
        Ok(opened) => Ok(download(opened.bytes, &opened.mime, &format!("{document}"))),
        Err(LinkError::Glpi(GlpiError::NotFound | GlpiError::Rights { .. })) => {
            Err(Failure::new(ErrorCode::UnknownDocument))
        }
        Err(LinkError::Glpi(error)) => Err(error.into()),
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(LinkError::NeedsSignIn) => Err(Failure::not_signed_in()),
    }
}

fn named(hash: &str) -> Answer<FileHash> {
    FileHash::parse(hash).ok_or_else(|| Failure::bad_request("not a file's hash"))
}
