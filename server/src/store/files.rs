//! Files on their way to GLPI, in sealed pieces: handed over by a phone before the change that attaches them.

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use tournee_core::ids::FileHash;
use tournee_core::time::{Instant, Seconds};
use tournee_core::wire::FileAt;

use super::{Connection, Stored, TechnicianId};
use crate::vault::{Sealed, Vault};

/// How long a file that no change waits for is kept.
pub const KEPT: Seconds = Seconds::days(7);

/// A file as it is stored, without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// How many bytes it is to have.
    pub size: u64,
    /// How many are there, from its beginning on.
    pub received: u64,
    /// All are, and they are what its hash says.
    pub whole: bool,
    /// When somebody last had to do with it.
    pub seen_at: Instant,
}

/// Where a piece is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PieceKey {
    /// Whose.
    pub technician: TechnicianId,
    /// Of which file.
    pub hash: FileHash,
    /// Where in it the piece begins.
    pub place: u64,
}

/// The rows of `files` and `file_pieces`.
#[async_trait]
pub trait Files {
    /// One.
    async fn file(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<Option<FileRecord>>;
    /// Puts one in the place of what was there; its pieces stay.
    async fn put_file(
        &mut self,
        who: TechnicianId,
        hash: &FileHash,
        file: &FileRecord,
    ) -> Stored<()>;
    /// Deletes one, with its pieces.
    async fn delete_file(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<()>;
    /// Puts a piece in the place of what was there.
    async fn put_piece(&mut self, key: &PieceKey, sealed: &Sealed) -> Stored<()>;
    /// A piece.
    async fn piece(&mut self, key: &PieceKey) -> Stored<Option<Sealed>>;
    /// Where a file's pieces begin, in order.
    async fn piece_places(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<Vec<u64>>;
    /// The pieces that another key than this sealed.
    async fn pieces_not_sealed_by(&mut self, key_id: &str) -> Stored<Vec<PieceKey>>;
    /// What a technician's files are called, in order.
    async fn hashes_of(&mut self, who: TechnicianId) -> Stored<Vec<FileHash>>;
    /// What all of a technician's files are to have, in bytes.
    async fn bytes_of(&mut self, who: TechnicianId) -> Stored<u64>;
    /// Moves a technician's files to another, but those that he has too.
    async fn give_files(&mut self, from: TechnicianId, to: TechnicianId) -> Stored<()>;
    /// The files that nobody had to do with since.
    async fn files_idle_since(&mut self, then: Instant) -> Stored<Vec<(TechnicianId, FileHash)>>;
    /// Whether an unsettled change of his names a file.
    async fn is_file_wanted(&mut self, who: TechnicianId, hash: &FileHash) -> Stored<bool>;
}

/// How far a file has come.
///
/// # Errors
/// The database.
pub async fn at(db: &mut Connection, who: TechnicianId, hash: &FileHash) -> Stored<FileAt> {
    let file = db.file(who, hash).await?;
    Ok(file.map_or(
        FileAt {
            received: 0,
            whole: false,
        },
        |file| FileAt {
            received: file.received,
            whole: file.whole,
        },
    ))
}

/// A piece of a file.
pub struct Piece<'a> {
    /// Of which.
    pub hash: &'a FileHash,
    /// How many bytes that is to have.
    pub size: u64,
    /// Where in it the piece begins.
    pub place: u64,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Takes a piece in, if it is the next one: a repeated or an early one changes nothing. With the last one it is seen
/// whether the file is what its hash says; if not, it begins anew.
///
/// # Errors
/// The database.
pub async fn take(
    db: &mut Connection,
    vault: &Vault,
    who: TechnicianId,
    piece: &Piece<'_>,
    now: Instant,
) -> Stored<FileAt> {
    let known = db.file(who, piece.hash).await?;
    let mut file = match known {
        Some(file) if file.whole || file.size == piece.size => file,
        // A file of another size can't have this hash: what was there was wrong.
        _ => {
            db.delete_file(who, piece.hash).await?;
            FileRecord {
                size: piece.size,
                received: 0,
                whole: false,
                seen_at: now,
            }
        }
    };
    let fits = piece.place + piece.bytes.len() as u64 <= file.size;
    if !file.whole && piece.place == file.received && fits && !piece.bytes.is_empty() {
        file.received += piece.bytes.len() as u64;
        file.seen_at = now;
        db.put_file(who, piece.hash, &file).await?;
        let key = PieceKey {
            technician: who,
            hash: piece.hash.clone(),
            place: piece.place,
        };
        db.put_piece(&key, &vault.seal(&row(&key), piece.bytes)?)
            .await?;
        if file.received == file.size {
            finish(db, vault, who, piece.hash, file).await?;
        }
    }
    at(db, who, piece.hash).await
}

async fn finish(
    db: &mut Connection,
    vault: &Vault,
    who: TechnicianId,
    hash: &FileHash,
    file: FileRecord,
) -> Stored<()> {
    let bytes = read(db, vault, who, hash).await?;
    if FileHash::of(&Sha256::digest(&bytes).into()) == *hash {
        let file = FileRecord {
            whole: true,
            ..file
        };
        db.put_file(who, hash, &file).await
    } else {
        db.delete_file(who, hash).await
    }
}

/// All bytes of a file that are there.
///
/// # Errors
/// The database, or a key that is not there any more.
pub async fn read(
    db: &mut Connection,
    vault: &Vault,
    who: TechnicianId,
    hash: &FileHash,
) -> Stored<Vec<u8>> {
    let mut bytes = Vec::new();
    for place in db.piece_places(who, hash).await? {
        let key = PieceKey {
            technician: who,
            hash: hash.clone(),
            place,
        };
        if let Some(sealed) = db.piece(&key).await? {
            bytes.extend_from_slice(&vault.open_sealed(&row(&key), &sealed)?);
        }
    }
    Ok(bytes)
}

/// Gives one technician's files to another: of one that both have stays what has come further.
///
/// # Errors
/// The database.
pub async fn give(db: &mut Connection, from: TechnicianId, to: TechnicianId) -> Stored<()> {
    let reach = |file: FileRecord| (file.whole, file.received);
    for hash in db.hashes_of(from).await? {
        let given = db.file(from, &hash).await?.map(reach);
        if db.file(to, &hash).await?.map(reach) < given {
            db.delete_file(to, &hash).await?;
        }
    }
    db.give_files(from, to).await
}

/// Deletes what has not been wanted for [`KEPT`].
///
/// # Errors
/// The database.
pub async fn sweep(db: &mut Connection, now: Instant) -> Stored<()> {
    for (who, hash) in db.files_idle_since(now - KEPT).await? {
        if !db.is_file_wanted(who, &hash).await? {
            db.delete_file(who, &hash).await?;
        }
    }
    Ok(())
}

/// Seals again what another key than the vault's first has sealed.
///
/// # Errors
/// The database, or a key that is not there any more.
pub async fn reseal(db: &mut Connection, vault: &Vault) -> Stored<usize> {
    let Some(key_id) = vault.key_id() else {
        return Ok(0);
    };
    let outdated = db.pieces_not_sealed_by(&key_id).await?;
    for key in &outdated {
        if let Some(sealed) = db.piece(key).await? {
            let bytes = vault.open_sealed(&row(key), &sealed)?;
            db.put_piece(key, &vault.seal(&row(key), &bytes)?).await?;
        }
    }
    Ok(outdated.len())
}

/// Whose it is may change: two technicians can be merged. What it is does not.
fn row(key: &PieceKey) -> String {
    format!("file:{}:{}", key.hash, key.place)
}
