//! The form of a rule, as it is being filled in: kept as a draft with every letter.

use serde::{Deserialize, Serialize};
use tournee_core::domain::{Level, Named};
use tournee_core::ids::{MailboxId, RuleId, SourceId};
use tournee_core::rules::{Conditions, Outcome, Rule, RuleFault};

/// What is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Drawn when the form was begun: sent twice, it is one rule.
    pub id: Option<RuleId>,
    pub name: String,
    pub mailbox: String,
    pub label: String,
    pub sender: String,
    pub domain: String,
    /// With commas.
    pub words: String,
    pub attachment: Option<bool>,
    pub source: String,
    pub entity: Option<Named>,
    pub category: Option<Named>,
    pub location: Option<Named>,
    pub urgency: Option<Level>,
    pub assignee: Option<Named>,
}

impl Form {
    /// Of a rule.
    pub fn of(rule: &Rule) -> Self {
        let (when, then) = (rule.when.clone(), rule.then.clone());
        Self {
            id: Some(rule.id),
            name: rule.name.clone(),
            mailbox: rule.mailbox.0.clone(),
            label: when.label.unwrap_or_default(),
            sender: when.sender.unwrap_or_default(),
            domain: when.domain.unwrap_or_default(),
            words: when.words.join(", "),
            attachment: when.attachment,
            source: then.source.0,
            entity: then.entity,
            category: then.category,
            location: then.location,
            urgency: then.urgency,
            assignee: then.assignee,
        }
    }

    /// As it was kept.
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_default()
    }

    /// To be kept.
    pub fn stored(&self) -> String {
        // Plain fields: there is nothing in it that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Moves to another GLPI: numbers of the one are none of the other's.
    pub fn move_to(&mut self, source: String) {
        if self.source != source {
            self.source = source;
            (self.entity, self.category, self.location, self.assignee) = (None, None, None, None);
        }
    }

    /// The rule that it says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn rule(&self, id: RuleId) -> Result<Rule, RuleFault> {
        let said = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let rule = Rule {
            id,
            name: self.name.trim().to_owned(),
            mailbox: MailboxId::of(&self.mailbox),
            when: Conditions {
                label: said(&self.label),
                sender: said(&self.sender),
                domain: said(&self.domain),
                words: self
                    .words
                    .split([',', ';', '\n'])
                    .filter_map(said)
                    .collect(),
                attachment: self.attachment,
            },
            then: Outcome {
                source: SourceId::new(self.source.as_str()),
                entity: self.entity.clone(),
                category: self.category.clone(),
                location: self.location.clone(),
                urgency: self.urgency,
                assignee: self.assignee.clone(),
            },
        };
        rule.validate()?;
        Ok(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id() -> RuleId {
        RuleId(Uuid::from_u128(5))
    }

    fn filled() -> Form {
        Form {
            id: Some(id()),
            name: " Caisses ".to_owned(),
            mailbox: "Moi@x.example".to_owned(),
            domain: "magasin.example".to_owned(),
            words: "caisse, panne de caisse;;".to_owned(),
            attachment: Some(true),
            source: "ancien".to_owned(),
            category: Some(Named {
                id: 3,
                name: "Matériel".to_owned(),
            }),
            ..Form::default()
        }
    }

    #[test]
    fn a_form_is_kept_whole_and_says_the_rule_that_it_was_made_of() {
        let form = filled();
        assert_eq!(Form::read(&form.stored()), form);
        let rule = form.rule(id()).unwrap();
        assert_eq!(rule.name, "Caisses");
        assert_eq!(rule.mailbox, MailboxId::of("moi@x.example"));
        assert_eq!(rule.when.words, ["caisse", "panne de caisse"]);
        assert_eq!(rule.when.sender, None);
        assert_eq!(Form::of(&rule).rule(id()), Ok(rule));
        assert_eq!(Form::read("no form"), Form::default());
    }

    #[test]
    fn another_glpi_has_other_lists() {
        let mut form = filled();
        form.move_to("ancien".to_owned());
        assert!(form.category.is_some());
        form.move_to("nouveau".to_owned());
        assert_eq!(form.category, None);
    }

    #[test]
    fn what_is_wrong_is_known_before_it_is_sent() {
        let wrong = Form {
            sender: "magali".to_owned(),
            ..filled()
        };
        assert_eq!(wrong.rule(id()), Err(RuleFault::Sender));
    }
}
