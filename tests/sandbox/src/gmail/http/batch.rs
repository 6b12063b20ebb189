//! Many calls in one request: `multipart/mixed` of `application/http`.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri},
};

use super::{
    call::Call,
    endpoints, entry,
    reply::{Refusal, Reply},
};
use crate::{
    faults::{Effect, Faults},
    gmail::World,
};

const MOST: usize = 100;
const BOUNDARY: &str = "batch_bac_a_sable";

/// Answers each part; they cost what they cost alone.
pub fn answer(world: &mut World, call: &Call, faults: &Faults) -> Reply {
    let parts = match parts(call) {
        Ok(parts) => parts,
        Err(refusal) => return refusal.into(),
    };
    let mut body = Vec::new();
    for (id, inner) in parts {
        let reply = match inner {
            Some(inner) => one(world, &inner, faults),
            None => Refusal::invalid("Failed to parse batch request").into(),
        };
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Type: application/http\r\n").as_bytes(),
        );
        if let Some(id) = id {
            let id = id.trim_start_matches('<').trim_end_matches('>');
            body.extend_from_slice(format!("Content-ID: <response-{id}>\r\n").as_bytes());
        }
        body.extend_from_slice(
            format!("\r\nHTTP/1.1 {} {}\r\n", reply.status, words(reply.status)).as_bytes(),
        );
        for (name, value) in &reply.headers {
            body.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        body.extend_from_slice(format!("content-length: {}\r\n\r\n", reply.body.len()).as_bytes());
        body.extend_from_slice(&reply.body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Reply {
        status: 200,
        headers: vec![(
            "content-type",
            format!("multipart/mixed; boundary={BOUNDARY}"),
        )],
        body,
    }
}

/// What strikes one call strikes it here as well; a lost answer can only be Google's own error.
fn one(world: &mut World, call: &Call, faults: &Faults) -> Reply {
    let verdict = faults.judge(call.method.as_str(), &call.target, &call.body);
    let work = |world: &mut World| {
        let (answered, reply) = endpoints::answer(world, call);
        let mut entry = entry(world, call, &answered, &reply);
        // The bytes count once, with the batch.
        entry.bytes = 0;
        world.log.push(entry);
        reply
    };
    let unavailable = || {
        Reply::json(
            503,
            &serde_json::json!({"error": {"code": 503, "message": "The service is currently unavailable.", "status": "UNAVAILABLE"}}),
            true,
        )
    };
    match verdict.effect {
        None | Some(Effect::Delay(_) | Effect::PrecededBy(_)) => work(world),
        Some(Effect::Status(canned)) => canned.into(),
        Some(Effect::DoThenStatus(canned)) => {
            work(world);
            canned.into()
        }
        Some(Effect::DoThenLose | Effect::LoseThenDo(_)) => {
            work(world);
            unavailable()
        }
        Some(Effect::LoseBefore | Effect::Hang) => unavailable(),
        Some(Effect::OkWithoutEffect) => endpoints::answer(&mut world.clone(), call).1,
    }
}

type Part = (Option<String>, Option<Call>);

fn parts(call: &Call) -> Result<Vec<Part>, Refusal> {
    let wrong = || Refusal::invalid("Failed to parse batch request");
    let kind = call.header("content-type").ok_or_else(wrong)?;
    let boundary = kind
        .split(';')
        .filter_map(|word| word.trim().strip_prefix("boundary="))
        .map(|word| word.trim_matches('"').to_owned())
        .next()
        .filter(|_| kind.starts_with("multipart/mixed"))
        .ok_or_else(wrong)?;
    let text = std::str::from_utf8(&call.body).map_err(|_| wrong())?;
    let delimiter = format!("--{boundary}");
    let parts: Vec<Part> = text
        .split(delimiter.as_str())
        .skip(1)
        .take_while(|part| !part.starts_with("--"))
        .map(|part| part_of(part.trim_start_matches(['\r', '\n']), call))
        .collect();
    if parts.is_empty() || parts.len() > MOST {
        let words = format!("The batch request must have between 1 and {MOST} calls");
        return Err(Refusal::invalid(words));
    }
    Ok(parts)
}

fn part_of(part: &str, outer: &Call) -> Part {
    let (head, inner) = cut(part);
    let id = headers(head)
        .get("content-id")
        .and_then(|id| id.to_str().ok())
        .map(str::to_owned);
    (id, call_of(inner, outer))
}

fn call_of(text: &str, outer: &Call) -> Option<Call> {
    let (head, body) = cut(text);
    let mut lines = head.lines();
    let mut words = lines.next()?.split_whitespace();
    let method = Method::from_bytes(words.next()?.as_bytes()).ok()?;
    let uri: Uri = words.next()?.parse().ok()?;
    let mut inner = headers(head);
    if let (None, Some(outer)) = (
        inner.get("authorization"),
        outer.headers.get("authorization"),
    ) {
        inner.insert("authorization", outer.clone());
    }
    let body = Bytes::copy_from_slice(body.trim_end_matches(['\r', '\n']).as_bytes());
    Some(Call::new(method, &uri, inner, body))
}

/// Before and behind the first empty line.
fn cut(text: &str) -> (&str, &str) {
    text.split_once("\r\n\r\n")
        .or_else(|| text.split_once("\n\n"))
        .unwrap_or((text, ""))
}

fn headers(head: &str) -> HeaderMap {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value.trim()).ok()?))
        })
        .collect()
}

fn words(status: u16) -> &'static str {
    axum::http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown")
}
