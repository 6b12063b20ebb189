//! The Tournée PWA.
fn main() {}
