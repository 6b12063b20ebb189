//! `tournee backup`: a whole copy of the database, made while the server runs, and proven to be readable.

use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::store::{COPY, FILE};

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database yet.
    #[error("{}: there is no database to back up", .0.display())]
    NoDatabase(PathBuf),
    /// A backup never overwrites anything.
    #[error("{}: is there already; name a new file", .0.display())]
    Exists(PathBuf),
    /// The file can't be made.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite can't copy.
    #[error("no backup was made: {0}")]
    Database(#[from] sqlx::Error),
    /// The copy is not sound, so neither is the database.
    #[error("no backup was kept: the database is damaged ({0}); keep all earlier backups")]
    Damaged(String),
}

/// A backup that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file's size.
    pub bytes: u64,
    /// Changes of technicians in it.
    pub changes: i64,
    /// Of these, on their way or waiting for somebody.
    pub open: i64,
}

/// Copies the database of a data folder into a new file that only its owner can read.
///
/// ## Control flow
/// 1. A file beside the new one is made, empty, its name with `.part`; a new one that is there already is left alone.
/// 2. SQLite writes one moment's state into it; a running server goes on meanwhile.
/// 3. The copy is marked as one: a server that starts on it knows that it may lack something.
/// 4. The copy is checked, page by page, and reaches the disk; then it gets its name, and only then anybody is told that it
///    is there. A command that was killed leaves nothing that looks like a backup.
///
/// # Errors
/// There is no database, the file exists or can't be made, or the copy is not sound. Then nothing is left behind.
pub async fn backup(data_dir: &Path, file: &Path) -> Result<Backup, BackupError> {
    let database = data_dir.join(FILE);
    if !database.is_file() {
        return Err(BackupError::NoDatabase(database));
    }
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let made = reserve(&part)?;
    let done = copy(&database, &part).await;
    let done = done.and_then(|backup| {
        made.sync_all().map_err(|source| failed(&part, source))?;
        publish(&part, file)?;
        sync_folder(file).map_err(|source| failed(file, source))?;
        Ok(backup)
    });
    // What is not sound must not be found later and trusted.
    let _ = std::fs::remove_file(&part);
    done
}

/// Gives it its name, which nothing has taken meanwhile.
fn publish(part: &Path, file: &Path) -> Result<(), BackupError> {
    match std::fs::hard_link(part, file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(file.to_owned()))
        }
        // Not every file system knows links.
        Err(_) => std::fs::rename(part, file).map_err(|source| failed(file, source)),
        Ok(()) => Ok(()),
    }
}

fn reserve(file: &Path) -> Result<std::fs::File, BackupError> {
    let mut options = std::fs::OpenOptions::new();
    let made = options.write(true).create_new(true).mode(0o600).open(file);
    made.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => failed(file, source),
    })
}

fn failed(file: &Path, source: io::Error) -> BackupError {
    BackupError::File {
        path: file.to_owned(),
        source,
    }
}

/// Else a power cut takes the file's name.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

async fn copy(database: &Path, file: &Path) -> Result<Backup, BackupError> {
    let mut source = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(Duration::from_secs(60))
        .connect()
        .await?;
    let name = file.to_string_lossy().into_owned();
    let copied = sqlx::query("VACUUM INTO ?").bind(name);
    let copied = copied.execute(&mut source).await;
    source.close().await?;
    copied?;
    let mut copy = SqliteConnectOptions::new().filename(file).connect().await?;
    let marked = mark(&mut copy).await;
    let checked = match marked {
        Ok(()) => look_through(&mut copy).await,
        Err(error) => Err(error.into()),
    };
    copy.close().await?;
    let (changes, open) = checked?;
    let bytes = std::fs::metadata(file).map_err(|source| failed(file, source))?;
    Ok(Backup {
        bytes: bytes.len(),
        changes,
        open,
    })
}

async fn mark(copy: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mark = format!("PRAGMA user_version = {COPY}");
    sqlx::query(&mark).execute(copy).await?;
    Ok(())
}

async fn look_through(copy: &mut SqliteConnection) -> Result<(i64, i64), BackupError> {
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(5)")
        .fetch_all(&mut *copy)
        .await?;
    if found != ["ok"] {
        return Err(BackupError::Damaged(found.join("; ")));
    }
    let counts = sqlx::query_as(
        "SELECT COUNT(*), COALESCE(SUM(phase IN ('queued', 'intended', 'needs_you')), 0) FROM changes",
    );
    Ok(counts.fetch_one(copy).await?)
}
