//! What is shared by all pages: the phone, its storage, its exchange with the server, the settings.

mod assets;
mod counsel;
mod exchange;
mod files;
mod finder;
mod held;
mod history;
mod inside;
mod keeping;
mod mails;
mod reach;
mod revoked;
mod round;
mod session;
mod tickets;
mod timer;
mod tournee;

pub use assets::{HeldAsset, Shelves};
pub use counsel::{Counsel, Opening};
pub use finder::Indexed;
pub use held::{Held, Start};
pub use keeping::EditFailure;
pub use mails::ThreadView;
pub use round::Places;
pub use session::Session;
pub use tickets::TicketView;
pub use timer::task_done;
pub use tournee::Tournee;
