//! What was made elsewhere in the technician's name, and comes to this phone for him to see to: by a device that was
//! revoked and hands over what it holds, by the server itself.

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
        self.take_as_own(changes, State::Phone, &mut batch);
        batch
    }

    /// Takes what the server made in his name: it has it on disk, and says next how it stands.
    pub(super) fn take_entrusted(&mut self, changes: Vec<Change>, batch: &mut Batch) {
        self.take_as_own(changes, State::Server, batch);
    }

    fn take_as_own(&mut self, changes: Vec<Change>, state: State, batch: &mut Batch) {
        for change in changes {
            if self.outbox.get(change.id).is_some() {
                continue;
            }
            let queued = Queued::new(change, state.clone());
            batch.put_queued(&queued);
            self.outbox.put(queued);
        }
    }
}
