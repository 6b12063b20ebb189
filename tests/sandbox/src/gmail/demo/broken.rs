//! Mails that break the rules, as some do.

use super::craft::{by_hand, replace_header};
use crate::gmail::mailbox::Letter;

type Broken = fn(&Letter) -> Vec<u8>;

const BROKEN: &[Broken] = &[
    no_end,
    wrong_charset,
    cut_base64,
    bad_escapes,
    no_boundary,
    absent_boundary,
    no_contents,
    raw_eight_bit,
    zeros,
    long_line,
    deep,
    two_types,
    bad_words,
    bad_date,
    nobody,
    bare_lines,
    only_head,
    bad_header,
    false_type,
    dotted,
];

/// Writes a letter broken in the way of its turn.
pub fn write(turn: usize, letter: &Letter) -> Vec<u8> {
    BROKEN[turn % BROKEN.len()](letter)
}

const PLAIN: &str =
    "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit";

fn text(letter: &Letter) -> String {
    letter.text.clone().unwrap_or_default()
}

fn mixed(letter: &Letter, body: String) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"casse\"",
        body.as_bytes(),
    )
}

/// The last boundary is missing.
fn no_end(letter: &Letter) -> Vec<u8> {
    mixed(
        letter,
        format!(
            "--casse\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n--casse\r\nContent-Type: image/png; name=\"coupé.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo",
            text(letter)
        ),
    )
}

fn wrong_charset(letter: &Letter) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=x-inconnu-9000\nContent-Transfer-Encoding: 8bit",
        b"Caisse bloqu\xe9e, merci de rappeler",
    )
}

fn cut_base64(letter: &Letter) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
        b"Qm9uam91ciwgbGEgY2Fpc3NlIGVzdCBibG9xdcOpZS4gTWVyY2kgZGUgcmFwc",
    )
}

fn bad_escapes(letter: &Letter) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
        b"Prix =3D 12=ZZ =E9 = fin=\r\n de ligne =",
    )
}

fn no_boundary(letter: &Letter) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: multipart/mixed",
        text(letter).as_bytes(),
    )
}

/// The boundary that it names never comes.
fn absent_boundary(letter: &Letter) -> Vec<u8> {
    mixed(letter, text(letter))
}

fn no_contents(letter: &Letter) -> Vec<u8> {
    mixed(letter, "--casse--\r\n".to_owned())
}

/// Headers in Latin-1 as they are.
fn raw_eight_bit(letter: &Letter) -> Vec<u8> {
    let whole = by_hand(letter, PLAIN, text(letter).as_bytes());
    let marked = replace_header(&whole, "Subject", "Caisse @@ d@@bloquer");
    let mut out = Vec::new();
    let mut rest = &marked[..];
    while let Some(at) = rest.windows(2).position(|two| two == b"@@") {
        out.extend_from_slice(&rest[..at]);
        out.push(0xe9);
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
    out
}

fn zeros(letter: &Letter) -> Vec<u8> {
    by_hand(letter, PLAIN, b"Avant\0\0apr\xc3\xa8s\x07\x1b[31m fin\r\n")
}

fn long_line(letter: &Letter) -> Vec<u8> {
    by_hand(letter, PLAIN, "caisse ".repeat(12_000).as_bytes())
}

/// Sixty levels of nothing.
fn deep(letter: &Letter) -> Vec<u8> {
    let mut body = format!(
        "Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        text(letter)
    );
    for level in (0..60).rev() {
        body = format!(
            "Content-Type: multipart/mixed; boundary=\"n{level}\"\r\n\r\n--n{level}\r\n{body}\r\n--n{level}--\r\n"
        );
    }
    let (contents, body) = body.split_once("\r\n\r\n").unwrap_or((&body, ""));
    by_hand(
        letter,
        &format!("MIME-Version: 1.0\n{contents}"),
        body.as_bytes(),
    )
}

fn two_types(letter: &Letter) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Type: text/html; charset=iso-8859-1",
        text(letter).as_bytes(),
    )
}

fn bad_words(letter: &Letter) -> Vec<u8> {
    let whole = by_hand(letter, PLAIN, text(letter).as_bytes());
    replace_header(
        &whole,
        "Subject",
        "=?utf-8?B?w4ly$$$?= =?x-rien?Q?caisse_=E9?= =?utf-8?Q?coup=C3?=",
    )
}

fn bad_date(letter: &Letter) -> Vec<u8> {
    let whole = by_hand(letter, PLAIN, text(letter).as_bytes());
    replace_header(&whole, "Date", "mardi dernier, vers midi")
}

fn nobody(letter: &Letter) -> Vec<u8> {
    let whole = by_hand(letter, PLAIN, text(letter).as_bytes());
    let nameless = replace_header(&whole, "From", "");
    replace_header(&nameless, "Message-ID", "")
}

/// Lines that end in LF alone.
fn bare_lines(letter: &Letter) -> Vec<u8> {
    let whole = by_hand(letter, PLAIN, text(letter).as_bytes());
    whole.into_iter().filter(|byte| *byte != b'\r').collect()
}

fn only_head(letter: &Letter) -> Vec<u8> {
    let mut whole = by_hand(letter, PLAIN, b"");
    whole.truncate(whole.len().saturating_sub(2));
    whole
}

/// A line among the headers that is none.
fn bad_header(letter: &Letter) -> Vec<u8> {
    let whole = by_hand(letter, PLAIN, text(letter).as_bytes());
    [b"Ceci n'est pas un en-tete\r\n", &whole[..]].concat()
}

/// It says HTML, and is a picture.
fn false_type(letter: &Letter) -> Vec<u8> {
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR<script>alert(1)</script>\xff\xfe",
    )
}

/// A file name that wants to climb.
fn dotted(letter: &Letter) -> Vec<u8> {
    mixed(
        letter,
        format!(
            "--casse\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n--casse\r\nContent-Type: text/html; name=\"../../etc/passwd\"\r\nContent-Disposition: attachment; filename=\"..\\..\\facture<img src=x onerror=alert(1)>.html\"\r\n\r\n<script>alert(1)</script>\r\n--casse--\r\n",
            text(letter)
        ),
    )
}
