//! The HTTP API. One file a resource, thin handlers; what they call lives elsewhere.

mod assets;
mod body;
mod client;
mod dashboard;
mod devices;
mod download;
pub mod errors;
mod files;
mod frame;
mod gmail;
mod health;
mod openapi;
mod origin;
mod rules;
mod search;
mod session;
mod sync;
mod ticket;
mod who;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::decompression::RequestDecompressionLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use openapi::document;

use crate::app::Server;

/// The largest request: twenty photos' worth of typed text.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// The API's routes, with their part of the OpenAPI document.
fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(session::show, session::leave_all))
        .routes(routes!(session::sign_in, session::leave))
        .routes(routes!(session::choose_profile))
        .routes(routes!(sync::sync))
        .routes(routes!(files::show, files::put))
        .routes(routes!(files::document))
        .routes(routes!(devices::list))
        .routes(routes!(devices::revoke))
        .routes(routes!(devices::left_behind))
        .routes(routes!(search::look_up))
        .routes(routes!(ticket::show))
        .routes(routes!(assets::find))
        .routes(routes!(assets::show))
        .routes(routes!(ticket::history))
        .routes(routes!(dashboard::show))
        .routes(routes!(gmail::show))
        .routes(routes!(gmail::connect))
        .routes(routes!(gmail::come_back))
        .routes(routes!(gmail::disconnect))
        .routes(routes!(gmail::search))
        .routes(routes!(gmail::thread))
        .routes(routes!(gmail::open))
        .routes(routes!(gmail::file))
        .routes(routes!(rules::list))
        .routes(routes!(rules::put, rules::delete))
        .routes(routes!(rules::attempt))
        .routes(routes!(rules::switch))
        .routes(routes!(rules::record))
        .routes(routes!(rules::wish))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::show))
}

/// Everything that the server answers, the app's files included.
pub fn router(server: Server) -> Router {
    let (api, _) = routes().split_for_parts();
    // Images and precompressed files are left alone; so is what is smaller than the header it would save.
    let worthwhile = SizeAbove::new(256).and(NotForContentType::IMAGES);
    api.layer(from_fn_with_state(server.clone(), frame::to_its_end))
        .fallback(crate::assets::serve)
        .layer(CompressionLayer::new().compress_when(worthwhile))
        .layer(RequestDecompressionLayer::new())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(server.clone(), origin::check))
        .layer(from_fn_with_state(server.clone(), frame::security_headers))
        .layer(from_fn_with_state(server.clone(), frame::request_id))
        .with_state(server)
}
