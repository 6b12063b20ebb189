//! What lasts: one SQLite file, one writer. One file a table group.

pub mod accounts;
pub mod chains;
pub mod changes;
pub mod credentials;
pub mod feed;
pub mod lives;
pub mod sessions;
pub mod snapshots;
pub mod technicians;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, SqliteConnection, Transaction};

/// The database's file in the data folder.
pub const FILE: &str = "tournee.sqlite";

/// A write that lasts as a whole once [`Tx::commit`] has answered.
pub type Tx = Transaction<'static, Sqlite>;

/// A Tournée user: owns the queue, the feed and the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct TechnicianId(pub i64);

/// One GLPI account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The file was made by another version.
    #[error("the database's form: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
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

/// The database. Writes go one after the other through one connection, so that none ever finds it busy.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Store {
    /// Opens or makes `tournee.sqlite` in the data folder.
    ///
    /// # Errors
    /// The folder can't be made, the file can't be opened, or it is of a newer version.
    pub async fn open(data_dir: &Path) -> Stored<Self> {
        std::fs::create_dir_all(data_dir).map_err(|source| StoreError::Folder {
            path: data_dir.display().to_string(),
            source,
        })?;
        let options = SqliteConnectOptions::new()
            .filename(data_dir.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            // Small on purpose: 200 technicians share 100 MB.
            .pragma("cache_size", "-2000")
            .pragma("temp_store", "memory")
            .statement_cache_capacity(64);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!().run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(3)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options.read_only(true).create_if_missing(false))
            .await?;
        Ok(Self { writer, readers })
    }

    /// Begins a write.
    ///
    /// # Errors
    /// The database can't be written.
    pub async fn write(&self) -> Stored<Tx> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A connection that reads what is committed.
    ///
    /// # Errors
    /// None is free.
    pub async fn read(&self) -> Stored<sqlx::pool::PoolConnection<Sqlite>> {
        Ok(self.readers.acquire().await?)
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        match self.read().await {
            Ok(mut connection) => sqlx::query("SELECT 1")
                .execute(&mut *connection)
                .await
                .is_ok(),
            Err(_) => false,
        }
    }

    /// Closes it: what is in the write-ahead log goes into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = checkpoint.execute(&self.writer).await {
            // Nothing is lost: the next start reads the log.
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
        self.writer.close().await;
    }
}

/// Where queries run.
pub type Connection = SqliteConnection;
