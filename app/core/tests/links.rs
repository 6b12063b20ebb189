//! Which mails a ticket names, and which word on each is the last.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::domain::{Entry, EntryKind, MailName, mail_links};
use tournee_core::time::Seconds;

fn note(id: u64, seconds_ago: i64, line: &str) -> Entry {
    Entry {
        id,
        at: NOW - Seconds(seconds_ago),
        author: None,
        what: EntryKind::Followup {
            content: format!("<p>Courriel<br>{line}</p>"),
            private: true,
        },
        change: None,
    }
}

#[test]
fn the_note_that_came_last_counts_though_glpis_clock_was_put_back() {
    let name = MailName::of("<a.1@mail.example>").expect("a name");
    let mut ticket = ticket(7);
    let parted = note(30, 60, &name.parted_line());
    let linked = note(31, 240, &name.line());
    ticket.timeline = Some(vec![linked, parted]);
    let is_linked = |ticket: &_| {
        let links = mail_links(ticket).expect("its timeline was read");
        links.get(&name).map(|(linked, _)| *linked)
    };
    assert_eq!(is_linked(&ticket), Some(true));
    // What is on its way has no number yet, and is the newest.
    let on_its_way = note(0, 300, &name.parted_line());
    ticket
        .timeline
        .as_mut()
        .expect("read")
        .insert(0, on_its_way);
    assert_eq!(is_linked(&ticket), Some(false));
}
