//! What each GLPI does to text between the request and the row, and between the row and the answer.

pub mod fold;
pub mod html;
pub mod number;
pub mod v10;
pub mod v92;

/// Cuts to so many characters, as a `varchar` does.
pub fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => text[..at].to_owned(),
        None => text.to_owned(),
    }
}
