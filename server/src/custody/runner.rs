//! Carries out the queue, chain by chain.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;
use tournee_core::changes::Target;
use tournee_core::ids::SourceId;

use super::chain::{self, Outcome};
use super::executor::{IDLE, Way};
use super::mail;
use crate::app::Server;
use crate::store::chains::{self, ChainKey, TicketChain};
use crate::store::changes;

/// How often a full disk is tried again.
const ROOM: Duration = Duration::from_secs(5);

/// Carries out changes for as long as the server lives.
pub async fn run(server: Server) {
    let mut down = BTreeSet::new();
    loop {
        let custody = &server.custody;
        let before = std::mem::replace(&mut down, down_now(&server));
        for source in before.difference(&down) {
            custody.wake_source(source);
        }
        let mut look_again = Instant::now() + IDLE;
        match open_chains(&server).await {
            // Nothing can be carried out that can't be written down first.
            Ok(open) if !has_room(&server, &open).await => {
                look_again = look_again.min(Instant::now() + ROOM);
            }
            Ok(open) => {
                let (admitted, next) = custody.admit(open, &server.links);
                look_again = next;
                for (key, attempts) in admitted {
                    custody.spawn(carry_out(server.clone(), key, attempts));
                }
            }
            Err(error) => tracing::error!(%error, "the queue can't be read"),
        }
        // Nothing to do until something comes or falls due: either way the queue is looked through again.
        let _ = tokio::time::timeout_at(look_again, custody.bell().notified()).await;
    }
}

fn down_now(server: &Server) -> BTreeSet<SourceId> {
    let down = server.links.down();
    down.into_iter().map(|down| down.source).collect()
}

/// Whether the disk has room; where it had none, a small write finds out, before any GLPI is asked.
async fn has_room(server: &Server, open: &[ChainKey]) -> bool {
    let Some(key) = open.first().filter(|_| !server.store.has_room()) else {
        return true;
    };
    if let Err(error) = write_something(server, key).await {
        tracing::debug!(%error, "there is no room yet");
    }
    let has_room = server.store.has_room();
    if has_room {
        server.custody.wake();
    }
    has_room
}

async fn write_something(server: &Server, key: &ChainKey) -> crate::store::Stored<()> {
    let mut tx = server.store.write().await?;
    if let Some(row) = chains::rows(&mut tx, key).await?.first() {
        changes::set_phase(&mut tx, row.num, row.phase).await?;
    }
    tx.commit().await
}

async fn open_chains(server: &Server) -> crate::store::Stored<Vec<ChainKey>> {
    server.wake().await?;
    chains::open(&mut *server.store.read().await?, None).await
}

async fn carry_out(server: Server, key: ChainKey, attempts: u32) {
    let way = Way::of(&key.target);
    let carried_out = match &key.target {
        Target::Ticket(ticket) => {
            let (technician, ticket) = (key.technician, ticket.clone());
            chain::carry_out(&server, &TicketChain { technician, ticket }).await
        }
        Target::Thread(thread) => mail::carry_out(&server, &key, thread).await,
    };
    let outcome = match carried_out {
        Ok(outcome) => outcome,
        Err(error) => {
            server.store.learn(&error);
            if server.store.has_room() {
                tracing::error!(on = %key.target, %error, "a chain stopped at the database");
            }
            Outcome::Later { at_least: None }
        }
    };
    if matches!(outcome, Outcome::Later { .. }) && !way.is_down(&server.links) {
        tracing::info!(on = %key.target, attempts, ?outcome, "a chain goes on later");
    }
    let chance = &server.chance;
    server.custody.finished(key, attempts, outcome, chance);
}
