//! What changed in a mailbox, in order, as far back as it is remembered.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::gmail::http::reply::Refusal;

/// What happened to one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Deleted,
    LabelsAdded(Vec<String>),
    LabelsRemoved(Vec<String>),
}

#[derive(Clone, Debug)]
struct Record {
    id: u128,
    message: String,
    thread: String,
    labels: Vec<String>,
    change: Change,
}

#[derive(Clone, Debug)]
pub(crate) struct History {
    floor: u128,
    current: u128,
    records: Vec<Record>,
}

/// What a client asks of the history.
#[derive(Clone, Debug, Default)]
pub(crate) struct HistoryQuery {
    pub start: String,
    pub label: Option<String>,
    pub types: Vec<String>,
    pub page: Option<String>,
    pub most: usize,
    /// The first page is to be empty, though others follow.
    pub empty_page: bool,
}

impl History {
    pub(crate) fn new(base: u128) -> Self {
        History {
            floor: base,
            current: base,
            records: Vec::new(),
        }
    }

    pub(crate) fn current(&self) -> u128 {
        self.current
    }

    pub(crate) fn forget(&mut self) {
        self.records.clear();
        // The id of this very moment stays good.
        self.current += 10;
        self.floor = self.current;
    }

    pub(crate) fn record(
        &mut self,
        message: &str,
        thread: &str,
        labels: &BTreeSet<String>,
        change: Change,
    ) -> u128 {
        // Real ids have gaps.
        self.current += 7 + self.current % 13;
        self.records.push(Record {
            id: self.current,
            message: message.to_owned(),
            thread: thread.to_owned(),
            labels: labels.iter().cloned().collect(),
            change,
        });
        self.current
    }

    pub(crate) fn list(&self, query: &HistoryQuery) -> Result<Json, Refusal> {
        let start: u128 = query
            .start
            .parse()
            .map_err(|_| Refusal::invalid("Invalid value at 'start_history_id' (TYPE_UINT64)"))?;
        if start < self.floor {
            return Err(Refusal::not_found());
        }
        let behind: Vec<_> = self.records.iter().filter(|r| r.id > start).collect();
        let mut answer = json!({"historyId": self.current.to_string()});
        if query.empty_page && query.page.is_none() && !behind.is_empty() {
            answer["nextPageToken"] = "0".into();
            return Ok(answer);
        }
        let skipped = match &query.page {
            None => 0,
            Some(token) => token.parse::<usize>().map_err(|_| Refusal::bad_page())?,
        };
        let end = (skipped + query.most).min(behind.len());
        // Pages are cut before records are chosen: a page may have none left.
        let page = behind.get(skipped..end).unwrap_or_default();
        let shown: Vec<Json> = page
            .iter()
            .filter_map(|record| record.json(query))
            .collect();
        if !shown.is_empty() {
            answer["history"] = Json::Array(shown);
        }
        if end < behind.len() {
            answer["nextPageToken"] = end.to_string().into();
        }
        Ok(answer)
    }
}

impl Record {
    fn json(&self, query: &HistoryQuery) -> Option<Json> {
        let (key, name) = match self.change {
            Change::Added => ("messagesAdded", "messageAdded"),
            Change::Deleted => ("messagesDeleted", "messageDeleted"),
            Change::LabelsAdded(_) => ("labelsAdded", "labelAdded"),
            Change::LabelsRemoved(_) => ("labelsRemoved", "labelRemoved"),
        };
        let moved: &[String] = match &self.change {
            Change::LabelsAdded(ids) | Change::LabelsRemoved(ids) => ids,
            Change::Added | Change::Deleted => &[],
        };
        let wanted = query.types.is_empty() || query.types.iter().any(|kind| kind == name);
        let labelled = query
            .label
            .as_ref()
            .is_none_or(|label| self.labels.contains(label) || moved.contains(label));
        if !wanted || !labelled {
            return None;
        }
        let mut message = json!({"id": self.message, "threadId": self.thread});
        let short = message.clone();
        if !self.labels.is_empty() {
            message["labelIds"] = json!(self.labels);
        }
        let mut entry = json!({"message": message});
        if !moved.is_empty() {
            entry["labelIds"] = json!(moved);
        }
        Some(json!({"id": self.id.to_string(), "messages": [short], key: [entry]}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(start: u128, most: usize) -> HistoryQuery {
        HistoryQuery {
            start: start.to_string(),
            most,
            ..HistoryQuery::default()
        }
    }

    #[test]
    fn pages_may_be_empty_and_old_ids_are_gone() {
        let mut history = History::new(100);
        let labels = BTreeSet::from(["INBOX".to_owned()]);
        history.record("a", "t", &labels, Change::Added);
        history.record("a", "t", &labels, Change::LabelsAdded(vec!["INBOX".into()]));
        let mut asked = query(100, 1);
        asked.types = vec!["labelAdded".to_owned()];
        let first = history.list(&asked).unwrap();
        assert!(
            first.get("history").is_none() && first["nextPageToken"] == "1",
            "{first}"
        );
        asked.page = Some("1".to_owned());
        let second = history.list(&asked).unwrap();
        assert_eq!(
            second["history"][0]["labelsAdded"][0]["labelIds"][0],
            "INBOX"
        );
        assert!(second.get("nextPageToken").is_none());
        history.forget();
        assert_eq!(history.list(&query(100, 1)).unwrap_err().code, 404);
        let fresh = history.list(&query(history.current(), 1)).unwrap();
        assert!(fresh.get("history").is_none());
    }
}
