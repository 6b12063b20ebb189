//! Reasons in words.

use tournee_core::proposal::Reason;

use crate::text::{fill, plural, t};

/// Why something is proposed.
pub fn because(reason: &Reason) -> String {
    match reason {
        Reason::Address => t(|t| t.because_address).to_owned(),
        Reason::Stranger => t(|t| t.because_stranger).to_owned(),
        Reason::Workplace => t(|t| t.because_workplace).to_owned(),
        Reason::Signature => t(|t| t.because_signature).to_owned(),
        Reason::Usual => t(|t| t.because_usual).to_owned(),
        Reason::Chosen => t(|t| t.because_chosen).to_owned(),
        Reason::ChosenFor { word } => fill(t(|t| t.because_chosen_for), &[("word", word)]),
        Reason::Said { words } => fill(t(|t| t.because_said), &[("words", words)]),
        Reason::Similar { word, count } => {
            fill(&plural(*count, |t| &t.because_similar), &[("word", word)])
        }
        Reason::KnownThere => t(|t| t.because_known_there).to_owned(),
        Reason::SameName => t(|t| t.because_same_name).to_owned(),
        Reason::SameOwnName => t(|t| t.because_same_own_name).to_owned(),
        Reason::Carried => t(|t| t.because_carried).to_owned(),
        Reason::MostUsed => t(|t| t.because_most_used).to_owned(),
    }
}
