//! The GLPI client against the sandbox, in both dialects.

mod reading;
mod signing_in;
mod support;
mod writing;
