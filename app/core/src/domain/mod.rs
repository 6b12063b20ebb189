//! What a technician works on, in GLPI's terms.

mod account;
mod level;
mod mail;
mod people;
mod reference;
mod row;
mod status;
mod thread_row;
mod ticket;
mod timeline;

pub use account::{Account, AccountState, EntityChoice, Profile};
pub use level::Level;
pub use mail::{
    Attachment, Correspondent, Machine, Mail, MailBody, MailBox, MailOrigin, Mailbox, MailboxState,
    Thread,
};
pub use people::{Actor, Named};
pub use reference::{Person, PriorityMatrix, Reference, ReferenceKind};
pub use row::TicketRow;
pub use status::Status;
pub use thread_row::ThreadRow;
pub use ticket::{Ticket, TicketType};
pub use timeline::{Document, Entry, EntryKind, TaskState};
