//! What a technician works on, in GLPI's terms.

mod account;
mod asset;
mod carried;
mod clock;
mod files;
mod history;
mod level;
mod mail;
mod mail_link;
mod people;
mod reference;
mod row;
mod status;
mod store;
mod thread_row;
mod ticket;
mod timeline;

pub use account::{Account, AccountState, EntityChoice, Profile};
pub use asset::{Asset, AssetKey, AssetKind, Label, LinkedAsset};
pub use carried::{
    carried_from, carried_from_line, carried_from_words, carried_into, carried_into_line,
};
pub use clock::{Basis, Clock, Due, Goals, Timing};
pub use files::{FileRefusal, FileRules, LARGEST_FILE};
pub use history::{Act, ActValue, Deed, History, ItemDeed, Linked, Property, Teller, acts};
pub use level::Level;
pub use mail::{
    Attachment, Correspondent, Machine, Mail, MailBody, MailBox, MailOrigin, Mailbox, MailboxState,
    Thread, UrgentBox,
};
pub use mail_link::{MailName, link_lines, mail_links, without_carry_lines, without_link_lines};
pub use people::{Actor, Named};
pub use reference::{Person, PriorityMatrix, Reference, ReferenceKind, SolutionTemplate};
pub use row::{RowTask, TicketRow};
pub use status::Status;
pub use store::{Position, Store, StoreId};
pub use thread_row::ThreadRow;
pub use ticket::{Ticket, TicketType};
pub use timeline::{Answer, Document, Entry, EntryKind, EntryName, EntryWord, TaskState};
