//! Walks in real browsers, one at a time: each with its own GLPIs, server and phone.

mod harness;
mod keyboard;
mod looks;
mod pictures;
mod road;
mod tabs;
mod trouble;
mod update;
mod webkit;
