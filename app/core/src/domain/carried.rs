//! What a ticket says of the one in another GLPI that took its place, or whose place it takes.
//!
//! Each says it in a line of its own, like the one that links a mail: plain text survives in both GLPIs, so a new server
//! and another phone find it again from either side.

use super::mail_link::{lines, notes_in_order};
use super::{EntryKind, Ticket};
use crate::ids::{SourceId, TicketId, TicketKey};

const FROM: &str = "réf. repris de : ";
const INTO: &str = "réf. repris dans : ";

/// The line of a new ticket that takes this one's place.
pub fn carried_from_line(old: &TicketKey) -> String {
    format!("{FROM}{}", named(old))
}

/// The line of an old ticket whose place this one takes.
pub fn carried_into_line(new: &TicketKey) -> String {
    format!("{INTO}{}", named(new))
}

/// The words of a new ticket's line that a GLPI can be searched for: no accents, nothing that it escapes.
pub fn carried_from_words(old: &TicketKey) -> String {
    format!("repris de : {}", named(old))
}

/// The ticket whose place this description's takes.
pub fn carried_from(html: &str) -> Option<TicketKey> {
    lines(html).find_map(|line| key(line.strip_prefix(FROM)?))
}

/// The ticket that took this one's place, as its notes say; the last one where there are several.
pub fn carried_into(ticket: &Ticket) -> Option<TicketKey> {
    let notes = notes_in_order(ticket)?;
    notes.iter().rev().find_map(|entry| match &entry.what {
        EntryKind::Followup { content, .. } => {
            lines(content).find_map(|line| key(line.strip_prefix(INTO)?))
        }
        _ => None,
    })
}

/// Whether it is one of these lines.
pub(super) fn is_carried(line: &str) -> bool {
    let named = line.strip_prefix(FROM).or(line.strip_prefix(INTO));
    named.is_some_and(|named| key(named).is_some())
}

fn named(key: &TicketKey) -> String {
    format!("{} #{}", key.source, key.id)
}

fn key(named: &str) -> Option<TicketKey> {
    let (source, id) = named.trim().rsplit_once(" #")?;
    let id = TicketId(id.parse().ok()?);
    (!source.is_empty() && !id.is_local()).then(|| TicketKey {
        source: SourceId::new(source),
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back_out_of_what_either_glpi_makes_of_it() {
        let old = TicketKey::new("ancien", 7754);
        let line = carried_from_line(&old);
        for html in [
            format!("<p>a</p><p>{line}</p>"),
            format!("a<br>\n{line}<br>"),
            line.clone(),
        ] {
            assert_eq!(carried_from(&html), Some(old.clone()), "{html}");
        }
        assert!(line.ends_with(&carried_from_words(&old)));
        assert!(is_carried(&line));
    }

    #[test]
    fn a_number_in_a_sentence_is_no_line() {
        for html in [
            "réf. repris de : ancien",
            "réf. repris de : ancien #x",
            "voir réf. repris de : ancien #12",
            "réf. repris dans : ancien #12",
            "réf. repris de :  #12",
        ] {
            assert_eq!(carried_from(html), None, "{html}");
        }
        let local = format!("réf. repris de : ancien #{}", (1_u64 << 62) | 1);
        assert_eq!(carried_from(&local), None);
    }
}
