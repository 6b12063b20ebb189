//! Words to solve with: the GLPI's templates, those last used first; then what he last wrote himself.

use tournee_core::changes::{AddSolution, ChangeBody, same_words};
use tournee_core::domain::SolutionTemplate;
use tournee_core::ids::SourceId;
use tournee_core::outbox::{Outbox, State};

/// So many of his own are offered.
const OWN: usize = 5;
/// So many letters of a text stand for it.
const LETTERS: usize = 60;

/// Words to solve with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is called, or how it begins.
    pub name: String,
    /// The words.
    pub content: String,
    /// The kind of solution that goes with it.
    pub solution_type: Option<u64>,
}

/// What is offered. What he solved with lately is in the outbox for thirty days; a template counts as used where its
/// words begin what he wrote.
pub fn offers(templates: &[SolutionTemplate], outbox: &Outbox, source: &SourceId) -> Vec<Offer> {
    let solutions = outbox.iter().rev().filter_map(|queued| {
        let kept = !matches!(queued.state, State::Withdrawn { .. });
        match &queued.change.body {
            ChangeBody::Solution(solution) if kept => Some((queued, solution)),
            _ => None,
        }
    });
    let lately: Vec<&AddSolution> = solutions
        .filter(|(queued, _)| {
            queued
                .change
                .ticket()
                .is_some_and(|key| key.source == *source)
        })
        .map(|(_, solution)| solution)
        .collect();
    let used = |template: &SolutionTemplate| {
        let is_it = |solution: &&AddSolution| begins(&solution.content, &template.content);
        lately.iter().position(is_it).unwrap_or(usize::MAX)
    };
    let mut sorted: Vec<&SolutionTemplate> = templates.iter().collect();
    sorted.sort_by_key(|template| used(template));
    let mut offers: Vec<Offer> = sorted
        .into_iter()
        .map(|template| Offer {
            name: template.name.clone(),
            content: template.content.clone(),
            solution_type: template.solution_type,
        })
        .collect();
    let known = offers.len();
    for solution in lately {
        let is_new = !offers
            .iter()
            .any(|offer| same_words(&offer.content, &solution.content));
        if is_new && offers.len() < known + OWN {
            offers.push(Offer {
                name: beginning(&solution.content),
                content: solution.content.clone(),
                solution_type: solution.solution_type,
            });
        }
    }
    offers
}

fn begins(text: &str, with: &str) -> bool {
    let mut words = text.split_whitespace();
    with.split_whitespace()
        .all(|word| words.next() == Some(word))
}

fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use tournee_core::changes::Change;
    use tournee_core::domain::Actor;
    use tournee_core::ids::{ChangeId, DeviceId, TicketKey, UserId};
    use tournee_core::outbox::Queued;
    use tournee_core::time::Instant;
    use uuid::Uuid;

    use super::*;

    fn solved(seq: u64, source: &str, content: &str) -> Queued {
        let change = Change {
            id: ChangeId(Uuid::from_u128(u128::from(seq))),
            device: DeviceId(Uuid::nil()),
            seq,
            at: Instant(0),
            author: Actor::User {
                id: UserId(7),
                name: String::new(),
            },
            target: TicketKey::new(source, seq).into(),
            body: ChangeBody::Solution(AddSolution {
                content: content.to_owned(),
                solution_type: Some(seq),
            }),
            replaces: None,
        };
        Queued::new(change, State::Phone)
    }

    fn template(name: &str, content: &str) -> SolutionTemplate {
        SolutionTemplate {
            name: name.to_owned(),
            content: content.to_owned(),
            solution_type: None,
        }
    }

    #[test]
    fn templates_come_first_those_last_used_before_the_others_then_his_own_words() {
        let templates = [
            template("À distance", "Réglé à distance."),
            template("Matériel", "Matériel remplacé."),
            template("Sans suite", "Sans suite."),
        ];
        let outbox = Outbox::load([
            solved(1, "nouveau", "Sans suite."),
            solved(2, "nouveau", "Matériel\nremplacé. Tambour neuf."),
            solved(3, "nouveau", "Câble rebranché"),
            solved(4, "nouveau", "Câble  rebranché"),
            solved(5, "ancien", "Autre GLPI"),
        ]);
        let offers = offers(&templates, &outbox, &SourceId::new("nouveau"));
        let names: Vec<&str> = offers.iter().map(|offer| offer.name.as_str()).collect();
        let own = ["Câble rebranché", "Matériel remplacé. Tambour neuf."];
        assert_eq!(
            names,
            ["Matériel", "Sans suite", "À distance", own[0], own[1]]
        );
        assert_eq!(offers[3].solution_type, Some(4));
    }

    #[test]
    fn a_long_text_is_called_by_its_beginning() {
        let text = "mot ".repeat(40);
        let name = beginning(&text);
        assert!(
            name.ends_with("mot…") && name.chars().count() <= LETTERS + 1,
            "{name}"
        );
    }
}
