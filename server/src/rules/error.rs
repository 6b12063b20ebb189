//! What can go wrong with a rule.

use tournee_core::rules::RuleFault;

use crate::gmail::GmailError;
use crate::links::LinkError;
use crate::store::StoreError;

/// Why something could not be done with a rule, or by it.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Google.
    #[error(transparent)]
    Gmail(#[from] GmailError),
    /// GLPI.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// It is none.
    #[error(transparent)]
    Fault(#[from] RuleFault),
    /// He has no such rule.
    #[error("no such rule")]
    Unknown,
    /// He has as many as one may have.
    #[error("too many rules")]
    TooMany,
    /// It was not tried as it is.
    #[error("a rule is tried before it is switched on")]
    Untried,
    /// He does not see that mailbox.
    #[error("no such mailbox")]
    NoMailbox,
    /// He is not signed in to that GLPI, or its lists have not come yet.
    #[error("no account at that GLPI")]
    NoAccount,
}
