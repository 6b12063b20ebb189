//! Looks at several tickets of one account in one request: those that ask while another look is under way go together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tournee_core::ids::ChangeId;

use crate::glpi::together::MOST_ITEMS;
use crate::glpi::{Client, GlpiError, Reading, Session, Want};
use crate::store::AccountId;

/// `None`: ask for this ticket by itself.
type Look = Result<Option<Reading>, GlpiError>;

/// All accounts' looks.
#[derive(Default)]
pub(super) struct Lookout(Mutex<BTreeMap<AccountId, Arc<Desk>>>);

#[derive(Default)]
struct Desk {
    asked: Mutex<Vec<Asked>>,
    /// Held by whoever asks GLPI for all that wait.
    turn: tokio::sync::Mutex<()>,
}

struct Asked {
    want: Want,
    marks: BTreeMap<String, ChangeId>,
    answer: oneshot::Sender<Look>,
}

impl Desk {
    fn asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As many as fit into one address, oldest first.
    fn take(&self) -> Vec<Asked> {
        let mut asked = self.asked();
        let mut items = 0;
        let fit = asked
            .iter()
            .take_while(|one| {
                items += one.want.items();
                items <= MOST_ITEMS
            })
            .count();
        let fit = fit.max(1).min(asked.len());
        asked.drain(..fit).collect()
    }
}

impl Lookout {
    /// Looks at a ticket, together with whoever else wants to look.
    pub async fn look(
        &self,
        account: AccountId,
        client: &Client,
        session: &Session,
        want: Want,
        marks: BTreeMap<String, ChangeId>,
    ) -> Look {
        let desk = {
            let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            desks.entry(account).or_default().clone()
        };
        let (answer, mut told) = oneshot::channel();
        desk.asked().push(Asked {
            want,
            marks,
            answer,
        });
        loop {
            let _turn = desk.turn.lock().await;
            match told.try_recv() {
                Ok(look) => return look,
                // Whoever had it went away with it: this ticket is asked for by itself.
                Err(oneshot::error::TryRecvError::Closed) => return Ok(None),
                Err(oneshot::error::TryRecvError::Empty) => {}
            }
            answer_all(client, session, desk.take()).await;
        }
    }
}

async fn answer_all(client: &Client, session: &Session, all: Vec<Asked>) {
    let wants: Vec<&Want> = all.iter().map(|asked| &asked.want).collect();
    let resolve = |reference: &str| {
        all.iter()
            .find_map(|asked| asked.marks.get(reference).copied())
    };
    let looks: Vec<Look> = match client.look(session, &wants, &resolve).await {
        Ok(Some(readings)) => readings.into_iter().map(|one| Ok(Some(one))).collect(),
        Ok(None) => all.iter().map(|_| Ok(None)).collect(),
        Err(error) => all.iter().map(|_| Err(error.clone())).collect(),
    };
    for (asked, look) in all.into_iter().zip(looks) {
        // Who no longer waits does not need it.
        let _ = asked.answer.send(look);
    }
}
