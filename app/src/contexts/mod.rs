//! What is shared by all pages: the phone, its storage, its exchange with the server, the settings.

mod counsel;
mod exchange;
mod held;
mod inside;
mod keeping;
mod mails;
mod session;
mod tickets;
mod tournee;

pub use counsel::{Counsel, Opening};
pub use held::{Held, Start};
pub use keeping::EditFailure;
pub use mails::ThreadView;
pub use session::Session;
pub use tickets::TicketView;
pub use tournee::Tournee;
