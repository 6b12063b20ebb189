//! A mail that goes on in the thread of a ticket, as a note on that ticket: who reads that in GLPI sees what was answered.

use super::outcome::cut;
use crate::changes::AddFollowup;
use crate::domain::{Mail, MailName, without_link_lines};
use crate::proposal::Letter;

/// The note that tells a mail. None of one without a name, which nobody could know again, and of one that says nothing new.
pub fn note_of(mail: &Mail, private: bool) -> Option<AddFollowup> {
    let name = MailName::of(mail.message_id.as_deref()?)?;
    let mut text = cut(without_link_lines(&Letter::of(mail).text));
    let files: Vec<&str> = mail
        .attachments
        .iter()
        .filter(|file| file.cid.is_none())
        .map(|file| file.name.as_str())
        .collect();
    if !files.is_empty() {
        text = format!("{text}\n\nPièces jointes : {}", files.join(", "));
    }
    let text = text.trim();
    let (label, address) = (mail.from.label(), mail.from.address.as_str());
    let from = match label == address {
        true => address.to_owned(),
        false => format!("{label} ({address})"),
    };
    (!text.is_empty()).then(|| AddFollowup {
        content: name.note(&from, text),
        private,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Attachment, Correspondent, MailBody};
    use crate::time::Instant;

    fn mail(text: &str) -> Mail {
        Mail {
            id: "19a".to_owned(),
            from: Correspondent {
                name: "Paul Marcoux".to_owned(),
                address: "p.marcoux@x.example".to_owned(),
            },
            to: Vec::new(),
            cc: Vec::new(),
            reply_to: Vec::new(),
            subject: "Re: Caisse 23".to_owned(),
            at: Instant(0),
            snippet: String::new(),
            message_id: Some("2.a@x.example".to_owned()),
            references: Vec::new(),
            outgoing: false,
            unread: true,
            machine: None,
            body: Some(MailBody {
                html: String::new(),
                quoted: Some("<p>Avez-vous redémarré ?</p>".to_owned()),
                text: text.to_owned(),
                remote: false,
            }),
            attachments: Vec::new(),
        }
    }

    #[test]
    fn it_tells_who_wrote_what_without_what_was_quoted() {
        let note = note_of(&mail("Toujours en panne."), true).unwrap();
        assert_eq!(
            note.content,
            "Courriel de Paul Marcoux (p.marcoux@x.example)\n\nToujours en panne.\n\nréf. courriel : 2.a@x.example"
        );
        assert!(note.private);
    }

    #[test]
    fn what_a_mail_quotes_of_our_lines_links_nothing() {
        let text = "Voir :\nréf. courriel ôtée : 1.a@x.example";
        let note = note_of(&mail(text), true).unwrap();
        assert!(!note.content.contains("1.a@x.example"), "{}", note.content);
    }

    #[test]
    fn files_alone_are_told_by_their_names_and_nothing_at_all_is_not_told() {
        let mut sent = mail("");
        assert_eq!(note_of(&sent, true), None);
        sent.attachments = vec![Attachment {
            part: "1".to_owned(),
            name: "ticket.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            size: 3,
            cid: None,
        }];
        let note = note_of(&sent, false).unwrap();
        assert!(note.content.contains("Pièces jointes : ticket.pdf"));
        assert!(!note.private);
        let nameless = Mail {
            message_id: None,
            ..sent
        };
        assert_eq!(note_of(&nameless, true), None);
    }
}
