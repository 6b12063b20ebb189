//! Who wrote to whom, in words.

use tournee_core::domain::{Correspondent, Machine, Mail};

use crate::text::{fill, t};

/// Who wrote it.
pub fn author(mail: &Mail) -> String {
    match mail.from.label().trim() {
        "" => t(|t| t.mail_nobody).to_owned(),
        name => name.to_owned(),
    }
}

/// A line for each kind of reader.
pub fn readers(mail: &Mail) -> Vec<String> {
    let line = |words: &str, people: &[Correspondent]| {
        let names: Vec<&str> = people.iter().map(Correspondent::label).collect();
        (!names.is_empty()).then(|| fill(words, &[("names", &names.join(", "))]))
    };
    let lines = [
        line(t(|t| t.mail_to), &mail.to),
        line(t(|t| t.mail_cc), &mail.cc),
        line(t(|t| t.mail_reply_to), &mail.reply_to),
    ];
    lines.into_iter().flatten().collect()
}

/// Which machine wrote it, if one did.
pub fn machine(mail: &Mail) -> Option<String> {
    let words = match mail.machine? {
        Machine::Glpi { ticket } => {
            return Some(fill(t(|t| t.mails_told_of), &[("id", &ticket.to_string())]));
        }
        Machine::AutoReply => t(|t| t.mail_auto_reply),
        Machine::Bounce => t(|t| t.mail_bounce),
        Machine::Bulk => t(|t| t.mail_bulk),
        Machine::Unknown => t(|t| t.mail_machine),
    };
    Some(words.to_owned())
}
