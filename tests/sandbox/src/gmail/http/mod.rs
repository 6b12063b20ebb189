//! The HTTP side: from a request to Google's answer.

mod batch;
pub mod call;
mod endpoints;
mod fields;
mod reading;
pub mod reply;
mod routes;
mod sending;
mod writing;

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, header},
};

use super::{Gmail, log::LogEntry, oauth};
use crate::{clock::http_date, faults::Effect, http::Lost, options::Speed};
use call::Call;
use endpoints::Answered;
use reply::{Refusal, Reply};

const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The routes of one simulated Gmail.
pub fn router(gmail: Gmail) -> Router {
    Router::new().fallback(answer).with_state(gmail)
}

async fn answer(State(gmail): State<Gmail>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else {
        return Reply::html(413, String::new()).into_response();
    };
    let call = Call::new(parts.method, &parts.uri, parts.headers, bytes);
    let verdict = gmail
        .faults()
        .judge(call.method.as_str(), &call.target, &call.body);
    tracing::debug!(method = %call.method, target = %call.target, effect = ?verdict.effect, "asked");
    let place = match Place::take(&gmail, &call) {
        Ok(place) => place,
        Err(refusal) => return dated(&gmail, Reply::from(refusal).into_response()),
    };
    tokio::time::sleep(pace(&gmail) + verdict.delay).await;
    let response = match verdict.effect {
        Some(Effect::Hang) => {
            std::future::pending::<()>().await;
            lost()
        }
        effect => carry_out(&gmail, &call, effect),
    };
    drop(place);
    dated(&gmail, response)
}

/// By its own clock, not by the machine's.
fn dated(gmail: &Gmail, mut response: Response<Body>) -> Response<Body> {
    if let Ok(date) = HeaderValue::from_str(&http_date(gmail.world().now())) {
        response.headers_mut().entry(header::DATE).or_insert(date);
    }
    response
}

fn pace(gmail: &Gmail) -> Duration {
    match gmail.speed() {
        Speed::Instant => Duration::ZERO,
        // Nobody has measured Google for us; a tenth of a second is what people report.
        Speed::Recorded => Duration::from_millis(100),
        Speed::Fixed(time) => time,
    }
}

/// One of a user's five places, for as long as his request lasts.
struct Place {
    gmail: Gmail,
    address: Option<String>,
}

impl Place {
    fn take(gmail: &Gmail, call: &Call) -> Result<Place, Refusal> {
        let mut world = gmail.world();
        let address = call
            .token()
            .and_then(|token| world.oauth.access(token, world.now()))
            .map(|access| access.address.clone());
        if let Some(address) = &address {
            let quota = world.quotas.entry(address.clone()).or_default();
            if quota.in_flight >= super::quota::IN_FLIGHT {
                return Err(Refusal::concurrent());
            }
            quota.in_flight += 1;
            quota.most_in_flight = quota.most_in_flight.max(quota.in_flight);
        }
        drop(world);
        Ok(Place {
            gmail: gmail.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(address) = &self.address {
            let mut world = self.gmail.world();
            if let Some(quota) = world.quotas.get_mut(address) {
                quota.in_flight = quota.in_flight.saturating_sub(1);
            }
        }
    }
}

fn carry_out(gmail: &Gmail, call: &Call, effect: Option<Effect>) -> Response<Body> {
    let work = || dispatch(gmail, call);
    let (reply, is_lost) = match effect {
        None | Some(Effect::Delay(_)) => (work(), false),
        Some(Effect::Status(canned)) => (Reply::from(canned), false),
        Some(Effect::DoThenStatus(canned)) => {
            work();
            (Reply::from(canned), false)
        }
        Some(Effect::PrecededBy(words)) => {
            let mut reply = work();
            reply.body.splice(0..0, words.into_bytes());
            (reply, false)
        }
        Some(Effect::DoThenLose) => (work(), true),
        Some(Effect::LoseThenDo(after)) => {
            let (gmail, call) = (gmail.clone(), call.clone());
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                dispatch(&gmail, &call);
            });
            return lost();
        }
        Some(Effect::LoseBefore | Effect::Hang) => return lost(),
        Some(Effect::OkWithoutEffect) => {
            // It is done to a copy, which nobody sees again.
            let mut copy = gmail.world().clone();
            (route(&mut copy, call, gmail), false)
        }
    };
    if is_lost {
        lost()
    } else {
        reply.into_response()
    }
}

fn dispatch(gmail: &Gmail, call: &Call) -> Reply {
    let mut world = gmail.world();
    route(&mut world, call, gmail)
}

/// Which part of Google is asked.
fn route(world: &mut super::World, call: &Call, gmail: &Gmail) -> Reply {
    let segments: Vec<_> = call.segments.iter().map(String::as_str).collect();
    match &segments[..] {
        [] => front(world),
        ["o", "oauth2", "v2", "auth"] => oauth::authorize(world, call),
        ["token"] => oauth::token(world, call),
        ["revoke"] => oauth::revoke(world, call),
        ["batch", "gmail", "v1"] | ["batch"] => {
            let reply = batch::answer(world, call, gmail.faults());
            world
                .log
                .push(entry(world, call, &Answered::default(), &reply));
            reply
        }
        _ => {
            let (answered, reply) = endpoints::answer(world, call);
            world.log.push(entry(world, call, &answered, &reply));
            reply
        }
    }
}

fn entry(world: &super::World, call: &Call, answered: &Answered, reply: &Reply) -> LogEntry {
    let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
    LogEntry {
        at: world.now(),
        mailbox: answered.address.clone(),
        method: call.method.to_string(),
        path: path.to_owned(),
        query: query.to_owned(),
        call: answered.name,
        units: answered.units,
        bytes: reply.body.len() as u64,
        status: Some(reply.status),
    }
}

fn lost() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Lost);
    response
}

fn front(world: &super::World) -> Reply {
    let boxes: String = world
        .addresses()
        .filter_map(|address| world.mailbox(address))
        .map(|mailbox| {
            let count = mailbox.messages().len();
            format!("<li>{} : {count} messages</li>", mailbox.address)
        })
        .collect();
    Reply::html(
        200,
        format!(
            "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Gmail simulé</title></head>\
             <body><h1>Gmail (simulé)</h1><ul>{boxes}</ul></body></html>"
        ),
    )
}
