//! The offline core of Tournée.
