//! One client for all versions of GLPI, in terms of our domain; where versions differ lies in [`dialect`] and nowhere else.
//!
//! # Use
//! 1. [`Client::new`] for each configured GLPI, with an [`HttpTransport`] behind a [`Gate`] (at most 4 requests in
//!    flight, none to a GLPI that does not answer).
//! 2. [`Client::detect`] asks without credentials whether the API is there; the version is known after a sign-in.
//! 3. [`Client::sign_in`] gives a [`Session`] (cheap to clone, keep it in memory) with its [`Identity`]; all entities
//!    are open in it. When a call says [`GlpiError::SessionExpired`] / [`WriteError::SessionExpired`], sign in again
//!    and repeat; after [`GlpiError::WrongPassword`] never with the same password.
//! 4. First load: [`Client::scope`] → stubs → [`Client::tickets`] (lists, in bulk). Later: [`Client::changed_since`]
//!    and [`Client::scope`] again; compare [`TicketStub::modified`] as text; a ticket that left the scope is asked for
//!    by [`Client::ticket`] ([`Reading`] says trashed, gone, not allowed).
//! 5. A change: [`Client::refresh`] (check) → write → [`Client::refresh`] (read back), with only the [`Parts`] that
//!    the change concerns. On [`WriteError::Unknown`] look first: [`Client::find_mark`], or the state.
//!
//! Marks: [`Mark::new`] of the change's id goes with each text. 10 keeps the whole id in a comment; 9.2 keeps a short
//! [`Mark::reference`], so readers take a [`Resolver`] from reference to change (build it from the changes that the
//! store knows for that ticket; `&|_| None` where there are none).
//!
//! # Layout
//! - [`transport`]: the wire, exchangeable. [`gate`], `breaker`: how many requests go over it. `call`, `answer`: headers, and what answers mean. [`error`]: which error is which.
//! - [`dialect`]: 9.2 and 10. `text`, `emoji`, [`marks`], [`dates`], `json`: parse at the edge, once.
//! - [`session`], [`identity`], [`scope`], [`reading`], [`bulk`], `lists`, [`names`], `places`, `stores`, [`reference`], [`search`] (with `narrowing` and `clock`), [`writes`], [`documents`], `assets`, `corrections`, `creation` (and `hidden`: what it keeps from its maker), `tasks`, `history`: what the client can do.

mod answer;
mod assets;
mod breaker;
pub mod bulk;
mod call;
pub mod client;
mod clock;
mod corrections;
mod counting;
mod creation;
mod criteria;
pub mod dates;
pub mod dialect;
mod directory;
pub mod documents;
mod emoji;
pub mod error;
pub mod gate;
mod hidden;
mod history;
pub mod identity;
mod json;
mod lists;
pub mod marks;
pub mod names;
mod narrowing;
mod places;
pub mod reading;
pub mod reference;
mod rows;
pub mod scope;
pub mod search;
pub mod secret;
pub mod session;
mod stores;
mod tasks;
mod text;
pub mod together;
pub mod transport;
pub mod writes;

pub use assets::AssetsThere;
pub use breaker::Admission;
pub(crate) use breaker::LONGEST_ASKED;
pub use bulk::BulkReading;
pub use client::{Client, Detected, SourceConfig, Warning};
pub use dates::{LocalStamp, Zone};
pub use dialect::Dialect;
pub use error::{GlpiError, WriteError};
pub use gate::{Down, Gate};
pub use history::Log;
pub use identity::Identity;
pub use marks::{Mark, Resolver};
pub use places::{Chosen, Standing};
pub use reading::{Parts, Reading};
pub use scope::{ScopeQuery, TicketStub};
pub use secret::Secret;
pub use session::{Credentials, Session};
pub use stores::Locations;
pub use together::Want;
pub use transport::{HttpRequest, HttpResponse, HttpTransport, Transport, TransportError};
pub use writes::Written;
