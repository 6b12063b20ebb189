//! What lasts: a file a table group. Each holds the logic that everybody uses, above a trait of plain row operations
//! that [`sqlite`] has for production and [`memory`] for simulations; the same contract tests hold both.

pub mod accounts;
pub mod carried;
pub mod chains;
pub mod changes;
pub mod conversions;
pub mod creations;
pub mod credentials;
mod error;
pub mod feed;
pub mod files;
pub mod follows;
mod held;
pub mod lives;
pub mod mail_links;
pub mod mails;
pub mod memory;
mod room;
pub mod rules;
pub mod sessions;
pub mod snapshots;
mod sqlite;
pub mod technicians;

use std::ops::{Deref, DerefMut};
use std::path::Path;

use room::Room;

pub use error::{COPY, FILE, StoreError, Stored};

/// A Tournée user: owns the queue, the feed and the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct TechnicianId(pub i64);

/// One GLPI account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

/// All row operations. What they mean is in the table groups' traits; what they are for, in the functions above them.
pub trait Records:
    accounts::Accounts
    + carried::Carried
    + follows::Follows
    + chains::Chains
    + changes::Changes
    + creations::Creations
    + credentials::Credentials
    + feed::Feed
    + files::Files
    + lives::Lives
    + mail_links::MailLinks
    + mails::Mails
    + rules::Rules
    + sessions::Sessions
    + snapshots::Snapshots
    + technicians::Technicians
    + Send
{
}

impl<T> Records for T where
    T: accounts::Accounts
        + carried::Carried
        + follows::Follows
        + chains::Chains
        + changes::Changes
        + creations::Creations
        + credentials::Credentials
        + feed::Feed
        + files::Files
        + lives::Lives
        + mail_links::MailLinks
        + mails::Mails
        + rules::Rules
        + sessions::Sessions
        + snapshots::Snapshots
        + technicians::Technicians
        + Send
{
}

/// The store. Writes go one after the other, so that none ever finds it busy.
#[derive(Clone, Debug)]
pub struct Store {
    place: Place,
    room: Room,
}

#[derive(Clone, Debug)]
enum Place {
    Sqlite(sqlite::Database),
    Memory(memory::Mount),
}

impl Store {
    /// Opens or makes the database in the data folder.
    ///
    /// # Errors
    /// The folder can't be made, the file can't be opened, is damaged, or is of a newer version.
    pub async fn open(data_dir: &Path) -> Stored<Self> {
        let database = sqlite::Database::open(data_dir).await?;
        Ok(Self::at(Place::Sqlite(database)))
    }

    /// A store on a simulation's disk. It is of this life of the disk: a power cut is its end.
    ///
    /// # Errors
    /// None yet; opening a disk may fail one day.
    pub fn on(disk: memory::Disk) -> Stored<Self> {
        Ok(Self::at(Place::Memory(disk.mount())))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            room: Room::default(),
        }
    }

    /// Whether the last write found room on the disk. Without room nothing is acknowledged, and what is there stays.
    pub fn has_room(&self) -> bool {
        self.room.is_there()
    }

    /// A write failed before it was to be made to last.
    pub fn learn(&self, error: &StoreError) {
        self.room.failed(error);
    }

    /// Begins a write.
    ///
    /// # Errors
    /// The database can't be written.
    pub async fn write(&self) -> Stored<Tx> {
        let handle = match &self.place {
            Place::Sqlite(database) => Handle::Sqlite(database.write().await?),
            Place::Memory(mount) => Handle::Memory(Box::new(mount.write().await?)),
        };
        Ok(Tx(Connection(handle), self.room.clone()))
    }

    /// A connection that reads what is committed.
    ///
    /// # Errors
    /// None is free.
    pub async fn read(&self) -> Stored<Reader> {
        let handle = match &self.place {
            Place::Sqlite(database) => Handle::Sqlite(database.read().await?),
            Place::Memory(mount) => Handle::Memory(Box::new(mount.read()?)),
        };
        Ok(Reader(Connection(handle)))
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        match &self.place {
            Place::Sqlite(database) => database.answers().await,
            Place::Memory(mount) => mount.read().is_ok(),
        }
    }

    /// Closes it: what is in the write-ahead log goes into the file.
    pub async fn close(&self) {
        if let Place::Sqlite(database) = &self.place {
            database.close().await;
        }
    }
}

/// Where row operations run.
pub struct Connection(Handle);

enum Handle {
    Sqlite(sqlite::Handle),
    Memory(Box<memory::View>),
}

impl Deref for Connection {
    type Target = dyn Records;

    fn deref(&self) -> &Self::Target {
        match &self.0 {
            Handle::Sqlite(handle) => handle.connection(),
            Handle::Memory(view) => view.as_ref(),
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match &mut self.0 {
            Handle::Sqlite(handle) => handle.connection_mut(),
            Handle::Memory(view) => view.as_mut(),
        }
    }
}

/// A write that lasts as a whole once [`Tx::commit`] has answered, and leaves nothing when it is dropped before.
pub struct Tx(Connection, Room);

impl Tx {
    /// Makes it last.
    ///
    /// # Errors
    /// The database; then nothing of it was kept, unless the power went in the middle of it.
    pub async fn commit(self) -> Stored<()> {
        let committed = match self.0.0 {
            Handle::Sqlite(handle) => handle.commit().await,
            Handle::Memory(view) => view.commit().await,
        };
        self.1.learn(&committed);
        committed
    }
}

impl Deref for Tx {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// A connection on loan that reads what is committed.
pub struct Reader(Connection);

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// GLPI's numbers are far below what SQLite holds; one that is not is nobody's.
fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(-1)
}
