//! The simulated Gmail: held to Google's own description of the API, and to the habits that GMAIL.md tells of.

// Helpers of tests are tests too; clippy knows only the functions that are marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod client;
mod discovery;
mod faults;
mod mails;
mod reading;
mod sending;
mod sign_in;
