//! One call of the API: who asks, what it costs, what it answers.

use serde_json::Value as Json;

use super::{
    call::Call,
    fields::Mask,
    reading,
    reply::{Refusal, Reply},
    routes::{self, Route},
    writing,
};
use crate::gmail::{World, oauth::SCOPE, quota};

/// What the log wants to know of a call.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    pub name: Option<&'static str>,
    pub address: Option<String>,
    pub units: u32,
}

/// Answers a call.
pub fn answer(world: &mut World, call: &Call) -> (Answered, Reply) {
    let mut answered = Answered::default();
    let reply = match carry_out(world, call, &mut answered) {
        Ok(Some(json)) => Reply::json(200, &json, call.pretty()),
        Ok(None) => Reply::nothing(),
        Err(refusal) => Reply::from(refusal),
    };
    (answered, reply)
}

fn carry_out(
    world: &mut World,
    call: &Call,
    answered: &mut Answered,
) -> Result<Option<Json>, Refusal> {
    let route = routes::find(&call.method, &call.segments).ok_or_else(Refusal::no_method)?;
    answered.name = Some(route.name);
    let address = who(world, call)?;
    answered.address = Some(address.clone());
    if route.user != "me" && !route.user.eq_ignore_ascii_case(&address) {
        return Err(Refusal::delegation(route.user));
    }
    let mask = call.parameter("fields").map(Mask::parse).transpose()?;
    let units = quota::units(route.name);
    charge(world, &address, units)?;
    answered.units = units;
    let json = named(world, call, &address, &route)?;
    Ok(match (json, mask) {
        (Some(json), Some(mask)) => Some(mask.apply(json)),
        (json, _) => json,
    })
}

/// The mailbox of the bearer.
fn who(world: &World, call: &Call) -> Result<String, Refusal> {
    let access = call
        .token()
        .and_then(|token| world.oauth.access(token, world.now()))
        .ok_or_else(Refusal::credentials)?;
    if !access.scopes.iter().any(|scope| scope == SCOPE) {
        return Err(Refusal::scopes());
    }
    Ok(access.address.clone())
}

fn charge(world: &mut World, address: &str, units: u32) -> Result<(), Refusal> {
    let (now, limit) = (world.now(), world.settings.units_per_minute);
    let (code, retry_after) = (world.settings.quota_status, world.settings.retry_after);
    let quota = world.quotas.entry(address.to_owned()).or_default();
    quota.spend(now, units, limit).map_err(|mut refusal| {
        (refusal.code, refusal.retry_after) = (code, retry_after);
        refusal
    })
}

fn named(
    world: &mut World,
    call: &Call,
    address: &str,
    route: &Route<'_>,
) -> Result<Option<Json>, Refusal> {
    let first = route.ids.first().copied().unwrap_or_default();
    let json = match route.name {
        "getProfile" => reading::profile(world, address)?,
        "history.list" => reading::history(world, call, address)?,
        "labels.list" => reading::labels(world, address)?,
        "labels.get" => reading::label(world, address, first)?,
        "messages.list" => reading::messages(world, call, address)?,
        "messages.get" => reading::message(world, call, address, first)?,
        "messages.attachments.get" => reading::attachment(world, address, &route.ids)?,
        "threads.list" => reading::threads(world, call, address)?,
        "threads.get" => reading::thread(world, call, address, first)?,
        "drafts.list" => reading::drafts(world, call, address)?,
        "drafts.get" => reading::draft(world, call, address, first)?,
        _ => return writing::named(world, call, address, route),
    };
    Ok(Some(json))
}
