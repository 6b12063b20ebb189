//! A mail to be written, as tests and the demo data describe it.

use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{
        address::Address, content_type::ContentType, date::Date, message_id::MessageId, raw::Raw,
    },
    mime::MimePart,
};

/// A name and an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

impl Person {
    /// Somebody.
    pub fn new(name: &str, address: &str) -> Self {
        Person {
            name: name.to_owned(),
            address: address.to_owned(),
        }
    }
}

/// A file that goes along.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Its Content-ID, where the HTML shows it.
    pub cid: Option<String>,
}

/// A well-formed mail.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Who writes.
    pub from: Person,
    /// To whom.
    pub to: Vec<Person>,
    /// Who else.
    pub cc: Vec<Person>,
    /// What about.
    pub subject: String,
    /// When, by the sender's clock.
    pub at: Timestamp,
    /// Without angle brackets.
    pub message_id: String,
    /// The ids of the chain, oldest first; the last one is answered.
    pub references: Vec<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The text.
    pub text: Option<String>,
    /// The same as HTML.
    pub html: Option<String>,
    /// The files.
    pub files: Vec<File>,
}

impl Letter {
    /// A plain one.
    pub fn new(from: Person, to: Person, subject: &str, text: &str, at: Timestamp) -> Self {
        // FNV-1a: two letters of one instant are two.
        let bytes = subject.bytes().chain(text.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Letter {
            message_id: format!("{:x}.{hash:x}@{}", at.as_millisecond(), domain(&from)),
            from,
            to: vec![to],
            cc: Vec::new(),
            subject: subject.to_owned(),
            at,
            references: Vec::new(),
            headers: Vec::new(),
            text: Some(text.to_owned()),
            html: None,
            files: Vec::new(),
        }
    }

    /// With an HTML side.
    pub fn html(mut self, html: &str) -> Self {
        self.html = Some(html.to_owned());
        self
    }

    /// With a file.
    pub fn file(mut self, name: &str, mime: &str, bytes: &[u8]) -> Self {
        self.files.push(File {
            name: name.to_owned(),
            mime: mime.to_owned(),
            bytes: bytes.to_vec(),
            cid: None,
        });
        self
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// An answer to another one: its subject, its chain.
    pub fn answering(mut self, other: &Letter) -> Self {
        self.references = other.references.clone();
        self.references.push(other.message_id.clone());
        self
    }

    /// The addresses that it goes to.
    pub fn recipients(&self) -> Vec<String> {
        let all = self.to.iter().chain(&self.cc);
        all.map(|person| person.address.clone()).collect()
    }

    /// Its bytes, the same each time.
    pub fn write(&self) -> Vec<u8> {
        let mut builder = MessageBuilder::new()
            .from(address(&self.from))
            .to(people(&self.to))
            .subject(self.subject.as_str())
            .date(Date::new(self.at.as_second()))
            .message_id(self.message_id.as_str())
            .body(self.body());
        if !self.cc.is_empty() {
            builder = builder.cc(people(&self.cc));
        }
        if let Some(last) = self.references.last() {
            builder = builder
                .in_reply_to(last.as_str())
                .references(MessageId::new_list(self.references.iter().cloned()));
        }
        for (name, value) in &self.headers {
            builder = builder.header(name.as_str(), Raw::new(value.as_str()));
        }
        builder.write_to_vec().unwrap_or_default()
    }

    fn body(&self) -> MimePart<'_> {
        let text = self.text.as_deref().unwrap_or_default();
        let words = match (&self.text, &self.html) {
            (_, None) => MimePart::new("text/plain", text),
            (None, Some(html)) => MimePart::new("text/html", html.as_str()),
            (Some(text), Some(html)) => {
                let both = vec![
                    MimePart::new("text/plain", text.as_str()),
                    MimePart::new("text/html", html.as_str()),
                ];
                MimePart::new(self.multipart("alternative"), both)
            }
        };
        let (shown, attached): (Vec<_>, Vec<_>) =
            self.files.iter().partition(|file| file.cid.is_some());
        let words = self.around("related", words, &shown);
        self.around("mixed", words, &attached)
    }

    fn around<'x>(&self, kind: &str, inner: MimePart<'x>, files: &[&'x File]) -> MimePart<'x> {
        if files.is_empty() {
            return inner;
        }
        let mut parts = vec![inner];
        for file in files {
            let part = MimePart::new(file.mime.as_str(), file.bytes.as_slice());
            parts.push(match &file.cid {
                Some(cid) => part.inline().cid(cid.as_str()),
                None => part.attachment(file.name.as_str()),
            });
        }
        MimePart::new(self.multipart(kind), parts)
    }

    /// Boundaries follow from the id, so that the same mail has the same bytes.
    fn multipart(&self, kind: &str) -> ContentType<'static> {
        let tail: String = self
            .message_id
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        ContentType::new(format!("multipart/{kind}"))
            .attribute("boundary", format!("=_{kind}_{tail}"))
    }
}

fn people(list: &[Person]) -> Address<'_> {
    Address::new_list(list.iter().map(address).collect())
}

fn address(person: &Person) -> Address<'_> {
    let name = (!person.name.is_empty()).then_some(person.name.as_str());
    Address::new_address(name, person.address.as_str())
}

fn domain(person: &Person) -> &str {
    person
        .address
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain)
}
