//! Walks in real browsers, one at a time: each with its own GLPIs, server and phone.

// Helpers of tests, which clippy.toml's leave for #[test] functions doesn't reach.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod convert;
mod corrections;
mod create;
mod harness;
mod keyboard;
mod killed;
mod looks;
mod mailboxes;
mod mails;
mod pictures;
mod press;
mod queue;
mod road;
mod storage;
mod tabs;
mod trouble;
mod two_phones;
mod update;
mod webkit;
