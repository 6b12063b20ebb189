//! A ticket in words, for another GLPI: whoever reads it there has no need of the first.

use crate::changes::{AddFollowup, plain_text};
use crate::domain::{
    Actor, Entry, EntryKind, MailName, Named, TaskState, Ticket, without_carry_lines,
    without_link_lines,
};
use crate::ids::TicketKey;
use crate::time::{Instant, Seconds};

/// Letters of one note: a page reads them, and every GLPI keeps them.
const LONGEST: usize = 20_000;

/// The description: the old one, and below it what the old ticket was.
pub fn description(ticket: &Ticket, glpi: &str, when: impl Fn(Instant) -> String) -> String {
    let text = without_link_lines(&plain_text(&ticket.content));
    let mut facts = vec![format!(
        "Repris du ticket #{} de « {glpi} », ouvert le {}",
        ticket.key.id,
        when(ticket.opened_at)
    )];
    let mut say = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            facts.push(format!("{what} : {}", names.join(", ")));
        }
    };
    let labels = |actors: &'_ [Actor]| -> Vec<String> {
        actors
            .iter()
            .map(|actor| actor.label().to_owned())
            .collect()
    };
    let name = |named: &Option<Named>| named.as_ref().map(|named| named.name.clone());
    let said = [
        ("Demandeur", labels(&ticket.requesters)),
        ("Observateur", labels(&ticket.observers)),
        ("Technicien", labels(&ticket.assignees)),
        (
            "Groupe",
            ticket.groups.iter().map(|g| g.name.clone()).collect(),
        ),
        ("Catégorie", name(&ticket.category).into_iter().collect()),
        ("Lieu", name(&ticket.location).into_iter().collect()),
        (
            "Matériel",
            ticket.assets.iter().map(|a| a.name.clone()).collect(),
        ),
    ];
    for (what, names) in &said {
        say(what, names.iter().map(String::as_str).collect());
    }
    format!("{text}\n\n{}", facts.join("\n")).trim().to_owned()
}

/// The timeline in order, each entry with its date and author; what was private stays private. Neighbours of one kind
/// are one note: each note of a GLPI may be a mail to somebody.
pub fn notes(ticket: &Ticket, glpi: &str, when: impl Fn(Instant) -> String) -> Vec<AddFollowup> {
    let mut entries: Vec<&Entry> = ticket.timeline.iter().flatten().collect();
    entries.sort_by_key(|entry| (entry.at, entry.id == 0, entry.id));
    let head = head(&ticket.key, glpi);
    let mut notes: Vec<AddFollowup> = Vec::new();
    for entry in entries {
        let (text, private) = told(entry, &when, words);
        match notes.last_mut() {
            Some(note) if note.private == private && note.content.len() + text.len() < LONGEST => {
                note.content.push_str("\n\n");
                note.content.push_str(&text);
            }
            _ => notes.push(AddFollowup {
                content: format!("{head}\n\n{text}"),
                private,
            }),
        }
    }
    notes
}

/// An entry by itself, where it says anything. What it names of mails it names in the new ticket too: they are that one's from
/// then on. A mail that was told stands there as it stood, so that it is known as told.
pub fn note(
    entry: &Entry,
    of: &TicketKey,
    glpi: &str,
    when: impl Fn(Instant) -> String,
) -> Option<AddFollowup> {
    let words = |html: &str| without_carry_lines(&plain_text(html));
    let says = match &entry.what {
        EntryKind::Followup { content, private } if MailName::told_in(content).is_some() => {
            return Some(AddFollowup {
                content: words(content),
                private: *private,
            });
        }
        EntryKind::Followup { content, .. }
        | EntryKind::Task { content, .. }
        | EntryKind::Solution { content, .. } => words(content),
        EntryKind::Document(document) => document.name.clone(),
    };
    let (text, private) = told(entry, &when, words);
    (!says.trim().is_empty()).then(|| AddFollowup {
        content: format!("{}\n\n{text}", head(of, glpi)),
        private,
    })
}

fn head(of: &TicketKey, glpi: &str) -> String {
    format!("Échanges du ticket #{} de « {glpi} »", of.id)
}

fn words(html: &str) -> String {
    without_link_lines(&plain_text(html))
}

/// An entry, and whether the requester may not see it.
fn told(
    entry: &Entry,
    when: &impl Fn(Instant) -> String,
    words: impl Fn(&str) -> String,
) -> (String, bool) {
    let (what, text, private) = match &entry.what {
        EntryKind::Followup { content, private } => ("suivi".to_owned(), words(content), *private),
        EntryKind::Task {
            content,
            private,
            state,
            actiontime,
            planned,
            technician,
        } => {
            let mut said = vec![task_state(*state).to_owned()];
            said.extend((*actiontime > Seconds(0)).then(|| length(*actiontime)));
            said.extend(planned.map(|(from, to)| format!("du {} au {}", when(from), when(to))));
            said.extend(technician.as_ref().map(|who| who.label().to_owned()));
            (said.join(", "), words(content), *private)
        }
        EntryKind::Solution {
            content, refused, ..
        } => {
            let what = match refused {
                true => "solution refusée",
                false => "solution",
            };
            (what.to_owned(), words(content), false)
        }
        EntryKind::Document(document) => ("document".to_owned(), document.name.clone(), false),
    };
    let who = entry.author.as_ref().map_or("?", Actor::label);
    (
        format!("Le {}, {who} ({what}) :\n{text}", when(entry.at)),
        private,
    )
}

fn task_state(state: TaskState) -> &'static str {
    match state {
        TaskState::Information => "tâche",
        TaskState::Todo => "tâche à faire",
        TaskState::Done => "tâche faite",
    }
}

fn length(time: Seconds) -> String {
    let minutes = time.0 / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}
