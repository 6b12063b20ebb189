//! One exchange after another, as the app makes them: pages until there is no more, then the files, each followed by its
//! change; and a sign-in where it is asked.

use std::collections::BTreeSet;

use tournee_core::domain::AccountState;
use tournee_core::ids::SourceId;
use tournee_core::outbox::Queued;
use tournee_core::phone::{Absorbed, Exchanged, Phone};
use tournee_core::time::Instant;
use tournee_core::wire::{FeedItem, SignIn, SignInMethod, SyncRequest, SyncResponse};

use crate::counters::Count;
use crate::hand::{Failed, Hand};
use crate::hears::brief;
use crate::house::{Post, Reply};
use crate::ledger::short;

/// No feed of these small worlds has more pages.
const PAGES: usize = 60;

impl Hand {
    /// Pages until there is no more, and until what was typed meanwhile is sent too. Then the files, one after the other,
    /// each followed by its change.
    ///
    /// # Errors
    /// The network, the server, or the phone itself.
    pub async fn exchange_all(&mut self, mut pull: bool) -> Result<(), Failed> {
        let mut ready = BTreeSet::new();
        for _ in 0..PAGES {
            let request = self.phone.request_with(pull, &ready);
            pull = false;
            let asked = self.clock.instant();
            let response = self.send(&request).await?;
            let received = response.received.len();
            let stuck = response.more && Some(&response.cursor) == request.cursor.as_ref();
            let absorbed = self.take_in(&request, &response, asked)?;
            let unsent = |phone: &Phone| !phone.request_with(false, &ready).changes.is_empty();
            let told_something = received > 0 && unsent(&self.phone);
            let more = absorbed.more && (absorbed.start_over || !stuck);
            if !more && !told_something && !self.send_a_file(&mut ready).await? {
                return Ok(());
            }
        }
        let outbox = self.phone.outbox().iter();
        let waiting: Vec<_> = outbox
            .filter(|q| q.is_unsettled())
            .map(|q| (short(q.change.id), brief(&q.state), q.wish))
            .collect();
        let what = format!("{} still has pages to read: {waiting:?}", self.name);
        self.world.ledger.broke("an exchange ends", what);
        Ok(())
    }

    async fn send(&mut self, request: &SyncRequest) -> Result<SyncResponse, Failed> {
        let post = self.post_of(request);
        let reply = self.ask(post).await?;
        match reply.status {
            200 => serde_json::from_slice(&reply.body).map_err(|_| Failed::Unreachable),
            status => {
                let body = String::from_utf8_lossy(&reply.body);
                self.say(format_args!(
                    "is answered {status}: {}",
                    body.get(..80).unwrap_or(&body)
                ));
                Err(Failed::Unreachable)
            }
        }
    }

    /// Asks the server something, and signs in where it is told to.
    ///
    /// # Errors
    /// There was no answer, or he had to sign in.
    pub(crate) async fn ask(&mut self, post: Post) -> Result<Reply, Failed> {
        let air = self.world.air.clone();
        let reply = air.send(&mut self.dice, &self.name, post).await;
        let reply = reply.ok_or(Failed::Unreachable)?;
        if let Some(cookie) = &reply.cookie {
            self.cookie = Some(cookie.clone());
        }
        if reply.status == 401 {
            self.cookie = None;
            self.sign_in_where_needed().await;
            return Err(Failed::Unreachable);
        }
        Ok(reply)
    }

    /// A request as it goes over the air.
    pub(crate) fn post_of(&self, request: &SyncRequest) -> Post {
        Post {
            changes: request.changes.iter().map(|c| (c.device, c.id)).collect(),
            ..Post::to("/api/sync", self.cookie.clone(), request)
        }
    }

    /// Signs in wherever the server can't work in his name.
    pub async fn sign_in_where_needed(&mut self) {
        let sources: Vec<SourceId> = self.world.sides.iter().map(|s| s.source.clone()).collect();
        for source in sources {
            let states = &self.phone.meta().sources;
            let known = states.iter().find(|state| state.source == source);
            let fine = known.is_some_and(|state| state.account.state != AccountState::NeedsSignIn);
            if !fine || self.cookie.is_none() {
                self.sign_in(&source).await;
            }
        }
    }

    /// Signs in at a GLPI. Whether it worked, the next exchange tells.
    pub async fn sign_in(&mut self, source: &SourceId) {
        let method = SignInMethod::Password {
            login: tournee_sandbox::accounts::technician(self.technician),
            password: self.password(source),
        };
        let path = format!("/api/session/{source}");
        let post = Post::to(&path, self.cookie.clone(), &SignIn { method });
        let reply = self
            .world
            .air
            .clone()
            .send(&mut self.dice, &self.name, post)
            .await;
        let status = reply.as_ref().map(|reply| reply.status);
        self.say(format_args!("signs in at {source}: {status:?}"));
        if let Some(reply) = reply.filter(|reply| reply.status == 200) {
            if self.world.weather.storms() {
                self.world.weather.count(Count::SignedInAgain);
            }
            if reply.cookie.is_some() {
                self.cookie = reply.cookie;
            }
        }
    }

    fn take_in(
        &mut self,
        request: &SyncRequest,
        response: &SyncResponse,
        asked: Instant,
    ) -> Result<Absorbed, Failed> {
        // This answer continues something else.
        if self.phone.meta().cursor != request.cursor {
            return Ok(Absorbed::default());
        }
        let told = self.told(response);
        let mut next = self.phone.clone();
        let answered = self.clock.instant();
        let exchanged = Exchanged { asked, answered };
        let (batch, absorbed) = next.absorb(response.clone(), exchanged);
        self.say(format_args!(
            "takes in {} items up to {} ({} received{}{})",
            response.items.len(),
            response.cursor.0.split('.').next().unwrap_or_default(),
            response.received.len(),
            if absorbed.more { ", more" } else { "" },
            if absorbed.start_over {
                ", starts over"
            } else {
                ""
            },
        ));
        let stored = self.commit(next, batch, true);
        if absorbed.start_over && stored.is_ok() {
            self.world.weather.count(Count::StartedOver);
        }
        for before in told {
            self.note(&before);
        }
        stored.map(|()| absorbed)
    }

    /// Changes of this phone that the answer reports on, as they stood before.
    fn told(&self, response: &SyncResponse) -> Vec<Queued> {
        let reports = response.items.iter().filter_map(|item| match item {
            FeedItem::Report { report } if report.device == self.device() => Some(report.change),
            _ => None,
        });
        reports
            .filter_map(|id| self.phone.outbox().get(id).cloned())
            .collect()
    }
}
