//! A phone's owner connects his mailboxes, as a browser does: to Google's page, a decision there, back.

use tournee_core::domain::MailboxState;
use tournee_core::ids::MailboxId;
use tournee_core::wire::ConnectStart;

use super::google::Google;
use crate::counters::Count;
use crate::hand::Hand;
use crate::house::Post;

impl Hand {
    /// The mailboxes that the server can't read for him, as the phone was last told.
    fn unconnected(&self) -> Vec<(MailboxId, bool)> {
        if self.world.google.is_none() {
            return Vec::new();
        }
        let mut all = Google::seen_by(self.technician).to_vec();
        all.retain(|(id, _)| {
            let mut known = self.phone.meta().mailboxes.iter();
            !known.any(|mailbox| mailbox.id == *id && mailbox.state == MailboxState::Active)
        });
        all
    }

    /// Whether one has to be connected.
    pub fn has_to_connect(&self) -> bool {
        !self.unconnected().is_empty()
    }

    /// Whether each was read to its end.
    pub fn has_his_mails(&self) -> bool {
        let mailboxes = &self.phone.meta().mailboxes;
        !self.has_to_connect() && mailboxes.iter().all(|one| one.refreshed_at.is_some())
    }

    /// Connects what is not connected. Whether it worked, the next exchange tells.
    pub async fn connect_where_needed(&mut self) {
        for (id, shared) in self.unconnected() {
            let connected = self.connect(&id, shared).await;
            self.say(format_args!("connects {id}: {connected:?}"));
            if self.world.weather.storms() {
                self.world.weather.count(Count::ConnectedAgain);
            }
        }
    }

    async fn connect(&mut self, id: &MailboxId, shared: bool) -> Option<u16> {
        let google = self.world.google.clone()?;
        let air = self.world.air.clone();
        let wish = serde_json::json!({ "shared": shared });
        let start = Post::to("/api/gmail/connect", self.cookie.clone(), &wish);
        let started = air.send(&mut self.dice, &self.name, start).await?;
        let page: ConnectStart = serde_json::from_slice(&started.body).ok()?;
        let back = google.consent(&page.url, id).await?;
        let (_, query) = back.split_once('?')?;
        let back = Post::get(&format!("/api/gmail/return?{query}"), started.cookie);
        let came_back = air.send(&mut self.dice, &self.name, back).await?;
        Some(came_back.status)
    }
}
