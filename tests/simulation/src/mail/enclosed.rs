//! A file that a letter brings: its name and its bytes say which letter's it is.

use tournee_core::ids::FileHash;

use crate::files::document::hash;
use crate::words::telling;

/// What kind of file.
pub const MIME: &str = "image/jpeg";

/// What the file of this letter is called.
pub fn name(letter: u64) -> String {
    format!("Photo bureau{letter}.jpg")
}

/// What is in it.
pub fn bytes(letter: u64) -> Vec<u8> {
    content(&format!("bureau{letter}"))
}

/// What is in a file that is called so.
pub fn hash_of(name: &str) -> FileHash {
    hash(&content(&telling(name).to_lowercase()))
}

fn content(word: &str) -> Vec<u8> {
    format!("Ceci est la photo de {word}.").into_bytes()
}
