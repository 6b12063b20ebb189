//! Files: at the server before the change that attaches them, and there until it is settled.

use tournee_core::changes::{AttachFile, Change};
use tournee_core::ids::FileHash;
use tournee_core::wire::{FileAt, ProblemKind};

use crate::app::Shared;
use crate::store::files::{self, FileRecord, Piece};
use crate::store::{Connection, Stored, TechnicianId};

/// More at a time no technician has on its way: a phone that goes wrong must not fill the disk.
const MOST_HELD: u64 = 1_000_000_000;

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// The file stands here now.
    At(FileAt),
    /// The file is larger than is taken, or he has too many.
    TooLarge,
}

impl Shared {
    /// How far a file has come.
    ///
    /// # Errors
    /// The database.
    pub async fn file_at(&self, who: TechnicianId, hash: &FileHash) -> Stored<FileAt> {
        files::at(&mut *self.store.read().await?, who, hash).await
    }

    /// Takes in a piece. When this answers, it is on the disk.
    ///
    /// # Errors
    /// The database; then nothing of it was kept.
    pub async fn take_piece(&self, who: TechnicianId, piece: Piece<'_>) -> Stored<Took> {
        let mut tx = self.store.write().await?;
        let known = tx.file(who, piece.hash).await?.map_or(0, |file| file.size);
        let others = tx.bytes_of(who).await?.saturating_sub(known);
        if piece.size > self.config.custody.largest_file || others + piece.size > MOST_HELD {
            return Ok(Took::TooLarge);
        }
        let at = files::take(&mut tx, &self.vault, who, &piece, self.clock.now()).await;
        if let Err(error) = &at {
            self.store.learn(error);
        }
        let at = at?;
        tx.commit().await?;
        Ok(Took::At(at))
    }

    /// Whether a change has a file that is never taken.
    pub(super) fn refuses_file(&self, change: &Change) -> Option<ProblemKind> {
        let own = change.body.file().map(|file| file.size);
        let size = own.or(change.body.mail_file().map(|file| file.size))?;
        (size > self.config.custody.largest_file).then_some(ProblemKind::FileTooLarge)
    }

    /// Whether a change can be taken with this file. One that is too large never comes: its change says so.
    pub(super) async fn has_file(
        &self,
        db: &mut Connection,
        who: TechnicianId,
        file: &AttachFile,
    ) -> Stored<bool> {
        if file.size > self.config.custody.largest_file {
            return Ok(true);
        }
        let Some(there) = db.file(who, &file.hash).await?.filter(|file| file.whole) else {
            return Ok(false);
        };
        // From here on it is kept as long as its change is not settled, and a while longer.
        let seen_at = self.clock.now();
        let there = FileRecord { seen_at, ..there };
        db.put_file(who, &file.hash, &there).await?;
        Ok(true)
    }

    /// The bytes of a file, where they are whole.
    pub(super) async fn file_of(
        &self,
        who: TechnicianId,
        file: &AttachFile,
    ) -> Stored<Option<Vec<u8>>> {
        let mut db = self.store.read().await?;
        match db.file(who, &file.hash).await? {
            Some(there) if there.whole => {
                let bytes = files::read(&mut db, &self.vault, who, &file.hash).await?;
                Ok(Some(bytes))
            }
            _ => Ok(None),
        }
    }
}
