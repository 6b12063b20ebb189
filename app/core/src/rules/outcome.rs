//! What becomes of a mail: the ticket, the files that go along, the box that it is in from then on. What a rule leaves open is
//! proposed as it is for whoever does it by hand.

use serde::{Deserialize, Serialize};

use super::Rule;
use crate::changes::{AttachMailFile, ChangeBody, Classify, CreateTicket};
use crate::domain::{Account, Actor, Level, Mail, MailBox, MailOrigin, Named, Reference};
use crate::domain::{Thread, TicketType, UrgentBox};
use crate::ids::{SourceId, UserId};
use crate::proposal::{Choices, Ground, Letter, Lore, propose};

/// Bytes of a description: 9.2 cuts longer ones in silence, and nobody is there to be told.
const MOST_CONTENT: usize = 50_000;

/// What a ticket is to be like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// In which GLPI.
    pub source: SourceId,
    /// Where it belongs; none: where its owner works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Named>,
    /// What about; none: as proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Named>,
    /// Where; none: as proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Named>,
    /// How much it hurries; none: as proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Level>,
    /// The technician who gets it; none: nobody, or the rule's owner where that GLPI gives a ticket to who creates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Named>,
}

/// What is to be done with one mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The ticket.
    pub create: CreateTicket,
    /// The mail's files, as far as that GLPI is likely to take them.
    pub files: Vec<AttachMailFile>,
    /// Where the thread goes, where it is not there yet.
    pub classify: Option<Classify>,
}

impl Work {
    /// As changes, the creation first.
    pub fn bodies(self) -> Vec<ChangeBody> {
        let files = self.files.into_iter();
        let files = files.map(|file| ChangeBody::MailFile(Box::new(file)));
        let mut bodies = vec![ChangeBody::Create(Box::new(self.create))];
        bodies.extend(files);
        bodies.extend(self.classify.map(ChangeBody::Classify));
        bodies
    }
}

impl Rule {
    /// What is to be done with a mail that it is for, by an owner with this account and these lists.
    pub fn work(
        &self,
        thread: &Thread,
        mail: &Mail,
        account: &Account,
        lists: &Reference,
        urgent: UrgentBox,
    ) -> Work {
        let create = self.create(thread, mail, account, lists);
        let files = AttachMailFile::all_of(&thread.key, mail).into_iter();
        let taken = |file: &AttachMailFile| lists.files.refuses(&file.name, file.size).is_none();
        let classify = Classify::into(&thread.boxes, MailBox::of_new(create.urgency), urgent);
        let is_there = classify.to.iter().all(|to| thread.boxes.contains(to));
        Work {
            files: files.filter(taken).collect(),
            classify: (!is_there).then_some(classify),
            create,
        }
    }

    fn create(
        &self,
        thread: &Thread,
        mail: &Mail,
        account: &Account,
        lists: &Reference,
    ) -> CreateTicket {
        let letter = Letter::of(mail);
        let proposal = propose(
            &letter,
            &Ground {
                lists,
                lore: &Lore::default(),
                choices: &Choices::default(),
            },
        );
        let then = self.then.clone();
        let proposed = proposal.urgency.map(|found| found.value);
        let urgency = then.urgency.or(proposed).unwrap_or(Level::MEDIUM);
        let impact = Level::MEDIUM;
        let assignee = then.assignee.map(|named| Actor::User {
            id: UserId(named.id),
            name: named.name,
        });
        let entity = then.entity.as_ref().map(|named| named.id);
        let category = then.category;
        let location = then.location;
        let mut create = CreateTicket {
            title: letter.title,
            content: cut(letter.text),
            kind: proposal
                .kind
                .map_or(TicketType::Incident, |found| found.value),
            urgency,
            impact,
            priority: CreateTicket::priority_of(lists.priority_matrix.as_ref(), urgency, impact),
            entity: account.entity_among(entity, &lists.entities),
            category: category.or(proposal.category.map(|found| found.value)),
            location: location.or(proposal.location.map(|found| found.value)),
            requester: proposal.requester.map(|found| found.value),
            assignees: assignee.into_iter().collect(),
            groups: Vec::new(),
            due_at: None,
            origin: Some(MailOrigin::of(&thread.key, mail)),
            carried: None,
        };
        create.given_by(account);
        create
    }
}

pub(super) fn cut(mut text: String) -> String {
    if text.len() > MOST_CONTENT {
        text.truncate(text.floor_char_boundary(MOST_CONTENT));
        text.push('…');
    }
    text
}
