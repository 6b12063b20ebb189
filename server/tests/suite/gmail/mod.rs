//! Mailboxes, against the simulated Gmail: connected, read, lost, given back; and mails of everybody's making.

mod connecting;
mod converting;
mod corpus;
mod post;
mod reading;
