//! Answer a thread of mails.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Field, Invalid, Shown, Verdict, validate_text};
use crate::domain::{Correspondent, EntryKind, Mail, Thread, Ticket};
use crate::ids::MailboxId;

/// As many readers as a mail may have here: more is a list's business.
const MOST_READERS: usize = 50;

/// A mail in a thread. It leaves by the thread's mailbox, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendReply {
    /// The mail that it answers, by its id in the mailbox.
    pub answers: String,
    /// To whom.
    pub to: Vec<Correspondent>,
    /// Who else gets it.
    pub cc: Vec<Correspondent>,
    /// Plain text, as typed; what it answers is quoted below it.
    pub text: String,
}

impl SendReply {
    /// The mail of a thread that an answer goes to: the newest that a person wrote who is not the mailbox's owner, else
    /// his own last one. None where only machines wrote: these are not answered.
    pub fn answered(thread: &Thread) -> Option<&Mail> {
        let written = || {
            thread
                .mails
                .iter()
                .rev()
                .filter(|mail| mail.machine.is_none())
        };
        written()
            .find(|mail| !mail.outgoing)
            .or_else(|| written().next())
    }

    /// Who gets an answer to this mail: whom it names for that, else who wrote it, and (`all`) who else has it. Nobody twice, and never the mailbox
    /// itself.
    pub fn readers(
        mail: &Mail,
        mailbox: &MailboxId,
        all: bool,
    ) -> (Vec<Correspondent>, Vec<Correspondent>) {
        let (first, others) = match mail.outgoing {
            true => (mail.to.clone(), mail.cc.clone()),
            false => {
                let others = mail.to.iter().chain(&mail.cc).cloned();
                let asked = match mail.reply_to.is_empty() {
                    true => vec![mail.from.clone()],
                    false => mail.reply_to.clone(),
                };
                (asked, others.collect())
            }
        };
        let mut seen = vec![mailbox.0.clone()];
        let mut new = |person: &Correspondent| {
            let address = person.address.to_lowercase();
            let is_new = address.contains('@') && !seen.contains(&address);
            seen.push(address);
            is_new
        };
        let to = first.into_iter().filter(&mut new).collect();
        let cc = match all {
            true => others.into_iter().filter(&mut new).collect(),
            false => Vec::new(),
        };
        (to, cc)
    }

    /// The subject of an answer: Gmail keeps it in the thread by that.
    pub fn subject(answered: &str) -> String {
        let is_answer = answered
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("re:"));
        match is_answer {
            true => answered.to_owned(),
            false => format!("Re: {answered}"),
        }
    }
}

impl ChangeKind for SendReply {
    fn validate(&self) -> Result<(), Invalid> {
        validate_text(&self.text)?;
        let mut readers = self.to.iter().chain(&self.cc);
        let is_fine = |person: &Correspondent| {
            let address = &person.address;
            address.contains('@')
                && !address.contains(|c: char| c.is_whitespace() || c.is_control())
        };
        if self.to.is_empty() || readers.clone().count() > MOST_READERS || !readers.all(is_fine) {
            return Err(Invalid::NoAddress);
        }
        Ok(())
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn check(&self, _now: &Ticket) -> Verdict {
        // No ticket is answered by mail: intake has refused it.
        Verdict::AlreadyThere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(address: &str) -> Correspondent {
        Correspondent {
            name: String::new(),
            address: address.to_owned(),
        }
    }

    fn addresses(people: &[Correspondent]) -> Vec<&str> {
        people
            .iter()
            .map(|person| person.address.as_str())
            .collect()
    }

    fn mail(from: &str, to: &[&str], cc: &[&str], outgoing: bool) -> Mail {
        let people = |all: &[&str]| all.iter().map(|one| person(one)).collect();
        Mail {
            id: "1".to_owned(),
            from: person(from),
            to: people(to),
            cc: people(cc),
            reply_to: Vec::new(),
            subject: "Caisse".to_owned(),
            at: crate::time::Instant(0),
            snippet: String::new(),
            message_id: None,
            references: Vec::new(),
            outgoing,
            unread: false,
            machine: None,
            body: None,
            attachments: Vec::new(),
        }
    }

    #[test]
    fn an_answer_goes_to_who_wrote_and_to_all_others_but_the_mailbox_itself() {
        let own = MailboxId::of("me@x.example");
        let came = mail(
            "a@y.example",
            &["Me@x.example", "b@y.example"],
            &["a@y.example"],
            false,
        );
        let (to, cc) = SendReply::readers(&came, &own, false);
        assert_eq!((addresses(&to), cc.len()), (vec!["a@y.example"], 0));
        let (_, cc) = SendReply::readers(&came, &own, true);
        assert_eq!(addresses(&cc), ["b@y.example"]);
        // Who asks to be answered elsewhere is.
        let named = Mail {
            reply_to: vec![person("desk@y.example")],
            ..came.clone()
        };
        let (to, cc) = SendReply::readers(&named, &own, true);
        assert_eq!(addresses(&to), ["desk@y.example"]);
        assert_eq!(addresses(&cc), ["b@y.example", "a@y.example"]);
        // His own mail goes on to whom it went.
        let sent = mail("me@x.example", &["a@y.example"], &["c@y.example"], true);
        let (to, cc) = SendReply::readers(&sent, &own, true);
        assert_eq!(addresses(&to), ["a@y.example"]);
        assert_eq!(addresses(&cc), ["c@y.example"]);
    }

    #[test]
    fn a_subject_is_marked_as_an_answer_once() {
        assert_eq!(SendReply::subject("Caisse"), "Re: Caisse");
        assert_eq!(SendReply::subject("RE: Caisse"), "RE: Caisse");
        assert_eq!(SendReply::subject("é"), "Re: é");
    }

    #[test]
    fn an_answer_has_words_and_a_reader() {
        let reply = |to: &[&str], text: &str| SendReply {
            answers: "1".to_owned(),
            to: to.iter().map(|one| person(one)).collect(),
            cc: Vec::new(),
            text: text.to_owned(),
        };
        assert_eq!(reply(&["a@b.example"], " ").validate(), Err(Invalid::Empty));
        assert_eq!(reply(&[], "x").validate(), Err(Invalid::NoAddress));
        assert_eq!(
            reply(&["a@b\r\nBcc: c@d"], "x").validate(),
            Err(Invalid::NoAddress)
        );
        assert_eq!(reply(&["a@b.example"], "x").validate(), Ok(()));
    }
}
