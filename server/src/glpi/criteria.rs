//! The criteria of GLPI's search, flat: 9.2 refuses nested ones.

use super::call::Call;
use super::dates::LocalStamp;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Criterion {
    /// A search option.
    field: u16,
    /// How it is compared.
    kind: &'static str,
    /// With what.
    value: String,
}

/// The option has this value.
pub(super) fn equals(field: u16, value: impl ToString) -> Criterion {
    Criterion {
        field,
        kind: "equals",
        value: value.to_string(),
    }
}

/// The option has this in its text.
pub(super) fn contains(field: u16, word: &str) -> Criterion {
    Criterion {
        field,
        kind: "contains",
        value: word.to_owned(),
    }
}

/// The option is later than this.
pub(super) fn after(field: u16, stamp: &LocalStamp) -> Criterion {
    Criterion {
        field,
        kind: "morethan",
        value: stamp.0.clone(),
    }
}

/// The option is earlier than this.
pub(super) fn before(field: u16, stamp: &LocalStamp) -> Criterion {
    Criterion {
        field,
        kind: "lessthan",
        value: stamp.0.clone(),
    }
}

impl Criterion {
    /// Adds it as the criterion of that number, joined so to the one before.
    pub(super) fn add_to(&self, call: Call, number: usize, link: &str) -> Call {
        let name = |part| format!("criteria[{number}][{part}]");
        let call = match number {
            0 => call,
            _ => call.with(name("link"), link),
        };
        call.with(name("field"), self.field)
            .with(name("searchtype"), self.kind)
            .with(name("value"), &self.value)
    }
}
