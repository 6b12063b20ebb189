//! A document of another GLPI's ticket, read there with his own rights.

use std::time::Duration;

use tournee_core::changes::AttachTicketFile;
use tournee_core::wire::ProblemKind;

use super::brought::waits;
use super::chain::Chain;
use super::step::Step;
use crate::glpi::GlpiError;
use crate::links::LinkError;
use crate::store::accounts;
use crate::store::changes::Held;

/// How soon a GLPI that he has to sign in to first is asked again.
const SIGNED_OUT: Duration = Duration::from_mins(1);

impl Chain<'_> {
    /// What is in it, or what is to be said instead.
    pub(super) async fn read_ticket_file(
        &self,
        row: &Held,
        file: &AttachTicketFile,
    ) -> Result<Result<Vec<u8>, Step>, LinkError> {
        let account = {
            let mut db = self.server.store.read().await?;
            accounts::at_source(&mut db, row.technician, &file.from.source).await?
        };
        let Some(account) = account else {
            return Ok(Err(waits(ProblemKind::NoAccount, None)));
        };
        let document = file.document;
        let opened = self
            .server
            .on_session(&account, |client, session| async move {
                client.document(&session, document).await
            })
            .await;
        match opened {
            Ok(opened) => Ok(Ok(opened.bytes)),
            Err(error) => {
                self.server.custody.failing.met(row.num, &error);
                unread(error).map(Err)
            }
        }
    }
}

/// What that GLPI says no to waits for him; where it does not answer it is asked again, and nothing else waits for that.
fn unread(error: LinkError) -> Result<Step, LinkError> {
    Ok(match error {
        LinkError::Store(error) => return Err(LinkError::Store(error)),
        LinkError::NeedsSignIn => Step::Aside {
            wait: Some(SIGNED_OUT),
        },
        LinkError::Glpi(GlpiError::NotFound) => waits(ProblemKind::FileMissing, None),
        LinkError::Glpi(GlpiError::Rights { words }) => waits(ProblemKind::Rights, Some(words)),
        LinkError::Glpi(GlpiError::Refused { words, .. }) => {
            waits(ProblemKind::Refused, Some(words))
        }
        LinkError::Glpi(GlpiError::Throttled { retry_after }) => Step::Aside {
            wait: retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
        },
        LinkError::Glpi(_) => Step::Aside { wait: None },
    })
}
