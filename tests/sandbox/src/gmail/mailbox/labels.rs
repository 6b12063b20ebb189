//! The labels of a mailbox.

use serde_json::{Value as Json, json};

use crate::gmail::http::reply::Refusal;

/// One label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its id, which never changes.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether Gmail made it.
    pub system: bool,
    message_list: &'static str,
    label_list: &'static str,
    color: Option<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Labels {
    all: Vec<Label>,
    made: u32,
}

const SYSTEM: &[&str] = &[
    "CHAT",
    "SENT",
    "INBOX",
    "IMPORTANT",
    "TRASH",
    "DRAFT",
    "SPAM",
    "CATEGORY_FORUMS",
    "CATEGORY_UPDATES",
    "CATEGORY_PERSONAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_SOCIAL",
    "STARRED",
    "UNREAD",
];

/// What Google's description allows as colours.
const PALETTE: &str = include_str!("../data/palette.txt");

impl Labels {
    pub(crate) fn new() -> Self {
        let system = |name: &&str| Label {
            id: (*name).to_owned(),
            name: (*name).to_owned(),
            system: true,
            message_list: "hide",
            label_list: "labelHide",
            color: None,
        };
        Labels {
            all: SYSTEM.iter().map(system).collect(),
            made: 0,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Label> {
        self.all.iter()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Label> {
        self.all.iter().find(|label| label.id == id)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&Label> {
        self.all.iter().find(|label| label.name == name)
    }

    /// Makes one from what a client asks for.
    pub(crate) fn create(&mut self, wish: &Json) -> Result<Label, Refusal> {
        let name = self.free_name(wish, None)?;
        self.made += 1;
        let mut label = Label {
            id: format!("Label_{}", self.made),
            name,
            system: false,
            message_list: "show",
            label_list: "labelShow",
            color: None,
        };
        label.adopt(wish)?;
        self.all.push(label.clone());
        Ok(label)
    }

    /// Changes one; its id stays.
    pub(crate) fn patch(&mut self, id: &str, wish: &Json) -> Result<Label, Refusal> {
        let old = self.by_id(id).ok_or_else(Refusal::not_found)?.clone();
        if old.system {
            return Err(Refusal::invalid("Invalid update request"));
        }
        let name = match wish.get("name") {
            Some(_) => self.free_name(wish, Some(id))?,
            None => old.name.clone(),
        };
        let mut label = Label { name, ..old };
        label.adopt(wish)?;
        if let Some(kept) = self.all.iter_mut().find(|kept| kept.id == id) {
            *kept = label.clone();
        }
        Ok(label)
    }

    pub(crate) fn delete(&mut self, id: &str) -> Result<(), Refusal> {
        let label = self.by_id(id).ok_or_else(Refusal::not_found)?;
        if label.system {
            return Err(Refusal::invalid("Invalid delete request"));
        }
        self.all.retain(|label| label.id != id);
        Ok(())
    }

    fn free_name(&self, wish: &Json, own: Option<&str>) -> Result<String, Refusal> {
        let name = wish.get("name").and_then(Json::as_str).unwrap_or_default();
        let name = name.trim();
        let same = |label: &&Label| label.name.to_lowercase() == name.to_lowercase();
        match self.all.iter().find(same) {
            _ if name.is_empty() || name.chars().count() > 225 => {
                Err(Refusal::invalid("Invalid label name"))
            }
            Some(label) if label.system => Err(Refusal::invalid("Invalid label name")),
            Some(label) if own != Some(label.id.as_str()) => Err(Refusal::label_exists()),
            _ => Ok(name.to_owned()),
        }
    }
}

impl Label {
    fn adopt(&mut self, wish: &Json) -> Result<(), Refusal> {
        let choice = |key: &str, allowed: &[&'static str]| match wish.get(key) {
            None => Ok(None),
            Some(value) => allowed
                .iter()
                .find(|word| value.as_str() == Some(word))
                .map(|word| Some(*word))
                .ok_or_else(|| Refusal::invalid(format!("Invalid value at 'label.{key}'"))),
        };
        if let Some(word) = choice("messageListVisibility", &["show", "hide"])? {
            self.message_list = word;
        }
        let lists = ["labelShow", "labelShowIfUnread", "labelHide"];
        if let Some(word) = choice("labelListVisibility", &lists)? {
            self.label_list = word;
        }
        let Some(color) = wish.get("color") else {
            return Ok(());
        };
        let part = |key: &str| {
            let text = color.get(key).and_then(Json::as_str).unwrap_or_default();
            PALETTE
                .lines()
                .any(|allowed| allowed == text)
                .then(|| text.to_owned())
                .ok_or_else(|| {
                    Refusal::invalid(format!(
                        "Label color {text} is not on the allowed color palette"
                    ))
                })
        };
        self.color = Some((part("textColor")?, part("backgroundColor")?));
        Ok(())
    }

    /// As lists show it.
    pub(crate) fn json(&self) -> Json {
        let kind = if self.system { "system" } else { "user" };
        let mut json = json!({"id": self.id, "name": self.name, "type": kind});
        let shown = !self.system || matches!(self.id.as_str(), "INBOX" | "UNREAD" | "STARRED");
        // Gmail leaves the two words out of some system labels.
        if !self.system || !shown {
            json["messageListVisibility"] = self.message_list.into();
            json["labelListVisibility"] = self.label_list.into();
        }
        if let Some((text, background)) = &self.color {
            json["color"] = json!({"textColor": text, "backgroundColor": background});
        }
        json
    }
}
