//! What was answered to a solution, as both GLPIs leave it.

#![allow(clippy::expect_used)]

mod common;

use common::*;
use tournee_core::answered::{Answered, Outcome, answered};
use tournee_core::domain::{Actor, Answer, Entry, EntryKind, Status, Ticket};
use tournee_core::ids::UserId;
use tournee_core::time::{Instant, Seconds};

fn asker() -> Actor {
    Actor::User {
        id: UserId(31),
        name: "Garcin Magali".to_owned(),
    }
}

fn entry(id: u64, at: Instant, author: Option<Actor>, what: EntryKind) -> Entry {
    Entry {
        id,
        at,
        author,
        what,
        change: None,
    }
}

fn followup(id: u64, at: Instant, words: &str) -> Entry {
    let what = EntryKind::Followup {
        content: words.to_owned(),
        private: false,
    };
    entry(id, at, Some(asker()), what)
}

fn solution(id: u64, at: Instant, answer: Option<Answer>) -> Entry {
    let what = EntryKind::Solution {
        content: "Combiné remplacé".to_owned(),
        refused: answer.as_ref().is_some_and(|answer| !answer.approved),
        answer,
    };
    entry(id, at, None, what)
}

fn with(status: Status, timeline: Vec<Entry>) -> Ticket {
    Ticket {
        status,
        requesters: vec![asker()],
        timeline: Some(timeline),
        ..ticket(12)
    }
}

fn answer(approved: bool, followup: Option<u64>) -> Option<Answer> {
    Some(Answer {
        approved,
        by: Some(asker()),
        at: Some(NOW),
        followup,
    })
}

fn outcome(ticket: &Ticket) -> Option<(Outcome, Option<String>)> {
    answered(ticket).map(|Answered { outcome, words, .. }| (outcome, words))
}

#[test]
fn glpi_10_says_what_was_answered_and_the_words_are_found() {
    let hour = Seconds(3_600);
    let words = Some("Toujours en panne".to_owned());
    for named in [Some(5), None] {
        let timeline = vec![
            followup(4, NOW - hour, "Vite !"),
            solution(72, NOW - hour, answer(false, named)),
            followup(5, NOW, "Toujours en panne"),
            followup(6, NOW + hour, "Et alors ?"),
        ];
        let said = outcome(&with(Status::Assigned, timeline));
        assert_eq!(said, Some((Outcome::Refused, words.clone())));
    }
    let silent = vec![solution(72, NOW, answer(true, None))];
    let said = outcome(&with(Status::Closed, silent));
    assert_eq!(said, Some((Outcome::Approved, None)));
    // The last one counts.
    let again = vec![
        solution(72, NOW - hour, answer(false, None)),
        solution(73, NOW, None),
    ];
    assert_eq!(outcome(&with(Status::Solved, again)), None);
}

#[test]
fn of_9_2_it_is_read_between_the_lines() {
    let before = NOW - Seconds::days(1);
    // Open again, the solution has the date of the last change: the words of that moment are the reason.
    let timeline = vec![
        followup(4, before, "Vite !"),
        followup(5, NOW, "Toujours en panne"),
        solution(12, NOW, None),
    ];
    let words = Some("Toujours en panne".to_owned());
    let said = outcome(&with(Status::Assigned, timeline.clone()));
    assert_eq!(said, Some((Outcome::Contested, words)));
    assert_eq!(outcome(&with(Status::Closed, timeline.clone())), None);
    // A technician's own note is no answer.
    let mut his = with(Status::Assigned, timeline);
    his.assignees = his.requesters.clone();
    assert_eq!(outcome(&his), None);
    assert_eq!(outcome(&with(Status::Assigned, Vec::new())), None);
}
