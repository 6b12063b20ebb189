//! The three labels: found by name, made where they are missing, made again where somebody deleted them.

use std::collections::BTreeMap;

use serde::Deserialize;
use tournee_core::ids::MailboxId;

use super::client::{Call, read};
use super::config::LabelNames;
use super::error::GmailError;
use super::gate::Haste;
use crate::app::Shared;
use crate::store::mails::{self, LabelIds, MailboxRecord};

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct List {
    labels: Vec<Label>,
}

#[derive(Clone, Deserialize)]
struct Label {
    id: String,
    name: String,
}

impl Shared {
    /// The ids of the three labels. One that was renamed by hand keeps its id, and its work; the settings' name counts
    /// for those that are not known yet.
    pub(super) async fn labels(
        &self,
        id: &MailboxId,
        known: &LabelIds,
    ) -> Result<LabelIds, GmailError> {
        let list = self.list_labels(id).await?;
        let LabelNames {
            urgent,
            in_progress,
            done,
        } = &self.google()?.config.labels;
        Ok(LabelIds {
            urgent: self.label(id, &list, &known.urgent, urgent).await?,
            in_progress: self
                .label(id, &list, &known.in_progress, in_progress)
                .await?,
            done: self.label(id, &list, &known.done, done).await?,
        })
    }

    /// Keeps the ids of the three labels. Others than before mean other boxes for mails of long ago: these are told as they
    /// stand now, and all of the mailbox is to be read.
    pub(super) async fn keep_labels(
        &self,
        id: &MailboxId,
        labels: LabelIds,
    ) -> Result<MailboxRecord, GmailError> {
        let mut tx = self.store.write().await?;
        let mut record = tx.mailbox(id).await?.ok_or(GmailError::NoMailbox)?;
        if record.labels != labels {
            record.labels = labels;
            record.history = None;
            tx.put_mailbox(&record).await?;
            mails::publish_all(&mut tx, &record.id, self.clock.now()).await?;
        }
        tx.commit().await?;
        Ok(record)
    }

    /// The names of all labels of a mailbox, by id.
    ///
    /// # Errors
    /// What Google says.
    pub(crate) async fn label_names(
        &self,
        id: &MailboxId,
    ) -> Result<BTreeMap<String, String>, GmailError> {
        let list = self.list_labels(id).await?;
        let named = list.labels.into_iter().map(|label| (label.id, label.name));
        Ok(named.collect())
    }

    async fn list_labels(&self, id: &MailboxId) -> Result<List, GmailError> {
        let query = [("fields", "labels(id,name)")];
        self.ask_for(id, &Call::get("labels", &query, 1, Haste::Now))
            .await
    }

    async fn label(
        &self,
        id: &MailboxId,
        list: &List,
        known: &str,
        name: &str,
    ) -> Result<String, GmailError> {
        if list.labels.iter().any(|label| label.id == known) {
            return Ok(known.to_owned());
        }
        match named(list, name) {
            Some(found) => Ok(found),
            None => self.make(id, name).await,
        }
    }

    async fn make(&self, id: &MailboxId, name: &str) -> Result<String, GmailError> {
        let wish = serde_json::json!({
            "name": name, "labelListVisibility": "labelShow", "messageListVisibility": "show",
        });
        let call = Call {
            body: Some(wish.to_string()),
            method: "POST",
            ..Call::get("labels", &[], 5, Haste::Now)
        };
        match self.ask(id, &call).await {
            Ok(response) => {
                let label: Label = read(&response)?;
                Ok(label.id)
            }
            // Somebody was first, or an answer of ours was lost.
            Err(GmailError::Exists) => {
                let list = self.list_labels(id).await?;
                named(&list, name).ok_or(GmailError::Exists)
            }
            Err(error) => Err(error),
        }
    }
}

/// Names are unique without regard to case.
fn named(list: &List, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let found = list
        .labels
        .iter()
        .find(|label| label.name.to_lowercase() == name);
    found.map(|label| label.id.clone())
}
