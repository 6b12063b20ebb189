//! Drafts: what is to leave is laid down first, under an id that Google gives, and leaves by that, once.

use serde::Deserialize;
use tournee_core::ids::{ChangeId, MailboxId, ThreadKey};

use super::client::Call;
use super::error::GmailError;
use super::gate::Haste;
use super::letter::MARK;
use super::message::Message;
use super::sorting::plain;
use crate::app::Shared;

/// A draft, by its ids.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Draft {
    id: String,
    message: Message,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DraftList {
    drafts: Vec<Draft>,
    next_page_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Marked {
    messages: Vec<Message>,
}

/// Where a mail of ours was found in its thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It has left: the message in Sent.
    Sent(String),
    /// It is a draft: its message.
    Draft(String),
}

impl Shared {
    /// Lays a mail down as a draft of a thread, and answers the draft's id. Not repeated by itself: each would be one more.
    ///
    /// # Errors
    /// Google; whether a draft was made is then known by [`Shared::find_marked`] alone.
    pub async fn create_draft(&self, key: &ThreadKey, raw: &str) -> Result<String, GmailError> {
        let wish = serde_json::json!({"message": {"raw": raw, "threadId": plain(&key.id)?}});
        let call = Call {
            method: "POST",
            body: Some(wish.to_string()),
            is_once: true,
            ..Call::get("drafts", &[], 10, Haste::Now)
        };
        let draft: Draft = self.ask_for(&key.mailbox, &call).await?;
        Ok(draft.id)
    }

    /// Sends a draft; answers the sent message's id. Not repeated by itself.
    ///
    /// # Errors
    /// Google; whether it has left is then known by whether it is a draft still.
    pub async fn send_draft(&self, id: &MailboxId, draft: &str) -> Result<String, GmailError> {
        let call = Call {
            method: "POST",
            body: Some(serde_json::json!({"id": draft}).to_string()),
            is_once: true,
            ..Call::get("drafts/send", &[], 100, Haste::Now)
        };
        let sent: Message = self.ask_for(id, &call).await?;
        Ok(sent.id)
    }

    /// Whether a draft is one still.
    ///
    /// # Errors
    /// Google.
    pub async fn is_draft(&self, id: &MailboxId, draft: &str) -> Result<bool, GmailError> {
        let path = format!("drafts/{}", plain_draft(draft)?);
        let query = [("format", "minimal"), ("fields", "id")];
        match self
            .ask(id, &Call::get(&path, &query, 20, Haste::Now))
            .await
        {
            Ok(_) => Ok(true),
            Err(GmailError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives a draft up.
    ///
    /// # Errors
    /// Google. One that is no draft any more is none.
    pub async fn delete_draft(&self, id: &MailboxId, draft: &str) -> Result<(), GmailError> {
        let path = format!("drafts/{}", plain_draft(draft)?);
        let call = Call {
            method: "DELETE",
            ..Call::get(&path, &[], 10, Haste::Now)
        };
        match self.ask(id, &call).await {
            Ok(_) | Err(GmailError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The draft of a message.
    ///
    /// # Errors
    /// Google.
    pub async fn draft_of(
        &self,
        id: &MailboxId,
        message: &str,
    ) -> Result<Option<String>, GmailError> {
        let mut page: Option<String> = None;
        loop {
            let mut query = vec![
                ("maxResults", "500"),
                ("fields", "drafts(id,message/id),nextPageToken"),
            ];
            query.extend(page.as_deref().map(|page| ("pageToken", page)));
            let list: DraftList = self
                .ask_for(id, &Call::get("drafts", &query, 5, Haste::Now))
                .await?;
            let mut drafts = list.drafts.into_iter();
            if let Some(draft) = drafts.find(|draft| draft.message.id == message) {
                return Ok(Some(draft.id));
            }
            match list.next_page_token {
                Some(next) => page = Some(next),
                None => return Ok(None),
            }
        }
    }

    /// Looks in its thread for a mail of ours. One that has left counts before any draft.
    ///
    /// # Errors
    /// Google; [`GmailError::NotFound`] where there is no such thread.
    pub async fn find_marked(
        &self,
        key: &ThreadKey,
        change: ChangeId,
    ) -> Result<Option<Found>, GmailError> {
        let path = format!("threads/{}", plain(&key.id)?);
        let query = [
            ("format", "metadata"),
            ("metadataHeaders", MARK),
            ("fields", "messages(id,threadId,labelIds,payload/headers)"),
        ];
        let marked: Marked = self
            .ask_for(&key.mailbox, &Call::get(&path, &query, 40, Haste::Now))
            .await?;
        let mark = change.to_string();
        let ours = || {
            marked
                .messages
                .iter()
                .filter(|message| message.bears(MARK, &mark))
        };
        let has = |message: &&Message, wanted: &str| message.label_ids.iter().any(|l| l == wanted);
        let sent = ours().find(|message| has(message, "SENT"));
        let draft = ours().find(|message| has(message, "DRAFT"));
        Ok(match (sent, draft) {
            (Some(sent), _) => Some(Found::Sent(sent.id.clone())),
            (None, Some(draft)) => Some(Found::Draft(draft.id.clone())),
            (None, None) => None,
        })
    }
}

/// Ids of drafts have a minus in front at times.
fn plain_draft(id: &str) -> Result<&str, GmailError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_plain = !id.is_empty() && id.chars().all(plain);
    is_plain.then_some(id).ok_or(GmailError::NotFound)
}
