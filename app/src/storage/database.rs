//! The connection to the database: opened when first needed, and again when the browser took it away. Safari does so
//! to pages that slept.

use std::rc::Rc;

use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use idb::Factory;
use tournee_core::phone::schema;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{IdbDatabase, IdbVersionChangeEvent};

use super::{Line, Storage, StorageProblem, upgrade};

const NAME: &str = "tournee";

/// Milliseconds before each further try on a new connection.
const PAUSES: [u32; 2] = [0, 200];

impl Storage {
    /// Does something on the connection, and where that was lost, again on a new one. It must be safe to repeat: of
    /// a transaction that was lost nobody knows whether it lasts.
    pub(super) async fn attempt<T>(
        &self,
        act: impl AsyncFn(&IdbDatabase) -> Result<T, StorageProblem>,
    ) -> Result<T, StorageProblem> {
        for pause in PAUSES {
            let done = match self.database().await {
                Ok(database) => act(&database).await,
                Err(problem) => Err(problem),
            };
            match done {
                Err(StorageProblem::Lost(_)) => self.line.hang_up(),
                done => return done,
            }
            TimeoutFuture::new(pause).await;
        }
        act(&self.database().await?).await
    }

    async fn database(&self) -> Result<IdbDatabase, StorageProblem> {
        let _one_at_a_time = self.opening.lock().await;
        if let Some(database) = self.line.open.borrow().as_ref() {
            return Ok(database.clone());
        }
        if self.line.newer.get() {
            return Err(StorageProblem::Newer);
        }
        // On its own: whoever waits may give up, but a connection that nobody holds would block every upgrade.
        let (line, (sender, opened)) = (self.line.clone(), oneshot::channel());
        spawn_local(async move {
            let _ = sender.send(line.dial().await);
        });
        let lost = |_| StorageProblem::Lost(String::new());
        opened.await.map_err(lost).flatten()
    }
}

impl Line {
    async fn dial(self: Rc<Self>) -> Result<IdbDatabase, StorageProblem> {
        let mut request = Factory::new()?.open(NAME, Some(schema::VERSION))?;
        let line = self.clone();
        request.on_blocked(move |_| line.tell(StorageProblem::Blocked));
        request.on_upgrade_needed(upgrade::begin);
        let database = IdbDatabase::from(request.await?);
        self.listen_to(&database);
        self.open.replace(Some(database.clone()));
        Ok(database)
    }

    /// The handlers live as long as the page: so does the connection, but for the few that are lost.
    fn listen_to(self: &Rc<Self>, database: &IdbDatabase) {
        let line = self.clone();
        let closed = Closure::<dyn FnMut()>::new(move || line.hang_up());
        database.set_onclose(Some(closed.into_js_value().unchecked_ref()));
        let line = self.clone();
        let wanted = Closure::<dyn FnMut(IdbVersionChangeEvent)>::new(
            move |event: IdbVersionChangeEvent| {
                // A newer app in another tab wants to upgrade, or somebody clears the site: neither must wait for us.
                line.hang_up();
                if event.new_version().is_some() {
                    line.newer.set(true);
                    line.tell(StorageProblem::Newer);
                }
            },
        );
        database.set_onversionchange(Some(wanted.into_js_value().unchecked_ref()));
    }

    fn hang_up(&self) {
        if let Some(database) = self.open.take() {
            database.close();
        }
    }
}
