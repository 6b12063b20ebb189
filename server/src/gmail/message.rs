//! From Google's message to our mail: parsed at the edge, once. A broken mail becomes a poor one, never an error.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_parser::parsers::MessageStream;
use serde::Deserialize;
use tournee_core::domain::{Attachment, Correspondent, Machine, Mail};
use tournee_core::ids::MailboxId;
use tournee_core::time::Instant;

use super::body::body;
use super::charset::decode;

/// Google pads, or not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
/// Bodies beyond this are read when they are opened: a phone's feed is no place for them.
const MOST_KEPT: usize = 100_000;
/// What one mail may list of people, references and files.
const MOST: usize = 100;

/// The headers that a mail's head is made of.
pub const HEADERS: [&str; 14] = [
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Message-ID",
    "References",
    "In-Reply-To",
    "Auto-Submitted",
    "Precedence",
    "List-Id",
    "X-Autoreply",
    "Return-Path",
    "Content-Type",
];

/// A message as Google sends it. Everything may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// Its thread's.
    pub thread_id: String,
    /// Ids of its labels.
    pub label_ids: Vec<String>,
    snippet: String,
    internal_date: String,
    payload: Part,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Part {
    part_id: String,
    mime_type: String,
    filename: String,
    headers: Vec<Header>,
    body: PartBody,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Header {
    name: String,
    value: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PartBody {
    size: u64,
    data: Option<String>,
    attachment_id: Option<String>,
}

/// Decodes Google's base64.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text.trim_end()).ok()
}

impl Message {
    /// The mail. `whole`: the parts are in it too, not only the head.
    pub fn mail(&self, mailbox: &MailboxId, whole: bool) -> Mail {
        let head = &self.payload;
        let from = people(head.header("from"))
            .into_iter()
            .next()
            .unwrap_or_default();
        let subject = unfold(&words(head.header("subject")));
        let mut mail = Mail {
            id: self.id.clone(),
            outgoing: self.label_ids.iter().any(|label| label == "SENT")
                || from.address == mailbox.0,
            machine: machine(head, &from, &subject),
            to: people(head.header("to")),
            cc: people(head.header("cc")),
            reply_to: people(head.header("reply-to"))
                .into_iter()
                .filter(|person| person.address != from.address)
                .collect(),
            from,
            subject,
            at: Instant(
                self.internal_date
                    .parse::<i64>()
                    .unwrap_or(0)
                    .div_euclid(1_000),
            ),
            snippet: unfold(&html_escape::decode_html_entities(&self.snippet)),
            message_id: ids(head.header("message-id")).pop(),
            references: references(head),
            unread: self.label_ids.iter().any(|label| label == "UNREAD"),
            body: None,
            attachments: Vec::new(),
        };
        if whole {
            self.fill(&mut mail);
        }
        mail
    }

    fn fill(&self, mail: &mut Mail) {
        let mut found = Found::default();
        found.walk(&self.payload, 0);
        mail.attachments = found.files;
        let (html, text) = (found.html.join("\n"), found.text.join("\n"));
        let body = body(
            Some(&html)
                .filter(|html| !html.is_empty())
                .map(String::as_str),
            Some(&text),
        );
        let size = body.html.len() + body.quoted.as_ref().map_or(0, String::len) + body.text.len();
        mail.body = (size <= MOST_KEPT).then_some(body);
    }

    /// The same with its body, however long.
    pub fn opened(&self, mailbox: &MailboxId) -> Mail {
        let mut mail = self.mail(mailbox, true);
        if mail.body.is_none() {
            let mut found = Found::default();
            found.walk(&self.payload, 0);
            let (html, text) = (found.html.join("\n"), found.text.join("\n"));
            mail.body = Some(body(Some(&html), Some(&text)));
        }
        mail
    }

    /// Whether a header says just this.
    pub fn bears(&self, header: &str, value: &str) -> bool {
        self.payload.header(header).trim() == value
    }

    /// The id under which Google gives out a part's bytes, or the bytes themselves. Ids differ from answer to answer.
    pub fn file(&self, part: &str) -> Option<File> {
        let part = self.payload.find(part, 0)?;
        let bytes = part.body.data.as_deref().and_then(base64);
        let name = file_name(&part.filename);
        let mime = part.mime_type.to_ascii_lowercase();
        match (&part.body.attachment_id, bytes) {
            (Some(id), _) => Some(File {
                name,
                mime,
                held: Held::Elsewhere(id.clone()),
            }),
            (None, Some(bytes)) => Some(File {
                name,
                mime,
                held: Held::Here(bytes),
            }),
            (None, None) => None,
        }
    }
}

/// A file of a message.
pub struct File {
    /// Its name, without any folder.
    pub name: String,
    /// Its media type, as the mail says it.
    pub mime: String,
    /// Its bytes, or where they are.
    pub held: Held,
}

/// Where the bytes of a file are.
pub enum Held {
    /// In the message.
    Here(Vec<u8>),
    /// At Google, under this id.
    Elsewhere(String),
}

/// Nobody nests deeper but to harm.
const DEEPEST: usize = 100;

impl Part {
    fn header(&self, name: &str) -> &str {
        let header = self
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name));
        header.map_or("", |header| &header.value)
    }

    fn find(&self, wanted: &str, depth: usize) -> Option<&Part> {
        if self.place() == wanted {
            return Some(self);
        }
        let below = self.parts.iter().filter(|_| depth < DEEPEST);
        below
            .into_iter()
            .find_map(|part| part.find(wanted, depth + 1))
    }

    /// The root has an empty id, which no address can hold.
    fn place(&self) -> &str {
        match self.part_id.is_empty() {
            true => "root",
            false => &self.part_id,
        }
    }
}

#[derive(Default)]
struct Found {
    html: Vec<String>,
    text: Vec<String>,
    files: Vec<Attachment>,
}

impl Found {
    fn walk(&mut self, part: &Part, depth: usize) {
        let mime = part.mime_type.to_ascii_lowercase();
        let is_file = !part.filename.is_empty() || part.body.attachment_id.is_some();
        if mime.starts_with("multipart/") {
            if depth < DEEPEST {
                for part in &part.parts {
                    self.walk(part, depth + 1);
                }
            }
        } else if is_file || !matches!(mime.as_str(), "text/plain" | "text/html" | "") {
            self.file(part, &mime);
        } else if let Some(bytes) = part.body.data.as_deref().and_then(base64) {
            let text = decode(&bytes, charset(part.header("content-type")).as_deref());
            match mime.as_str() {
                "text/html" => self.html.push(text),
                _ => self.text.push(text),
            }
        }
    }

    fn file(&mut self, part: &Part, mime: &str) {
        // An invitation's third face is no file: its second one is.
        if self.files.len() >= MOST || (mime == "text/calendar" && part.filename.is_empty()) {
            return;
        }
        let cid = ids(part.header("content-id")).pop();
        let attached = part
            .header("content-disposition")
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("attachment");
        self.files.push(Attachment {
            part: part.place().to_owned(),
            name: file_name(&part.filename),
            mime: mime.to_owned(),
            size: part.body.size,
            cid: cid.filter(|_| mime.starts_with("image/") && !attached),
        });
    }
}

fn charset(content_type: &str) -> Option<String> {
    let small = content_type.to_ascii_lowercase();
    let (_, after) = small.split_once("charset=")?;
    let value = after.trim_start_matches(['"', '\'', ' ']);
    let end = value.find(['"', '\'', ';', ' ']).unwrap_or(value.len());
    Some(value[..end].to_owned())
}

/// A file's own name: no folder, nothing that a file system or a page could take for something else.
fn file_name(name: &str) -> String {
    let name = words(name);
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*'))
        // Letters that turn the reading direction hide what a name ends with.
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}'))
        .take(200)
        .collect();
    let clean = clean.trim().trim_start_matches('.').trim();
    match clean.is_empty() {
        true => "sans-nom".to_owned(),
        false => clean.to_owned(),
    }
}

/// A header's words, decoded where that was left to us.
fn words(value: &str) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let line = ended(value);
    let parsed = MessageStream::new(&line).parse_unstructured();
    parsed.as_text().unwrap_or(value).to_owned()
}

/// A header's value as it stands in a mail: what no line ends is not taken for whole.
fn ended(value: &str) -> Vec<u8> {
    [value.as_bytes(), b"\r\n"].concat()
}

/// One line of shown letters.
fn unfold(text: &str) -> String {
    let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shown
        .chars()
        .filter(|c| !c.is_control())
        .take(1_000)
        .collect()
}

fn people(value: &str) -> Vec<Correspondent> {
    let line = ended(value);
    let parsed = MessageStream::new(&line).parse_address();
    let Some(addresses) = parsed.as_address() else {
        return Vec::new();
    };
    addresses
        .iter()
        .take(MOST)
        .map(|person| Correspondent {
            name: unfold(&words(person.name.as_deref().unwrap_or_default())),
            address: unfold(person.address.as_deref().unwrap_or_default()).to_lowercase(),
        })
        .filter(|person| !person.address.is_empty() || !person.name.is_empty())
        .collect()
}

/// Ids without their angle brackets, in order.
fn ids(value: &str) -> Vec<String> {
    value
        .split(|c: char| c.is_whitespace() || c == ',')
        .map(|word| word.trim_matches(['<', '>']))
        .filter(|word| !word.is_empty() && word.len() <= 500)
        .map(str::to_owned)
        .collect()
}

fn references(head: &Part) -> Vec<String> {
    let mut all = ids(head.header("references"));
    for id in ids(head.header("in-reply-to")) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    // The oldest names the chain, the newest ones the branch.
    if all.len() > MOST {
        all.drain(1..all.len() - MOST + 1);
    }
    all
}

fn machine(head: &Part, from: &Correspondent, subject: &str) -> Option<Machine> {
    let small = |name: &str| head.header(name).trim().to_ascii_lowercase();
    let (submitted, precedence) = (small("auto-submitted"), small("precedence"));
    let automatic = !submitted.is_empty() && submitted != "no";
    if automatic && let Some(ticket) = ticket_number(subject) {
        return Some(Machine::Glpi { ticket });
    }
    let postmaster = ["mailer-daemon@", "postmaster@"]
        .iter()
        .any(|start| from.address.starts_with(start));
    if small("content-type").starts_with("multipart/report") || postmaster {
        return Some(Machine::Bounce);
    }
    let answers = submitted.starts_with("auto-replied") || precedence == "auto_reply";
    if answers || !head.header("x-autoreply").is_empty() {
        return Some(Machine::AutoReply);
    }
    // Nobody is to hear of it if it can't be delivered: only what is itself such a message says so.
    if small("return-path") == "<>" {
        return Some(Machine::Bounce);
    }
    let bulk = matches!(precedence.as_str(), "bulk" | "list" | "junk")
        || !head.header("list-id").is_empty();
    bulk.then_some(Machine::Bulk)
}

/// The number that GLPI writes into its subjects: `[GLPI #0007754]`.
pub fn ticket_number(subject: &str) -> Option<u64> {
    let (_, after) = subject.split_once("[GLPI #")?;
    let (digits, _) = after.split_once(']')?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: serde_json::Value) -> Message {
        serde_json::from_value(json).unwrap()
    }

    fn headed(headers: &[(&str, &str)]) -> Mail {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| serde_json::json!({"name": name, "value": value}))
            .collect();
        message(serde_json::json!({"id": "1", "payload": {"headers": headers}}))
            .mail(&MailboxId::of("moi@x.example"), false)
    }

    #[test]
    fn heads_are_read_decoded_or_not() {
        let mail = headed(&[
            ("from", "=?UTF-8?Q?No=C3=A9mie?= <Noemie@X.example>"),
            ("To", "Moi <moi@x.example>, autre@x.example"),
            ("SUBJECT", "=?iso-8859-1?Q?Caisse_cass=E9e?="),
            ("Message-Id", "<3@x>"),
            ("References", "<1@x>\r\n <2@x>"),
            ("In-Reply-To", "<2@x>"),
        ]);
        assert_eq!(
            (mail.from.name.as_str(), mail.from.address.as_str()),
            ("Noémie", "noemie@x.example")
        );
        assert_eq!(mail.to.len(), 2);
        assert_eq!(mail.subject, "Caisse cassée");
        assert_eq!(mail.message_id.as_deref(), Some("3@x"));
        assert_eq!(mail.references, ["1@x", "2@x"]);
        assert_eq!(mail.machine, None);
    }

    #[test]
    fn machines_are_known_by_their_headers() {
        let by = |headers: &[(&str, &str)]| headed(headers).machine;
        let glpi = [
            ("Subject", "[GLPI #0007754] Suivi"),
            ("Auto-Submitted", "auto-generated"),
        ];
        assert_eq!(by(&glpi), Some(Machine::Glpi { ticket: 7754 }));
        assert_eq!(
            by(&[("Subject", "Re: [GLPI #0007754] Suivi")]),
            None,
            "a person answers"
        );
        assert_eq!(
            by(&[("Auto-Submitted", "auto-replied (vacation)")]),
            Some(Machine::AutoReply)
        );
        assert_eq!(
            by(&[("Content-Type", "multipart/report; report-type=x")]),
            Some(Machine::Bounce)
        );
        assert_eq!(
            by(&[("From", "MAILER-DAEMON@x.example")]),
            Some(Machine::Bounce)
        );
        assert_eq!(by(&[("Precedence", "bulk")]), Some(Machine::Bulk));
        assert_eq!(by(&[("Return-Path", " <> ")]), Some(Machine::Bounce));
        assert_eq!(by(&[("Return-Path", "<n@x.example>")]), None);
        let absent = [("Return-Path", "<>"), ("Precedence", "auto_reply")];
        assert_eq!(by(&absent), Some(Machine::AutoReply));
        assert_eq!(
            by(&[
                ("Auto-Submitted", "auto-generated"),
                ("Subject", "** PROBLEM **")
            ]),
            None
        );
    }

    #[test]
    fn names_of_files_lead_nowhere() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(
            file_name("C:\\x\\facture<img src=x>.html"),
            "factureimg src=x.html"
        );
        assert_eq!(file_name("..."), "sans-nom");
        assert_eq!(file_name("fac\u{202e}fdp.exe"), "facfdp.exe");
        assert_eq!(file_name("=?iso-8859-1?Q?d=E9p=F4t.xls?="), "dépôt.xls");
    }

    #[test]
    fn invitations_and_files_within_text_are_told_apart() {
        let data = "Qm9uam91cg";
        let mail = message(serde_json::json!({"id": "1", "payload": {"mimeType": "multipart/mixed", "parts": [
            {"partId": "0", "mimeType": "text/plain", "filename": "", "body": {"data": data}},
            {"partId": "1", "mimeType": "text/calendar", "filename": "", "body": {"data": data}},
            {"partId": "2", "mimeType": "image/png", "filename": "l.png", "body": {"size": 3, "attachmentId": "x"},
             "headers": [{"name": "Content-ID", "value": "<logo@x>"}]},
            {"partId": "3", "mimeType": "message/rfc822", "filename": "a.eml", "body": {"size": 3, "attachmentId": "y"},
             "parts": [{"partId": "3.0", "mimeType": "text/plain", "body": {"data": data}}]},
        ]}}))
        .mail(&MailboxId::of("moi@x.example"), true);
        assert_eq!(mail.body.unwrap().text, "Bonjour");
        let files: Vec<_> = mail
            .attachments
            .iter()
            .map(|file| (file.part.as_str(), file.cid.as_deref()))
            .collect();
        assert_eq!(files, [("2", Some("logo@x")), ("3", None)]);
    }
}
