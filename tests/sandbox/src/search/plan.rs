//! All the criteria of a search, made ready.

use super::{
    criteria::{Criterion, Link},
    matching::Test,
};
use crate::world::{World, session::Session, table::Row};

/// The tests of criteria, in the shape of the criteria.
pub(super) enum Tests {
    One(Test),
    Many(Vec<(Link, Tests)>),
}

impl Tests {
    pub(super) fn new(
        world: &World,
        who: &Session,
        itemtype: &str,
        criteria: &[Criterion],
    ) -> Tests {
        Tests::Many(
            criteria
                .iter()
                .map(|criterion| {
                    let tests = match criterion {
                        Criterion::Test {
                            field,
                            searchtype,
                            value,
                            ..
                        } => Tests::One(Test::new(world, who, itemtype, *field, searchtype, value)),
                        Criterion::Group { members, .. } => {
                            Tests::new(world, who, itemtype, members)
                        }
                    };
                    (criterion.link(), tests)
                })
                .collect(),
        )
    }

    /// Whether a row passes: as in SQL, AND binds tighter than OR.
    pub(super) fn hold(&self, world: &World, row: Row<'_>) -> bool {
        match self {
            Tests::One(test) => test.holds(world, row),
            Tests::Many(list) => {
                let mut term = true;
                for (at, (link, tests)) in list.iter().enumerate() {
                    if at > 0 && matches!(link, Link::Or | Link::OrNot) {
                        if term {
                            return true;
                        }
                        term = true;
                    }
                    let negated = matches!(link, Link::AndNot | Link::OrNot);
                    term = term && tests.hold(world, row) != negated;
                }
                term
            }
        }
    }
}
