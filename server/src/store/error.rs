//! What can go wrong with the store, by what somebody can do about it.

use sqlx::migrate::MigrateError;

/// The database's file in the data folder.
pub const FILE: &str = "tournee.sqlite";

/// What a backup bears as SQLite's `user_version`, until a server starts on it.
pub const COPY: i64 = 1;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no room: nothing of the write was kept, and what was there before still is.
    #[error(
        "no room left for {file}: make room on its disk; nothing was lost, and the server goes on by itself"
    )]
    Full {
        /// Which file.
        file: String,
    },
    /// The file is not as it was written: every answer of it may be wrong.
    #[error(
        "{file} is damaged ({why}): stop the server, keep {file} and the files beside it that begin with its name, \
         and put the last backup in their place; phones then offer again what it lacks"
    )]
    Corrupt {
        /// Which file.
        file: String,
        /// SQLite's words.
        why: String,
    },
    /// The file can be read and not written.
    #[error(
        "{file} can't be written: its owner must be the server's user, its disk mounted for writing"
    )]
    ReadOnly {
        /// Which file.
        file: String,
    },
    /// There is such a row already.
    #[error("such a row is there already: {0}")]
    Taken(String),
    /// A row refers to one that is not there, or is referred to by one that would stay.
    #[error("a row refers to one that is not there: {0}")]
    Dangling(String),
    /// A row that has to be there is not.
    #[error("a row that has to be there is not")]
    Missing,
    /// The power went: this handle is of before. Simulations only.
    #[error("the power went")]
    PowerCut,
    /// SQLite says no for another reason.
    #[error("the database: {0}")]
    Database(sqlx::Error),
    /// The file was made by another version.
    #[error("the database's form: {0}")]
    Migrate(MigrateError),
    /// The folder can't be made.
    #[error("the data folder {path}: {source}")]
    Folder {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A row of ours is not what we wrote.
    #[error("a stored record can't be read: {0}")]
    Record(#[from] serde_json::Error),
    /// A compressed row is not what we wrote.
    #[error("a stored body can't be read: {0}")]
    Body(#[from] std::io::Error),
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
}

/// Short for what everything here answers.
pub type Stored<T> = Result<T, StoreError>;

// SQLite's primary result codes, the low byte of what it answers.
const SQLITE_READONLY: u32 = 8;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_NOTADB: u32 = 26;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;
        let said = match &error {
            sqlx::Error::RowNotFound => return Self::Missing,
            sqlx::Error::Database(said) => said,
            _ => return Self::Database(error),
        };
        let code = said.code().and_then(|code| code.parse::<u32>().ok());
        let why = said.message().to_owned();
        let file = FILE.to_owned();
        match (code.map(|code| code & 0xff), said.kind()) {
            (Some(SQLITE_READONLY), _) => Self::ReadOnly { file },
            (Some(SQLITE_FULL), _) => Self::Full { file },
            (Some(SQLITE_CORRUPT | SQLITE_NOTADB), _) => Self::Corrupt { file, why },
            (_, ErrorKind::UniqueViolation) => Self::Taken(why),
            (_, ErrorKind::ForeignKeyViolation) => Self::Dangling(why),
            _ => Self::Database(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Migrate(other),
        }
    }
}

impl StoreError {
    /// The same, with the whole path of the file that it is about.
    pub(super) fn at(self, path: &std::path::Path) -> Self {
        let file = path.display().to_string();
        match self {
            Self::Full { .. } => Self::Full { file },
            Self::ReadOnly { .. } => Self::ReadOnly { file },
            Self::Corrupt { why, .. } => Self::Corrupt { file, why },
            other => other,
        }
    }
}
