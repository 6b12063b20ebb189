//! How much it hurries, by what the mail says.

use super::{Because, Ground, Letter, Reason};
use crate::domain::{Level, TicketType};

/// Somebody may be hurt, or the shop stands still.
const AT_ONCE: &[&str] = &[
    "danger",
    "dangereux",
    "fume",
    "prend feu",
    "incendie",
    "brule",
    "electrocute",
    "denude",
    "tout est bloque",
    "tout est arrete",
    "plus aucune caisse",
    "impossible d encaisser",
];
/// Somebody can't work.
const SOON: &[&str] = &[
    "urgent",
    "urgence",
    "urgente",
    "tres urgent",
    "asap",
    "au plus vite",
    "des que possible",
    "bloque",
    "bloquee",
    "bloques",
    "bloquees",
    "hors service",
    "hs",
    "en panne",
    "clients en attente",
    "client en attente",
    "plus de tpe",
    "ne peut pas travailler",
    "ne peuvent pas travailler",
    "peut plus travailler",
    "pouvons plus",
    "du monde",
];
/// It may wait.
const LATER: &[&str] = &[
    "pas urgent",
    "rien d urgent",
    "non urgent",
    "sans urgence",
    "pas d urgence",
    "pas presse",
    "quand vous pourrez",
    "quand vous aurez le temps",
    "a l occasion",
    "quand tu peux",
    "petite question",
    "pas de rush",
];
/// What is wanted, and not broken.
const WANTED: &[&str] = &[
    "demande de",
    "demande d intervention",
    "serait il possible",
    "est il possible",
    "il nous faudrait",
    "il lui faudrait",
    "nouvel arrivant",
    "nouvelle arrivante",
    "nouvelle collegue",
    "nouveau collegue",
    "devis",
    "commande",
    "nous aimerions",
    "je souhaite",
    "je souhaiterais",
    "besoin d un",
    "besoin d une",
    "besoin de",
];

fn first(letter: &Letter, phrases: &[&str]) -> Option<String> {
    phrases.iter().find_map(|phrase| letter.says(phrase))
}

pub(super) fn urgency(letter: &Letter, ground: &Ground<'_>) -> Option<Because<Level>> {
    let said = |phrases: &[&str], number: u8| {
        let words = first(letter, phrases)?;
        Some(Because::new(Level::new(number)?, Reason::Said { words }))
    };
    // *Pas urgent* says *urgent* too.
    let by_words = said(LATER, 2)
        .or_else(|| said(AT_ONCE, 5))
        .or_else(|| said(SOON, 4));
    by_words.or_else(|| {
        let usual = ground
            .choices
            .usual(&ground.lists.source, 2, |choice| Some(choice.urgency));
        let usual = usual.filter(|level| *level != Level::MEDIUM)?;
        Some(Because::new(usual, Reason::Chosen))
    })
}

/// A request, where the mail says so and nothing in it is broken.
pub(super) fn kind(letter: &Letter) -> Option<Because<TicketType>> {
    let broken = first(letter, AT_ONCE).or_else(|| first(letter, SOON));
    let words = first(letter, WANTED).filter(|_| broken.is_none())?;
    Some(Because::new(TicketType::Request, Reason::Said { words }))
}
