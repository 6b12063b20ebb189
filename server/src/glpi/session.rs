//! Signing in to one GLPI, and what a session knows.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::answer::{Answer, answer};
use super::call::{Call, Proof};
use super::client::Client;
use super::dates::Zone;
use super::dialect::Dialect;
use super::error::GlpiError;
use super::identity::{Identity, full_name};
use super::json;
use super::secret::Secret;

/// How a technician proves who he is.
#[derive(Clone)]
pub enum Credentials {
    /// His GLPI (or Active Directory) login.
    Password {
        /// Login.
        login: String,
        /// Password.
        password: Secret,
    },
    /// His personal API token.
    UserToken(Secret),
}

/// A session at GLPI, with the root entity active, recursively. Its token is secret, hence no `Debug`.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    token: Secret,
    dialect: &'static dyn Dialect,
    zone: Zone,
    identity: Identity,
    first_name_first: bool,
}

impl Session {
    pub(crate) fn token(&self) -> &Secret {
        &self.0.token
    }

    /// The dialect it speaks.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.0.dialect
    }

    /// The zone its dates are in: a user of 10 may have one of his own.
    pub fn zone(&self) -> &Zone {
        &self.0.zone
    }

    /// Who is signed in.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// How this GLPI writes names.
    pub(crate) fn full_name(&self, surname: &str, first: &str, login: &str) -> String {
        full_name(surname, first, login, self.0.first_name_first)
    }

    /// The same session, after its profile changed.
    fn with_identity(&self, identity: Identity) -> Self {
        Self(Arc::new(Inner {
            token: self.0.token.clone(),
            dialect: self.0.dialect,
            zone: self.0.zone.clone(),
            identity,
            first_name_first: self.0.first_name_first,
        }))
    }

    /// A token alone, to ask who it belongs to.
    fn provisional(token: Secret, dialect: &'static dyn Dialect, zone: Zone) -> Self {
        Self(Arc::new(Inner {
            token,
            dialect,
            zone,
            identity: Identity::nobody(),
            first_name_first: false,
        }))
    }
}

impl Client {
    /// Signs in, finds out (again) which version answers, opens all entities, and takes up `profile`. Without one, and where
    /// that is not his any more, a profile with the central interface is preferred over the account's default where that has
    /// none.
    ///
    /// # Errors
    /// As GLPI refuses. After [`GlpiError::WrongPassword`] the same password must not be tried again.
    pub async fn sign_in(
        &self,
        credentials: &Credentials,
        profile: Option<u64>,
    ) -> Result<Session, GlpiError> {
        let proof = Proof::Authorization(authorization(credentials));
        let response = self.raw(&proof, Call::get("initSession"), None).await?;
        let body = answer(response)
            .map_err(|error| self.told_apart(error))?
            .body;
        let token = Secret::new(json::text(&body, "session_token"));
        if token.reveal().is_empty() {
            return Err(GlpiError::Unexpected {
                status: 200,
                what: "no session token".to_owned(),
            });
        }
        let zone = self.configured_zone();
        let session = Session::provisional(token, super::dialect::for_version("").0, zone);
        let session = self.learn_version(session).await?;
        match (self.set_up(&session, profile).await, profile) {
            (Err(GlpiError::NotFound), Some(profile)) => self.without(&session, profile).await,
            (Ok(session), None) => self.first_central(session).await,
            (set_up, _) => set_up,
        }
    }

    /// Where GLPI does not find a profile: it may have been taken from him. Only then another one will do.
    async fn without(&self, session: &Session, profile: u64) -> Result<Session, GlpiError> {
        let session = self.set_up(session, None).await?;
        let identity = session.identity();
        if identity.profiles.iter().any(|his| his.id == profile) {
            return Err(GlpiError::NotFound);
        }
        let (source, user) = (&self.config().id, identity.user);
        let session = self.first_central(session).await?;
        if !session.identity().central {
            return Err(GlpiError::NoProfile);
        }
        tracing::warn!(%source, %user, profile, "a profile is not his any more: he goes on with another");
        Ok(session)
    }

    /// Changes the session's profile.
    ///
    /// # Errors
    /// [`GlpiError::NotFound`] when the profile is not his.
    pub async fn choose_profile(&self, session: &Session, id: u64) -> Result<Session, GlpiError> {
        self.set_up(session, Some(id)).await
    }

    /// Ends the session; one that has already expired is no error.
    ///
    /// # Errors
    /// When GLPI does not answer.
    pub async fn sign_out(&self, session: &Session) -> Result<(), GlpiError> {
        match self.call(session, Call::get("killSession")).await {
            Ok(_) | Err(GlpiError::SessionExpired) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Which version answers, and how it writes names.
    async fn learn_version(&self, session: Session) -> Result<Session, GlpiError> {
        let config = self.call(&session, Call::get("getGlpiConfig")).await?;
        let config = &config.body["cfg_glpi"];
        let dialect = self.remember_config(config);
        Ok(Session(Arc::new(Inner {
            token: session.0.token.clone(),
            dialect,
            zone: session.0.zone.clone(),
            identity: session.0.identity.clone(),
            first_name_first: json::number(config, "names_format") == 1,
        })))
    }

    async fn set_up(&self, session: &Session, profile: Option<u64>) -> Result<Session, GlpiError> {
        if let Some(id) = profile {
            let body = json!({ "profiles_id": id });
            self.call(session, Call::send("POST", "changeActiveProfile", body))
                .await?;
        }
        // Both are needed: 9.2 takes the word, 10 opens the root alone unless it is told to recurse.
        let body = json!({ "entities_id": "all", "is_recursive": true });
        self.call(session, Call::send("POST", "changeActiveEntities", body))
            .await?;
        let answer = self.call(session, Call::get("getFullSession")).await?;
        let session = self.in_its_zone(session, &answer);
        let mut identity = Identity::read(&session, &answer.body["session"])?;
        identity.groups = self.group_names(&session, identity.groups).await;
        Ok(session.with_identity(identity))
    }

    /// GLPI shows the session's own clock: a user of 10 may have a zone of his own, which shifts every date.
    fn in_its_zone(&self, session: &Session, answer: &Answer) -> Session {
        let clock = json::text(&answer.body["session"], "glpi_currenttime");
        let now = answer.date.unwrap_or_else(|| self.now());
        let zone = if session.0.zone.fits(&clock, now) {
            session.0.zone.clone()
        } else {
            let found = Zone::detect(&clock, now).unwrap_or_else(|| session.0.zone.clone());
            let (source, expected) = (&self.config().id, session.0.zone.name());
            tracing::warn!(%source, expected, found = found.name(), "this session's clock is in another zone");
            found
        };
        self.remember_zone(&zone, now);
        Session(Arc::new(Inner {
            token: session.0.token.clone(),
            dialect: session.0.dialect,
            zone,
            identity: session.0.identity.clone(),
            first_name_first: session.0.first_name_first,
        }))
    }

    /// The session as it is, where its profile has the central interface; else with the first that has it.
    async fn first_central(&self, session: Session) -> Result<Session, GlpiError> {
        if session.identity().central {
            return Ok(session);
        }
        let active = session.identity().profile.id;
        let others: Vec<u64> = session.identity().profiles.iter().map(|p| p.id).collect();
        for id in others.into_iter().filter(|id| *id != active) {
            let other = self.choose_profile(&session, id).await?;
            if other.identity().central {
                return Ok(other);
            }
        }
        // Back to where GLPI began.
        self.choose_profile(&session, active).await
    }
}

fn authorization(credentials: &Credentials) -> Secret {
    match credentials {
        Credentials::Password { login, password } => Secret::new(format!(
            "Basic {}",
            STANDARD.encode(format!("{login}:{}", password.reveal()))
        )),
        Credentials::UserToken(token) => Secret::new(format!("user_token {}", token.reveal())),
    }
}
