//! Texts with their found words marked.

use leptos::prelude::*;
use tournee_core::search::{Piece, Query, marked};

/// A text with what was looked for marked in it.
pub fn marks(text: &str, query: &Query) -> AnyView {
    pieces(marked(text, query))
}

/// Pieces of a text.
pub fn pieces(pieces: Vec<Piece>) -> AnyView {
    let piece = |piece: Piece| match piece.found {
        true => view! { <mark>{piece.text}</mark> }.into_any(),
        false => piece.text.into_any(),
    };
    pieces.into_iter().map(piece).collect_view().into_any()
}
