//! What belongs to a technician, as far as a ticket itself tells.

use tournee_core::domain::{Account, EntityChoice, Named, Ticket};
use tournee_core::time::{Instant, Seconds};

/// How long solved and closed tickets stay.
pub(super) const CLOSED_FOR: Seconds = Seconds::days(30);

/// His, his groups', or free to take. Those that he wrote for others only a search tells.
pub(super) fn is_his(ticket: &Ticket, account: &Account, now: Instant) -> bool {
    let mine = ticket
        .assignees
        .iter()
        .any(|actor| actor.user() == Some(account.user));
    let groups = ticket
        .groups
        .iter()
        .any(|group| account.groups.iter().any(|own| own.id == group.id));
    let free = ticket.assignees.is_empty() && ticket.groups.is_empty();
    let recent = now - ticket.modified_at <= CLOSED_FOR;
    if ticket.status.is_open() {
        mine || groups || free
    } else {
        (mine || groups) && recent
    }
}

/// The entities that the technician wants to see.
pub(super) struct Entities {
    choice: EntityChoice,
    /// The complete name of the one he chose; those below it begin with it.
    name: Option<String>,
}

impl Entities {
    /// His choice, with the names that are known.
    pub fn new(choice: EntityChoice, known: &[Named]) -> Self {
        let name = match choice {
            EntityChoice::All => None,
            EntityChoice::One { id } => known
                .iter()
                .find(|entity| entity.id == id)
                .map(|entity| entity.name.clone()),
        };
        Self { choice, name }
    }

    /// Whether he wants to see this one.
    pub fn include(&self, entity: &Named) -> bool {
        match self.choice {
            EntityChoice::All => true,
            EntityChoice::One { id } if id == entity.id => true,
            EntityChoice::One { .. } => self.name.is_some() && self.include_name(&entity.name),
        }
    }

    /// The same by complete name alone. Where the chosen one's name is not known, nothing is left out.
    pub fn include_name(&self, entity: &str) -> bool {
        self.name.as_ref().is_none_or(|name| {
            let rest = entity.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" > "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_includes_those_below_it() {
        let named = |id, name: &str| Named {
            id,
            name: name.to_owned(),
        };
        let known = [named(0, "Racine"), named(1, "Racine > Sud")];
        let south = Entities::new(EntityChoice::One { id: 1 }, &known);
        assert!(south.include(&named(1, "Racine > Sud")));
        assert!(south.include(&named(5, "Racine > Sud > Arles")));
        assert!(!south.include(&named(6, "Racine > Sud-Est")));
        assert!(!south.include(&named(0, "Racine")));
        assert!(south.include_name("Racine > Sud > Arles"));
        assert!(!south.include_name("Racine"));
        assert!(Entities::new(EntityChoice::All, &known).include(&named(0, "Racine")));
    }
}
