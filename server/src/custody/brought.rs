//! A file that lies elsewhere: read there, and put on the ticket once, whoever wants it there and wherever he has it from.

use sha2::{Digest as _, Sha256};
use tournee_core::changes::{AttachFile, ChangeBody};
use tournee_core::ids::FileHash;
use tournee_core::wire::ProblemKind;

use super::chain::{Chain, problem};
use super::step::{Step, settle};
use crate::glpi::{Mark, WriteError, Written};
use crate::links::LinkError;
use crate::mutation::Mutation;
use crate::store::chains::{self, ChainKey};
use crate::store::changes::{Held, Phase};
use crate::store::{Connection, Stored};

impl Chain<'_> {
    /// Whether the ticket has it, whoever put it there. To be asked once the intent is on disk: from then on nobody else
    /// begins.
    pub(super) async fn has_brought(&mut self, row: &Held) -> Result<bool, LinkError> {
        if self.server.mutated(Mutation::NoMarkerProbe) {
            return Ok(false);
        }
        let (mark, ticket) = (&Mark::of(&row.change), self.key.ticket.id);
        let found = self.ask(|client, session| async move {
            client.find_document(&session, ticket, mark).await
        });
        Ok(found.await?.is_some())
    }

    /// Reads it where it lies, and puts it on the ticket.
    pub(super) async fn bring(&mut self, row: &Held) -> Result<Step, LinkError> {
        let (read, name, mime) = match &row.change.body {
            ChangeBody::MailFile(file) => {
                let read = self.read_mail_file(row, file).await?;
                (read, &file.name, &file.mime)
            }
            ChangeBody::TicketFile(file) => {
                let read = self.read_ticket_file(row, file).await?;
                (read, &file.name, &file.mime)
            }
            _ => return Ok(Step::Untouched),
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(instead) => return Ok(instead),
        };
        if bytes.is_empty() {
            return Ok(waits(ProblemKind::FileMissing, None));
        }
        if bytes.len() as u64 > self.server.config.custody.largest_file {
            return Ok(waits(ProblemKind::FileTooLarge, None));
        }
        let file = AttachFile {
            name: name.clone(),
            mime: mime.clone(),
            size: bytes.len() as u64,
            hash: FileHash::of(&Sha256::digest(&bytes).into()),
            note: None,
        };
        let mut answer = self.put(row, &file, &bytes).await;
        if matches!(answer, Err(WriteError::SessionExpired)) {
            self.server.custody.sent.forget(row.num);
            self.session = self.server.renewed(&self.account, &self.session).await?;
            answer = self.put(row, &file, &bytes).await;
        }
        Ok(settle(answer))
    }

    async fn put(
        &self,
        row: &Held,
        file: &AttachFile,
        bytes: &[u8],
    ) -> Result<Written, WriteError> {
        let ticket = &self.key.ticket;
        tracing::info!(%ticket, change = %row.change.id, "bringing a file");
        self.server.custody.sent.note(row.num);
        let mark = Mark::of(&row.change);
        self.client
            .add_document(&self.session, ticket.id, file, bytes, &mark)
            .await
    }
}

pub(super) fn waits(kind: ProblemKind, words: Option<String>) -> Step {
    Step::Problem(Box::new(problem(kind, words)))
}

fn identity(row: &Held) -> Option<String> {
    row.change.body.brought()
}

/// Without the files that somebody else is putting on the same ticket: what comes of that is waited for.
pub(super) async fn not_under_way(
    db: &mut Connection,
    key: &ChainKey,
    mut todo: Vec<Held>,
) -> Stored<Vec<Held>> {
    if !todo.iter().any(|row| identity(row).is_some()) {
        return Ok(todo);
    }
    let mut taken = Vec::new();
    for other in chains::open(db, None).await? {
        if other.target == key.target && other.technician != key.technician {
            let rows = chains::rows(db, &other).await?;
            let intended = rows.iter().filter(|row| row.phase == Phase::Intended);
            taken.extend(intended.filter_map(identity));
        }
    }
    todo.retain(|row| {
        let anothers = || identity(row).is_some_and(|own| taken.contains(&own));
        row.phase == Phase::Intended || !anothers()
    });
    Ok(todo)
}

/// The files of these that were left out.
pub(super) fn wait_for_another(wanted: &[Held], granted: &[Held]) -> impl Iterator<Item = i64> {
    let is_granted = |row: &Held| granted.iter().any(|other| other.num == row.num);
    let files = wanted.iter().filter(|row| identity(row).is_some());
    files.filter(move |row| !is_granted(row)).map(|row| row.num)
}
