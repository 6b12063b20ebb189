//! The tables `files` and `file_pieces`.

use std::sync::Arc;

use async_trait::async_trait;
use tournee_core::ids::FileHash;
use tournee_core::time::Instant;

use super::View;
use super::tables::{Tables, keep};
use crate::store::files::{FileRecord, Files, PieceKey};
use crate::store::{StoreError, Stored, TechnicianId};
use crate::vault::Sealed;

impl Tables {
    fn drop_file(&mut self, who: TechnicianId, hash: &FileHash) {
        self.files.remove(&(who, hash.clone()));
        let is_of = |key: &PieceKey| key.technician == who && key.hash == *hash;
        self.file_pieces = keep(&self.file_pieces, |key, _| !is_of(key));
    }
}

#[async_trait]
impl Files for View {
    async fn file(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<Option<FileRecord>> {
        Ok(self.tables()?.files.get(&(who, hash.clone())).copied())
    }

    async fn put_file(
        &mut self,
        who: TechnicianId,
        hash: &FileHash,
        file: &FileRecord,
    ) -> Stored<()> {
        self.alter(|tables| {
            tables.must_know(who)?;
            tables.files.insert((who, hash.clone()), *file);
            Ok(())
        })
    }

    async fn delete_file(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<()> {
        self.alter(|tables| {
            tables.drop_file(who, hash);
            Ok(())
        })
    }

    async fn put_piece(&mut self, key: &PieceKey, sealed: &Sealed) -> Stored<()> {
        self.alter(|tables| {
            let file = (key.technician, key.hash.clone());
            if !tables.files.contains_key(&file) {
                return Err(StoreError::Dangling("file".to_owned()));
            }
            let sealed = Arc::new(sealed.clone());
            tables.file_pieces.insert(key.clone(), sealed);
            Ok(())
        })
    }

    async fn piece(&mut self, key: &PieceKey) -> Stored<Option<Sealed>> {
        let piece = self.tables()?.file_pieces.get(key);
        Ok(piece.map(|sealed| sealed.as_ref().clone()))
    }

    async fn piece_places(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<Vec<u64>> {
        let keys = self.tables()?.file_pieces.keys();
        let his = keys.filter(|key| key.technician == who && key.hash == *hash);
        Ok(his.map(|key| key.place).collect())
    }

    async fn pieces_not_sealed_by(&mut self, key_id: &str) -> Stored<Vec<PieceKey>> {
        let pieces = self.tables()?.file_pieces.iter();
        let others = pieces.filter(|(_, sealed)| sealed.key_id != key_id);
        Ok(others.map(|(key, _)| key.clone()).collect())
    }

    async fn bytes_of(&mut self, who: TechnicianId) -> Stored<u64> {
        let files = self.tables()?.files.iter();
        let his = files.filter(|((of, _), _)| *of == who);
        Ok(his.map(|(_, file)| file.size).sum())
    }

    async fn hashes_of(&mut self, who: TechnicianId) -> Stored<Vec<FileHash>> {
        let files = self.tables()?.files.keys();
        let his = files.filter(|(of, _)| *of == who);
        Ok(his.map(|(_, hash)| hash.clone()).collect())
    }

    async fn give_files(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()> {
        self.alter(|tables| {
            for ((who, hash), file) in &tables.files.clone() {
                if *who != from || tables.files.contains_key(&(to, hash.clone())) {
                    continue;
                }
                tables.must_know(to)?;
                tables.files.remove(&(from, hash.clone()));
                tables.files.insert((to, hash.clone()), *file);
                for (key, sealed) in &tables.file_pieces.clone() {
                    if key.technician == from && key.hash == *hash {
                        tables.file_pieces.remove(key);
                        let technician = to;
                        let key = PieceKey {
                            technician,
                            ..key.clone()
                        };
                        tables.file_pieces.insert(key, sealed.clone());
                    }
                }
            }
            Ok(())
        })
    }

    async fn files_idle_since(&mut self, then: Instant) -> Stored<Vec<(TechnicianId, FileHash)>> {
        let files = self.tables()?.files.iter();
        let idle = files.filter(|(_, file)| file.seen_at < then);
        Ok(idle.map(|(key, _)| key.clone()).collect())
    }

    async fn is_file_wanted(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<bool> {
        let named = format!("\"hash\":\"{hash}\"");
        let mut changes = self.tables()?.changes.values();
        Ok(changes.any(|change| {
            let row = &change.row;
            row.technician == who && !row.phase.is_settled() && row.body.contains(&named)
        }))
    }
}
