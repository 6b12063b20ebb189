//! What the technician wants to see of his tickets, and in which order.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use tournee_core::domain::{Account, Status, TicketRow};

use super::fold::{compare, fold, fold_into};

/// Whose tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Assigned to me.
    Mine,
    /// Assigned to my groups.
    Groups,
    /// Assigned to nobody.
    Unassigned,
    /// Everything the phone holds.
    #[default]
    All,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// Last change.
    #[default]
    Modified,
    /// Priority.
    Priority,
    /// Due date; those without one last.
    Due,
    /// Opening.
    Opened,
    /// Number.
    Id,
    /// Store.
    Location,
    /// Title.
    Title,
    /// Entity.
    Entity,
    /// Status.
    Status,
    /// Requester.
    Requester,
    /// Technician.
    Assignee,
    /// Category.
    Category,
}

impl Sort {
    /// All, in the order in which they are offered.
    pub const ALL: [(Sort, &str); 12] = [
        (Sort::Modified, "modified"),
        (Sort::Priority, "priority"),
        (Sort::Due, "due"),
        (Sort::Opened, "opened"),
        (Sort::Id, "id"),
        (Sort::Location, "location"),
        (Sort::Title, "title"),
        (Sort::Status, "status"),
        (Sort::Requester, "requester"),
        (Sort::Assignee, "assignee"),
        (Sort::Category, "category"),
        (Sort::Entity, "entity"),
    ];

    /// Its name in forms.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(sort, _)| *sort == self)
            .map_or("", |(_, name)| name)
    }

    /// By its name in forms.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, other)| *other == name)
            .map(|(sort, _)| *sort)
    }

    /// The direction that one expects at first: the newest, the most urgent, else from A to Z.
    fn starts_descending(self) -> bool {
        matches!(
            self,
            Sort::Modified | Sort::Priority | Sort::Opened | Sort::Id
        )
    }
}

/// Which statuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statuses {
    /// Neither solved nor closed.
    #[default]
    Open,
    /// All six.
    All,
    /// One.
    One(Status),
}

/// The whole choice. Remembered between visits, except the words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Whose.
    pub scope: Scope,
    /// Which statuses.
    pub statuses: Statuses,
    /// One priority, by GLPI's number.
    pub priority: Option<u8>,
    /// One store; the empty name stands for tickets without one.
    pub location: Option<String>,
    /// One GLPI.
    pub source: Option<String>,
    /// Only what is new since the technician last looked.
    pub news: bool,
    /// The order.
    pub sort: Sort,
    /// Against the order that one expects of it.
    pub reversed: bool,
    /// Words that the title or the number must have.
    #[serde(skip)]
    pub words: String,
}

impl Filter {
    /// How many choices narrow the list, besides scope and words: the filter button says so.
    pub fn narrowed(&self) -> usize {
        usize::from(self.statuses != Statuses::default())
            + usize::from(self.priority.is_some())
            + usize::from(self.location.is_some())
            + usize::from(self.source.is_some())
    }

    /// Sorts by this; a second time, the other way round.
    pub fn sort_by(&mut self, sort: Sort) {
        self.reversed = self.sort == sort && !self.reversed;
        self.sort = sort;
    }

    /// Whether the greatest comes first.
    pub fn descending(&self) -> bool {
        self.sort.starts_descending() != self.reversed
    }
}

/// A filter made ready to be asked thousands of times.
pub struct Matcher<'a> {
    filter: &'a Filter,
    accounts: &'a [&'a Account],
    words: Vec<String>,
    buffer: String,
}

impl<'a> Matcher<'a> {
    /// Prepares `filter` for a technician with these accounts.
    pub fn new(filter: &'a Filter, accounts: &'a [&'a Account]) -> Self {
        let words = fold(&filter.words);
        Self {
            filter,
            accounts,
            words: words.split_whitespace().map(str::to_owned).collect(),
            buffer: String::new(),
        }
    }

    /// Whether the row is wanted.
    pub fn wants(&mut self, row: &TicketRow) -> bool {
        let filter = self.filter;
        (!filter.news || row.news)
            && match filter.statuses {
                Statuses::Open => row.status.is_open(),
                Statuses::All => true,
                Statuses::One(status) => row.status == status,
            }
            && filter.priority.is_none_or(|p| row.priority.number() == p)
            && filter
                .source
                .as_ref()
                .is_none_or(|s| row.key.source.0 == *s)
            && filter.location.as_ref().is_none_or(|l| row.location == *l)
            && self.in_scope(row)
            && self.has_words(row)
    }

    fn in_scope(&self, row: &TicketRow) -> bool {
        match self.filter.scope {
            Scope::All => true,
            Scope::Unassigned => row.is_unassigned(),
            Scope::Mine => self.accounts.iter().any(|account| row.is_mine(account)),
            Scope::Groups => self.accounts.iter().any(|a| row.is_my_groups(a)),
        }
    }

    fn has_words(&mut self, row: &TicketRow) -> bool {
        if self.words.is_empty() {
            return true;
        }
        self.buffer.clear();
        fold_into(&row.title, &mut self.buffer);
        self.buffer.push_str(" #");
        self.buffer.push_str(&row.key.id.to_string());
        self.words.iter().all(|word| self.buffer.contains(word))
    }
}

/// The order of two rows under a filter. Ties go to the newer change, then to the key, so that it is total.
pub fn order(filter: &Filter, a: &TicketRow, b: &TicketRow) -> Ordering {
    // A ticket without the sorted text or date comes last in both directions: it is what one looks for least.
    let missing = missing(filter.sort, a).cmp(&missing(filter.sort, b));
    let by_field = match filter.sort {
        Sort::Modified => a.modified_at.cmp(&b.modified_at),
        Sort::Priority => a.priority.cmp(&b.priority),
        Sort::Due => a.due_at.cmp(&b.due_at),
        Sort::Opened => a.opened_at.cmp(&b.opened_at),
        Sort::Id => a.key.id.cmp(&b.key.id),
        Sort::Location => compare(&a.location, &b.location),
        Sort::Title => compare(&a.title, &b.title),
        Sort::Entity => compare(&a.entity, &b.entity),
        Sort::Status => a.status.cmp(&b.status),
        Sort::Requester => compare(&a.requester, &b.requester),
        Sort::Assignee => compare(&a.assignee, &b.assignee),
        Sort::Category => compare(&a.category, &b.category),
    };
    let by_field = if filter.descending() {
        by_field.reverse()
    } else {
        by_field
    };
    missing
        .then(by_field)
        .then_with(|| b.modified_at.cmp(&a.modified_at))
        .then_with(|| a.key.cmp(&b.key))
}

fn missing(sort: Sort, row: &TicketRow) -> bool {
    match sort {
        Sort::Due => row.due_at.is_none(),
        Sort::Location => row.location.is_empty(),
        Sort::Requester => row.requester.is_empty(),
        Sort::Assignee => row.assignee.is_empty(),
        Sort::Category => row.category.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
