//! What is shared by all pages: the phone, its storage, its exchange with the server, the settings.

mod exchange;
mod finder;
mod held;
mod inside;
mod keeping;
mod mails;
mod session;
mod tickets;
mod tournee;

pub use finder::Indexed;
pub use held::{Held, Start};
pub use keeping::EditFailure;
pub use mails::ThreadView;
pub use session::Session;
pub use tickets::TicketView;
pub use tournee::Tournee;
