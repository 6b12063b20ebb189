//! What the form of a task holds, as it is typed: kept as a draft, and made a task of.

use tournee_core::changes::TaskTime;
use tournee_core::domain::{EntryKind, TaskState};
use tournee_core::time::{Instant, Seconds};

use crate::components::{length_words, typed_length};

/// Done, to do some time, to do at a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Done,
    Todo,
    Planned,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Done, Self::Todo, Self::Planned];

    /// As drafts and attributes have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Todo => "todo",
            Self::Planned => "planned",
        }
    }

    pub fn state(self) -> TaskState {
        match self {
            Self::Done => TaskState::Done,
            Self::Todo | Self::Planned => TaskState::Todo,
        }
    }
}

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Length,
    From,
}

/// All but the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskForm {
    pub kind: Kind,
    /// As typed.
    pub length: String,
    /// What the field of a date and a time holds.
    pub from: String,
    pub private: bool,
}

impl TaskForm {
    pub fn new(kind: Kind, length: Seconds, from: String) -> Self {
        let length = match length {
            Seconds(..60) => String::new(),
            length => length_words(length),
        };
        Self {
            kind,
            length,
            from,
            private: false,
        }
    }

    /// A task as it stands in the timeline; `from` is put into words by the browser.
    pub fn of_task(what: &EntryKind, from: impl Fn(Instant) -> String) -> Option<Self> {
        let EntryKind::Task {
            state,
            actiontime,
            planned,
            private,
            ..
        } = what
        else {
            return None;
        };
        let kind = match (state, planned) {
            (TaskState::Done, _) => Kind::Done,
            (_, Some(_)) => Kind::Planned,
            (_, None) => Kind::Todo,
        };
        let from = planned.map(|(begin, _)| from(begin)).unwrap_or_default();
        let form = Self::new(kind, *actiontime, from);
        let private = *private;
        Some(Self { private, ..form })
    }

    /// One line for a draft.
    pub fn stored(&self) -> String {
        let private = if self.private { "private" } else { "" };
        let (kind, length, from) = (self.kind.name(), self.length.replace(';', " "), &self.from);
        format!("{kind};{length};{from};{private}")
    }

    /// Reads back what [`TaskForm::stored`] wrote.
    pub fn read(stored: &str) -> Option<Self> {
        let mut parts = stored.split(';');
        let name = parts.next()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
        Some(Self {
            kind,
            length: parts.next()?.to_owned(),
            from: parts.next()?.to_owned(),
            private: parts.next()? == "private",
        })
    }

    /// What was typed as its length; nothing is no time.
    pub fn seconds(&self) -> Option<Seconds> {
        match self.length.trim() {
            "" => Some(Seconds(0)),
            typed => typed_length(typed),
        }
    }

    /// Of another kind. What is planned takes an hour until somebody says more.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        match (kind, self.seconds()) {
            (Kind::Planned, Some(Seconds(0))) => self.longer(Seconds(3_600)),
            _ => self,
        }
    }

    /// With a longer or a shorter time.
    #[must_use]
    pub fn longer(mut self, by: Seconds) -> Self {
        let now = self.seconds().unwrap_or(Seconds(0));
        self.length = length_words(Seconds((now.0 + by.0).max(0)));
        self
    }

    /// Its time; `from` is what the field of the date and the time means.
    pub fn time(&self, from: Option<Instant>) -> Result<TaskTime, Fault> {
        let length = self.seconds().ok_or(Fault::Length)?;
        let time = match self.kind {
            Kind::Done | Kind::Todo => TaskTime::Spent(length),
            Kind::Planned => {
                let from = from.ok_or(Fault::From)?;
                TaskTime::Planned {
                    from,
                    to: from + length,
                }
            }
        };
        match time.check() {
            Ok(()) => Ok(time),
            Err(_) => Err(Fault::Length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_back_what_it_stored() {
        let mut form = TaskForm::new(Kind::Planned, Seconds(5_400), "2026-12-01T09:00".into());
        form.private = true;
        assert_eq!(TaskForm::read(&form.stored()), Some(form.clone()));
        // Half-typed, and with a letter of ours in it.
        form.length = "1h;".into();
        assert_eq!(TaskForm::read(&form.stored()).unwrap().length, "1h ");
        assert_eq!(TaskForm::read(""), None);
        assert_eq!(TaskForm::read("later;1;2;"), None);
    }

    #[test]
    fn times_are_made_of_what_was_typed_or_the_fault_is_named() {
        let mut form = TaskForm::new(Kind::Done, Seconds(0), String::new());
        assert_eq!(form.time(None), Ok(TaskTime::Spent(Seconds(0))));
        form = form.longer(Seconds(900)).longer(Seconds(3_600));
        assert_eq!(form.time(None), Ok(TaskTime::Spent(Seconds(4_500))));
        form = form.longer(Seconds(-90_000));
        assert_eq!(form.seconds(), Some(Seconds(0)));
        form = form.of_kind(Kind::Planned);
        assert_eq!(form.time(None), Err(Fault::From));
        assert_eq!(form.seconds(), Some(Seconds(3_600)));
        form.length = String::new();
        assert_eq!(form.time(Some(Instant(0))), Err(Fault::Length));
        form.length = "1h30".into();
        let plan = TaskTime::Planned {
            from: Instant(0),
            to: Instant(5_400),
        };
        assert_eq!(form.time(Some(Instant(0))), Ok(plan));
        form.length = "longtemps".into();
        assert_eq!(form.time(Some(Instant(0))), Err(Fault::Length));
    }
}
