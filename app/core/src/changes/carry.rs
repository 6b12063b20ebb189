//! Close a ticket that another GLPI's takes the place of.

use serde::{Deserialize, Serialize};

use super::{
    AddFollowup, AddSolution, ChangeBody, ChangeKind, ConflictValue, Field, Invalid, Obstacle,
    Shown, Target, Verdict, plain_text,
};
use crate::domain::{Entry, EntryKind, EntryName, Status, Ticket, carried_into, carried_into_line};
use crate::ids::TicketKey;

/// One step on the old ticket. All of them wait until the new one is in its GLPI, and but for the link until all that
/// was made for it before is there too; they are not to be, once it is not to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CarryOver {
    /// The new ticket; its number is a local one until it lands.
    pub to: TicketKey,
    /// What the screen calls its GLPI.
    pub glpi: String,
    /// Which step.
    pub step: CarryStep,
    /// What of the old ticket's timeline goes along in the new one, by what the phone knew: what was said beside is taken
    /// along by this step. None where the phone does not say; the first step takes nothing along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Vec<EntryName>>,
}

/// The steps, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CarryStep {
    /// A private note that names the new ticket.
    Link,
    /// A solution that tells the requester.
    Solve,
    /// Closed for good: where a solution did not do so at once.
    Close,
}

impl CarryStep {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Link, Self::Solve, Self::Close];
}

impl CarryOver {
    /// The steps that close an old ticket, in their order.
    pub fn all(old: &Ticket, to: &TicketKey, glpi: &str) -> [Self; 3] {
        let told: Vec<EntryName> = old.timeline.iter().flatten().map(Entry::name).collect();
        CarryStep::ALL.map(|step| Self {
            to: to.clone(),
            glpi: glpi.to_owned(),
            step,
            told: (step != CarryStep::Link).then(|| told.clone()),
        })
    }

    /// What was said in the old ticket beside what goes along already; nothing that these steps say there themselves.
    pub fn since<'t>(&self, old: &'t Ticket, new: &TicketKey) -> Vec<&'t Entry> {
        let Some(told) = &self.told else {
            return Vec::new();
        };
        let is_told = |entry: &Entry| {
            let name = entry.name();
            told.iter().any(|other| other.is_of_same(&name))
        };
        let line = carried_into_line(new);
        let solution = plain_text(&self.solution(new).content);
        let is_step = |entry: &Entry| match &entry.what {
            EntryKind::Followup { content, .. } => plain_text(content).contains(&line),
            EntryKind::Solution { content, .. } => plain_text(content).contains(&solution),
            EntryKind::Task { .. } | EntryKind::Document(_) => false,
        };
        let entries = old.timeline.iter().flatten();
        entries
            .filter(|entry| !is_told(entry) && !is_step(entry))
            .collect()
    }

    /// The step, for the ticket that was just made.
    pub(crate) fn on(&self, new: &Target) -> ChangeBody {
        let to = new.ticket().cloned();
        ChangeBody::Carry(Box::new(Self {
            to: to.unwrap_or_else(|| self.to.clone()),
            ..self.clone()
        }))
    }

    /// The note, with the number that the new ticket has by now.
    pub fn note(&self, new: &TicketKey) -> AddFollowup {
        let head = format!(
            "Ticket repris dans « {} » sous le numéro #{}",
            self.glpi, new.id
        );
        AddFollowup {
            content: format!("{head}\n{}", carried_into_line(new)),
            private: true,
        }
    }

    /// The solution, with the number that the new ticket has by now.
    pub fn solution(&self, new: &TicketKey) -> AddSolution {
        self.worded(&format!(" sous le numéro #{}", new.id))
    }

    fn worded(&self, number: &str) -> AddSolution {
        AddSolution {
            content: format!(
                "Ce ticket est repris dans « {} »{number} : la suite s’y trouve.",
                self.glpi
            ),
            solution_type: None,
        }
    }

    /// Whether a ticket says which one took its place.
    pub fn is_said(ticket: &Ticket, new: &TicketKey) -> bool {
        carried_into(ticket).as_ref() == Some(new)
    }

    /// Whether it waits for a change of this place on the new ticket, beside the creation.
    pub fn waits_for_all(&self) -> bool {
        self.step != CarryStep::Link
    }
}

impl ChangeKind for CarryOver {
    fn validate(&self) -> Result<(), Invalid> {
        match self.glpi.trim().is_empty() {
            true => Err(Invalid::Empty),
            false => Ok(()),
        }
    }

    fn show<S: Shown>(&self, on: &mut S) {
        match self.step {
            CarryStep::Link => {}
            CarryStep::Solve => on.set_status(Status::Solved),
            CarryStep::Close => on.set_status(Status::Closed),
        }
    }

    fn entry(&self) -> Option<EntryKind> {
        let number = match self.to.id.is_local() {
            true => String::new(),
            false => format!(" sous le numéro #{}", self.to.id),
        };
        match self.step {
            CarryStep::Link => AddFollowup {
                content: format!("Ticket repris dans « {} »{number}", self.glpi),
                private: true,
            }
            .entry(),
            CarryStep::Solve => self.worded(&number).entry(),
            CarryStep::Close => None,
        }
    }

    fn fields(&self) -> &'static [Field] {
        match self.step {
            CarryStep::Link => &[],
            CarryStep::Solve => &[Field::Status, Field::Solution],
            CarryStep::Close => &[Field::Status],
        }
    }

    fn check(&self, now: &Ticket) -> Verdict {
        match (self.step, now.status) {
            (CarryStep::Link, Status::Closed) => Verdict::Obstacle(Obstacle::Closed),
            (CarryStep::Link, _) => Verdict::Apply,
            // Somebody has solved it meanwhile: a second solution says nothing that the note does not.
            (CarryStep::Solve, Status::Solved | Status::Closed)
            | (CarryStep::Close, Status::Closed) => Verdict::AlreadyThere,
            (CarryStep::Solve, _) | (CarryStep::Close, Status::Solved) => Verdict::Apply,
            (CarryStep::Close, status) => Verdict::conflict(
                Field::Status,
                ConflictValue::Status(Status::Closed),
                ConflictValue::Status(status),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::carried_from;

    fn step(step: CarryStep) -> CarryOver {
        CarryOver {
            to: TicketKey::new("nouveau", 12),
            glpi: "GLPI 10".to_owned(),
            step,
            told: None,
        }
    }

    #[test]
    fn the_note_names_the_new_ticket_in_a_line_of_its_own() {
        let note = step(CarryStep::Link).note(&TicketKey::new("nouveau", 12));
        assert!(note.private);
        assert_eq!(
            note.content,
            "Ticket repris dans « GLPI 10 » sous le numéro #12\nréf. repris dans : nouveau #12"
        );
        assert_eq!(carried_from(&note.content), None);
    }

    #[test]
    fn what_is_shown_says_the_number_once_there_is_one() {
        let mut solve = step(CarryStep::Solve);
        let said = |carry: &CarryOver| match carry.entry() {
            Some(EntryKind::Solution { content, .. }) => content,
            other => panic!("{other:?}"),
        };
        assert!(said(&solve).contains("#12"));
        solve.to.id = crate::ids::TicketId((1 << 62) | 7);
        assert!(!said(&solve).contains('#'));
        assert_eq!(step(CarryStep::Close).entry(), None);
    }
}
