//! A mail of ours, as it is handed to Google.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;
use tournee_core::changes::SendReply;
use tournee_core::domain::{Correspondent, Mail};
use tournee_core::ids::{ChangeId, MailboxId};
use tournee_core::time::Instant;

/// The header that a mail of ours is found by: Gmail gives it another Message-ID than we would.
pub const MARK: &str = "X-Tournee-Change";
/// Letters of what is answered that are quoted.
const QUOTED: usize = 20_000;

/// The bytes of an answer, as Google takes them.
pub fn answer(
    mailbox: &MailboxId,
    reply: &SendReply,
    to: &Mail,
    change: ChangeId,
    now: Instant,
) -> Option<String> {
    let subject = SendReply::subject(&to.subject);
    let text = format!("{}{}", reply.text.trim_end(), quoted(to));
    let mut letter = MessageBuilder::new()
        .from(Address::new_address(None::<&str>, mailbox.0.as_str()))
        .to(people(&reply.to))
        .subject(subject.as_str())
        .date(Date::new(now.0))
        // Gmail puts another one in its place.
        .message_id(format!("{change}@tournee.invalid"))
        .header(MARK, Raw::new(change.to_string()))
        .body(MimePart::new("text/plain", text.as_str()));
    if !reply.cc.is_empty() {
        letter = letter.cc(people(&reply.cc));
    }
    if let Some(name) = &to.message_id {
        let chain = to.references.iter().filter(|id| *id != name).chain([name]);
        letter = letter
            .in_reply_to(name.as_str())
            .references(MessageId::new_list(chain.cloned()));
    }
    Some(URL_SAFE_NO_PAD.encode(letter.write_to_vec().ok()?))
}

fn people(people: &[Correspondent]) -> Address<'_> {
    let address = |person: &'_ Correspondent| -> Address<'static> {
        let name = Some(person.name.clone()).filter(|name| !name.is_empty());
        Address::new_address(name, person.address.clone())
    };
    Address::new_list(people.iter().map(address).collect())
}

/// What is answered, below the answer.
fn quoted(mail: &Mail) -> String {
    let Some(body) = mail
        .body
        .as_ref()
        .filter(|body| !body.text.trim().is_empty())
    else {
        return String::new();
    };
    let text: String = body.text.trim().chars().take(QUOTED).collect();
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    format!(
        "\n\n{} a écrit :\n\n{}\n",
        mail.from.label(),
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::MessageParser;
    use tournee_core::domain::MailBody;

    fn person(name: &str, address: &str) -> Correspondent {
        Correspondent {
            name: name.to_owned(),
            address: address.to_owned(),
        }
    }

    #[test]
    fn an_answer_is_in_the_chain_and_bears_its_mark() {
        let to = Mail {
            id: "19a".to_owned(),
            from: person("Noémie Esmieu", "n@x.example"),
            to: Vec::new(),
            cc: Vec::new(),
            reply_to: Vec::new(),
            subject: "Caisse n° 23".to_owned(),
            at: Instant(0),
            snippet: String::new(),
            message_id: Some("2@x.example".to_owned()),
            references: vec!["1@x.example".to_owned()],
            outgoing: false,
            unread: false,
            machine: None,
            body: Some(MailBody {
                text: "Elle fume.\nVite !".to_owned(),
                ..MailBody::default()
            }),
            attachments: Vec::new(),
        };
        let reply = SendReply {
            answers: "19a".to_owned(),
            to: vec![person("Noémie, Esmieu", "n@x.example")],
            cc: vec![person("", "c@x.example")],
            text: "J’arrive à 14 h.\n".to_owned(),
        };
        let change = ChangeId("019a0b1c-2d3e-7f40-8a5b-6c7d8e9fa0b1".parse().unwrap());
        let raw = answer(
            &MailboxId::of("me@x.example"),
            &reply,
            &to,
            change,
            Instant(0),
        )
        .unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(raw).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.subject(), Some("Re: Caisse n° 23"));
        assert_eq!(mail.in_reply_to().as_text(), Some("2@x.example"));
        let chain = mail.references().as_text_list().unwrap();
        assert_eq!(chain, ["1@x.example", "2@x.example"]);
        let mark = mail.header_raw(MARK).unwrap().trim();
        assert_eq!(mark, change.to_string());
        assert_eq!(
            mail.to().unwrap().first().unwrap().name(),
            Some("Noémie, Esmieu")
        );
        let text = mail.body_text(0).unwrap();
        assert!(
            text.replace("\r\n", "\n").starts_with(
                "J’arrive à 14 h.\n\nNoémie Esmieu a écrit :\n\n> Elle fume.\n> Vite !"
            ),
            "{text}"
        );
    }
}
