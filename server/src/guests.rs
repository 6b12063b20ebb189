//! Requests to the API under way: each is carried to its end, also where who asked has left.

use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};
use tracing::Instrument as _;

use crate::tasks::Tasks;

/// At most so many at a time: who has left frees no place.
const PLACES: usize = 512;

/// What runs for them.
#[derive(Debug)]
pub struct Guests {
    running: Tasks,
    places: Arc<Semaphore>,
}

impl Default for Guests {
    fn default() -> Self {
        Self {
            running: Tasks::default(),
            places: Arc::new(Semaphore::new(PLACES)),
        }
    }
}

impl Guests {
    /// What comes of it. Once it has begun, it ends, whether that is waited for or not; nothing where it panicked, or the
    /// server ends.
    pub async fn see_out<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let place = self.places.clone().acquire_owned().await.ok()?;
        let (sender, came) = oneshot::channel();
        let work = async move {
            let _place = place;
            if sender.send(work.await).is_err() {
                tracing::info!("done, and nobody waits for it any more");
            }
        };
        self.running.spawn(work.in_current_span());
        came.await.ok()
    }

    /// Ends all of them.
    pub fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        self.running.end()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::FutureExt as _;
    use tokio::task::unconstrained;

    use super::*;

    #[tokio::test]
    async fn what_has_begun_ends_and_what_found_no_place_never_began() {
        let guests = Guests::default();
        let (go, done) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = || {
            let (go, done) = (go.clone(), done.clone());
            async move {
                go.acquire().await.unwrap().forget();
                done.fetch_add(1, Ordering::Relaxed)
            }
        };
        for _ in 0..=PLACES {
            // Asked, and left at once; tokio lets one task do only so much at a time.
            let asked = unconstrained(guests.see_out(work()));
            assert_eq!(asked.now_or_never(), None);
        }
        go.add_permits(PLACES + 2);
        assert_eq!(guests.see_out(work()).await, Some(PLACES));
        guests.end().await;
        assert_eq!(guests.see_out(work()).await, None);
        assert_eq!(done.load(Ordering::Relaxed), PLACES + 1);
    }
}
