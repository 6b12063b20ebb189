//! `/api/files/{hash}`: a file on its way to the server, in pieces.

use serde::{Deserialize, Serialize};

/// The longest piece, in bytes: what a bad network carries in one go.
pub const PIECE_BYTES: usize = 256 * 1024;

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileAt {
    /// Bytes that are on the server's disk, from the beginning on: the next piece begins there.
    pub received: u64,
    /// All of it is there, and is what its name says.
    pub whole: bool,
}
