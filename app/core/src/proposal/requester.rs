//! Who asks: the sender, as GLPI knows him.

use super::words::Words;
use super::{Because, Letter, Reason};
use crate::domain::{Actor, Person, Reference};

/// Somebody of the directory by his address; by the address alone where nobody has it, or where several do and none of
/// them has the sender's name.
pub fn requester(letter: &Letter, lists: &Reference) -> Option<Because<Actor>> {
    if let Some(person) = person(letter, lists) {
        return Some(Because::new(person.actor(), Reason::Address));
    }
    let address = letter.from.address.clone();
    let is_address = address.contains('@') && !address.contains(char::is_whitespace);
    is_address.then(|| Because::new(Actor::Email { address }, Reason::Stranger))
}

/// The sender in the directory.
pub(super) fn person<'a>(letter: &Letter, lists: &'a Reference) -> Option<&'a Person> {
    let has_it = |person: &&Person| {
        let address = person.address.as_deref();
        address.is_some_and(|address| address.eq_ignore_ascii_case(&letter.from.address))
    };
    let found: Vec<&Person> = lists.people.iter().filter(has_it).collect();
    match found.as_slice() {
        [] => None,
        [one] => Some(one),
        several => {
            let mut namesakes = several
                .iter()
                .filter(|person| same_name(&person.name, &letter.from.name));
            namesakes.next().copied()
        }
    }
}

/// *Garcin Magali* signs as *Magali GARCIN*.
pub(crate) fn same_name(one: &str, two: &str) -> bool {
    let (one, two) = (Words::of(one), Words::of(two));
    let mut pairs = one.telling();
    one.len() == two.len() && one.len() > 0 && pairs.all(|(stem, _)| two.word(stem).is_some())
}
