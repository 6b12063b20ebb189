//! What of a form came out of another GLPI's ticket, and what goes along with it: pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tournee_core::carry::{Counterparts, Lists, counterparts, description, notes};
use tournee_core::changes::{AttachTicketFile, CarryOver, ChangeBody, LinkMail, Seat, SetSeat};
use tournee_core::domain::{
    Account, Actor, EntryKind, FileRefusal, FileRules, Reference, Ticket, TicketType,
};
use tournee_core::ids::{SourceId, TicketId, TicketKey, UserId};
use tournee_core::proposal::{Because, Proposal, Reason};
use tournee_core::time::Instant;

use super::form::{Assign, Form};
use super::from_mail::{About, FromMail};

/// What the old ticket left in a form beside the fields themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrying {
    /// Whose place it takes.
    pub key: TicketKey,
    /// What its facts are called there: what has no counterpart is asked.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Its documents, and whether each goes along where that was chosen.
    #[serde(default)]
    pub files: Vec<CarriedFile>,
}

/// A document of the old ticket, and what was chosen for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedFile {
    /// Which.
    pub file: AttachTicketFile,
    /// By hand; else what this GLPI is likely to take goes along.
    pub chosen: Option<bool>,
}

impl CarriedFile {
    /// What this GLPI is known to say to it. How long it is nobody knows before the server reads it.
    pub fn refusal(&self, rules: &FileRules) -> Option<FileRefusal> {
        rules.refuses(&self.file.name, 1)
    }

    /// Whether it goes along.
    pub fn goes(&self, rules: &FileRules) -> bool {
        match self.refusal(rules) {
            None => self.chosen != Some(false),
            Some(FileRefusal::UnusualType) => self.chosen == Some(true),
            Some(FileRefusal::TooLarge | FileRefusal::Type) => false,
        }
    }
}

impl Carrying {
    /// The creation that is made again: all else is queued behind it already.
    pub fn again(key: &TicketKey) -> Self {
        Self {
            key: key.clone(),
            names: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    fn of(ticket: &Ticket) -> Self {
        let category = ticket.category.as_ref().map(|named| named.name.clone());
        let location = ticket.location.as_ref().map(|named| named.name.clone());
        let requester = ticket
            .requesters
            .first()
            .map(|actor| actor.label().to_owned());
        let names = [
            (About::Category, category),
            (About::Location, location),
            (About::Requester, requester),
        ];
        let named = names
            .into_iter()
            .filter_map(|(about, name)| Some((about.name().to_owned(), name?)));
        Self {
            key: ticket.key.clone(),
            names: named.collect(),
            files: documents(ticket).collect(),
        }
    }
}

fn documents(ticket: &Ticket) -> impl Iterator<Item = CarriedFile> {
    let entries = ticket.timeline.iter().flatten();
    entries.filter_map(|entry| match &entry.what {
        // One that is not in its GLPI yet has no number to be read by.
        EntryKind::Document(document) if document.id != 0 => Some(CarriedFile {
            file: AttachTicketFile::of(&ticket.key, document),
            chosen: None,
        }),
        _ => None,
    })
}

/// A ticket that is carried over.
#[derive(Clone)]
pub struct CarryStart {
    /// It, as it is shown.
    pub ticket: Ticket,
    /// What the screen calls its GLPI.
    pub glpi: String,
    /// Its GLPI's lists, where they have come.
    pub from: Option<Arc<Reference>>,
    /// Where it goes.
    pub to: SourceId,
    /// What the screen calls that one.
    pub to_glpi: String,
    /// The lists there.
    pub lists: Arc<Reference>,
    /// His account there.
    pub account: Account,
    /// The mails that belong to it: they go along.
    pub mails: Vec<LinkMail>,
    /// Day and hour in words.
    pub when: fn(Instant) -> String,
}

impl CarryStart {
    /// How much was said there.
    pub fn told(&self) -> usize {
        let entries = self.ticket.timeline.iter().flatten();
        let said = entries.filter(|entry| !matches!(entry.what, EntryKind::Document(_)));
        said.count()
    }

    fn counterparts(&self) -> Counterparts {
        let lists = Lists {
            from: self.from.as_deref(),
            to: &self.lists,
        };
        counterparts(&self.ticket, lists)
    }

    /// The form, filled in; `due` as its field writes an instant.
    pub fn form(&self, now: Instant, due: fn(Instant) -> String) -> Form {
        let ticket = &self.ticket;
        let found = self.counterparts();
        let mut form = Form {
            source: Some(self.to.clone()),
            title: ticket.title.clone(),
            content: description(ticket, &self.glpi, self.when),
            impact: ticket.impact.number().clamp(1, 5),
            assign: self.assign(&found),
            due: ticket
                .due_at
                .filter(|at| *at > now)
                .map(due)
                .unwrap_or_default(),
            entity: found.entity.as_ref().map(|entity| entity.id),
            mail: Some(FromMail::default()),
            carried: Some(Carrying::of(ticket)),
            ..Form::default()
        };
        form.take(&self.proposal(found));
        form
    }

    fn proposal(&self, found: Counterparts) -> Proposal {
        let carried = Reason::Carried;
        Proposal {
            requester: found.requester,
            category: found.category,
            location: found.location,
            urgency: Some(Because {
                value: self.ticket.urgency,
                reason: carried.clone(),
            }),
            kind: (self.ticket.kind == TicketType::Request).then_some(Because {
                value: TicketType::Request,
                reason: carried,
            }),
        }
    }

    /// Whoever works on it goes on with it there, if he can; else the technician himself.
    fn assign(&self, found: &Counterparts) -> Assign {
        let me = self.account.user.0;
        match (found.technicians.first(), found.groups.first()) {
            (Some(_), _) if found.technicians.iter().any(|one| one.id == me) => Assign::Me,
            (Some(one), _) => Assign::Technician(one.id),
            (None, Some(group)) => Assign::Group(group.id),
            (None, None) => Assign::Me,
        }
    }

    /// What the same gesture does: texts and files on the new ticket, and then the steps on the old one.
    pub fn beside(&self, form: &Form, rules: &FileRules) -> Vec<ChangeBody> {
        let notes = notes(&self.ticket, &self.glpi, self.when).into_iter();
        let files = form.carried.iter().flat_map(|carried| &carried.files);
        let files = files.filter(|file| file.goes(rules));
        let files = files.map(|file| ChangeBody::TicketFile(Box::new(file.file.clone())));
        let nowhere = TicketKey {
            source: self.to.clone(),
            id: TicketId(0),
        };
        let steps = CarryOver::all(&self.ticket, &nowhere, &self.to_glpi);
        let steps = steps.map(|step| ChangeBody::Carry(Box::new(step)));
        notes
            .map(ChangeBody::Followup)
            .chain(files)
            .chain(
                self.mails
                    .iter()
                    .cloned()
                    .map(Box::new)
                    .map(ChangeBody::Link),
            )
            .chain(self.seats(form))
            .chain(steps)
            .collect()
    }

    /// Whoever else is on it, as far as that GLPI knows them.
    fn seats(&self, form: &Form) -> Vec<ChangeBody> {
        let found = self.counterparts();
        let technicians = found.technicians.into_iter().map(|named| Actor::User {
            id: UserId(named.id),
            name: named.name,
        });
        let is_chosen = |seat: &Seat| match (seat, &form.assign) {
            (Seat::Assignee(actor), Assign::Technician(id)) => actor.user() == Some(UserId(*id)),
            (Seat::Assignee(actor), Assign::Me) => actor.user() == Some(self.account.user),
            (Seat::Group(group), Assign::Group(id)) => group.id == *id,
            _ => false,
        };
        let requesters = found.requesters.into_iter().map(Seat::Requester);
        let observers = found.observers.into_iter().map(Seat::Observer);
        let works = technicians.map(Seat::Assignee);
        let works = works.chain(found.groups.into_iter().map(Seat::Group));
        let seats = requesters.chain(observers).chain(works);
        let seats = seats.filter(|seat| !is_chosen(seat));
        seats
            .map(|seat| ChangeBody::Seat(SetSeat { seat, taken: true }))
            .collect()
    }
}

impl Form {
    /// What the old ticket has there, where this GLPI has nothing of that name and nothing was chosen.
    pub fn asked(&self, about: About) -> Option<&str> {
        let is_empty = match about {
            About::Requester => self.requester.words.trim().is_empty(),
            About::Location => self.location.words.trim().is_empty(),
            About::Category => self.category.words.trim().is_empty(),
            About::Source | About::Urgency | About::Kind => false,
        };
        let name = self.carried.as_ref()?.names.get(about.name())?;
        is_empty.then_some(name.as_str())
    }

    /// The old ticket's documents that came since the form was filled in.
    pub fn documents_since(&self, ticket: &Ticket) -> Vec<CarriedFile> {
        let known: Vec<u64> = self
            .carried
            .iter()
            .flat_map(|carried| carried.files.iter().map(|file| file.file.document))
            .collect();
        let all = documents(ticket);
        all.filter(|file| !known.contains(&file.file.document))
            .collect()
    }

    /// Whether a document of the old ticket goes along.
    pub fn choose_carried(&mut self, document: u64, goes: bool) {
        let files = self
            .carried
            .iter_mut()
            .flat_map(|carried| &mut carried.files);
        for file in files.filter(|file| file.file.document == document) {
            file.chosen = Some(goes);
        }
    }
}

#[cfg(test)]
#[path = "carried_tests.rs"]
mod tests;
