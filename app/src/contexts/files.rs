//! Files: attached on the phone, sent ahead of their changes, and documents of GLPI's read when somebody opens them.

use std::collections::BTreeSet;

use tournee_core::changes::{AttachFile, ChangeBody};
use tournee_core::ids::{ChangeId, FileHash, TicketKey};
use tournee_core::phone::{KeptDocument, Phone, document_key, preview_key};
use tournee_core::wire::{ErrorCode, PIECE_BYTES};

use super::exchange::Halt;
use super::{EditFailure, Tournee};
use crate::sync::{ApiFailure, api};

impl Tournee {
    /// Attaches a file. When this resolves, change and bytes are on the disk.
    ///
    /// # Errors
    /// What is wrong with it, or with the storage; nothing is kept then.
    pub async fn attach(
        &self,
        ticket: TicketKey,
        file: AttachFile,
        bytes: &[u8],
        small: Option<&[u8]>,
    ) -> Result<ChangeId, EditFailure> {
        let body = ChangeBody::Attach(file);
        self.make(ticket.into(), body, None, &|phone: &mut Phone, new| {
            phone.attach(new, bytes, small)
        })
        .await
    }

    /// The bytes of a file that was attached here.
    pub async fn attached(&self, hash: &FileHash) -> Option<Vec<u8>> {
        self.stored_file(&hash.to_string()).await
    }

    /// The small picture of a file that was attached here.
    pub async fn attached_small(&self, hash: &FileHash) -> Option<Vec<u8>> {
        self.stored_file(&preview_key(hash)).await
    }

    /// A document of GLPI's, where it is on the phone.
    pub async fn kept_document(&self, document: &KeptDocument) -> Option<Vec<u8>> {
        let is_kept = self.with_untracked(|phone| phone.has_document(document));
        match is_kept {
            true => self.stored_file(&document_key(document)).await,
            false => None,
        }
    }

    /// A document of GLPI's: from the phone, or else fetched, and kept.
    ///
    /// # Errors
    /// The call's.
    pub async fn document(&self, document: &KeptDocument) -> Result<Vec<u8>, ApiFailure> {
        if let Some(bytes) = self.kept_document(document).await {
            return Ok(bytes);
        }
        let bytes = api::document(&document.ticket.source, document.id).await?;
        // A phone without room shows it all the same.
        let _ = self
            .change(&mut |phone| phone.keep_document(document.clone(), bytes.clone()))
            .await;
        Ok(bytes)
    }

    pub(super) async fn stored_file(&self, key: &str) -> Option<Vec<u8>> {
        // What can't be read is as good as none: where it matters, the banner says so at the next write.
        self.held().storage.file(key).await.ok()?
    }

    /// Sends a file that the server lacks, the first of them; answers whether there was something to do. Anything that
    /// is small goes first: between two pieces it is looked whether he did something meanwhile.
    pub(super) async fn send_a_file(&self, ready: &mut BTreeSet<FileHash>) -> Result<bool, Halt> {
        let unsent = self.with_untracked(|phone| phone.unsent_files());
        let Some(file) = unsent.into_iter().find(|file| !ready.contains(&file.hash)) else {
            return Ok(false);
        };
        match self.send_pieces(&file).await {
            Ok(true) => {
                ready.insert(file.hash);
            }
            Ok(false) => {}
            // The server takes no such file: its change says so, in its place in the queue.
            Err(Halt::Api(failure)) if failure.code() == Some(ErrorCode::TooLarge) => {
                ready.insert(file.hash);
            }
            Err(halt) => return Err(halt),
        }
        Ok(true)
    }

    /// Answers whether the server has all of it.
    async fn send_pieces(&self, file: &AttachFile) -> Result<bool, Halt> {
        let mut at = api::file_at(&file.hash).await?;
        if at.whole {
            return Ok(true);
        }
        let stored = self.held().storage.file(&file.hash.to_string()).await?;
        let bytes = stored.unwrap_or_default();
        while !at.whole {
            let from = usize::try_from(at.received).unwrap_or(usize::MAX);
            let rest = bytes.get(from..).unwrap_or_default();
            let piece = &rest[..rest.len().min(PIECE_BYTES)];
            if piece.is_empty() {
                // The bytes on this phone are not what they were: the change can't go, and the others can.
                return Err(Halt::Storage);
            }
            at = api::put_piece(&file.hash, at.received, file.size, piece).await?;
            if !at.whole && self.held().exchange.takes_a_turn() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
