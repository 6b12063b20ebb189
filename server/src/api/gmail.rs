//! `/api/gmail`: mailboxes, connecting them, and what is read when it is opened.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use tournee_core::domain::{Mail, Thread};
use tournee_core::ids::{MailboxId, ThreadKey};
use tournee_core::wire::{ApiError, Connect, ConnectStart, GmailInfo, LookUp, LookedUpMails};

use super::body::Body;
use super::download::download;
use super::errors::{Answer, Failure};
use super::who::Who;
use crate::app::Server;
use crate::gmail::GmailError;
use crate::gmail::connect::Return;
use crate::gmail::oauth::PATIENCE;
use crate::store::mails;

/// What the browser keeps while its owner is at Google. `Lax`: it has to come along when Google sends him back.
const JOURNEY: &str = "tournee_gmail";
const JOURNEY_PATH: &str = "/api/gmail/return";

/// Whether there are mails, and which mailboxes he sees.
#[utoipa::path(get, path = "/api/gmail", tag = "gmail",
    responses((status = 200, body = GmailInfo), (status = 401, body = ApiError)))]
pub async fn show(State(server): State<Server>, who: Who) -> Answer<axum::Json<GmailInfo>> {
    let Some(client) = server.mails.client() else {
        return Ok(axum::Json(GmailInfo::default()));
    };
    let seen = mails::seen_by(&mut *server.store.read().await?, who.technician).await?;
    Ok(axum::Json(GmailInfo {
        enabled: true,
        shared: client.config.shared.clone(),
        domain: client.config.domain.clone(),
        mailboxes: seen
            .iter()
            .map(|record| record.shown(client.config.urgent))
            .collect(),
    }))
}

/// Begins to connect a mailbox: the browser goes on at Google's page.
#[utoipa::path(post, path = "/api/gmail/connect", tag = "gmail", request_body = Connect,
    responses((status = 200, body = ConnectStart), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_mailbox`: Gmail is not set up for it")))]
pub async fn connect(
    State(server): State<Server>,
    who: Who,
    jar: CookieJar,
    Body(request): Body<Connect>,
) -> Answer<(CookieJar, axum::Json<ConnectStart>)> {
    let (page, journey) = server.set_out(who.technician, request.shared)?;
    let jar = jar.add(kept(journey, PATIENCE.0, server.config.is_https()));
    Ok((jar, axum::Json(ConnectStart { url: page.into() })))
}

/// Somebody comes back from Google; the app goes on at `/more?gmail=` and the outcome.
#[utoipa::path(get, path = "/api/gmail/return", tag = "gmail",
    responses((status = 303, description = "To `/more?gmail=` and an outcome")))]
pub async fn come_back(
    State(server): State<Server>,
    jar: CookieJar,
    Query(answer): Query<Return>,
) -> (CookieJar, Redirect) {
    let journey = jar.get(JOURNEY).map(|cookie| cookie.value().to_owned());
    let outcome = server.come_back(journey.as_deref(), &answer).await;
    // Good once, however it went.
    let jar = jar.add(kept(String::new(), 0, server.config.is_https()));
    (
        jar,
        Redirect::to(&format!("/more?gmail={}", outcome.word())),
    )
}

/// Disconnects his own mailbox: Google forgets the grant, the server and the phones forget the mails.
#[utoipa::path(delete, path = "/api/gmail/{mailbox}", tag = "gmail",
    params(("mailbox" = String, Path, description = "Its address")),
    responses((status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 502, body = ApiError, description = "`gmail_unreachable`: nothing was altered")))]
pub async fn disconnect(
    State(server): State<Server>,
    who: Who,
    Path(mailbox): Path<String>,
) -> Answer<StatusCode> {
    server
        .disconnect(who.technician, &MailboxId::of(&mailbox))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks for mails in all of a mailbox, beyond its boxes too.
#[utoipa::path(post, path = "/api/gmail/{mailbox}/search", tag = "gmail", request_body = LookUp,
    params(("mailbox" = String, Path, description = "Its address")),
    responses((status = 200, body = LookedUpMails), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "`mailbox_reconnect`"), (status = 502, body = ApiError)))]
pub async fn search(
    State(server): State<Server>,
    who: Who,
    Path(mailbox): Path<String>,
    Body(request): Body<LookUp>,
) -> Answer<axum::Json<LookedUpMails>> {
    let mailbox = MailboxId::of(&mailbox);
    let found = server.find_mails(who.technician, &mailbox, &request);
    Ok(axum::Json(found.await?))
}

/// A thread with the bodies of all its mails, as Google has it now.
#[utoipa::path(get, path = "/api/gmail/{mailbox}/threads/{thread}", tag = "gmail",
    params(("mailbox" = String, Path), ("thread" = String, Path)),
    responses((status = 200, body = Thread), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "`mailbox_reconnect`"), (status = 502, body = ApiError)))]
pub async fn thread(
    State(server): State<Server>,
    who: Who,
    Path((mailbox, id)): Path<(String, String)>,
) -> Answer<axum::Json<Thread>> {
    let mailbox = MailboxId::of(&mailbox);
    let key = ThreadKey { mailbox, id };
    Ok(axum::Json(server.open_thread(who.technician, &key).await?))
}

/// A mail with its body, however long.
#[utoipa::path(get, path = "/api/gmail/{mailbox}/mails/{mail}", tag = "gmail",
    params(("mailbox" = String, Path), ("mail" = String, Path)),
    responses((status = 200, body = Mail), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "`mailbox_reconnect`"), (status = 502, body = ApiError)))]
pub async fn open(
    State(server): State<Server>,
    who: Who,
    Path((mailbox, mail)): Path<(String, String)>,
) -> Answer<axum::Json<Mail>> {
    let mailbox = MailboxId::of(&mailbox);
    Ok(axum::Json(
        server.open_mail(who.technician, &mailbox, &mail).await?,
    ))
}

/// A file that came with a mail: always to be saved, never to be shown as a page of ours.
#[utoipa::path(get, path = "/api/gmail/{mailbox}/mails/{mail}/files/{part}", tag = "gmail",
    params(("mailbox" = String, Path), ("mail" = String, Path), ("part" = String, Path)),
    responses((status = 200, description = "Its bytes"), (status = 401, body = ApiError),
        (status = 404, body = ApiError), (status = 409, body = ApiError), (status = 502, body = ApiError)))]
pub async fn file(
    State(server): State<Server>,
    who: Who,
    Path((mailbox, mail, part)): Path<(String, String, String)>,
) -> Answer<Response> {
    let mailbox = MailboxId::of(&mailbox);
    let file = server
        .open_file(who.technician, &mailbox, &mail, &part)
        .await?;
    Ok(download(file.bytes, &file.mime, &file.name))
}

fn kept(journey: String, seconds: i64, secure: bool) -> Cookie<'static> {
    Cookie::build((JOURNEY, journey))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path(JOURNEY_PATH)
        .secure(secure)
        .max_age(time::Duration::seconds(seconds))
        .build()
}

impl From<GmailError> for Failure {
    fn from(error: GmailError) -> Self {
        match error {
            GmailError::Store(error) => error.into(),
            error => {
                tracing::info!(%error, "Gmail");
                Self::new(error.code())
            }
        }
    }
}
