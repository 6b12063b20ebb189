//! The calls that alter nothing.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE};
use serde_json::{Value as Json, json};

use super::{call::Call, reply::Refusal};
use crate::gmail::{
    World,
    mailbox::{Format, HistoryQuery, Mailbox, Message, Query, View},
    mime,
};

pub(super) fn mailbox<'w>(world: &'w World, address: &str) -> Result<&'w Mailbox, Refusal> {
    // A token's mailbox may have been closed since.
    world.mailbox(address).ok_or_else(Refusal::credentials)
}

pub fn profile(world: &World, address: &str) -> Result<Json, Refusal> {
    Ok(mailbox(world, address)?.profile())
}

pub fn labels(world: &World, address: &str) -> Result<Json, Refusal> {
    let labels: Vec<Json> = mailbox(world, address)?
        .labels()
        .map(|label| label.json())
        .collect();
    Ok(json!({"labels": labels}))
}

pub fn label(world: &World, address: &str, id: &str) -> Result<Json, Refusal> {
    mailbox(world, address)?.label_json(id)
}

pub fn history(world: &World, call: &Call, address: &str) -> Result<Json, Refusal> {
    if world.settings.history_always_stale {
        return Err(Refusal::not_found());
    }
    let query = HistoryQuery {
        start: call
            .parameter("startHistoryId")
            .unwrap_or_default()
            .to_owned(),
        label: call.parameter("labelId").map(str::to_owned),
        types: call.all("historyTypes").map(str::to_owned).collect(),
        page: call.parameter("pageToken").map(str::to_owned),
        most: call.count("maxResults", 100, 500)?,
        empty_page: world.settings.empty_history_page,
    };
    mailbox(world, address)?.history.list(&query)
}

/// The messages that a list is of, newest first.
fn chosen<'m>(
    world: &World,
    call: &Call,
    mailbox: &'m Mailbox,
) -> Result<Vec<&'m Message>, Refusal> {
    let labels: Vec<_> = call.all("labelIds").collect();
    for id in &labels {
        if mailbox.labels.by_id(id).is_none() {
            return Err(Refusal::invalid(format!("Invalid label: {id}")));
        }
    }
    let query = Query::parse(call.parameter("q").unwrap_or_default(), world.now());
    let bins = call.parameter("includeSpamTrash") == Some("true")
        || query.anywhere()
        || labels.iter().any(|id| matches!(*id, "SPAM" | "TRASH"));
    let mut messages = mailbox.messages();
    messages.retain(|message| {
        let binned = ["SPAM", "TRASH"]
            .iter()
            .any(|id| message.labels.contains(*id));
        (bins || !binned)
            && labels.iter().all(|id| message.labels.contains(*id))
            && query.fits(mailbox, message)
    });
    Ok(messages)
}

/// One page, and the next one's token. An empty list has no key of its own, as at Google's.
fn page<T>(
    call: &Call,
    key: &str,
    items: &[T],
    show: impl Fn(&T) -> Json,
) -> Result<Json, Refusal> {
    let most = call.count("maxResults", 100, 500)?;
    let skipped = match call.parameter("pageToken") {
        None | Some("") => 0,
        Some(token) => token.parse::<usize>().map_err(|_| Refusal::bad_page())?,
    };
    let end = (skipped + most).min(items.len());
    let shown: Vec<Json> = items
        .get(skipped..end)
        .unwrap_or_default()
        .iter()
        .map(show)
        .collect();
    let mut json = json!({"resultSizeEstimate": items.len()});
    if !shown.is_empty() {
        json[key] = Json::Array(shown);
    }
    if end < items.len() {
        json["nextPageToken"] = end.to_string().into();
    }
    Ok(json)
}

pub fn messages(world: &World, call: &Call, address: &str) -> Result<Json, Refusal> {
    let messages = chosen(world, call, mailbox(world, address)?)?;
    page(
        call,
        "messages",
        &messages,
        |message| json!({"id": message.id, "threadId": message.thread_id}),
    )
}

pub fn threads(world: &World, call: &Call, address: &str) -> Result<Json, Refusal> {
    let mailbox = mailbox(world, address)?;
    let mut newest: Vec<&Message> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for message in chosen(world, call, mailbox)? {
        if seen.insert(&message.thread_id) {
            newest.push(message);
        }
    }
    page(call, "threads", &newest, |message| {
        json!({
            "id": message.thread_id,
            "snippet": message.head.snippet,
            "historyId": message.history_id.to_string(),
        })
    })
}

/// Ids are sixteen hexadecimal digits; others are refused before anybody looks.
fn known_form(id: &str) -> Result<(), Refusal> {
    let hexadecimal = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal {
        Ok(())
    } else {
        Err(Refusal::invalid("Invalid id value"))
    }
}

/// What a call asks to see of messages.
fn with_view<T>(
    world: &World,
    call: &Call,
    show: impl FnOnce(&View<'_>) -> T,
) -> Result<T, Refusal> {
    let headers: Vec<String> = call.all("metadataHeaders").map(str::to_owned).collect();
    Ok(show(&View {
        format: Format::parse(call.parameter("format"))?,
        headers: &headers,
        settings: &world.settings,
        nonce: world.log.total(),
    }))
}

pub(super) fn one<'m>(mailbox: &'m Mailbox, id: &str) -> Result<&'m Message, Refusal> {
    known_form(id)?;
    mailbox.message(id).ok_or_else(Refusal::not_found)
}

pub fn message(world: &World, call: &Call, address: &str, id: &str) -> Result<Json, Refusal> {
    let message = one(mailbox(world, address)?, id)?;
    with_view(world, call, |view| view.message(message))
}

pub fn thread(world: &World, call: &Call, address: &str, id: &str) -> Result<Json, Refusal> {
    known_form(id)?;
    if call.parameter("format") == Some("raw") {
        return Err(Refusal::invalid("Invalid value at 'format'"));
    }
    let messages = mailbox(world, address)?.thread(id);
    let newest = messages
        .iter()
        .map(|message| message.history_id)
        .max()
        .ok_or_else(Refusal::not_found)?;
    let shown: Vec<Json> = with_view(world, call, |view| {
        messages
            .iter()
            .map(|message| view.message(message))
            .collect()
    })?;
    Ok(json!({"id": id, "historyId": newest.to_string(), "messages": shown}))
}

pub fn attachment(world: &World, address: &str, ids: &[&str]) -> Result<Json, Refusal> {
    let [id, file] = ids else {
        return Err(Refusal::no_method());
    };
    let message = one(mailbox(world, address)?, id)?;
    let bytes = mime::attachment(id, &message.raw.bytes(), file)?;
    Ok(json!({"size": bytes.len(), "data": URL_SAFE.encode(&bytes)}))
}

pub fn drafts(world: &World, call: &Call, address: &str) -> Result<Json, Refusal> {
    let mailbox = mailbox(world, address)?;
    let by_message: BTreeMap<&str, &str> = mailbox.drafts().map(|(d, m)| (m, d)).collect();
    let drafts: Vec<_> = chosen(world, call, mailbox)?
        .into_iter()
        .filter_map(|message| Some((by_message.get(message.id.as_str())?, message)))
        .collect();
    page(
        call,
        "drafts",
        &drafts,
        |(draft, message)| json!({"id": draft, "message": {"id": message.id, "threadId": message.thread_id}}),
    )
}

pub fn draft(world: &World, call: &Call, address: &str, id: &str) -> Result<Json, Refusal> {
    let mailbox = mailbox(world, address)?;
    let message = one(mailbox, mailbox.draft(id)?)?;
    with_view(
        world,
        call,
        |view| json!({"id": id, "message": view.message(message)}),
    )
}
