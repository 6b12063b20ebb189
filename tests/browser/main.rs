//! Walks in real browsers, one at a time: each with its own GLPIs, server and phone.

// Helpers of tests, which clippy.toml's leave for #[test] functions doesn't reach.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod accounts;
mod assets;
mod carry;
mod convert;
mod corrections;
mod create;
mod dashboard;
mod devices;
mod files;
mod harness;
mod keyboard;
mod killed;
mod looks;
mod mail_acts;
mod mailboxes;
mod mails;
mod news;
mod pictures;
mod press;
mod procedure;
mod queue;
mod record;
mod restored;
mod road;
mod round;
mod rules;
mod search;
mod solutions;
mod storage;
mod tabs;
mod tasks;
mod telling;
mod trouble;
mod two_phones;
mod unreadable;
mod update;
mod ways_out;
mod webkit;
