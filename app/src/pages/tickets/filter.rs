//! What the technician wants to see of his tickets, and in which order.

use std::cmp::Ordering;

use super::slice::Slice;
use crate::components::status_name;
use tournee_core::domain::{Account, Goals, Status, TicketRow};
use tournee_core::fold::{compare, fold, fold_into};

/// Whose tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

impl Scope {
    /// All, in the order in which they are offered.
    pub const ALL: [(Scope, &str); 4] = [
        (Scope::All, "all"),
        (Scope::Mine, "mine"),
        (Scope::Groups, "groups"),
        (Scope::Unassigned, "unassigned"),
    ];
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Last change.
    #[default]
    Modified,
    /// Priority.
    Priority,
    /// What is due first: the most overdue, then by what is left; whose clock stands, then those without one last.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Statuses {
    /// Neither solved nor closed.
    #[default]
    Open,
    /// All six.
    All,
    /// One.
    One(Status),
}

impl Statuses {
    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Statuses::Open => "open",
            Statuses::All => "all",
            Statuses::One(status) => status_name(status),
        }
    }

    /// By its name in forms.
    pub fn named(name: &str) -> Self {
        let one = Status::ALL.into_iter().find(|s| status_name(*s) == name);
        match one {
            Some(status) => Statuses::One(status),
            None if name == "all" => Statuses::All,
            None => Statuses::Open,
        }
    }
}

/// The whole choice. Remembered between visits, except the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Only what is new since the technician last looked, whatever its status.
    pub news: bool,
    /// The order.
    pub sort: Sort,
    /// Against the order that one expects of it.
    pub reversed: bool,
    /// The part that a number of a chart stands for. Not remembered: it is of its moment.
    pub slice: Option<Slice>,
    /// Words that the title or the number must have.
    pub words: String,
}

impl Filter {
    /// How many choices narrow the list, besides scope and words: the filter button says so.
    pub fn narrowed(&self) -> usize {
        usize::from(self.statuses != Statuses::default())
            + usize::from(self.priority.is_some())
            + usize::from(self.location.is_some())
            + usize::from(self.source.is_some())
            + usize::from(self.slice.is_some())
    }

    /// The choice in a line of text, without the words.
    pub fn stored(&self) -> String {
        let scope = Scope::ALL.iter().find(|(scope, _)| *scope == self.scope);
        let location = self.location.as_ref().map(|name| format!("={name}"));
        [
            scope.map_or("", |(_, name)| name),
            self.statuses.name(),
            &self.priority.map(|p| p.to_string()).unwrap_or_default(),
            &location.unwrap_or_default(),
            self.source.as_deref().unwrap_or_default(),
            if self.news { "news" } else { "" },
            self.sort.name(),
            if self.reversed { "reversed" } else { "" },
        ]
        .join("\t")
    }

    /// Reads back what [`Filter::stored`] wrote; what it can't read is as it is at first.
    pub fn of(stored: &str) -> Self {
        let mut parts = stored.split('\t');
        let mut next = || parts.next().unwrap_or_default();
        let scope = next();
        Self {
            scope: Scope::ALL
                .iter()
                .find(|(_, name)| *name == scope)
                .map_or(Scope::default(), |(scope, _)| *scope),
            statuses: Statuses::named(next()),
            priority: next().parse().ok(),
            location: next().strip_prefix('=').map(str::to_owned),
            source: Some(next().to_owned()).filter(|source| !source.is_empty()),
            news: !next().is_empty(),
            sort: Sort::named(next()).unwrap_or_default(),
            reversed: !next().is_empty(),
            slice: None,
            words: String::new(),
        }
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
    goals: &'a Goals,
    words: Vec<String>,
    buffer: String,
}

impl<'a> Matcher<'a> {
    /// Prepares `filter` for a technician with these accounts, and the settings' objectives.
    pub fn new(filter: &'a Filter, accounts: &'a [&'a Account], goals: &'a Goals) -> Self {
        let words = fold(&filter.words);
        Self {
            filter,
            accounts,
            goals,
            words: words.split_whitespace().map(str::to_owned).collect(),
            buffer: String::new(),
        }
    }

    /// Whether the row is wanted.
    pub fn wants(&mut self, row: &TicketRow) -> bool {
        let filter = self.filter;
        self.has_status(row)
            && filter.priority.is_none_or(|p| row.priority.number() == p)
            && filter
                .source
                .as_ref()
                .is_none_or(|s| row.key.source.0 == *s)
            && filter.location.as_ref().is_none_or(|l| row.location == *l)
            && filter
                .slice
                .as_ref()
                .is_none_or(|slice| slice.has(row, self.goals))
            && self.in_scope(row)
            && self.has_words(row)
    }

    /// What is new may well be a solution: while one asks for news, no status hides any.
    fn has_status(&self, row: &TicketRow) -> bool {
        if self.filter.news {
            return row.news;
        }
        match self.filter.statuses {
            Statuses::Open => row.status.is_open(),
            Statuses::All => true,
            Statuses::One(status) => row.status == status,
        }
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
pub fn order(filter: &Filter, goals: &Goals, a: &TicketRow, b: &TicketRow) -> Ordering {
    let due = |row: &TicketRow| row.timing().due(goals).map(|due| due.order());
    // A ticket without the sorted text or date comes last in both directions: it is what one looks for least.
    let missing = match filter.sort {
        Sort::Due => due(a).is_none().cmp(&due(b).is_none()),
        sort => missing(sort, a).cmp(&missing(sort, b)),
    };
    let by_field = match filter.sort {
        Sort::Modified => a.modified_at.cmp(&b.modified_at),
        Sort::Priority => a.priority.cmp(&b.priority),
        Sort::Due => due(a).cmp(&due(b)),
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
