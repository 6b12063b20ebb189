//! Whose turn it is to sync, where a browser says that another tab has it.

use std::cell::Cell;

/// So often in a row another tab may be at it and say nothing.
const SILENT_AT_MOST: u32 = 2;

/// How often this tab was sent away since another one was heard. Safari's engine has been seen to keep the lock of a
/// page that is gone: who believed it would never sync again. Two tabs at once do no harm, storage keeps them apart.
#[derive(Default)]
pub struct Turn(Cell<u32>);

impl Turn {
    /// Sent away. Answers whether to go on all the same.
    pub fn is_refused_in_vain(&self) -> bool {
        self.0.set(self.0.get() + 1);
        self.0.get() > SILENT_AT_MOST
    }

    /// Another tab is alive, or the lock was had.
    pub fn is_real(&self) {
        self.0.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_nobody_has_is_not_believed_for_ever() {
        let turn = Turn::default();
        assert!(!turn.is_refused_in_vain());
        assert!(!turn.is_refused_in_vain());
        assert!(turn.is_refused_in_vain());
    }

    #[test]
    fn a_tab_that_speaks_is_believed() {
        let turn = Turn::default();
        for _ in 0..10 {
            assert!(!turn.is_refused_in_vain());
            turn.is_real();
        }
    }
}
