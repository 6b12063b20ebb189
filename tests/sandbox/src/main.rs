//! The sandbox on its own.
fn main() {}
