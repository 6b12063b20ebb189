//! SQLite: one file, one writer.

mod accounts;
mod carried;
mod chains;
mod changes;
mod creations;
mod credentials;
mod feed;
mod files;
mod follows;
mod lives;
mod mail_links;
mod mails;
mod rules;
mod sessions;
mod snapshots;
mod technicians;

use std::future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, Sqlite, SqliteConnection, Transaction};

use super::error::{FILE, StoreError, Stored};

/// The file, open. Writes go one after the other through one connection.
#[derive(Clone, Debug)]
pub(super) struct Database {
    path: Arc<PathBuf>,
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    pub(super) async fn open(data_dir: &Path) -> Stored<Self> {
        std::fs::create_dir_all(data_dir).map_err(|source| StoreError::Folder {
            path: data_dir.display().to_string(),
            source,
        })?;
        let path = data_dir.join(FILE);
        let pools = Self::pools(&path).await;
        let (writer, readers) = pools.map_err(|error| error.at(&path))?;
        Ok(Self {
            path: Arc::new(path),
            writer,
            readers,
        })
    }

    async fn pools(path: &Path) -> Stored<(SqlitePool, SqlitePool)> {
        let options = SqliteConnectOptions::new()
            .filename(path)
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
            // Whoever is dropped between his BEGIN and its answer leaves a transaction that nobody ends (sqlx #3980, mended
            // in 0.9): given to the next one, it would fail each write for as long as the connection lives.
            .before_acquire(|connection, _| {
                Box::pin(future::ready(Ok(!connection.is_in_transaction())))
            })
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!().run(&writer).await?;
        mails::name_all(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(3)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(options.read_only(true).create_if_missing(false))
            .await?;
        Ok((writer, readers))
    }

    pub(super) async fn write(&self) -> Stored<Handle> {
        match self.writer.begin_with("BEGIN IMMEDIATE").await {
            Ok(transaction) => Ok(Handle::Writing(transaction, self.path.clone())),
            Err(error) => Err(StoreError::from(error).at(&self.path)),
        }
    }

    pub(super) async fn read(&self) -> Stored<Handle> {
        Ok(Handle::Reading(self.readers.acquire().await?))
    }

    pub(super) async fn answers(&self) -> bool {
        match self.readers.acquire().await {
            Ok(mut connection) => sqlx::query("SELECT 1")
                .execute(&mut *connection)
                .await
                .is_ok(),
            Err(_) => false,
        }
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = checkpoint.execute(&self.writer).await {
            // Nothing is lost: the next start reads the log.
            tracing::warn!(%error, "the write-ahead log stays beside the database");
        }
        self.writer.close().await;
    }
}

/// A connection on loan.
pub(super) enum Handle {
    /// With the write that it is for.
    Writing(Transaction<'static, Sqlite>, Arc<PathBuf>),
    /// To read.
    Reading(PoolConnection<Sqlite>),
}

impl Handle {
    pub(super) fn connection(&self) -> &SqliteConnection {
        match self {
            Self::Writing(transaction, _) => transaction,
            Self::Reading(connection) => connection,
        }
    }

    pub(super) fn connection_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Writing(transaction, _) => transaction,
            Self::Reading(connection) => connection,
        }
    }

    pub(super) async fn commit(self) -> Stored<()> {
        match self {
            Self::Writing(transaction, path) => match transaction.commit().await {
                Ok(()) => Ok(()),
                Err(error) => Err(StoreError::from(error).at(&path)),
            },
            Self::Reading(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_known_for_what_it_is_and_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        let handle = database.write().await.unwrap();
        handle.commit().await.unwrap();
        // SQLite says the same of a file that may not grow as of a disk that has no room.
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&database.writer)
            .await
            .unwrap();
        let mut handle = database.write().await.unwrap();
        let fill = "INSERT INTO technicians (epoch, created_at) VALUES (hex(zeroblob(100000)), 0)";
        let full = sqlx::query(fill).execute(handle.connection_mut()).await;
        let full = StoreError::from(full.unwrap_err()).at(&database.path);
        assert!(matches!(full, StoreError::Full { .. }), "{full:?}");
        assert!(full.to_string().contains(folder.path().to_str().unwrap()));
        drop(handle);
        let mut handle = database.read().await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM technicians")
            .fetch_one(handle.connection_mut())
            .await
            .unwrap();
        assert_eq!(count, 0);
    }

    #[tokio::test]
    async fn a_write_that_nobody_waits_for_any_more_stands_in_no_ones_way() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).await.unwrap();
        // A phone goes, and what it asked is dropped wherever it waits just then: after every number of polls.
        for polls in 1.. {
            let mut write = Box::pin(async {
                let mut handle = database.write().await?;
                let row = "INSERT INTO technicians (epoch, created_at) VALUES ('', 0)";
                let row = sqlx::query(row).execute(handle.connection_mut()).await;
                row?;
                handle.commit().await
            });
            let mut left = polls;
            let written = future::poll_fn(|context| {
                left -= 1;
                match write.as_mut().poll(context) {
                    Poll::Pending if left == 0 => Poll::Ready(None),
                    other => other.map(Some),
                }
            });
            let written = written.await;
            drop(write);
            let next = database.write().await;
            assert!(next.is_ok(), "after {polls} polls: {:?}", next.err());
            if let Some(written) = written {
                written.unwrap();
                break;
            }
        }
    }
}
