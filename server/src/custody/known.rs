//! What can be said of a change when it comes in, without asking GLPI or Gmail.

use tournee_core::changes::{Change, ChangeBody, Target};
use tournee_core::ids::{MailboxId, SourceId};
use tournee_core::wire::{Evidence, Problem, ProblemKind, ReportState};

use crate::store::accounts::{self, AccountRow};
use crate::store::mails::{self, MailboxRecord};
use crate::store::{Connection, Stored, TechnicianId};

/// What is a technician's, when his changes come.
pub(super) struct Known {
    accounts: Vec<AccountRow>,
    mailboxes: Vec<MailboxRecord>,
    /// They come from a device that he revoked.
    revoked: bool,
}

impl Known {
    /// What is his today.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn of(db: &mut Connection, who: TechnicianId, revoked: bool) -> Stored<Self> {
        Ok(Self {
            accounts: accounts::of_technician(db, who).await?,
            mailboxes: mails::seen_by(db, who).await?,
            revoked,
        })
    }

    fn is_at(&self, source: &SourceId) -> bool {
        let mut accounts = self.accounts.iter();
        accounts.any(|row| row.account.source == *source)
    }

    fn sees(&self, mailbox: &MailboxId) -> bool {
        self.mailboxes.iter().any(|record| record.id == *mailbox)
    }
}

/// A bare reason to wait for the technician.
pub(super) fn needs_you(kind: ProblemKind) -> ReportState {
    ReportState::NeedsYou {
        problem: Problem {
            kind,
            words: None,
            conflict: None,
            evidence: None,
        },
    }
}

/// Nobody guesses: he is shown what was tried, and that it was looked for and not found.
pub(super) fn unsettled(evidence: Evidence) -> Problem {
    Problem {
        kind: ProblemKind::Unsettled,
        words: None,
        conflict: None,
        evidence: Some(Box::new(evidence)),
    }
}

/// A mailbox knows him by any of his accounts.
fn refusal_of_mail(change: &Change, mailbox: &MailboxId, his: &Known) -> Option<ProblemKind> {
    let made_it = |row: &AccountRow| change.author.user() == Some(row.account.user);
    if !his.accounts.iter().any(made_it) {
        return Some(ProblemKind::NoAccount);
    }
    (!his.sees(mailbox)).then_some(ProblemKind::NoMailbox)
}

/// What can be said of a change without asking GLPI.
pub(super) fn refusal(change: &Change, his: &Known) -> Option<ProblemKind> {
    refusal_of(change, his).or(his.revoked.then_some(ProblemKind::RevokedDevice))
}

fn refusal_of(change: &Change, his: &Known) -> Option<ProblemKind> {
    if change.validate().is_err() {
        return Some(ProblemKind::Invalid);
    }
    let ticket = match &change.target {
        Target::Ticket(ticket) => ticket,
        Target::Thread(thread) => return refusal_of_mail(change, &thread.mailbox, his),
    };
    let mut accounts = his.accounts.iter();
    let account = accounts.find(|row| row.account.source == ticket.source);
    let Some(row) = account.filter(|row| row.signed_in) else {
        return Some(ProblemKind::NoAccount);
    };
    // Made by somebody else on the same phone: it must not be carried out in this man's name.
    if change.author.user() != Some(row.account.user) {
        return Some(ProblemKind::NoAccount);
    }
    match &change.body {
        ChangeBody::Take(take) if take.user != row.account.user => Some(ProblemKind::Invalid),
        ChangeBody::TicketFile(file) if !his.is_at(&file.from.source) => {
            Some(ProblemKind::NoAccount)
        }
        ChangeBody::Carry(carry) if carry.to.source == ticket.source => Some(ProblemKind::Invalid),
        ChangeBody::Carry(carry) if !his.is_at(&carry.to.source) => Some(ProblemKind::NoAccount),
        ChangeBody::MailFile(file) if !his.sees(&file.thread.mailbox) => {
            Some(ProblemKind::NoMailbox)
        }
        _ => None,
    }
}
