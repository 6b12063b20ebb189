//! Background work that ends with its server.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

/// Tasks of one part of the server. Once they were ended, no other begins.
#[derive(Debug)]
pub struct Tasks(Mutex<Option<JoinSet<()>>>);

impl Default for Tasks {
    fn default() -> Self {
        Self(Mutex::new(Some(JoinSet::new())))
    }
}

impl Tasks {
    /// Runs something beside the rest.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(running) = self.lock().as_mut() {
            while running.try_join_next().is_some() {}
            running.spawn(work);
        }
    }

    /// Ends all of it: nothing takes another step, and from here on nothing begins. To be awaited for everything that
    /// they held to be let go.
    pub fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut ended = self.lock().take();
        if let Some(running) = &mut ended {
            running.abort_all();
        }
        async move {
            if let Some(mut running) = ended {
                running.shutdown().await;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<JoinSet<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn what_was_ended_lets_go_and_nothing_begins_after_it() {
        let tasks = Tasks::default();
        let held = Arc::new(());
        let hold = |held: Arc<()>| async move {
            let _held = held;
            std::future::pending::<()>().await;
        };
        tasks.spawn(hold(held.clone()));
        tasks.end().await;
        tasks.spawn(hold(held.clone()));
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
