//! What rules make of mails: only what they are for, in their owner's name; and none of it is forgotten.

use std::sync::Arc;

use tournee_core::domain::MailBox;
use tournee_core::ids::ThreadKey;

use super::chains::named_in;
use crate::checker::Facts;
use crate::counters::Count;
use crate::glpi::Side;
use crate::ledger::Ruled;
use crate::mail::Google;
use crate::mail::chronicle::{By, Chronicle, Deed};
use crate::mail::moment::{MailIs, What, same};

const FORGOTTEN: &str = "a rule forgets no mail";

impl Facts<'_> {
    /// Whether a rule made a ticket of a mail that it is for.
    pub(in crate::checker) fn is_ruled(&self, side: &Side, words: &str, user: i64) -> bool {
        let ruled = self.is_a_rules(side, words, user);
        if ruled {
            self.weather.count(Count::RuleTicket);
        }
        ruled
    }

    pub(in crate::checker) fn is_a_rules(&self, side: &Side, words: &str, user: i64) -> bool {
        let Some(google) = self.google else {
            return false;
        };
        let chronicle = google.chronicle();
        let is_for = |rule: &&Ruled| {
            let own = rule.source == side.source && side.user(rule.technician) == user;
            let reached = |name: &str| self.reached(&chronicle, rule, name);
            own && named_in(words).any(reached)
        };
        self.rules.iter().any(|rule| is_for(&rule))
    }

    /// Whether a mail came to a rule's mailbox while it was on; of a conversation a ticket names the first one, which may
    /// never have come there.
    fn reached(&self, chronicle: &Chronicle, rule: &Ruled, name: &str) -> bool {
        let mut arrivals = self.arrivals(chronicle, rule);
        arrivals.any(|(_, mail)| mail.name == name || mail.root == name)
    }

    fn arrivals<'a>(
        &self,
        chronicle: &'a Chronicle,
        rule: &'a Ruled,
    ) -> impl Iterator<Item = (&'a Deed, &'a MailIs)> {
        let deeds = chronicle.deeds.iter();
        let of_it = deeds
            .filter(move |deed| deed.thread.mailbox == rule.mailbox && deed.at_ms >= rule.since_ms);
        of_it.filter_map(|deed| match &deed.what {
            What::Came(mail) if deed.what.is_arrival() => Some((deed, mail)),
            _ => None,
        })
    }

    /// Whether a rule has put the thread of a mail that it made a ticket of into its box.
    pub(super) fn is_sorted_by_rule(
        &self,
        chronicle: &Chronicle,
        deed: &Deed,
        to: &[MailBox],
    ) -> bool {
        let places = [
            &[MailBox::InProgress][..],
            &[MailBox::Urgent, MailBox::InProgress],
        ];
        let fits = places.iter().any(|place| same(to, place));
        fits && self.is_ruled_thread(chronicle, &deed.thread)
    }

    /// Whether a rule looks at a thread's mails.
    pub(super) fn is_ruled_thread(&self, chronicle: &Chronicle, thread: &ThreadKey) -> bool {
        let mut rules = self
            .rules
            .iter()
            .filter(|rule| rule.mailbox == thread.mailbox);
        rules.any(|rule| {
            self.arrivals(chronicle, rule)
                .any(|(deed, _)| deed.thread == *thread)
        })
    }

    /// Each first mail of a conversation that came to a rule's mailbox is a ticket, whoever made it, unless somebody saw to
    /// that or a GLPI did.
    pub(super) fn ruled(&self, google: &Arc<Google>) {
        let wire = &self.weather.storm.wire;
        // A refusal waits for the rule's owner.
        if wire.refusal > 0.0 || wire.no_effect > 0.0 || self.server_restored {
            return;
        }
        let chronicle = google.chronicle();
        for rule in &self.rules {
            for (deed, mail) in self.arrivals(&chronicle, rule) {
                let is_first = mail.root == mail.name && mail.word.starts_with("bureau");
                let born = self
                    .links
                    .iter()
                    .any(|link| link.linked && link.root == mail.root);
                if is_first && !born && !self.was_kept_from_rules(&chronicle, deed, mail) {
                    let what = format!("{} in {} for {rule:?}", mail.name, deed.thread);
                    self.broke(FORGOTTEN, what);
                }
            }
        }
    }

    /// Somebody took it away before it was looked at, or was making a ticket of it.
    fn was_kept_from_rules(&self, chronicle: &Chronicle, deed: &Deed, mail: &MailIs) -> bool {
        let hidden = chronicle.of_thread(&deed.thread).any(|one| {
            let gone = matches!(&one.what, What::Boxes { to, .. } if to.is_empty());
            gone && one.by == By::Person
        });
        let by_hand = self.made.iter().any(|made| {
            let origin = made
                .change
                .body
                .creation()
                .and_then(|create| create.origin.as_ref());
            origin.is_some_and(|origin| origin.chain.contains(&mail.name))
        });
        hidden || by_hand || chronicle.lost_mail(&deed.thread)
    }
}
