//! Whether the database can be trusted, before anything is done with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

static FORMS: Migrator = sqlx::migrate!();

// SQLite's primary result codes, the low byte of what it answers.
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_NOTADB: u32 = 26;

/// Why a database is refused. Nothing in it was touched.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// It is not as it was written.
    #[error(
        "{} is damaged ({why}), so the server does not start. Nothing was changed. \
         Keep this file and those beside it that begin with its name (move them to another folder), put the last backup \
         in its place under its name, leave the key file as it is, and start again: phones then offer again what the \
         backup lacks. See \"Backup and restore\" in server/README.md.",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        why: String,
    },
    /// It was made by a newer version.
    #[error(
        "{} was made by a newer version of tournee (its form is {found}, this one knows {known}), so the server does not \
         start. Nothing was changed. Start that version again, or keep this file and those beside it that begin with its \
         name and put a backup from before the update in its place. See \"Backup and restore\" in server/README.md.",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its form.
        found: i64,
        /// The newest known form.
        known: i64,
    },
    /// It can't be opened.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
}

/// Looks through the database: the structure of every page, and which version made it. One that is not there is sound.
///
/// # Errors
/// It is damaged, newer, or can't be opened.
pub async fn check(path: &Path) -> Result<(), Unsound> {
    if !path.is_file() {
        return Ok(());
    }
    let refused = |source| refused(path, source);
    let mut database = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(10))
        .connect()
        .await
        .map_err(refused)?;
    let found = look(&mut database).await;
    // What closing says of a damaged file is what looking has said.
    let _ = database.close().await;
    let (form, faults) = found.map_err(refused)?;
    if !faults.is_empty() {
        return Err(Unsound::Damaged {
            path: path.to_owned(),
            why: faults.join("; "),
        });
    }
    let known = FORMS.iter().map(|form| form.version).max().unwrap_or(0);
    match form {
        Some(found) if found > known => Err(Unsound::Newer {
            path: path.to_owned(),
            found,
            known,
        }),
        _ => Ok(()),
    }
}

async fn look(database: &mut SqliteConnection) -> sqlx::Result<(Option<i64>, Vec<String>)> {
    let mut faults: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(3)")
        .fetch_all(&mut *database)
        .await?;
    faults.retain(|fault| fault != "ok");
    let is_ours: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *database)
            .await?;
    if is_ours == 0 {
        return Ok((None, faults));
    }
    let form = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations");
    Ok((form.fetch_one(database).await?, faults))
}

fn refused(path: &Path, source: sqlx::Error) -> Unsound {
    let path = path.to_owned();
    let said = source.as_database_error();
    let code = said
        .and_then(|said| said.code())
        .and_then(|code| code.parse::<u32>().ok());
    match (code.map(|code| code & 0xff), said) {
        (Some(SQLITE_CORRUPT | SQLITE_NOTADB), Some(said)) => Unsound::Damaged {
            path,
            why: said.message().to_owned(),
        },
        _ => Unsound::Unreadable { path, source },
    }
}
