//! A ticket at one moment, and what lies between two of them: everything that a technician, a person at a desk or GLPI
//! itself can have done to it.

use std::collections::{BTreeMap, BTreeSet};

use tournee_core::changes::{Fact, Field, Seat, plain_text};
use tournee_core::domain::{Actor, AssetKey, Named, Ticket, TicketType};
use tournee_sandbox::World;
use tournee_sandbox::clock::parse_local;
use tournee_sandbox::world::{ActorView, TicketView};

use crate::files::{DocumentIs, document};
use crate::tasks::{self, TaskIs};
use crate::words::telling;

/// The facts that can be corrected, in the order in which [`Facts`] keeps them.
pub const CORRECTED: [Field; 8] = [
    Field::Title,
    Field::Description,
    Field::Kind,
    Field::Category,
    Field::Location,
    Field::Urgency,
    Field::Impact,
    Field::Due,
];
const REQUESTER: i64 = 1;
const ASSIGNED: i64 = 2;
const OBSERVER: i64 = 3;

/// What was done to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was created like this.
    Created(Box<Moment>),
    /// Its status moved.
    Status {
        /// What it was.
        from: i64,
        /// What it is.
        to: i64,
    },
    /// A technician came.
    Assigned(i64),
    /// A technician left.
    Unassigned(i64),
    /// Somebody came to another place on it, or left that.
    Seated {
        /// Who, where.
        who: Sitting,
        /// He is there now.
        taken: bool,
    },
    /// One of its facts was corrected.
    Fact {
        /// Which.
        field: Field,
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
    /// A task came.
    Task {
        /// Its number.
        id: i64,
        /// It, as it came.
        is: TaskIs,
    },
    /// A fact of a task was corrected.
    TaskFact {
        /// The task's number.
        id: i64,
        /// Which.
        field: Field,
        /// What it was.
        from: String,
        /// What it is.
        to: String,
    },
    /// What nobody corrects on a task was altered: whose it is, who may see it, when it was made.
    TaskElse(i64),
    /// A task is gone.
    TaskGone(i64),
    /// A followup came.
    Followup {
        /// Its number.
        id: i64,
        /// Its text.
        content: String,
    },
    /// A solution came, or another one in its place.
    Solution {
        /// Its text.
        content: String,
    },
    /// A document came.
    Document {
        /// Its number.
        id: i64,
        /// It, as it came.
        is: DocumentIs,
    },
    /// A document is gone from the ticket, or another one has its number.
    DocumentGone(i64),
    /// Something that nobody compares: the date of its last change.
    Other,
    /// It went to the trash.
    Trashed,
    /// It came back.
    Restored,
    /// It is gone for good.
    Purged,
}

/// One fact of a ticket, or of one of its tasks, moved.
#[derive(Clone, Copy)]
pub struct Correction<'a> {
    /// The task's number, if it is a task's.
    pub task: Option<i64>,
    /// Which.
    pub field: Field,
    /// What it was.
    pub from: &'a str,
    /// What it is.
    pub to: &'a str,
}

impl What {
    /// The fact that was moved, if it was one.
    pub fn correction(&self) -> Option<Correction<'_>> {
        let (task, field, from, to) = match self {
            Self::Fact { field, from, to } => (None, field, from, to),
            Self::TaskFact {
                id,
                field,
                from,
                to,
            } => (Some(*id), field, from, to),
            _ => return None,
        };
        Some(Correction {
            task,
            field: *field,
            from,
            to,
        })
    }
}

/// A place on a ticket beside that of its technicians, with who sits there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sitting {
    /// Who asked: a user's number, or an address.
    Requester(String),
    /// Who looks on.
    Observer(String),
    /// A group that works on it.
    Group(i64),
    /// What it is about: item type and number.
    Asset(String, i64),
}

impl Sitting {
    /// The field that it is of.
    pub fn field(&self) -> Field {
        match self {
            Self::Requester(_) => Field::Requesters,
            Self::Observer(_) => Field::Observers,
            Self::Group(_) => Field::Groups,
            Self::Asset(..) => Field::Assets,
        }
    }

    /// An asset's.
    pub fn of_asset(asset: AssetKey) -> Self {
        Self::Asset(asset.kind.itemtype().to_owned(), asset.id.cast_signed())
    }

    /// The place of a change's; none for a technician's.
    pub fn of(seat: &Seat) -> Option<Self> {
        Some(match seat {
            Seat::Requester(actor) => Self::Requester(name(actor)),
            Seat::Observer(actor) => Self::Observer(name(actor)),
            Seat::Group(group) => Self::Group(group.id.cast_signed()),
            Seat::Assignee(_) => return None,
        })
    }
}

fn name(actor: &Actor) -> String {
    match (actor.user(), actor) {
        (Some(user), _) => user.0.to_string(),
        (None, Actor::Email { address }) => address.to_lowercase(),
        (None, other) => other.label().to_owned(),
    }
}

/// The facts of a ticket in words that can be compared, in the order of [`CORRECTED`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts([String; CORRECTED.len()]);

impl Facts {
    /// One of them.
    pub fn get(&self, field: Field) -> Option<&str> {
        let at = CORRECTED.iter().position(|one| *one == field)?;
        Some(&self.0[at])
    }

    /// As GLPI has them.
    pub fn of(world: &World, view: &TicketView) -> Self {
        let due = view.time_to_resolve.as_deref().unwrap_or_default();
        let due = parse_local(due, &world.zone).map(|at| at.as_second());
        Self([
            title(&view.name),
            telling(&view.content).to_owned(),
            view.kind.to_string(),
            view.category.to_string(),
            view.location.to_string(),
            view.urgency.to_string(),
            view.impact.to_string(),
            due.map_or_else(String::new, |at| at.to_string()),
        ])
    }

    /// As a phone has them.
    pub fn shown(ticket: &Ticket) -> Self {
        Self([
            value(&Fact::Title(ticket.title.clone())),
            value(&Fact::Description(plain_text(&ticket.content))),
            value(&Fact::Kind(ticket.kind)),
            value(&Fact::Category(ticket.category.clone())),
            value(&Fact::Location(ticket.location.clone())),
            value(&Fact::Urgency(ticket.urgency)),
            value(&Fact::Impact(ticket.impact)),
            value(&Fact::Due(ticket.due_at)),
        ])
    }
}

/// A fact's value in the words of [`Facts`].
pub fn value(fact: &Fact) -> String {
    let row = |named: &Option<Named>| named.as_ref().map_or(0, |named| named.id).to_string();
    match fact {
        Fact::Title(words) => title(words),
        Fact::Description(words) => telling(words).to_owned(),
        Fact::Kind(TicketType::Incident) => "1".to_owned(),
        Fact::Kind(TicketType::Request) => "2".to_owned(),
        Fact::Category(named) | Fact::Location(named) => row(named),
        Fact::Urgency(level) | Fact::Impact(level) => level.number().to_string(),
        Fact::Due(due) => due.map_or_else(String::new, |at| at.0.to_string()),
    }
}

/// A title by the word in it that no other has, where there is one: the letters around it are GLPI's business. So is a
/// number, of which an old GLPI's API shows the value alone.
fn title(words: &str) -> String {
    let unique = |word: &&str| word.starts_with("mot") && word.contains('x');
    let mut all = words.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = all.find(unique).unwrap_or_else(|| words.trim());
    let number = words.parse::<f64>();
    number.map_or_else(|_| words.to_owned(), |number| number.to_string())
}

/// A ticket at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    there: bool,
    /// Title and description.
    pub words: String,
    deleted: bool,
    /// Its status.
    pub status: i64,
    /// Who has it.
    pub assigned: BTreeSet<i64>,
    /// Who else is on it.
    pub seats: BTreeSet<Sitting>,
    /// Its facts.
    pub facts: Facts,
    /// Its tasks, by number.
    pub tasks: BTreeMap<i64, TaskIs>,
    /// Its documents, by number.
    pub documents: BTreeMap<i64, DocumentIs>,
    followups: BTreeMap<i64, String>,
    solutions: Vec<String>,
    modified: String,
}

impl Moment {
    /// The ticket as it is.
    pub fn of(world: &World, ticket: i64) -> Self {
        let Some(view) = world.ticket(ticket) else {
            return Self::default();
        };
        let assigned = view.actors.iter().filter(|actor| actor.role == ASSIGNED);
        let followups = world.followups(ticket).into_iter();
        let solutions = world.solutions(ticket).into_iter();
        Self {
            there: true,
            words: format!("{} {}", view.name, view.content),
            deleted: view.is_deleted,
            status: view.status,
            assigned: assigned.map(|actor| actor.who).collect(),
            seats: seats(world, &view),
            facts: Facts::of(world, &view),
            tasks: tasks::of(world, ticket),
            documents: document::of(world, ticket),
            followups: followups.map(|one| (one.id, one.content)).collect(),
            solutions: solutions.map(|one| one.content).collect(),
            modified: view.date_mod,
        }
    }

    /// What was done between this moment and a later one.
    pub fn differences(&self, after: &Self) -> Vec<What> {
        match (self.there, after.there) {
            (true, false) => return vec![What::Purged],
            (false, false) => return Vec::new(),
            (false, true) => return vec![What::Created(Box::new(after.clone()))],
            (true, true) => {}
        }
        let mut all = Vec::new();
        match (self.deleted, after.deleted) {
            (false, true) => all.push(What::Trashed),
            (true, false) => all.push(What::Restored),
            _ => {}
        }
        self.people(after, &mut all);
        self.corrections(after, &mut all);
        self.texts(after, &mut all);
        all.extend(tasks::differences(&self.tasks, &after.tasks));
        all.extend(document::differences(&self.documents, &after.documents));
        if self.status != after.status {
            let (from, to) = (self.status, after.status);
            all.push(What::Status { from, to });
        }
        if all.is_empty() && self.modified != after.modified {
            all.push(What::Other);
        }
        all
    }

    fn people(&self, after: &Self, all: &mut Vec<What>) {
        let came = after.assigned.difference(&self.assigned);
        all.extend(came.map(|who| What::Assigned(*who)));
        let left = self.assigned.difference(&after.assigned);
        all.extend(left.map(|who| What::Unassigned(*who)));
        let sat = |taken: bool| {
            move |who: &Sitting| What::Seated {
                who: who.clone(),
                taken,
            }
        };
        all.extend(after.seats.difference(&self.seats).map(sat(true)));
        all.extend(self.seats.difference(&after.seats).map(sat(false)));
    }

    fn corrections(&self, after: &Self, all: &mut Vec<What>) {
        let both = self.facts.0.iter().zip(&after.facts.0);
        for (field, (from, to)) in CORRECTED.iter().zip(both) {
            if from != to {
                let (field, from, to) = (*field, from.clone(), to.clone());
                all.push(What::Fact { field, from, to });
            }
        }
    }

    fn texts(&self, after: &Self, all: &mut Vec<What>) {
        for (id, content) in &after.followups {
            if !self.followups.contains_key(id) {
                let (id, content) = (*id, content.clone());
                all.push(What::Followup { id, content });
            }
        }
        for content in &after.solutions {
            if !self.solutions.contains(content) {
                let content = content.clone();
                all.push(What::Solution { content });
            }
        }
    }
}

/// Who is on a ticket beside its technicians.
pub fn seats(world: &World, view: &TicketView) -> BTreeSet<Sitting> {
    let name = |actor: &ActorView| match actor.who {
        0 => actor.email.to_lowercase(),
        user => user.to_string(),
    };
    let people = view.actors.iter().filter_map(|actor| match actor.role {
        REQUESTER => Some(Sitting::Requester(name(actor))),
        OBSERVER => Some(Sitting::Observer(name(actor))),
        _ => None,
    });
    let groups = view.groups.iter().filter(|group| group.role == ASSIGNED);
    let assets = world.assets_of(view.id).into_iter();
    people
        .chain(groups.map(|group| Sitting::Group(group.who)))
        .chain(assets.map(|(kind, id)| Sitting::Asset(kind, id)))
        .collect()
}

/// Who is on a ticket beside its technicians, as a phone shows it.
pub fn shown_seats(ticket: &Ticket) -> BTreeSet<Sitting> {
    let requesters = ticket.requesters.iter().map(name).map(Sitting::Requester);
    let observers = ticket.observers.iter().map(name).map(Sitting::Observer);
    let groups = ticket.groups.iter();
    let groups = groups.map(|group| Sitting::Group(group.id.cast_signed()));
    let assets = ticket.assets.iter();
    let assets = assets.map(|asset| Sitting::of_asset(asset.key));
    let people = requesters.chain(observers).chain(groups);
    people.chain(assets).collect()
}
