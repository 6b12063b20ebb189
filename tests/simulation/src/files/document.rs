//! A document of a ticket, in what can be told of it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use tournee_core::ids::FileHash;
use tournee_sandbox::World;
use tournee_sandbox::world::DocumentView;

use crate::moment::What;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentIs {
    /// Its file's name.
    pub name: String,
    /// What is in it.
    pub hash: FileHash,
    /// Who put it there.
    pub author: i64,
}

impl DocumentIs {
    /// As GLPI has it.
    pub fn of(view: &DocumentView) -> Self {
        Self {
            name: view.filename.clone(),
            hash: hash(&view.bytes),
            author: view.author,
        }
    }
}

/// The name of these bytes.
pub fn hash(bytes: &[u8]) -> FileHash {
    FileHash::of(&Sha256::digest(bytes).into())
}

/// A ticket's documents, by number.
pub fn of(world: &World, ticket: i64) -> BTreeMap<i64, DocumentIs> {
    let all = world.documents(ticket);
    all.iter()
        .map(|one| (one.id, DocumentIs::of(one)))
        .collect()
}

/// What was done to a ticket's documents between two moments.
pub fn differences(
    before: &BTreeMap<i64, DocumentIs>,
    after: &BTreeMap<i64, DocumentIs>,
) -> Vec<What> {
    let came = after.iter().filter(|(id, _)| !before.contains_key(id));
    let came = came.map(|(id, is)| What::Document {
        id: *id,
        is: is.clone(),
    });
    let gone = before
        .iter()
        .filter(|(id, was)| after.get(id) != Some(*was));
    came.chain(gone.map(|(id, _)| What::DocumentGone(*id)))
        .collect()
}
