//! A technician's rule: made, tried and switched on in the morning; from then on the server makes tickets of new mails with
//! nobody there.

use axum::http::Method;
use tournee_core::ids::{MailboxId, RuleId, SourceId};
use tournee_core::rules::{Conditions, Outcome, Rule};

use crate::hand::Hand;
use crate::house::Post;
use crate::ledger::Ruled;

/// What every letter of somebody at a store says.
const WORDS: &str = "ne marche plus";

impl Hand {
    /// Makes a rule for the new mails of a mailbox, and switches it on.
    pub async fn rule(&mut self, mailbox: &MailboxId) {
        let sources: Vec<SourceId> = self.world.sides.iter().map(|s| s.source.clone()).collect();
        let Some(source) = self.dice.pick(&sources).cloned() else {
            return;
        };
        let rule = Rule {
            id: RuleId(self.dice.uuid(self.world.weather.clock.unix_ms())),
            name: format!("{mailbox} vers {source}"),
            mailbox: mailbox.clone(),
            when: Conditions {
                words: vec![WORDS.to_owned()],
                ..Conditions::default()
            },
            then: Outcome {
                source: source.clone(),
                entity: None,
                category: None,
                location: None,
                urgency: None,
                assignee: None,
            },
        };
        let path = format!("/api/rules/{}", rule.id);
        let (cookie, put) = (self.cookie.clone(), Method::PUT);
        let to = |path: &str| Post::to(path, cookie.clone(), &serde_json::json!({"on": true}));
        let steps = [
            Post {
                method: put.clone(),
                ..Post::to(&path, cookie.clone(), &rule)
            },
            to(&format!("{path}/try")),
            Post {
                method: put,
                ..to(&format!("{path}/state"))
            },
        ];
        let mut said = Vec::new();
        for step in steps {
            let air = self.world.air.clone();
            let reply = air.send(&mut self.dice, &self.name, step).await;
            said.push(reply.map(|reply| reply.status));
        }
        self.say(format_args!("rules {mailbox} into {source}: {said:?}"));
        let ruled = Ruled {
            technician: self.technician,
            mailbox: mailbox.clone(),
            source,
            since_ms: self.world.weather.clock.elapsed_ms(),
        };
        self.world.ledger.open().rules.push(ruled);
    }
}
