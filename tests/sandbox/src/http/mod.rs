//! The HTTP side: from a request to GLPI's answer.

pub mod call;
mod endpoints;
mod listing;
mod page;
pub mod query;
mod reading;
pub mod reply;
mod searching;
mod session_info;
mod sign_in;
mod writing;
mod zones;

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    routing::{any, get},
};

use crate::{Glpi, clock::http_date, faults::Effect, speed, world::LogEntry};
use call::Call;
use reply::Reply;

/// Marks a response that must never reach its client: the connection closes instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lost;

const BODY_LIMIT: usize = 64 * 1024 * 1024;
const URL_LIMIT: usize = 8 * 1024;

/// The routes of one simulated GLPI.
pub(crate) fn router(glpi: Glpi) -> Router {
    let base = glpi.dialect().base_path();
    Router::new()
        .route("/", get(page::front))
        .route(base, any(answer))
        .route(&format!("{base}/"), any(answer))
        .route(&format!("{base}/{{*rest}}"), any(answer))
        .with_state(glpi)
}

async fn answer(State(glpi): State<Glpi>, request: Request) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let length = parts
        .uri
        .path_and_query()
        .map_or(0, |whole| whole.as_str().len());
    if length > URL_LIMIT {
        return page::too_long().into_response();
    }
    let bytes: Bytes = match to_bytes(body, BODY_LIMIT).await {
        Ok(bytes) => bytes,
        Err(_) => return Reply::empty(413).into_response(),
    };
    let call = Call::read(glpi.dialect(), parts, bytes).await;
    let verdict = glpi
        .faults()
        .judge(call.method.as_str(), &call.target, &call.body);
    tracing::debug!(method = %call.method, target = %call.target, effect = ?verdict.effect, "asked");
    let mut response = match verdict.effect {
        Some(Effect::Hang) => {
            log(&glpi, &call, None);
            std::future::pending::<()>().await;
            lost()
        }
        effect => carry_out(&glpi, &call, effect),
    };
    let due = speed::delay(glpi.speed(), &call) + verdict.delay;
    tokio::time::sleep(due.saturating_sub(started.elapsed())).await;
    // By the GLPI's own clock, not by the machine's.
    if let Ok(date) = HeaderValue::from_str(&http_date(glpi.world().now())) {
        response.headers_mut().entry(header::DATE).or_insert(date);
    }
    response
}

fn carry_out(glpi: &Glpi, call: &Call, effect: Option<Effect>) -> Response<Body> {
    let work = || {
        let mut world = glpi.world();
        endpoints::dispatch(&mut world, call)
    };
    let (reply, lost_answer) = match effect {
        None | Some(Effect::Delay(_)) => (work(), false),
        Some(Effect::Status(canned)) => (Reply::from(canned), false),
        Some(Effect::DoThenStatus(canned)) => {
            work();
            (Reply::from(canned), false)
        }
        Some(Effect::PrecededBy(words)) => (work().preceded_by(&words), false),
        Some(Effect::DoThenLose) => (work(), true),
        Some(Effect::LoseThenDo(after)) => {
            do_later(glpi, call, after);
            (Reply::empty(500), true)
        }
        Some(Effect::LoseBefore | Effect::Hang) => (Reply::empty(500), true),
        Some(Effect::OkWithoutEffect) => (writing::pretend(&glpi.world(), call), false),
    };
    log(glpi, call, (!lost_answer).then_some(reply.status));
    if lost_answer {
        lost()
    } else {
        reply.into_response()
    }
}

/// PHP goes on with a request whose client has gone.
fn do_later(glpi: &Glpi, call: &Call, after: Duration) {
    let (glpi, call) = (glpi.clone(), call.clone());
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        let reply = endpoints::dispatch(&mut glpi.world(), &call);
        log(&glpi, &call, Some(reply.status));
    });
}

fn lost() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Lost);
    response
}

fn log(glpi: &Glpi, call: &Call, status: Option<u16>) {
    let mut world = glpi.world();
    let token = call.header("session-token").unwrap_or_default();
    let entry = LogEntry {
        at: world.now(),
        method: call.method.to_string(),
        path: format!("/{}", call.segments.join("/")),
        query: call
            .target
            .split_once('?')
            .map_or("", |(_, query)| query)
            .to_owned(),
        user: world.sessions.get(token).map(|session| session.user),
        body: match call.payload {
            // A sign-in carries a password, which a log has no business with.
            _ if call.segments.first().is_some_and(|s| s == "initSession") => String::new(),
            _ => String::from_utf8_lossy(&call.body[..call.body.len().min(4_096)]).into_owned(),
        },
        status,
    };
    world.log.push(entry);
}
