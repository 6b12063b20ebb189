//! One contract, two stores: each test runs on SQLite and on the simulations' disk.

mod accounts;
mod conversions;
mod creations;
mod differential;
mod draw;
mod durability;
mod feed;
mod file;
mod files;
mod killing;
mod mails;
mod people;
mod queue;
mod rules;
mod support;
