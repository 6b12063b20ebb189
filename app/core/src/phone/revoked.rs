//! A device that was revoked hands over what it holds; another one of the same technician's sees to it.

use super::{Batch, Phone};
use crate::changes::Change;
use crate::ids::ChangeId;
use crate::outbox::{Queued, State};

impl Phone {
    /// The server has these of a revoked device on disk.
    pub fn handed_over(&mut self, received: &[ChangeId]) -> Batch {
        let mut batch = Batch::default();
        for id in received {
            if let Some(queued) = self.outbox.received(*id) {
                batch.put_queued(queued);
            }
        }
        batch
    }

    /// Takes over what another device of his left. The changes keep their names, so that the server knows them again when
    /// they are offered, and says where each stands.
    pub fn adopt(&mut self, changes: Vec<Change>) -> Batch {
        let mut batch = Batch::default();
        for change in changes {
            if self.outbox.get(change.id).is_some() {
                continue;
            }
            let queued = Queued {
                change,
                state: State::Phone,
                wish: None,
            };
            batch.put_queued(&queued);
            self.outbox.put(queued);
        }
        batch
    }
}
