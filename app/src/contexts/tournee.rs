//! The one context of the app. Pages read the phone through it and change it through it; it stores, syncs, tells.

use std::rc::Rc;

use leptos::prelude::*;
use tournee_core::domain::Reference;
use tournee_core::ids::SourceId;
use tournee_core::phone::Phone;
use tournee_core::time::Instant;

use super::{Held, Session, Start};
use crate::platform::settings::{self, Theme};
use crate::platform::{clock, device, worker};
use crate::storage::StorageProblem;
use crate::sync::{ApiFailure, Glance, SyncState, sync_state};
use crate::text::{self, Language};

/// A handle on everything that pages share. Copy it into closures freely.
#[derive(Clone, Copy)]
pub struct Tournee {
    held: StoredValue<Rc<Held>, LocalStorage>,
    pub(super) revision: RwSignal<u64>,
    /// Moves a frame before `revision` where the technician waits for his own change: the ticket that he has open and
    /// its row in the list beside it follow both.
    pub(super) own_changes: RwSignal<u64>,
    /// Moves when an exchange has brought lists.
    pub(super) lists: RwSignal<u64>,
    pub(super) session: RwSignal<Session>,
    pub(super) online: RwSignal<bool>,
    pub(super) failure: RwSignal<Option<ApiFailure>>,
    pub(super) asked: RwSignal<bool>,
    pub(super) storage_problem: RwSignal<Option<StorageProblem>>,
    update_ready: RwSignal<bool>,
    language: RwSignal<Language>,
    theme: RwSignal<Theme>,
    sync_state: Memo<SyncState>,
}

impl Tournee {
    /// Makes the context out of what was stored, and starts to listen to the device.
    pub fn provide(start: Start) -> Self {
        let problem = start.problem.clone();
        let session = match start.held.phone.borrow().meta().sources.is_empty() {
            true => Session::Unknown,
            false => Session::SignedIn,
        };
        let held = StoredValue::new_local(start.held);
        let revision = RwSignal::new(0);
        let session = RwSignal::new(session);
        let online = RwSignal::new(device::is_online());
        let failure = RwSignal::new(None);
        let asked = RwSignal::new(false);
        let sync_state = Memo::new(move |_| {
            revision.track();
            let glance = Glance {
                signed_out: session.with(Session::is_over),
                offline: !online.get(),
                failure: failure.get(),
                asked: asked.get(),
            };
            held.with_value(|held| sync_state(&held.phone.borrow(), &glance))
        });
        let tournee = Self {
            held,
            revision,
            own_changes: RwSignal::new(0),
            lists: RwSignal::new(0),
            session,
            online,
            failure,
            asked,
            storage_problem: RwSignal::new(problem),
            update_ready: RwSignal::new(false),
            language: RwSignal::new(text::current()),
            theme: RwSignal::new(settings::theme()),
            sync_state,
        };
        provide_context(tournee);
        tournee.keep_settings();
        tournee.listen();
        tournee.begin();
        tournee
    }

    /// The context. Every page is below the one component that provides it.
    pub fn expect() -> Self {
        expect_context()
    }

    pub(super) fn held(&self) -> Rc<Held> {
        self.held.get_value()
    }

    /// Reads the phone; whatever reads it runs again with every change of it.
    pub fn with<R>(&self, read: impl FnOnce(&Phone) -> R) -> R {
        self.revision.track();
        self.with_untracked(read)
    }

    /// As [`Self::with`], for what the technician has under his eyes: after a change of his own it runs a frame before
    /// all else does.
    pub fn with_own<R>(&self, read: impl FnOnce(&Phone) -> R) -> R {
        self.own_changes.track();
        self.with(read)
    }

    /// Reads the phone as it is now.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&Phone) -> R) -> R {
        self.held.with_value(|held| read(&held.phone.borrow()))
    }

    /// The time as the server would say it: the phone's clock may be wrong by days.
    pub fn now(&self) -> Instant {
        self.with_untracked(|phone| phone.corrected(clock::now()))
    }

    /// What the head says.
    pub fn sync_state(&self) -> Memo<SyncState> {
        self.sync_state
    }

    /// How the last exchange failed, if it did.
    pub fn failure(&self) -> ReadSignal<Option<ApiFailure>> {
        self.failure.read_only()
    }

    /// Whether the device has a network.
    pub fn online(&self) -> ReadSignal<bool> {
        self.online.read_only()
    }

    /// Who is signed in.
    pub fn session(&self) -> ReadSignal<Session> {
        self.session.read_only()
    }

    /// What is wrong with the phone's storage, until it works again.
    pub fn storage_problem(&self) -> ReadSignal<Option<StorageProblem>> {
        self.storage_problem.read_only()
    }

    /// Whether a new version of the app waits.
    pub fn update_ready(&self) -> ReadSignal<bool> {
        self.update_ready.read_only()
    }

    /// Loads the new version. Drafts and changes are in storage already.
    pub fn apply_update(&self) {
        worker::apply_update();
    }

    /// The language of the screen; set it and the page is drawn anew.
    pub fn language(&self) -> RwSignal<Language> {
        self.language
    }

    /// The theme; set it and the document follows.
    pub fn theme(&self) -> RwSignal<Theme> {
        self.theme
    }

    /// What was being typed under this name, if storage still has it.
    pub async fn draft(&self, key: &str) -> Option<String> {
        self.held().storage.draft(key).await.ok()?
    }

    /// Keeps what is being typed.
    ///
    /// # Errors
    /// The storage's; the text is then only where it was typed.
    pub async fn save_draft(&self, key: &str, text: &str) -> Result<(), StorageProblem> {
        let stored = self.held().storage.put_draft(key, Some(text)).await;
        match &stored {
            Err(problem) => self.storage_problem.set(Some(problem.clone())),
            Ok(()) => self.storage_works(),
        }
        stored
    }

    /// The lists of one GLPI, if storage has them.
    pub async fn reference(&self, source: &SourceId) -> Option<Reference> {
        // Lists that can't be read are as good as none: the server tells them again.
        self.held().storage.reference(source).await.ok()?
    }

    /// Forgets what was being typed.
    pub async fn clear_draft(&self, key: &str) {
        // A draft that outlives its change shows again and can be cleared by hand: no harm.
        let _ = self.held().storage.put_draft(key, None).await;
    }

    fn keep_settings(self) {
        Effect::watch(
            move || self.theme.get(),
            |theme, _, _| settings::set_theme(*theme),
            false,
        );
    }

    fn listen(self) {
        device::on_window("online", move |_| self.online.set(true));
        device::on_window("offline", move |_| self.online.set(false));
        worker::on_update_ready(move || self.update_ready.set(true));
        self.listen_for_exchanges();
        self.listen_to_storage();
        self.listen_to_tabs();
    }
}
