//! A file of a mail, read from its mailbox.

use std::time::Duration;

use tournee_core::changes::AttachMailFile;
use tournee_core::wire::ProblemKind;

use super::brought::waits;
use super::chain::Chain;
use super::failing::said_by_google;
use super::step::Step;
use crate::gmail::GmailError;
use crate::links::LinkError;
use crate::store::changes::Held;

/// How soon a mailbox that Google gives no access to is asked again.
const DISCONNECTED: Duration = Duration::from_mins(1);

impl Chain<'_> {
    /// What is in it, or what is to be said instead.
    pub(super) async fn read_mail_file(
        &self,
        row: &Held,
        file: &AttachMailFile,
    ) -> Result<Result<Vec<u8>, Step>, LinkError> {
        let mailbox = &file.thread.mailbox;
        let opened = self
            .server
            .try_file(row.technician, mailbox, &file.mail, &file.part)
            .await;
        match opened {
            Ok(opened) => Ok(Ok(opened.bytes)),
            Err(error) => {
                if let Some(said) = said_by_google(&error) {
                    self.server.custody.failing.note(row.num, &said);
                }
                unread(error).map(Err)
            }
        }
    }
}

/// What Google says no to waits for him; what it does not answer is asked again, and nothing else waits for that.
fn unread(error: GmailError) -> Result<Step, LinkError> {
    Ok(match error {
        GmailError::NoMailbox => waits(ProblemKind::NoMailbox, None),
        GmailError::NotFound => waits(ProblemKind::ThreadGone, None),
        GmailError::Refused { words, .. } => waits(ProblemKind::Refused, Some(words)),
        GmailError::Store(error) => return Err(LinkError::Store(error)),
        GmailError::Reconnect { .. } => Step::Aside {
            wait: Some(DISCONNECTED),
        },
        GmailError::Throttled { retry_after } => Step::Aside {
            wait: retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
        },
        GmailError::Unreachable(_) | GmailError::Unexpected { .. } | GmailError::Exists => {
            Step::Aside { wait: None }
        }
    })
}
