//! What a ticket says of the mails that belong to it.
//!
//! The link is a line in the ticket: a private note's, or its description's where it was made of a mail. It names the
//! mail's `Message-ID`, which every mailbox that the mail reached has, which survives any move in Gmail, and which no
//! technician needs a right to write. So on a new server the link is found again from either side: the ticket names the
//! mail, and the mail bears the name. A label a ticket would be as many labels as there are tickets, and Gmail has a
//! limit of these. The line is plain text, for that alone survives in both GLPIs, without brackets, since a text with
//! `<` can't be searched there. A later line undoes an earlier one: nothing has to be deleted, for which most profiles
//! have no right.

use std::collections::BTreeMap;

use super::carried::is_carried;
use super::{Entry, EntryKind, Ticket};
use crate::time::Instant;

const LINKED: &str = "réf. courriel : ";
const PARTED: &str = "réf. courriel ôtée : ";
/// How the note begins that tells a mail of the ticket's thread.
const RETOLD: &str = "Courriel de ";
/// The longest name that a mail may have and be linked by it.
const LONGEST: usize = 500;

/// A mail's `Message-ID`, as a ticket names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailName(String);

impl MailName {
    /// The name, where it can stand in a line: without brackets, spaces, or anything that a GLPI alters.
    pub fn of(message_id: &str) -> Option<Self> {
        let name = message_id.trim().trim_matches(['<', '>']);
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '\\' | '"');
        let fits = name.contains('@') && name.len() <= LONGEST && name.chars().all(plain);
        fits.then(|| Self(name.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The line of a ticket that the mail belongs to.
    pub fn line(&self) -> String {
        format!("{LINKED}{}", self.0)
    }

    /// The note that tells this mail on its ticket, by whom and with what; the line behind makes the mail one of its own, so
    /// that it is never told twice, whoever tells it.
    pub fn note(&self, from: &str, text: &str) -> String {
        format!("{RETOLD}{from}\n\n{text}\n\n{}", self.line())
    }

    /// The mail that such a note tells.
    pub fn told_in(html: &str) -> Option<Self> {
        let mut lines = lines(html).filter(|line| !line.is_empty());
        lines.next().filter(|head| head.starts_with(RETOLD))?;
        lines
            .filter_map(|line| Self::of(line.strip_prefix(LINKED)?))
            .last()
    }

    /// Whether this text, a description's, has its line.
    pub fn is_linked_in(&self, html: &str) -> bool {
        let own = self.line();
        lines(html).any(|line| line == own)
    }

    /// The line of a ticket that it belongs to no more.
    pub fn parted_line(&self) -> String {
        format!("{PARTED}{}", self.0)
    }
}

/// The mails that a ticket names, whether each still belongs to it, and since when. None where the ticket's timeline
/// was not read: nobody knows then.
pub fn mail_links(ticket: &Ticket) -> Option<BTreeMap<MailName, (bool, Instant)>> {
    let mut links = BTreeMap::new();
    let mut note = |html: &str, at: Instant| {
        for line in lines(html) {
            let found = match (line.strip_prefix(LINKED), line.strip_prefix(PARTED)) {
                (Some(name), _) => Some((name, true)),
                (_, Some(name)) => Some((name, false)),
                _ => None,
            };
            if let Some((name, linked)) = found
                && let Some(name) = MailName::of(name)
            {
                links.insert(name, (linked, at));
            }
        }
    };
    note(&ticket.content, ticket.opened_at);
    for entry in notes_in_order(ticket)? {
        if let EntryKind::Followup { content, .. } = &entry.what {
            note(content, entry.at);
        }
    }
    Some(links)
}

/// The notes of a ticket in the order in which GLPI got them: by its numbers, since its clock may have been put back, and
/// last what has none yet.
pub(super) fn notes_in_order(ticket: &Ticket) -> Option<Vec<&Entry>> {
    let entries = ticket.timeline.as_ref()?.iter();
    let is_note = |entry: &&Entry| matches!(entry.what, EntryKind::Followup { .. });
    let mut notes: Vec<_> = entries.filter(is_note).collect();
    notes.sort_by_key(|entry| (entry.id == 0, entry.id, entry.at));
    Some(notes)
}

/// The lines of a sanitised text by which it belongs to mails, or no more, or to a ticket of another GLPI.
pub fn link_lines(html: &str) -> Vec<String> {
    lines(html).filter(|line| is_link(line)).collect()
}

/// Plain text without such lines.
pub fn without_link_lines(text: &str) -> String {
    without(text, is_link)
}

/// Plain text without the lines that name a ticket of another GLPI.
pub fn without_carry_lines(text: &str) -> String {
    without(text, is_carried)
}

fn without(text: &str, is_such: fn(&str) -> bool) -> String {
    let kept: Vec<&str> = text.lines().filter(|line| !is_such(line.trim())).collect();
    kept.join("\n").trim().to_owned()
}

fn is_link(line: &str) -> bool {
    let name = line.strip_prefix(LINKED).or(line.strip_prefix(PARTED));
    name.is_some_and(|name| MailName::of(name).is_some()) || is_carried(line)
}

/// The lines of a sanitised text.
pub(super) fn lines(html: &str) -> impl Iterator<Item = String> {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        // Whatever the tag: within a line of ours there is none.
        text.push('\n');
        rest = rest[start..]
            .find('>')
            .map_or("", |end| &rest[start + end + 1..]);
    }
    text.push_str(rest);
    let decoded = ENTITIES
        .iter()
        .fold(text, |text, (entity, letter)| text.replace(entity, letter));
    let lines: Vec<String> = decoded.lines().map(|line| line.trim().to_owned()).collect();
    lines.into_iter()
}

/// The ampersand comes last, so that nothing is decoded twice.
const ENTITIES: [(&str, &str); 6] = [
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&quot;", "\""),
    ("&nbsp;", " "),
    ("&#38;", "&"),
    ("&amp;", "&"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_out_of_what_either_glpi_makes_of_its_line() {
        let name = MailName::of("<CAF+a&b=c.1@mail.example>").unwrap();
        let escaped = name.line().replace('&', "&amp;");
        for html in [
            format!("<p>Courriel lié : « Caisse »<br>{escaped}</p>"),
            format!("Courriel lié<br>\n{escaped}"),
            format!("<p>a</p>\n<p>{escaped}</p>"),
        ] {
            let found: Vec<_> = lines(&html)
                .filter_map(|l| Some(l.strip_prefix(LINKED)?.to_owned()))
                .collect();
            assert_eq!(found, [name.as_str()], "{html}");
        }
    }

    #[test]
    fn a_note_that_tells_a_mail_names_it() {
        let name = MailName::of("<a.1@mail.example>").unwrap();
        let note = name.note("Paul (p@x.example)", "Toujours en panne.");
        let html = crate::changes::text_to_html(&note);
        assert_eq!(MailName::told_in(&html), Some(name.clone()));
        let linked = format!("Courriel lié : « Caisse »<br>{}", name.line());
        assert_eq!(MailName::told_in(&linked), None);
        assert_eq!(MailName::told_in("Courriel de Paul<br>à relire"), None);
        assert_eq!(MailName::told_in(""), None);
    }

    #[test]
    fn a_text_is_parted_from_the_lines_that_link_it() {
        let name = MailName::of("<a.1@mail.example>").unwrap();
        let text = format!(
            "Caisse bloquée\nréf. courriel : voir plus bas\n\n{}",
            name.line()
        );
        let html = text.replace('\n', "<br>");
        assert_eq!(link_lines(&html), [name.line()]);
        assert_eq!(
            without_link_lines(&text),
            "Caisse bloquée\nréf. courriel : voir plus bas"
        );
    }

    #[test]
    fn what_a_glpi_would_alter_is_no_name() {
        for id in [
            "",
            "no-at",
            "a b@c.example",
            "a\\nb@c.example",
            "\"q\"@c.example",
        ] {
            assert_eq!(MailName::of(id), None, "{id}");
        }
        assert!(MailName::of(&format!("{}@c.example", "x".repeat(LONGEST))).is_none());
    }
}
