//! Facts that a search names: `statut:attente`, `lieu:arcs`, `priorité:haute`, `âge:semaine`, `retard:oui`.

use super::dates::{Date, When};
use super::words::words;
use crate::dashboard::{Age, WEEKS, week_of};
use crate::domain::{Goals, Level, Status, ThreadRow, TicketRow, Timing};
use crate::fold::fold;
use crate::time::{Instant, Seconds};

/// A fact that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowed {
    /// `statut:`.
    Status(Vec<Status>),
    /// `priorité:`.
    Priority(Vec<Level>),
    /// Another one, and the words it has to have.
    Fact(Fact, Vec<String>),
    /// `lieu:-`: it has none.
    Without(Fact),
    /// `âge:`: open for so long.
    Aged(Age),
    /// `résolu:2`: solved so many weeks ago.
    Solved(usize),
    /// `retard:oui`: open past what is due.
    Late,
    /// `date:12/11`: opened, altered or solved then; of a mail, when it came.
    Dated(When),
}

/// The facts that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// `lieu:`.
    Location,
    /// `demandeur:`; of a mail, who wrote it.
    Requester,
    /// `technicien:`.
    Assignee,
    /// `catégorie:`.
    Category,
    /// `entité:`.
    Entity,
}

/// What ages and lateness are measured by.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The settings' objectives.
    pub goals: &'a Goals,
    /// The moment.
    pub now: Instant,
    /// How far the reader's clock is ahead of UTC.
    pub ahead: Seconds,
}

impl Seen<'_> {
    /// Whether something was then, by the reader's calendar.
    pub fn is_on(&self, when: When, at: Instant) -> bool {
        let day = |at| Date::at(at, self.ahead);
        when.seen_on(day(self.now)).has(&day(at))
    }

    /// Whether something is late.
    pub fn is_late(&self, timing: &Timing) -> bool {
        let due = timing.due(self.goals);
        due.is_some_and(|due| due.is_late(self.now))
    }
}

const FACTS: [(&str, Fact); 13] = [
    ("lieu", Fact::Location),
    ("magasin", Fact::Location),
    ("location", Fact::Location),
    ("store", Fact::Location),
    ("demandeur", Fact::Requester),
    ("requester", Fact::Requester),
    ("de", Fact::Requester),
    ("from", Fact::Requester),
    ("technicien", Fact::Assignee),
    ("technician", Fact::Assignee),
    ("categorie", Fact::Category),
    ("category", Fact::Category),
    ("entite", Fact::Entity),
];

/// In both languages, and as people say it.
const STATUSES: [(&str, &[Status]); 17] = {
    use Status::{Assigned, Closed, New, Pending, Planned, Solved};
    [
        ("nouveau", &[New]),
        ("new", &[New]),
        ("en cours", &[Assigned, Planned]),
        ("in progress", &[Assigned, Planned]),
        ("attribue", &[Assigned]),
        ("assigned", &[Assigned]),
        ("planifie", &[Planned]),
        ("planned", &[Planned]),
        ("en attente", &[Pending]),
        ("attente", &[Pending]),
        ("pending", &[Pending]),
        ("resolu", &[Solved]),
        ("solved", &[Solved]),
        ("clos", &[Closed]),
        ("closed", &[Closed]),
        ("ouvert", &[New, Assigned, Planned, Pending]),
        ("open", &[New, Assigned, Planned, Pending]),
    ]
};

/// GLPI's names of its levels.
const LEVELS: [(&str, u8); 18] = [
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("4", 4),
    ("5", 5),
    ("6", 6),
    ("tres basse", 1),
    ("very low", 1),
    ("basse", 2),
    ("low", 2),
    ("moyenne", 3),
    ("medium", 3),
    ("haute", 4),
    ("high", 4),
    ("tres haute", 5),
    ("very high", 5),
    ("majeure", 6),
    ("major", 6),
];

const AGES: [(&str, Age); 8] = [
    ("jour", Age::Day),
    ("day", Age::Day),
    ("semaine", Age::Week),
    ("week", Age::Week),
    ("mois", Age::Month),
    ("month", Age::Month),
    ("plus", Age::Longer),
    ("longer", Age::Longer),
];

/// Says that a fact is not there.
const NONE: &str = "-";

impl Narrowed {
    /// What a folded name and a value mean: nothing where no fact is called so. A name without its value is still being
    /// typed, and narrows nothing yet.
    pub(super) fn named(name: &str, value: &str) -> Option<Option<Self>> {
        let value = value.trim();
        let meant = match name {
            "statut" | "status" => (!value.is_empty()).then(|| Self::Status(statuses(value))),
            "priorite" | "priority" => (!value.is_empty()).then(|| Self::Priority(levels(value))),
            "date" => When::of(value).map(Self::Dated),
            "age" => begun(&AGES, value).next().map(|age| Self::Aged(*age)),
            "resolu" | "solved" => {
                let weeks = value.parse().ok().filter(|weeks| *weeks < WEEKS);
                weeks.map(Self::Solved)
            }
            "retard" | "late" => {
                let yes = |value: &str| ["oui", "yes"].iter().any(|yes| yes.starts_with(value));
                (!value.is_empty() && yes(&fold(value))).then_some(Self::Late)
            }
            _ => {
                let (_, fact) = FACTS.iter().find(|(known, _)| *known == name)?;
                let words = words(value);
                match (value, words.is_empty()) {
                    (NONE, _) => Some(Self::Without(*fact)),
                    (_, true) => None,
                    (_, false) => Some(Self::Fact(*fact, words)),
                }
            }
        };
        Some(meant)
    }

    /// Whether a ticket is as it has to be.
    pub fn wants_ticket(&self, row: &TicketRow, seen: &Seen<'_>) -> bool {
        match self {
            Self::Status(statuses) => statuses.contains(&row.status),
            Self::Priority(levels) => levels.contains(&row.priority),
            Self::Fact(fact, words) => has(fact.of(row), words),
            Self::Without(fact) => fact.of(row).is_empty(),
            Self::Aged(age) => Age::of(row.opened_at, seen.now) == *age,
            Self::Solved(weeks) => {
                let solved_at = row.solved_at.filter(|_| !row.status.is_open());
                solved_at.and_then(|at| week_of(at, seen.now)) == Some(*weeks)
            }
            Self::Late => seen.is_late(&row.timing()),
            Self::Dated(when) => {
                let moments = [Some(row.opened_at), Some(row.modified_at), row.solved_at];
                let mut moments = moments.into_iter().flatten();
                moments.any(|at| seen.is_on(*when, at))
            }
        }
    }

    /// Whether it is the same for all tickets of the same status, people and places.
    pub(super) fn is_of_names(&self) -> bool {
        matches!(self, Self::Status(_) | Self::Fact(..) | Self::Without(_))
    }

    /// Of a thread only who wrote it can be named, and when it came.
    pub fn wants_thread(&self, row: &ThreadRow, seen: &Seen<'_>) -> bool {
        match self {
            Self::Dated(when) => seen.is_on(*when, row.at),
            Self::Fact(Fact::Requester, words) => has(&row.from, words),
            _ => false,
        }
    }
}

impl Fact {
    fn of(self, row: &TicketRow) -> &str {
        match self {
            Self::Location => &row.location,
            Self::Requester => &row.requester,
            Self::Assignee => &row.assignee,
            Self::Category => &row.category,
            Self::Entity => &row.entity,
        }
    }
}

fn has(text: &str, words: &[String]) -> bool {
    let text = fold(text);
    words.iter().all(|word| text.contains(word.as_str()))
}

/// What begins with the value.
fn begun<'t, T>(table: &'t [(&str, T)], value: &str) -> impl Iterator<Item = &'t T> {
    let value = fold(value);
    let table = table.iter();
    table
        .filter(move |(name, _)| !value.is_empty() && name.starts_with(&value))
        .map(|(_, meant)| meant)
}

/// The statuses whose name begins so.
pub(super) fn statuses(value: &str) -> Vec<Status> {
    let begun = begun(&STATUSES, value.trim());
    let mut found: Vec<Status> = begun
        .flat_map(|statuses| statuses.iter().copied())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn levels(value: &str) -> Vec<Level> {
    let mut found: Vec<Level> = begun(&LEVELS, value)
        .filter_map(|level| Level::new(*level))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
