//! Mails put together by hand, where no library would write them so.

use crate::gmail::mailbox::Letter;

/// The letter's own headers before contents that are written by hand.
pub fn by_hand(letter: &Letter, contents: &str, body: &[u8]) -> Vec<u8> {
    let whole = letter.write();
    let text = String::from_utf8_lossy(&whole);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let mut kept = String::new();
    let mut dropping = false;
    for line in head.split("\r\n") {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default().to_lowercase();
            dropping = name.starts_with("content-") || name == "mime-version";
        }
        if !dropping {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    [
        kept.as_bytes(),
        contents.replace('\n', "\r\n").as_bytes(),
        b"\r\n\r\n",
        body,
    ]
    .concat()
}

/// One byte a character, as far as it goes.
pub fn single_bytes(text: &str, odd: &[(char, u8)]) -> Vec<u8> {
    text.chars()
        .map(|c| match odd.iter().find(|(wide, _)| *wide == c) {
            Some((_, byte)) => *byte,
            None => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        })
        .collect()
}

/// Every byte that isn't plain ASCII as `=XX`, in short lines.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        for (at, byte) in line.iter().enumerate() {
            match byte {
                b' '..=b'<' | b'>'..=b'~' => out.push(*byte),
                other => out.extend_from_slice(format!("={other:02X}").as_bytes()),
            }
            if at % 60 == 59 {
                out.extend_from_slice(b"=\r\n");
            }
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// A header's value is replaced, folds and all.
pub fn replace_header(raw: &[u8], name: &str, value: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let (mut in_head, mut dropping) = (true, false);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if in_head && matches!(line, b"\r\n" | b"\n") {
            in_head = false;
        }
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if in_head && !folded {
            let own = line.split(|byte| *byte == b':').next().unwrap_or_default();
            dropping = own.eq_ignore_ascii_case(name.as_bytes());
            if dropping {
                out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
            }
        }
        if !in_head || !dropping {
            out.extend_from_slice(line);
        }
    }
    out
}
