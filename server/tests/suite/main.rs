//! The server against the sandbox, in both dialects.

mod backup;
mod changes;
mod check;
mod configuration;
mod conflicts;
mod corrections;
mod creation;
mod dashboard;
mod disk;
mod faults;
mod gmail;
mod held;
mod http;
mod landing;
mod protocol;
mod queue;
mod races;
mod reading;
mod search;
mod sign_in;
mod silence;
mod stores;
mod support;
mod tasks;
mod tls;
