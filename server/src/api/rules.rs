//! `/api/rules`: mails that become tickets with nobody there.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use tournee_core::ids::RuleId;
use tournee_core::rules::Rule;
use tournee_core::wire::{ApiError, ErrorCode, RuleRecord, RuleTrial, Rules, SwitchRule, WishFor};
use uuid::Uuid;

use super::body::Body;
use super::errors::{Answer, Failure};
use super::who::Who;
use crate::app::Server;
use crate::rules::RuleError;

/// His rules, and those of others on the service's mailbox.
#[utoipa::path(get, path = "/api/rules", tag = "rules",
    responses((status = 200, body = Rules), (status = 401, body = ApiError)))]
pub async fn list(State(server): State<Server>, who: Who) -> Answer<axum::Json<Rules>> {
    Ok(axum::Json(server.rules_seen_by(who.technician).await?))
}

/// Makes a rule, or alters it: it is off then, and to be tried. Safe to repeat.
#[utoipa::path(put, path = "/api/rules/{rule}", tag = "rules", request_body = Rule,
    params(("rule" = Uuid, Path, description = "As the rule names itself")),
    responses((status = 204), (status = 400, body = ApiError), (status = 401, body = ApiError),
        (status = 404, body = ApiError, description = "`unknown_rule`, `unknown_mailbox` or `unknown_source`")))]
pub async fn put(
    State(server): State<Server>,
    who: Who,
    Path(id): Path<Uuid>,
    Body(rule): Body<Rule>,
) -> Answer<StatusCode> {
    if rule.id != RuleId(id) {
        return Err(Failure::bad_request("the rule names itself otherwise"));
    }
    server.put_rule(who.technician, rule).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a rule with its record; what it made stays.
#[utoipa::path(delete, path = "/api/rules/{rule}", tag = "rules",
    params(("rule" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn delete(
    State(server): State<Server>,
    who: Who,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    server.delete_rule(who.technician, RuleId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What it would make of the mails that are there already. From then on it may be switched on.
#[utoipa::path(post, path = "/api/rules/{rule}/try", tag = "rules",
    params(("rule" = Uuid, Path)),
    responses((status = 200, body = RuleTrial), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "`mailbox_reconnect`"), (status = 502, body = ApiError)))]
pub async fn attempt(
    State(server): State<Server>,
    who: Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<RuleTrial>> {
    let trial = server.try_rule(who.technician, RuleId(id)).await?;
    Ok(axum::Json(trial))
}

/// Switches it on, for mails that come from now on, or off.
#[utoipa::path(put, path = "/api/rules/{rule}/state", tag = "rules", request_body = SwitchRule,
    params(("rule" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError),
        (status = 409, body = ApiError, description = "`rule_untried`: it was not tried as it is")))]
pub async fn switch(
    State(server): State<Server>,
    who: Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<SwitchRule>,
) -> Answer<StatusCode> {
    let on = wanted.on;
    server.switch_rule(who.technician, RuleId(id), on).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What it did, newest first.
#[utoipa::path(get, path = "/api/rules/{rule}/record", tag = "rules",
    params(("rule" = Uuid, Path)),
    responses((status = 200, body = RuleRecord), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn record(
    State(server): State<Server>,
    who: Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<RuleRecord>> {
    let record = server.rule_record(who.technician, RuleId(id)).await?;
    Ok(axum::Json(record))
}

/// Asks for something of a change that it made and that waits for its owner.
#[utoipa::path(post, path = "/api/rules/{rule}/wish", tag = "rules", request_body = WishFor,
    params(("rule" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn wish(
    State(server): State<Server>,
    who: Who,
    Path(id): Path<Uuid>,
    Body(wish): Body<WishFor>,
) -> Answer<StatusCode> {
    server
        .wish_of_rule(who.technician, RuleId(id), wish)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<RuleError> for Failure {
    fn from(error: RuleError) -> Self {
        match error {
            RuleError::Store(error) => error.into(),
            RuleError::Gmail(error) => error.into(),
            RuleError::Fault(fault) => Self::bad_request(fault.to_string()),
            RuleError::TooMany => Self::bad_request(RuleError::TooMany.to_string()),
            RuleError::Unknown => Self::new(ErrorCode::UnknownRule),
            RuleError::Untried => Self::new(ErrorCode::RuleUntried),
            RuleError::NoMailbox => Self::new(ErrorCode::UnknownMailbox),
            RuleError::NoAccount => Self::new(ErrorCode::UnknownSource),
            RuleError::Link(error) => {
                tracing::error!(%error, "a rule");
                Self::new(ErrorCode::Internal)
            }
        }
    }
}
