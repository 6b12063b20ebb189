//! A mailbox's messages and threads as the API shows them.

use base64::{Engine, engine::general_purpose::URL_SAFE};
use serde_json::{Value as Json, json};

use super::{Mailbox, Message};
use crate::gmail::{http::reply::Refusal, mime, world::Settings};

/// How much of a message is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Minimal,
    Metadata,
    Full,
    Raw,
}

impl Format {
    pub(crate) fn parse(word: Option<&str>) -> Result<Format, Refusal> {
        Ok(match word.map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "full") => Format::Full,
            Some("minimal") => Format::Minimal,
            Some("metadata") => Format::Metadata,
            Some("raw") => Format::Raw,
            Some(other) => {
                let words = format!(
                    "Invalid value at 'format' (type.googleapis.com/google.apps.gmail.v1.Format), \"{other}\""
                );
                return Err(Refusal::invalid(words));
            }
        })
    }
}

/// How messages are to be shown.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub format: Format,
    /// The headers that `metadata` is to have; none means all.
    pub headers: &'a [String],
    pub settings: &'a Settings,
    pub nonce: u64,
}

impl View<'_> {
    pub(crate) fn message(&self, message: &Message) -> Json {
        let mut json = json!({
            "id": message.id,
            "threadId": message.thread_id,
            "snippet": message.head.snippet,
            "historyId": message.history_id.to_string(),
            "internalDate": message.internal_date.to_string(),
            "sizeEstimate": message.head.size,
        });
        if !message.labels.is_empty() {
            json["labelIds"] = json!(message.labels);
        }
        match self.format {
            Format::Minimal => {}
            Format::Raw => json["raw"] = URL_SAFE.encode(message.raw.bytes()).into(),
            Format::Metadata => {
                json["payload"] = mime::metadata(&message.raw.bytes(), self.headers, self.settings);
            }
            Format::Full => {
                let raw = message.raw.bytes();
                json["payload"] = mime::payload(&message.id, &raw, self.settings, self.nonce);
            }
        }
        json
    }
}

impl Mailbox {
    /// What a change of labels answers.
    pub(crate) fn short_json(message: &Message) -> Json {
        let mut json = json!({"id": message.id, "threadId": message.thread_id});
        if !message.labels.is_empty() {
            json["labelIds"] = json!(message.labels);
        }
        json
    }

    /// A label with its numbers.
    pub(crate) fn label_json(&self, id: &str) -> Result<Json, Refusal> {
        let label = self.labels.by_id(id).ok_or_else(Refusal::not_found)?;
        let mut json = label.json();
        let (mut total, mut unread) = (0, 0);
        let (mut threads, mut unread_threads) = (0, 0);
        for ids in self.threads.values() {
            let messages: Vec<_> = ids.iter().filter_map(|id| self.messages.get(id)).collect();
            let with: Vec<_> = messages.iter().filter(|m| m.labels.contains(id)).collect();
            let new = with.iter().filter(|m| m.labels.contains("UNREAD")).count();
            total += with.len();
            unread += new;
            threads += usize::from(!with.is_empty());
            unread_threads += usize::from(new > 0);
        }
        for (key, number) in [
            ("messagesTotal", total),
            ("messagesUnread", unread),
            ("threadsTotal", threads),
            ("threadsUnread", unread_threads),
        ] {
            json[key] = number.into();
        }
        Ok(json)
    }

    pub(crate) fn profile(&self) -> Json {
        json!({
            "emailAddress": self.address,
            "messagesTotal": self.messages.len(),
            "threadsTotal": self.threads.len(),
            "historyId": self.history.current().to_string(),
        })
    }
}
