//! What leaves a mailbox, and how a client hands it over.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::{Value as Json, json};

use super::{call::Call, reading::one, reply::Refusal, routes::Route, writing::own};
use crate::gmail::{
    World,
    mailbox::{Head, Mailbox, Raw},
};

/// Google takes base64url with and without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A message that a client hands over.
pub struct Written {
    pub raw: Raw,
    pub thread: Option<String>,
    draft: Option<String>,
}

impl Written {
    pub fn read(call: &Call, route: &Route<'_>) -> Result<Written, Refusal> {
        let (json, bytes) = if route.upload {
            uploaded(call)?
        } else {
            (call.json()?, None)
        };
        // Drafts wrap the message, sending doesn't.
        let message = json.get("message").unwrap_or(&json);
        let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
        let bytes = match (bytes, text(message, "raw")) {
            (Some(bytes), _) => bytes,
            (None, Some(raw)) => LENIENT
                .decode(raw)
                .map_err(|_| Refusal::invalid("Invalid value at 'message.raw' (TYPE_BYTES)"))?,
            (None, None) => {
                let words = "'raw' RFC822 payload message string or uploading message via /upload/* URL required";
                return Err(Refusal::invalid(words));
            }
        };
        Ok(Written {
            raw: Raw::from(bytes),
            thread: text(message, "threadId"),
            draft: text(&json, "id"),
        })
    }
}

/// `uploadType=media` is the message alone, `multipart` has JSON before it.
fn uploaded(call: &Call) -> Result<(Json, Option<Vec<u8>>), Refusal> {
    if call.parameter("uploadType") == Some("media") {
        return Ok((json!({}), Some(call.body.to_vec())));
    }
    let wrong = || Refusal::invalid("Invalid multipart request");
    let kind = call.header("content-type").ok_or_else(wrong)?;
    let head = format!("MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n");
    let whole = [head.as_bytes(), &call.body].concat();
    let message = MessageParser::default().parse(&whole).ok_or_else(wrong)?;
    let part = |at: usize| message.parts.get(at).ok_or_else(wrong);
    let (first, second) = (part(1)?, part(2)?);
    if !second.is_content_type("message", "rfc822") {
        return Err(wrong());
    }
    let json = serde_json::from_slice(first.contents()).map_err(|_| wrong())?;
    Ok((json, Some(second.contents().to_vec())))
}

/// Sends a draft; it is one no more once it has left.
pub fn send_draft(
    world: &mut World,
    call: &Call,
    address: &str,
    route: &Route<'_>,
) -> Result<Json, Refusal> {
    if route.upload {
        return send(world, address, &Written::read(call, route)?);
    }
    let json = call.json()?;
    let Some(id) = json.get("id").and_then(Json::as_str) else {
        return send(world, address, &Written::read(call, route)?);
    };
    let mailbox = own(world, address)?;
    let message = one(mailbox, mailbox.draft(id)?)?;
    let written = Written {
        raw: message.raw.clone(),
        thread: Some(message.thread_id.clone()),
        draft: Some(id.to_owned()),
    };
    let sent = send(world, address, &written)?;
    // Only what has left is no draft any more.
    if let Some(draft) = &written.draft {
        own(world, address)?.delete_draft(draft)?;
    }
    Ok(sent)
}

/// Sends a message: puts it into Sent, and into the mailboxes of who has one here.
pub fn send(world: &mut World, address: &str, written: &Written) -> Result<Json, Refusal> {
    let head = Head::read(&written.raw.bytes());
    let to = addresses(&written.raw.bytes());
    if to.is_empty() {
        return Err(Refusal::invalid("Recipient address required"));
    }
    let message_id = world.next_message_id();
    let sent = as_sent(&written.raw.bytes(), address, &message_id);
    let now = world.now();
    let mailbox = own(world, address)?;
    let thread = written.thread.as_deref().filter(|thread| {
        // A draft begins a thread of its own, which its sent mail goes on.
        mailbox
            .thread(thread)
            .iter()
            .all(|message| message.labels.contains("DRAFT"))
            || mailbox.fits(&head, thread)
    });
    if written
        .thread
        .as_deref()
        .is_some_and(|id| mailbox.thread(id).is_empty())
    {
        return Err(Refusal::not_found());
    }
    let thread = thread.map(str::to_owned);
    let id = mailbox.add(Raw::from(sent.clone()), &["SENT"], now, thread.as_deref());
    let answer = Mailbox::short_json(one(mailbox, &id)?);
    let others: Vec<String> = to.into_iter().filter(|to| to != address).collect();
    world.deliver_raw(&others, &sent);
    Ok(answer)
}

/// The addresses of To, Cc and Bcc.
fn addresses(raw: &[u8]) -> Vec<String> {
    let Some(message) = MessageParser::default().parse(raw) else {
        return Vec::new();
    };
    [message.to(), message.cc(), message.bcc()]
        .into_iter()
        .flatten()
        .flat_map(|list| list.iter())
        .filter_map(|person| person.address.as_deref())
        .filter(|address| address.contains('@'))
        .map(str::to_lowercase)
        .collect()
}

/// As Gmail sends it: with its own Message-ID and sender, without Bcc; other headers stay.
fn as_sent(raw: &[u8], address: &str, message_id: &str) -> Vec<u8> {
    let end = raw
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| (at + 2, at + 2))
        .or_else(|| {
            let at = raw.windows(2).position(|two| two == b"\n\n")?;
            Some((at + 1, at + 1))
        });
    let (head, body) = match end {
        Some((head, body)) => (&raw[..head], &raw[body..]),
        None => (raw, &b"\r\n"[..]),
    };
    let mut sent = format!("Message-ID: <{message_id}>\r\n").into_bytes();
    let mut dropping = false;
    let mut has_from = false;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if !folded {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            let name = name.to_ascii_lowercase();
            dropping = matches!(name.as_slice(), b"message-id" | b"bcc");
            has_from |= name == b"from";
        }
        if !dropping {
            sent.extend_from_slice(line);
        }
    }
    if !has_from {
        sent.extend_from_slice(format!("From: {address}\r\n").as_bytes());
    }
    sent.extend_from_slice(body);
    sent
}
