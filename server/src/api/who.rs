//! The session of a request, and its cookie.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use tournee_core::ids::DeviceId;
use tournee_core::wire::ErrorCode;

use super::errors::Failure;
use crate::app::Server;
use crate::store::TechnicianId;
use crate::store::sessions::{self, Token};

const NAME: &str = "tournee_session";
/// The cookie's life; the session's own, from its last use, is as long.
const DAYS: i64 = 30;

/// A signed-in technician.
#[derive(Clone)]
pub struct Who {
    /// Him.
    pub technician: TechnicianId,
    /// What his cookie carries.
    pub token: Token,
    /// Write down that he was here, and give the cookie a new life.
    pub worth_touching: bool,
    /// On which device, once that has said so.
    pub device: Option<DeviceId>,
}

/// A session that may be that of a device which the technician revoked.
pub struct Anyone {
    /// Its technician.
    pub who: Who,
    /// It may hand over and sign out, and is told nothing.
    pub revoked: bool,
}

/// Somebody who may be signed in.
pub struct MaybeWho(pub Option<Anyone>);

impl FromRequestParts<Server> for MaybeWho {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Failure> {
        let jar = CookieJar::from_headers(&parts.headers);
        let Some(cookie) = jar.get(NAME) else {
            return Ok(Self(None));
        };
        let token = Token::from_cookie(cookie.value());
        let mut db = server.store.read().await?;
        let session = sessions::find(&mut db, &token, server.clock.now()).await?;
        Ok(Self(session.map(|session| Anyone {
            who: Who {
                technician: session.technician,
                token,
                worth_touching: session.worth_touching,
                device: session.device,
            },
            revoked: session.revoked,
        })))
    }
}

impl FromRequestParts<Server> for Anyone {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Failure> {
        let MaybeWho(anyone) = MaybeWho::from_request_parts(parts, server).await?;
        anyone.ok_or_else(Failure::not_signed_in)
    }
}

impl FromRequestParts<Server> for Who {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Failure> {
        let anyone = Anyone::from_request_parts(parts, server).await?;
        match anyone.revoked {
            true => Err(Failure::new(ErrorCode::DeviceRevoked)),
            false => Ok(anyone.who),
        }
    }
}

/// The cookie of a session.
pub fn cookie(token: &Token, secure: bool) -> Cookie<'static> {
    Cookie::build((NAME, token.value().to_owned()))
        .http_only(true)
        .same_site(SameSite::Strict)
        .path("/")
        .secure(secure)
        .max_age(cookie_days(DAYS))
        .build()
}

/// The cookie that removes it.
pub fn no_cookie(secure: bool) -> Cookie<'static> {
    Cookie::build((NAME, ""))
        .http_only(true)
        .same_site(SameSite::Strict)
        .path("/")
        .secure(secure)
        .max_age(cookie_days(0))
        .build()
}

fn cookie_days(days: i64) -> time::Duration {
    time::Duration::days(days)
}
