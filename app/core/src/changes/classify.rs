//! Move a thread between the boxes.

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Conflict, ConflictValue, Field, Invalid, Shown, Verdict};
use crate::domain::{EntryKind, MailBox, Ticket, UrgentBox};

/// A thread's boxes. In Gmail they are the three labels, and the inbox for *À trier*; its other labels stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classify {
    /// The boxes that showed it when it was made.
    pub from: Vec<MailBox>,
    /// The boxes that are to show it.
    pub to: Vec<MailBox>,
}

impl Classify {
    /// The move into one box: *Traités* leaves the others, *Urgent* comes beside *En cours* where the service has it so.
    pub fn into(from: &[MailBox], to: MailBox, urgent: UrgentBox) -> Self {
        let to = match (to, urgent) {
            (MailBox::Urgent, UrgentBox::Beside) => vec![MailBox::Urgent, MailBox::InProgress],
            (to, _) => vec![to],
        };
        Self {
            from: from.to_vec(),
            to,
        }
    }

    /// Sets the boxes of what is shown.
    pub fn sort(&self, boxes: &mut Vec<MailBox>) {
        boxes.clone_from(&self.to);
    }

    /// Whether it can be carried out on a thread that is in these boxes now.
    pub fn check_on(&self, now: &[MailBox]) -> Verdict {
        if is_same(now, &self.to) {
            Verdict::AlreadyThere
        } else if is_same(now, &self.from) {
            Verdict::Apply
        } else {
            Verdict::Conflict(Box::new(Conflict {
                field: Field::Boxes,
                mine: ConflictValue::Boxes(self.to.clone()),
                theirs: ConflictValue::Boxes(now.to_vec()),
                who: None,
                at: None,
            }))
        }
    }
}

/// Boxes are a set.
pub(super) fn is_same(these: &[MailBox], those: &[MailBox]) -> bool {
    these.iter().all(|of| those.contains(of)) && those.iter().all(|of| these.contains(of))
}

impl ChangeKind for Classify {
    fn validate(&self) -> Result<(), Invalid> {
        match self.to.is_empty() || is_same(&self.from, &self.to) {
            true => Err(Invalid::SameAsBefore),
            false => Ok(()),
        }
    }

    fn show<S: Shown>(&self, _on: &mut S) {}

    fn entry(&self) -> Option<EntryKind> {
        None
    }

    fn fields(&self) -> &'static [Field] {
        Field::Boxes.alone()
    }

    fn check(&self, _now: &Ticket) -> Verdict {
        // No ticket is in a box: intake has refused it.
        Verdict::AlreadyThere
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MailBox::{Done, InProgress, ToSort, Urgent};

    #[test]
    fn urgent_comes_beside_in_progress_or_alone() {
        let beside = Classify::into(&[ToSort], Urgent, UrgentBox::Beside);
        assert_eq!(beside.to, [Urgent, InProgress]);
        let alone = Classify::into(&[InProgress], Urgent, UrgentBox::Alone);
        assert_eq!(alone.to, [Urgent]);
        let done = Classify::into(&[Urgent, InProgress], Done, UrgentBox::Beside);
        assert_eq!(done.to, [Done]);
    }

    #[test]
    fn what_somebody_else_moved_elsewhere_is_a_conflict_and_the_same_move_is_none() {
        let classify = Classify::into(&[ToSort], Urgent, UrgentBox::Beside);
        assert_eq!(classify.check_on(&[ToSort]), Verdict::Apply);
        assert_eq!(
            classify.check_on(&[InProgress, Urgent]),
            Verdict::AlreadyThere
        );
        assert!(matches!(
            classify.check_on(&[Done]),
            Verdict::Conflict(conflict) if conflict.field == Field::Boxes
        ));
    }

    #[test]
    fn a_move_to_where_it_is_is_none() {
        let nowhere = Classify::into(&[Done], Done, UrgentBox::Beside);
        assert_eq!(nowhere.validate(), Err(Invalid::SameAsBefore));
    }
}
