//! The criteria of a search, as a tree.

use crate::http::query::Tree;

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub enum Criterion {
    /// A test of one option.
    Test {
        /// How it joins what stands before it.
        link: Link,
        /// The option's number.
        field: i64,
        /// The way to compare.
        searchtype: String,
        /// What with.
        value: String,
    },
    /// Several in brackets.
    Group {
        /// How they join what stands before them.
        link: Link,
        /// The members.
        members: Vec<Criterion>,
    },
}

/// How a criterion joins what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Both.
    And,
    /// Either.
    Or,
    /// The first and not the second.
    AndNot,
    /// The first or not the second.
    OrNot,
}

/// What is wrong with criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A part is missing.
    Shape,
    /// An unknown option.
    Field,
}

impl Criterion {
    /// The way it joins.
    pub fn link(&self) -> Link {
        match self {
            Criterion::Test { link, .. } | Criterion::Group { link, .. } => *link,
        }
    }
}

/// Reads the criteria of a request.
pub fn read(
    query: &Tree,
    nested: bool,
    known: &dyn Fn(i64) -> bool,
) -> Result<Vec<Criterion>, Malformed> {
    query
        .members("criteria")
        .iter()
        .map(|(_, tree)| one(tree, nested, known))
        .collect()
}

fn one(tree: &Tree, nested: bool, known: &dyn Fn(i64) -> bool) -> Result<Criterion, Malformed> {
    let link = link(tree.text("link").unwrap_or("AND"));
    if tree.get("criteria").is_some() && nested {
        return Ok(Criterion::Group {
            link,
            members: read(tree, nested, known)?,
        });
    }
    let (Some(field), Some(searchtype), Some(value)) = (
        tree.text("field"),
        tree.text("searchtype"),
        tree.text("value"),
    ) else {
        return Err(Malformed::Shape);
    };
    let number = match field {
        "view" | "all" => 1,
        field => field.parse().map_err(|_| Malformed::Field)?,
    };
    if !known(number) {
        return Err(Malformed::Field);
    }
    Ok(Criterion::Test {
        link,
        field: number,
        searchtype: searchtype.to_owned(),
        value: value.to_owned(),
    })
}

fn link(word: &str) -> Link {
    match word.trim().to_ascii_uppercase().as_str() {
        "OR" => Link::Or,
        "AND NOT" => Link::AndNot,
        "OR NOT" => Link::OrNot,
        _ => Link::And,
    }
}

/// The fields that criteria name, in order.
pub fn fields(criteria: &[Criterion]) -> Vec<i64> {
    let mut out = Vec::new();
    for criterion in criteria {
        match criterion {
            Criterion::Test { field, .. } => out.push(*field),
            Criterion::Group { members, .. } => out.extend(fields(members)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_criteria_are_refused_where_they_are_not_known() {
        let query = Tree::parse(
            "criteria[0][link]=AND&criteria[0][criteria][0][field]=5&criteria[0][criteria][0][searchtype]=equals&criteria[0][criteria][0][value]=6",
        );
        assert_eq!(read(&query, false, &|_| true), Err(Malformed::Shape));
        assert_eq!(read(&query, true, &|_| true).unwrap().len(), 1);
        assert_eq!(read(&query, true, &|_| false), Err(Malformed::Field));
    }
}
