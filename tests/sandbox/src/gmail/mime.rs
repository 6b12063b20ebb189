//! How Gmail shows the parts of a message.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE};
use mail_parser::{
    Encoding, Header, Message, MessageParser, MessagePart, MimeHeaders, PartType,
    decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode},
    parsers::MessageStream,
};
use serde_json::{Value as Json, json};

use super::{http::reply::Refusal, world::Settings};

/// The headers and nothing else.
pub fn metadata(raw: &[u8], wanted: &[String], settings: &Settings) -> Json {
    let Some(message) = MessageParser::default().parse_headers(raw) else {
        return json!({"mimeType": "text/plain"});
    };
    let chosen: Vec<Json> = headers(&message.parts[0], raw, settings)
        .into_iter()
        .filter(|(name, _)| {
            wanted.is_empty() || wanted.iter().any(|word| word.eq_ignore_ascii_case(name))
        })
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let mut payload = json!({"mimeType": mime_type(&message.parts[0])});
    // Nothing chosen: the key is missing, as all empty lists are.
    if !chosen.is_empty() {
        payload["headers"] = Json::Array(chosen);
    }
    payload
}

/// The whole tree.
///
/// `nonce` differs from one answer to the next: so do the ids of attachments, which nobody may keep.
pub fn payload(id: &str, raw: &[u8], settings: &Settings, nonce: u64) -> Json {
    let walk = Walk {
        id,
        settings,
        nonce,
    };
    match MessageParser::default().parse(raw) {
        Some(message) => walk.part(&message, 0, ""),
        // What has no headers at all is a text.
        None => json!({
            "partId": "", "mimeType": "text/plain", "filename": "", "headers": [],
            "body": {"size": raw.len(), "data": URL_SAFE.encode(raw)},
        }),
    }
}

/// What an attachment holds.
pub fn attachment(id: &str, raw: &[u8], attachment: &str) -> Result<Vec<u8>, Refusal> {
    let wrong = || Refusal::invalid("Invalid attachment token");
    let bytes = URL_SAFE.decode(attachment).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let mut words = text.split(' ');
    let (Some(message_id), Some(path)) = (words.next(), words.next()) else {
        return Err(wrong());
    };
    if message_id != id {
        return Err(wrong());
    }
    let message = MessageParser::default().parse(raw).ok_or_else(wrong)?;
    find(&message, 0, "", path).ok_or_else(Refusal::not_found)
}

/// Whether a part of it is a file.
pub fn has_files(message: &Message<'_>) -> bool {
    message.parts.iter().any(|part| {
        part.attachment_name().is_some() && !part.is_multipart()
            || part
                .content_disposition()
                .is_some_and(|disposition| disposition.is_attachment())
    })
}

struct Walk<'a> {
    id: &'a str,
    settings: &'a Settings,
    nonce: u64,
}

impl Walk<'_> {
    fn part(&self, message: &Message<'_>, at: usize, path: &str) -> Json {
        let part = &message.parts[at];
        let headers: Vec<Json> = headers(part, &message.raw_message, self.settings)
            .into_iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        let filename = part.attachment_name().unwrap_or_default();
        let mut json = json!({
            "partId": path,
            "mimeType": mime_type(part),
            "filename": if part.is_multipart() { "" } else { filename },
            "headers": headers,
            "body": self.body(message, part, path, filename),
        });
        let children: Vec<Json> = children(message, at, path)
            .into_iter()
            .map(|(message, at, path)| self.part(message, at, &path))
            .collect();
        if !children.is_empty() {
            json["parts"] = Json::Array(children);
        }
        json
    }

    fn body(&self, message: &Message<'_>, part: &MessagePart<'_>, path: &str, name: &str) -> Json {
        if part.is_multipart() {
            return json!({"size": 0});
        }
        let inline = part.is_text() && name.is_empty();
        let contents: Cow<'_, [u8]> = match &part.body {
            PartType::Text(text) | PartType::Html(text) if !self.settings.keep_charsets => {
                Cow::Borrowed(text.as_bytes())
            }
            _ => transferred(message, part),
        };
        let size = contents.len();
        if inline {
            return json!({"size": size, "data": URL_SAFE.encode(contents)});
        }
        let token = URL_SAFE.encode(format!("{} {} {}", self.id, place(path), self.nonce));
        json!({"size": size, "attachmentId": token})
    }
}

/// The root's path is empty, which a token can't hold.
fn place(path: &str) -> &str {
    if path.is_empty() { "-" } else { path }
}

/// The parts below a part; an attached message is shown as one.
fn children<'m, 'x>(
    message: &'m Message<'x>,
    at: usize,
    path: &str,
) -> Vec<(&'m Message<'x>, usize, String)> {
    let below = |number: usize| match path {
        "" => number.to_string(),
        path => format!("{path}.{number}"),
    };
    match &message.parts[at].body {
        PartType::Multipart(ids) => ids
            .iter()
            .enumerate()
            .filter(|(_, id)| (**id as usize) < message.parts.len() && **id as usize != at)
            .map(|(number, id)| (message, *id as usize, below(number)))
            .collect(),
        PartType::Message(inner) if !inner.parts.is_empty() => vec![(inner, 0, below(0))],
        _ => Vec::new(),
    }
}

fn find(message: &Message<'_>, at: usize, path: &str, wanted: &str) -> Option<Vec<u8>> {
    if place(path) == wanted {
        return Some(transferred(message, &message.parts[at]).into_owned());
    }
    children(message, at, path)
        .into_iter()
        .find_map(|(message, at, path)| find(message, at, &path, wanted))
}

/// What the part carries, in the charset it was written in.
fn transferred<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    if let PartType::Binary(bytes) | PartType::InlineBinary(bytes) = &part.body {
        return Cow::Borrowed(bytes);
    }
    let (start, end) = (part.offset_body as usize, part.offset_end as usize);
    let raw = message.raw_message.get(start..end).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::None => None,
    };
    match (decoded, &part.body) {
        (Some(bytes), _) => Cow::Owned(bytes),
        (None, PartType::Message(inner)) => Cow::Borrowed(inner.raw_message()),
        (None, _) => Cow::Borrowed(raw),
    }
}

/// Names and values, decoded as Gmail does it.
fn headers(part: &MessagePart<'_>, raw: &[u8], settings: &Settings) -> Vec<(String, String)> {
    part.headers
        .iter()
        .map(|header| (header.name().to_owned(), value(header, raw, settings)))
        .collect()
}

fn value(header: &Header<'_>, raw: &[u8], settings: &Settings) -> String {
    let (start, end) = (header.offset_start as usize, header.offset_end as usize);
    let bytes = raw.get(start..end).unwrap_or_default();
    let unfolded = || {
        let text = String::from_utf8_lossy(bytes);
        text.split(['\r', '\n'])
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_owned()
    };
    if settings.keep_encoded_words || !bytes.windows(2).any(|pair| pair == b"=?") {
        return unfolded();
    }
    match MessageStream::new(bytes).parse_unstructured().as_text() {
        Some(text) if !text.is_empty() => text.to_owned(),
        _ => unfolded(),
    }
}

fn mime_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(kind) => match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()).to_lowercase(),
            None => kind.ctype().to_lowercase(),
        },
        None if part.is_multipart() => "multipart/mixed".to_owned(),
        None => "text/plain".to_owned(),
    }
}
