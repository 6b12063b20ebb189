//! Replays what a real GLPI was recorded to answer against the sandbox.

pub mod compare;
pub mod demo;
pub mod forms;
pub mod headers;
pub mod ids;
pub mod not_replayed;
pub mod probes;
pub mod recording;
pub mod route;
pub mod sandbox;
pub mod values;
pub mod world;
