//! The GLPI client against the sandbox, in both dialects.

mod assets;
mod cost;
mod creating;
mod reading;
mod signing_in;
mod support;
mod tasks;
mod writing;
