//! The Tournée server.
