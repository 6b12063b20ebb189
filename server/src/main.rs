//! The `tournee` binary.
fn main() {}
