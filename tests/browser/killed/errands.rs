//! What takes more than a tap: a new ticket, a photo, a note worded anew.

use anyhow::{Context, Result};
use rand::Rng as _;
use tournee_core::ids::FileHash;
use tournee_core::outbox::State;
use tournee_core::wire::ProblemKind;
use tournee_tests::app;
use tournee_tests::camera;
use tournee_tests::patience::{until, until_true};
use tournee_tests::stage::{NEW, OLD};

use super::ground::{Ground, Key, Role};
use super::phone::{Phone, What};

/// A word that both GLPIs refuse.
pub const REFUSED: &str = "Illisible";

/// What a phone does now and then.
#[derive(Clone, Copy, Debug)]
pub enum Errand {
    /// A new ticket, with a note and a photo on it.
    Create,
    /// A photo on a ticket of his.
    Photo,
    /// A note typed with no network, and worded anew before there is one.
    Retype,
}

impl Errand {
    /// Each once.
    pub const EACH: [Self; 3] = [Self::Create, Self::Photo, Self::Retype];
}

/// What a ticket of the phones' making is called: its number here says which it is, below nought, since GLPI's comes
/// when it comes.
pub fn title((_, number): Key) -> Option<String> {
    (number < 0).then(|| format!("Panne {:04}", -number))
}

impl Phone {
    /// Does it.
    pub async fn runs(&mut self, errand: Errand, own: Key) -> Result<()> {
        match errand {
            Errand::Create => {
                // With no network, so that note and photo are on a ticket that no GLPI has yet.
                self.chromium.tools().offline(true).await?;
                self.creates().await?;
                self.chromium.tools().offline(false).await
            }
            Errand::Photo => {
                self.opens(own).await?;
                self.photographs(own).await
            }
            Errand::Retype => {
                self.chromium.tools().offline(true).await?;
                self.opens(own).await?;
                let wrong = self.words("Relevé");
                self.notes_down(own, wrong.clone()).await?;
                self.rewords(&wrong).await?;
                self.chromium.tools().offline(false).await
            }
        }
    }

    /// The tickets that he made.
    pub fn made(&self) -> impl Iterator<Item = Key> {
        let made = |what: &What| matches!(what, What::Create(_));
        let made = self.tapped.iter().filter(move |one| made(&one.what));
        made.map(|one| one.ticket)
    }

    /// A note that GLPI refuses once it gets it.
    pub async fn will_be_refused(&mut self, ground: &Ground) -> Result<()> {
        let mut own = ground.with(Role::Of(self.number));
        let key = own.next().context("a ticket of his")?;
        self.opens(key).await?;
        let text = self.words(REFUSED);
        self.notes_down(key, text).await
    }

    /// A note that GLPI has refused.
    pub async fn refused(&self) -> Result<Option<String>> {
        let outbox = app::outbox(&self.page).await?;
        let mut both = outbox.iter().zip(&self.tapped);
        Ok(
            both.find_map(|(queued, tapped)| match (&queued.state, &tapped.what) {
                (State::NeedsYou { problem }, What::Note(text)) => {
                    (problem.kind == ProblemKind::Refused).then(|| text.clone())
                }
                _ => None,
            }),
        )
    }

    /// Waits for what GLPI refuses, unless that was worded anew already.
    pub async fn rewords_what_was_refused(&mut self) -> Result<()> {
        let left = |what: &What| matches!(what, What::Note(text) if text.starts_with(REFUSED));
        if self.tapped.iter().any(|one| left(&one.what)) {
            let wrong = until("a refusal", async || self.refused().await).await?;
            self.rewords(&wrong).await?;
        }
        Ok(())
    }

    /// Another text for a note, in the queue.
    pub async fn rewords(&mut self, wrong: &str) -> Result<()> {
        let is_it = |what: &What| matches!(what, What::Note(text) if text == wrong);
        let at = self.tapped.iter().position(|one| is_it(&one.what));
        let at = at.context("a note of his")?;
        let outbox = app::outbox(&self.page).await?;
        let queued = outbox.get(at).context("it is in the outbox")?;
        let queued = format!("[data-change=\"{}\"]", queued.change.id);
        self.page.goto("/queue").await?;
        self.page.tap(&format!("{queued} [data-test=edit]")).await?;
        let text = self.words("Relevé");
        self.page
            .fills("dialog[open] textarea[name=text]", &text)
            .await?;
        self.page.tap("dialog[open] [data-test=save-edit]").await?;
        self.page.shows(&queued, "data-state", "withdrawn").await?;
        let key = self.tapped[at].ticket;
        self.tapped[at].what = What::Mistyped(wrong.to_owned());
        self.tapped(key, What::Reworded(text));
        Ok(())
    }

    async fn creates(&mut self) -> Result<()> {
        let (source, place) = match self.rng.random() {
            true => (OLD, 1),
            false => (NEW, 2),
        };
        self.written += 1;
        let key = (source, -self.own_number());
        let title = title(key).context("a number of his")?;
        self.page.goto("/tickets/new").await?;
        let glpi = format!("[data-test=create-glpi] button:nth-child({place})");
        self.page.tap(&glpi).await?;
        self.page.fills(".create [name=title]", &title).await?;
        self.page.tap("[data-test=send-create]").await?;
        self.page.says("[data-test=ticket-title]", &title).await?;
        self.tapped(key, What::Create(title));
        self.notes(key).await?;
        self.photographs(key).await
    }

    /// A photo of what nobody else has in front of him, on the open ticket.
    async fn photographs(&mut self, key: Key) -> Result<()> {
        self.written += 1;
        let seed = u32::try_from(self.own_number())?;
        camera::has_a_photo(&self.page, 400, 300, seed).await?;
        camera::opens_the_camera(&self.page).await?;
        camera::shoots(&self.page).await?;
        self.page.sees_no("dialog[open]").await?;
        let mut hash = None;
        until_true("the photo in the outbox", async || {
            let outbox = app::outbox(&self.page).await?;
            let last = outbox.get(self.tapped.len());
            hash = last.and_then(|queued| Some(queued.change.body.file()?.hash.clone()));
            Ok(hash.is_some())
        })
        .await?;
        let hash: FileHash = hash.context("a file")?;
        self.tapped(key, What::Attach(hash));
        Ok(())
    }

    /// What he wrote last has it, and nothing else.
    fn own_number(&self) -> i64 {
        (1_000 * (self.number + 1) + self.written) as i64
    }
}
