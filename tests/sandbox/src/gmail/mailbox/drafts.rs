//! Drafts: what is written and not sent yet.

use jiff::Timestamp;

use super::{Mailbox, Raw};
use crate::gmail::http::reply::Refusal;

impl Mailbox {
    /// The drafts, as `(draft id, message id)`.
    pub fn drafts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.drafts
            .iter()
            .map(|(draft, message)| (draft.as_str(), message.as_str()))
    }

    /// The message of a draft.
    pub(crate) fn draft(&self, id: &str) -> Result<&str, Refusal> {
        self.drafts
            .get(id)
            .map(String::as_str)
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn create_draft(
        &mut self,
        raw: Raw,
        thread: Option<&str>,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let message = self.place(raw, &["DRAFT"], thread, now)?;
        // Of two mailboxes no draft has the same id, as no message has.
        let seed = u64::from_str_radix(&message, 16).unwrap_or(self.made);
        let number = seed.wrapping_mul(0x5851_f42d_4c95_7f2d) >> 1;
        let id = format!("r{number}");
        self.drafts.insert(id.clone(), message);
        Ok(id)
    }

    /// New contents: the draft's id stays, its message is another one.
    pub(crate) fn update_draft(
        &mut self,
        id: &str,
        raw: Raw,
        thread: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let old = self.draft(id)?.to_owned();
        let message = self.place(raw, &["DRAFT"], thread, now)?;
        self.delete(&old);
        self.drafts.insert(id.to_owned(), message);
        Ok(())
    }

    pub(crate) fn delete_draft(&mut self, id: &str) -> Result<(), Refusal> {
        let message = self.draft(id)?.to_owned();
        self.drafts.remove(id);
        self.delete(&message);
        Ok(())
    }

    /// Puts a message of the owner's own in; it stays in the thread that he names only where it belongs there.
    pub(crate) fn place(
        &mut self,
        raw: Raw,
        labels: &[&str],
        thread: Option<&str>,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let thread = match thread.filter(|id| !id.is_empty()) {
            Some(id) if self.thread(id).is_empty() => return Err(Refusal::not_found()),
            Some(id) if self.fits(&raw.head(), id) => Some(id.to_owned()),
            _ => None,
        };
        Ok(self.add(raw, labels, now, thread.as_deref()))
    }
}
