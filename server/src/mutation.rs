//! Virtues that the simulation takes away one at a time, to show that it would notice.

use crate::app::Shared;

/// A virtue that is missing. Only a build with the feature `mutations` can be told to miss one, and only in code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutation {
    /// A change is written to GLPI without an intent on disk.
    NoIntent,
    /// The text of a change with an unknown outcome isn't looked for before it is repeated.
    NoMarkerProbe,
    /// A change is acknowledged before it is on disk.
    AcknowledgeBeforeDisk,
    /// Cursors and marks move past what was not sent, or not stored.
    CursorEarly,
    /// A ticket's changes are carried out in another order.
    OrderNotKept,
    /// What somebody else did to the same field is written over.
    ConflictIgnored,
    /// A change is known by its id, whichever device made it.
    DedupByChangeIdAlone,
    /// A write with an unknown outcome is repeated at once.
    RetryUnknown,
    /// A new ticket with an unknown outcome isn't looked for before it is created again.
    CreationUnprobed,
    /// What was done to a new ticket stays on its local number when it lands.
    LeftBehind,
    /// The number that a ticket had before it landed isn't known any more.
    OldNumberForgotten,
    /// What alters a task doesn't wait for what adds it.
    BaseNotAwaited,
    /// A task or an asset doesn't wait to see whether what comes before it closes the ticket.
    ClosingNotAwaited,
    /// A file with an unknown outcome isn't looked for before it is uploaded again.
    FileUnprobed,
    /// A ticket takes another's place without a look whether one has it already.
    PlaceUnclaimed,
    /// An old ticket is closed without waiting for all that belongs to the new one.
    CarryUnawaited,
    /// What is said in an old ticket while another takes its place stays behind in it.
    SinceUntold,
    /// A mail with an unknown outcome isn't looked for before it is sent again.
    SentBlind,
    /// A thread that somebody else put into a box is moved over him.
    BoxesWrittenOver,
    /// What moved in a mailbox is passed over where the read of it breaks off.
    HistoryEarly,
    /// A ticket is made of a mail without a look whether that is one already.
    MailUnclaimed,
    /// What a server of before a restore may have done is done again without a question.
    RestoredBlind,
}

impl Mutation {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::NoIntent,
        Self::NoMarkerProbe,
        Self::AcknowledgeBeforeDisk,
        Self::CursorEarly,
        Self::OrderNotKept,
        Self::ConflictIgnored,
        Self::DedupByChangeIdAlone,
        Self::RetryUnknown,
        Self::CreationUnprobed,
        Self::LeftBehind,
        Self::OldNumberForgotten,
        Self::BaseNotAwaited,
        Self::ClosingNotAwaited,
        Self::FileUnprobed,
        Self::PlaceUnclaimed,
        Self::CarryUnawaited,
        Self::SinceUntold,
        Self::SentBlind,
        Self::BoxesWrittenOver,
        Self::HistoryEarly,
        Self::MailUnclaimed,
        Self::RestoredBlind,
    ];
}

impl Shared {
    /// Whether this virtue is missing; never without the feature.
    #[cfg(feature = "mutations")]
    pub(crate) fn mutated(&self, mutation: Mutation) -> bool {
        self.config.mutation == Some(mutation)
    }

    /// Whether this virtue is missing: never.
    #[cfg(not(feature = "mutations"))]
    pub(crate) const fn mutated(&self, _: Mutation) -> bool {
        false
    }
}
