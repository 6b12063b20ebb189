//! One contract, two stores: each test runs on SQLite and on the simulations' disk.

mod feed;
mod people;
mod queue;
mod support;
