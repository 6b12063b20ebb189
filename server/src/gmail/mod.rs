//! Gmail: connecting mailboxes, and reading what is in them.
//!
//! # Layout
//! - [`config`]: what an administrator decides. [`error`]: which error is which.
//! - [`oauth`]: Google's sign-in, for a mailbox of a person's and for the service's. `assertion`: without a person.
//! - [`client`]: one request to Google. [`gate`]: how many units and requests at a time. [`access`]: tokens, and when
//!   they are dead.
//! - [`message`], [`body`], `quotes`, `charset`: a mail of anybody's making, parsed at the edge, once.
//! - [`connect`]: a mailbox comes, and goes.
//! - [`letter`], [`drafts`]: a mail of ours, and how it leaves.
//! - `opening`: what is read when it is opened. `finding`: what is looked for beyond what is held.
//! - `labels`: the three labels. [`sorting`]: a thread goes from one to another. `order`: which word of them is the later.
//! - `following`: the mails of a ticket that moves. `reader`: what moved, into the feeds. `whole`: all of a mailbox.
//!   [`desk`]: when.

pub mod access;
mod assertion;
pub mod body;
mod charset;
pub mod client;
pub mod config;
pub mod connect;
pub mod desk;
pub mod drafts;
pub mod error;
mod finding;
pub(crate) mod following;
pub mod gate;
mod labels;
pub mod letter;
pub mod message;
pub mod oauth;
mod opening;
mod order;
mod quotes;
mod reader;
pub mod sorting;
mod whole;

pub use client::Client;
pub use config::GmailConfig;
pub use desk::Mails;
pub use error::GmailError;

/// Whether a text is a key that assertions can be signed with.
pub(crate) fn is_key(pem: &str) -> bool {
    assertion::key_pair(pem).is_some()
}
