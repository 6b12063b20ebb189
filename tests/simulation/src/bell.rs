//! The end of a server's life: whoever decides it rings, and nothing of that life does anything more.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Rings once, for one life of the server.
#[derive(Default)]
pub struct Bell {
    rung: AtomicBool,
    heard: Notify,
}

impl Bell {
    /// Ends the life.
    pub fn ring(&self) {
        self.rung.store(true, Ordering::Relaxed);
        self.heard.notify_one();
    }

    /// Whether it has rung.
    pub fn has_rung(&self) -> bool {
        self.rung.load(Ordering::Relaxed)
    }

    /// Waits until it rings.
    pub async fn heard(&self) {
        while !self.has_rung() {
            self.heard.notified().await;
        }
    }

    /// Whoever comes here after it rang stays here.
    pub async fn pass(&self) {
        if self.has_rung() {
            std::future::pending::<()>().await;
        }
    }
}
