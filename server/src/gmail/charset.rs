//! Bytes of a text in any charset. Google converts most; some it hands on as they came.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of bytes, by what they are and by what is said of them.
pub fn decode(bytes: &[u8], said: Option<&str>) -> String {
    let said = said.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // Charsets with escapes, and those of two bytes, look like UTF-8 and are not.
    let disguised = said.is_some_and(|encoding| {
        !encoding.is_ascii_compatible() && (bytes.contains(&0) || bytes.contains(&0x1b))
    });
    if !disguised && let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = said
        .filter(|encoding| *encoding != UTF_8)
        .unwrap_or(WINDOWS_1252);
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_by_what_it_is_before_what_is_said_of_it() {
        assert_eq!(decode("déjà".as_bytes(), Some("windows-1252")), "déjà");
        assert_eq!(decode(b"d\xe9j\xe0 \x80", Some("Windows-1252")), "déjà €");
        assert_eq!(decode(b"\xa4", Some("iso-8859-15")), "€");
        assert_eq!(decode(b"d\xe9j\xe0", Some("x-inconnu")), "déjà");
        assert_eq!(decode(b"d\xe9j\xe0", Some("utf-8")), "déjà");
        assert_eq!(decode(b"\x1b$B%3\x1b(B", Some("ISO-2022-JP")), "コ");
        assert_eq!(decode(b"a\0b\0", Some("utf-16le")), "ab");
    }
}
