//! Mailboxes, against the simulated Gmail: connected, read, lost, given back; and mails of everybody's making.

mod acts;
mod connecting;
mod converting;
mod corpus;
mod failing;
mod finding;
mod following;
mod linking;
mod mail_files;
mod post;
mod reading;
mod replying;
mod rules;
mod telling;
