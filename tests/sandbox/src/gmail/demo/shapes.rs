//! Well-formed mails of every shape that mail programs have thought of.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    craft::{by_hand, quoted_printable, replace_header, single_bytes},
    topics,
};
use crate::gmail::mailbox::{File, Letter, Raw};

/// A GIF of one pixel.
pub const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const HUGE: usize = 20 * 1024 * 1024;

type Shape = fn(&mut Letter) -> Vec<u8>;

const SHAPES: &[Shape] = &[
    photo,
    inline_image,
    nested,
    windows_1252,
    latin_9,
    split_words,
    long_name,
    encoded_name,
    invitation,
    winmail,
    forwarded,
    html_only,
    flowed_base64,
    japanese,
    many_files,
    utf_16,
    tracker,
];

/// Writes a letter in the shape of its turn.
pub fn write(turn: usize, letter: &mut Letter) -> Vec<u8> {
    SHAPES[turn % SHAPES.len()](letter)
}

/// A mail with an attachment of 20 MB, which is made when somebody asks.
pub fn huge(letter: Letter) -> Raw {
    Raw::made(HUGE, move |size| {
        // Not all zeros: what is compressed on the way must not get away so easily.
        let bytes: Vec<u8> = (0..size)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        letter
            .clone()
            .file("vidéo caméra 4.mp4", "video/mp4", &bytes)
            .write()
    })
}

fn text(letter: &Letter) -> String {
    letter.text.clone().unwrap_or_default()
}

fn photo(letter: &mut Letter) -> Vec<u8> {
    letter
        .clone()
        .file(
            "IMG_0231.JPG",
            "image/jpeg",
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01photo\xff\xd9",
        )
        .write()
}

fn shown(mut letter: Letter) -> Letter {
    letter = topics::with_html(&letter);
    if let Some(html) = &mut letter.html {
        html.push_str("<p><img src=\"cid:logo@magasin\" alt=\"logo\"></p>");
    }
    letter.files.push(File {
        name: "logo.gif".to_owned(),
        mime: "image/gif".to_owned(),
        bytes: PIXEL.to_vec(),
        cid: Some("logo@magasin".to_owned()),
    });
    letter
}

fn inline_image(letter: &mut Letter) -> Vec<u8> {
    shown(letter.clone()).write()
}

fn nested(letter: &mut Letter) -> Vec<u8> {
    shown(letter.clone())
        .file("Bon de livraison n°12.pdf", "application/pdf", PDF)
        .write()
}

fn many_files(letter: &mut Letter) -> Vec<u8> {
    let mut letter = letter.clone();
    for number in 1..=6 {
        letter = letter.file(&format!("page {number}.pdf"), "application/pdf", PDF);
    }
    letter
        .file("relevé.csv", "text/csv", "caisse;état\n23;HS\n".as_bytes())
        .write()
}

const WINDOWS: &[(char, u8)] = &[
    ('€', 0x80),
    ('…', 0x85),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('–', 0x96),
    ('œ', 0x9c),
];

fn windows_1252(letter: &mut Letter) -> Vec<u8> {
    let words = text(letter).replace('\'', "’") + "\nRéglé : 12,50 € – cœur de gamme…\n";
    let body = quoted_printable(&single_bytes(&words, WINDOWS));
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"Windows-1252\"\nContent-Transfer-Encoding: quoted-printable",
        &body,
    )
}

fn latin_9(letter: &mut Letter) -> Vec<u8> {
    let words = text(letter) + "\nTotal : 100 €\n";
    let body = single_bytes(&words, &[('€', 0xa4), ('œ', 0xbd)]);
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-15\nContent-Transfer-Encoding: 8bit",
        &body,
    )
}

/// A subject in two RFC 2047 words of different charsets and encodings.
fn split_words(letter: &mut Letter) -> Vec<u8> {
    let second = STANDARD.encode("Débit – réseau coupé");
    let subject = format!("=?iso-8859-1?Q?Pi=E8ce_re=E7ue_=3A?=\r\n =?UTF-8?B?{second}?=");
    let plain = by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit",
        text(letter).as_bytes(),
    );
    replace_header(&plain, "Subject", &subject)
}

fn with_file(letter: &Letter, headers: &str, bytes: &[u8]) -> Vec<u8> {
    let body = format!(
        "--=_limite\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n--=_limite\r\n{}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--=_limite--\r\n",
        text(letter),
        headers.replace('\n', "\r\n"),
        STANDARD.encode(bytes),
    );
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_limite\"",
        body.as_bytes(),
    )
}

/// RFC 2231: in pieces, with a charset.
fn long_name(letter: &mut Letter) -> Vec<u8> {
    with_file(
        letter,
        "Content-Type: application/pdf\nContent-Disposition: attachment;\n filename*0*=UTF-8''Relev%C3%A9%20des%20temp%C3%A9ratures%20;\n filename*1*=du%20rayon%20frais%20%E2%80%93%20;\n filename*2=\"novembre 2026.pdf\"",
        PDF,
    )
}

/// RFC 2047 in a parameter: forbidden, and everywhere.
fn encoded_name(letter: &mut Letter) -> Vec<u8> {
    with_file(
        letter,
        "Content-Type: application/vnd.ms-excel;\n name=\"=?iso-8859-1?Q?Inventaire_d=E9p=F4t.xls?=\"\nContent-Disposition: attachment;\n filename=\"=?iso-8859-1?Q?Inventaire_d=E9p=F4t.xls?=\"",
        b"\xd0\xcf\x11\xe0classeur",
    )
}

const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:inventaire-2026@magasin.example\r\nDTSTART:20261203T080000Z\r\nDTEND:20261203T100000Z\r\nSUMMARY:Inventaire – présence informatique\r\nLOCATION:Magasin LORGUES\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn invitation(letter: &mut Letter) -> Vec<u8> {
    let body = format!(
        "--=_inv\r\nContent-Type: multipart/alternative; boundary=\"=_alt\"\r\n\r\n--=_alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n--=_alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Vous êtes invité : <b>Inventaire</b></p>\r\n--=_alt\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{ICS}\r\n--=_alt--\r\n\r\n--=_inv\r\nContent-Type: application/ics; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--=_inv--\r\n",
        text(letter),
        STANDARD.encode(ICS),
    );
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_inv\"",
        body.as_bytes(),
    )
}

fn winmail(letter: &mut Letter) -> Vec<u8> {
    with_file(
        letter,
        "Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Disposition: attachment; filename=\"winmail.dat\"",
        b"\x78\x9f\x3e\x22\x00\x01\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00\x01\x07\x90",
    )
}

/// A mail within a mail, which has a file itself.
fn forwarded(letter: &mut Letter) -> Vec<u8> {
    let inner = Letter {
        subject: "Facture n° 4471".to_owned(),
        message_id: format!("int.{}", letter.message_id),
        ..letter.clone()
    }
    .file("facture.pdf", "application/pdf", PDF)
    .write();
    let head = format!(
        "--=_tr\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPour info, voir ci-joint.\r\n--=_tr\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"Facture n4471.eml\"\r\n\r\n{}\r\n--=_tr--\r\n",
        String::from_utf8_lossy(&inner),
    );
    letter.subject = format!("TR: {}", letter.subject);
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_tr\"",
        head.as_bytes(),
    )
}

fn html_only(letter: &mut Letter) -> Vec<u8> {
    let html = "<html><head><meta charset=\"utf-8\"><style>p{color:#333}</style></head><body><p>Relevé des caisses :</p>\
                <table border=1><tr><th>Caisse</th><th>État</th></tr><tr><td>23</td><td>HS</td></tr></table>\
                <p>Détail sur l'<a href=\"https://intranet.example/caisses?a=1&amp;b=2\">intranet</a>.</p></body></html>";
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: 8bit",
        html.as_bytes(),
    )
}

fn flowed_base64(letter: &mut Letter) -> Vec<u8> {
    let encoded = STANDARD.encode(text(letter));
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(76)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64",
        lines.join("\r\n").as_bytes(),
    )
}

/// A charset with escapes: its bytes are ASCII and mean something else.
fn japanese(letter: &mut Letter) -> Vec<u8> {
    let body = b"Le fournisseur a ecrit : \x1b$B%3%s%K%A%O\x1b(B\r\nMerci de traduire.\r\n";
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=ISO-2022-JP\nContent-Transfer-Encoding: 7bit",
        body,
    )
}

fn utf_16(letter: &mut Letter) -> Vec<u8> {
    let bytes: Vec<u8> = text(letter)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64",
        STANDARD.encode(bytes).as_bytes(),
    )
}

/// What wants to know that it was read, and to run.
fn tracker(letter: &mut Letter) -> Vec<u8> {
    let html = "<html><body onload=\"alert(1)\"><p>Bonjour, votre commande est <b>partie</b>.</p>\
                <img src=\"https://pisteur.example/o.gif?u=4711\" width=1 height=1><img src=\"https://images.example/camion.png\" width=300>\
                <div style=\"background:url(https://pisteur.example/b.png)\">Suivi</div><script>document.title='pirate'</script>\
                <a href=\"javascript:alert(1)\">cliquez</a><form action=\"https://pirate.example\"><input name=mdp></form>\
                <iframe src=\"https://pirate.example/\"></iframe><svg><script>alert(2)</script></svg></body></html>";
    by_hand(
        letter,
        "MIME-Version: 1.0\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: 8bit",
        html.as_bytes(),
    )
}
