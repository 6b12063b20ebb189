//! `/api/session`: who is signed in where.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use tournee_core::domain::Account;
use tournee_core::ids::SourceId;
use tournee_core::wire::{
    ApiError, ChooseProfile, ErrorCode, SessionInfo, SignIn, SignInMethod, SourceInfo,
};

use super::body::Body;
use super::client::Client;
use super::errors::{Answer, Failure};
use super::who::{Anyone, MaybeWho, Who, cookie, no_cookie};
use crate::app::Server;
use crate::glpi::GlpiError;
use crate::links::LinkError;
use crate::store::accounts::{self, AccountRow};

/// The GLPIs there are, and who is signed in where.
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = SessionInfo)))]
pub async fn show(
    State(server): State<Server>,
    MaybeWho(who): MaybeWho,
) -> Answer<axum::Json<SessionInfo>> {
    let rows = match &who {
        Some(anyone) if !anyone.revoked => {
            let technician = anyone.who.technician;
            accounts::of_technician(&mut *server.store.read().await?, technician).await?
        }
        _ => Vec::new(),
    };
    let sources = server.config.glpi.iter().map(|glpi| SourceInfo {
        id: glpi.id.clone(),
        name: glpi.name.clone(),
        color: glpi.color.clone(),
        account: rows
            .iter()
            .find(|row| row.signed_in && row.account.source == glpi.id)
            .map(|row| row.account.clone()),
    });
    Ok(axum::Json(SessionInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        signed_in: who.is_some(),
        sources: sources.collect(),
    }))
}

/// GLPI's own column, in bytes at most.
const LONGEST_LOGIN: usize = 4 * 255;

/// Signs in at one GLPI.
#[utoipa::path(post, path = "/api/session/{source}", tag = "session", request_body = SignIn,
    params(("source" = String, Path, description = "A GLPI of the configuration")),
    responses(
        (status = 200, body = Account, description = "Signed in; sets the session's cookie"),
        (status = 400, body = ApiError, description = "`bad_request`"),
        (status = 401, body = ApiError, description = "`wrong_password`, `wrong_token`"),
        (status = 403, body = ApiError, description = "`account_locked`, `no_profile`, `passwords_off`, `wrong_origin`"),
        (status = 404, body = ApiError, description = "`unknown_source`"),
        (status = 429, body = ApiError, description = "`too_many_attempts`"),
        (status = 502, body = ApiError, description = "`glpi_unreachable`, `glpi_api_disabled`, \
            `app_token_missing`, `app_token_wrong`, `address_not_allowed`, `glpi_unexpected`")))]
pub async fn sign_in(
    State(server): State<Server>,
    Path(source): Path<String>,
    client: Client,
    MaybeWho(who): MaybeWho,
    jar: CookieJar,
    Body(request): Body<SignIn>,
) -> Answer<(CookieJar, axum::Json<Account>)> {
    let source = SourceId(source);
    let glpi = server.source(&source).ok_or_else(unknown_source)?;
    let name = attempted(&request.method);
    if name.is_some_and(|name| name.len() > LONGEST_LOGIN) {
        return Err(Failure::bad_request("the login is too long"));
    }
    let turn = server.limits.turn(&source, name).await;
    let _turn = turn.map_err(Failure::too_many_attempts)?;
    if let Some(seconds) = server.limits.wait(client.0, &source, name) {
        return Err(Failure::too_many_attempts(seconds));
    }
    let known = who.filter(|anyone| !anyone.revoked);
    let technician = known.map(|anyone| anyone.who.technician);
    let signed_in = server.sign_in(technician, &glpi, &request.method).await;
    if let Err(LinkError::Glpi(error)) = &signed_in
        && is_guess(error)
    {
        server.limits.failed(client.0, &source, name);
    }
    let signed_in = signed_in?;
    server.refresh_soon(&signed_in.account).await;
    let jar = match &signed_in.token {
        Some(token) => jar.add(cookie(token, server.config.is_https())),
        None => jar,
    };
    Ok((jar, axum::Json(signed_in.account)))
}

/// Chooses a profile, and which entities to see.
#[utoipa::path(put, path = "/api/session/{source}/profile", tag = "session",
    request_body = ChooseProfile,
    params(("source" = String, Path, description = "A GLPI of the configuration")),
    responses((status = 200, body = Account), (status = 400, body = ApiError),
        (status = 401, body = ApiError), (status = 403, body = ApiError, description = "`no_profile`"),
        (status = 404, body = ApiError), (status = 502, body = ApiError)))]
pub async fn choose_profile(
    State(server): State<Server>,
    Path(source): Path<String>,
    who: Who,
    Body(choice): Body<ChooseProfile>,
) -> Answer<axum::Json<Account>> {
    let row = his_account(&server, &who, SourceId(source)).await?;
    if !row.account.profiles.iter().any(|p| p.id == choice.profile) {
        return Err(Failure::bad_request("not one of the account's profiles"));
    }
    Ok(axum::Json(server.choose_profile(&row, choice).await?))
}

/// Signs out of one GLPI.
#[utoipa::path(delete, path = "/api/session/{source}", tag = "session",
    params(("source" = String, Path, description = "A GLPI of the configuration")),
    responses((status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn leave(
    State(server): State<Server>,
    Path(source): Path<String>,
    who: Who,
) -> Answer<StatusCode> {
    let row = his_account(&server, &who, SourceId(source)).await?;
    server.leave(&row).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out wholly.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204)))]
pub async fn leave_all(
    State(server): State<Server>,
    MaybeWho(who): MaybeWho,
    jar: CookieJar,
) -> Answer<(CookieJar, StatusCode)> {
    if let Some(Anyone { who, .. }) = who {
        server.leave_all(who.technician, &who.token).await?;
    }
    let jar = jar.add(no_cookie(server.config.is_https()));
    Ok((jar, StatusCode::NO_CONTENT))
}

/// His account at a GLPI.
pub(super) async fn his_account(
    server: &Server,
    who: &Who,
    source: SourceId,
) -> Answer<AccountRow> {
    let mut db = server.store.read().await?;
    let row = accounts::at_source(&mut db, who.technician, &source).await?;
    row.filter(|row| row.signed_in).ok_or_else(|| {
        if server.source(&source).is_none() {
            unknown_source()
        } else {
            Failure::not_signed_in()
        }
    })
}

fn unknown_source() -> Failure {
    Failure::new(ErrorCode::UnknownSource)
}

/// Nobody guesses a token one account at a time: those count by address.
fn attempted(method: &SignInMethod) -> Option<&str> {
    match method {
        SignInMethod::Password { login, .. } => Some(login),
        SignInMethod::UserToken { .. } => None,
    }
}

fn is_guess(error: &GlpiError) -> bool {
    matches!(
        error,
        GlpiError::WrongPassword { .. }
            | GlpiError::WrongToken { .. }
            | GlpiError::AccountLocked { .. }
    )
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NeedsSignIn => Self::not_signed_in(),
            LinkError::Glpi(error) => error.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}
