//! A phone that works: taps drawn from a seed, and what it tapped.

use std::collections::{BTreeMap, VecDeque};

use anyhow::Result;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tournee_core::domain::Status;
use tournee_core::ids::FileHash;
use tournee_tests::app;
use tournee_tests::browser::{Chromium, Page, Profile, Screen};

use super::errands::Errand;
use super::ground::{Ground, Key, Role, login};

/// So many phones work at the same time.
pub const PHONES: usize = 3;
/// Statuses that a technician moves his tickets between.
const OPEN: [Status; 3] = [Status::Assigned, Status::Planned, Status::Pending];

/// One change, as it was tapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tapped {
    /// On what.
    pub ticket: Key,
    /// What.
    pub what: What,
}

/// Its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Take,
    Move(Status, Status),
    Note(String),
    Solve(String),
    /// Made the ticket.
    Create(String),
    /// Put a file with these bytes on it.
    Attach(FileHash),
    /// A note that was worded anew before GLPI had it.
    Mistyped(String),
    /// What it became.
    Reworded(String),
}

/// One of the three.
pub struct Phone {
    /// Its place among them.
    pub number: usize,
    /// Its screen.
    pub page: Page,
    /// All it did, in order.
    pub tapped: Vec<Tapped>,
    pub(super) chromium: Chromium,
    pub(super) rng: ChaCha8Rng,
    own: BTreeMap<Key, Status>,
    shared: Vec<Key>,
    free: VecDeque<Key>,
    errands: VecDeque<Errand>,
    pub(super) written: usize,
}

impl Phone {
    /// Signs in and has all tickets. The first one has the browsers' turn, the others share it.
    pub async fn start(
        number: usize,
        seed: u64,
        ground: &Ground,
        origin: &str,
        beside: Option<&Phone>,
    ) -> Result<Self> {
        let mut start = Chromium::with(Screen::Phone);
        if let Some(other) = beside {
            start = start.beside(&other.chromium);
        }
        let chromium = start.start(Profile::new()?).await?;
        let page = chromium.page(origin).await?;
        app::settles_in_as(&page, &login(number)).await?;
        let own = ground.with(Role::Of(number));
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ (number as u64 + 1));
        let mut errands = [Errand::EACH, Errand::EACH].concat();
        errands.shuffle(&mut rng);
        Ok(Self {
            number,
            page,
            tapped: Vec::new(),
            chromium,
            rng,
            own: own.map(|key| (key, Status::Assigned)).collect(),
            shared: ground.with(Role::Shared).collect(),
            free: ground.with(Role::FreeFor(number)).collect(),
            errands: errands.into(),
            written: 0,
        })
    }

    /// Switches it off.
    pub async fn close(self) -> Result<()> {
        self.chromium.close().await
    }

    /// What the two technicians disagree on: both move a ticket, both take one. And what GLPI will not like.
    pub async fn disputes(&mut self, ground: &Ground) -> Result<()> {
        let to = match self.number {
            2 => Status::Pending,
            _ => Status::Planned,
        };
        for key in ground.with(Role::DisputedStatus) {
            self.opens(key).await?;
            self.moves(key, Status::Assigned, to).await?;
        }
        for key in ground.with(Role::DisputedTake) {
            self.opens(key).await?;
            self.takes(key).await?;
        }
        self.will_be_refused(ground).await
    }

    /// Does one thing, whatever the seed says; what GLPI has refused comes first.
    pub async fn works(&mut self) -> Result<()> {
        if let Some(wrong) = self.refused().await? {
            return self.rewords(&wrong).await;
        }
        let own: Vec<Key> = self.own.keys().copied().collect();
        let (own, shared) = (self.draw(&own), self.draw(&self.shared.clone()));
        match self.rng.random_range(0..12) {
            0..3 => self.has_moved(own).await,
            3..5 => self.has_noted(own).await,
            5..7 => self.has_noted(shared).await,
            7..9 => match self.errands.pop_front() {
                Some(errand) => self.runs(errand, own).await,
                None => self.has_noted(own).await,
            },
            _ => match self.free.pop_front() {
                Some(free) => self.has_brought_to_its_end(free).await,
                None => self.has_noted(own).await,
            },
        }
    }

    /// The errands that he has not come to yet.
    pub async fn runs_the_other_errands(&mut self) -> Result<()> {
        while let Some(errand) = self.errands.pop_front() {
            let own: Vec<Key> = self.own.keys().copied().collect();
            let own = self.draw(&own);
            self.runs(errand, own).await?;
        }
        Ok(())
    }

    fn draw(&mut self, keys: &[Key]) -> Key {
        *keys.choose(&mut self.rng).expect("there are tickets")
    }

    async fn has_moved(&mut self, key: Key) -> Result<()> {
        let from = self.own[&key];
        let others: Vec<Status> = OPEN.into_iter().filter(|to| *to != from).collect();
        let to = *others.choose(&mut self.rng).expect("two others");
        self.opens(key).await?;
        self.moves(key, from, to).await?;
        self.own.insert(key, to);
        Ok(())
    }

    async fn has_noted(&mut self, key: Key) -> Result<()> {
        self.opens(key).await?;
        self.notes(key).await
    }

    /// Take, plan, note, solve, all on one visit.
    async fn has_brought_to_its_end(&mut self, key: Key) -> Result<()> {
        self.opens(key).await?;
        self.takes(key).await?;
        self.moves(key, Status::Assigned, Status::Planned).await?;
        self.notes(key).await?;
        let text = self.words("Réglé");
        app::solves(&self.page, &text).await?;
        self.tapped(key, What::Solve(text));
        Ok(())
    }

    pub(super) async fn opens(&self, (source, id): Key) -> Result<()> {
        app::opens(&self.page, source, id).await
    }

    async fn takes(&mut self, key: Key) -> Result<()> {
        app::takes(&self.page).await?;
        self.tapped(key, What::Take);
        Ok(())
    }

    async fn moves(&mut self, key: Key, from: Status, to: Status) -> Result<()> {
        app::moves_to(&self.page, name(to)).await?;
        self.tapped(key, What::Move(from, to));
        Ok(())
    }

    pub(super) async fn notes(&mut self, key: Key) -> Result<()> {
        let text = self.words("Relevé");
        self.notes_down(key, text).await
    }

    pub(super) async fn notes_down(&mut self, key: Key, text: String) -> Result<()> {
        let private = self.rng.random();
        app::notes(&self.page, &text, private).await?;
        self.tapped(key, What::Note(text));
        Ok(())
    }

    pub(super) fn tapped(&mut self, ticket: Key, what: What) {
        self.tapped.push(Tapped { ticket, what });
    }

    /// Words that are said once.
    pub(super) fn words(&mut self, what: &str) -> String {
        self.written += 1;
        format!(
            "{what} {}-{:03} : câble & prise.",
            self.number, self.written
        )
    }
}

/// A status as the screen's hooks name it.
pub fn name(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Assigned => "assigned",
        Status::Planned => "planned",
        Status::Pending => "pending",
        Status::Solved => "solved",
        Status::Closed => "closed",
    }
}
