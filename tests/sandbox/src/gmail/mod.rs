//! A simulated Gmail with Google's sign-in, held to Google's own description of the API.
//!
//! The plan of the house: [`world`] is the state; `mailbox` is one mailbox (labels, messages, history, drafts);
//! `mime` is how Gmail shows a message's parts; `oauth` is the sign-in; `quota` counts units; `http` is the API over
//! them; `demo` writes the mails of the demo data.

pub mod accounts;
mod demo;
mod http;
pub mod log;
pub mod mailbox;
mod mime;
mod oauth;
mod options;
mod quota;
pub mod world;

use std::{
    net::SocketAddr,
    ops::DerefMut,
    sync::{Arc, Mutex},
};

pub use mailbox::{Letter, Mailbox};
pub use oauth::SCOPE;
pub use options::Options;
pub use world::{Settings, World};

use crate::{Server, faults::Faults, options::Speed, server};

/// One simulated Gmail with all its mailboxes; clones are the same one.
#[derive(Clone)]
pub struct Gmail(Arc<Inner>);

struct Inner {
    world: Mutex<World>,
    faults: Faults,
    speed: Speed,
}

impl Gmail {
    /// Makes one, with its demo data.
    pub fn new(options: Options) -> Gmail {
        Gmail(Arc::new(Inner {
            world: Mutex::new(World::new(&options)),
            faults: Faults::new(options.seed),
            speed: options.speed,
        }))
    }

    /// Its routes: Google's paths, all on one address.
    pub fn router(&self) -> axum::Router {
        http::router(self.clone())
    }

    /// The place for faults.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The state, to read and to edit. Gmail answers nobody while this is held.
    pub fn world(&self) -> impl DerefMut<Target = World> + '_ {
        self.0
            .world
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }

    pub(crate) fn speed(&self) -> Speed {
        self.0.speed
    }
}

/// Serves a simulated Gmail; port 0 takes a free one.
pub async fn spawn(gmail: &Gmail, addr: SocketAddr) -> std::io::Result<Server> {
    server::serve_router(gmail.router(), addr, "").await
}
