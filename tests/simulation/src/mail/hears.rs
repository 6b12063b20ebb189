//! Three ticks on a mail's change are a promise too: it is in Gmail at this moment.

use std::sync::Arc;

use tournee_core::changes::ChangeBody;
use tournee_core::ids::{ThreadKey, TicketKey};
use tournee_core::outbox::Queued;

use crate::checker::Chains;
use crate::counters::Count;
use crate::glpi::Side;
use crate::hand::Hand;

const IN_GMAIL: &str = "three ticks mean: in Gmail";

impl Hand {
    /// Whether the ticket that a mail became was one already: it names a mail of the same chain.
    pub(crate) fn is_of_its_mail(
        &self,
        queued: &Queued,
        side: &Arc<Side>,
        key: &TicketKey,
    ) -> bool {
        let origin = queued.change.body.creation();
        let origin = origin.and_then(|create| create.origin.as_ref());
        let (Some(origin), Some(google)) = (origin, &self.world.google) else {
            return false;
        };
        let chains = Chains::of(&google.chronicle());
        let roots: Vec<&str> = origin
            .chain
            .iter()
            .filter_map(|name| chains.root(name))
            .collect();
        let links = chains.links(std::slice::from_ref(side));
        let its = |ticket: i64| key.id.is_local() || ticket.unsigned_abs() == key.id.0;
        let mut links = links.iter();
        links.any(|link| its(link.ticket) && roots.contains(&link.root.as_str()))
    }

    /// What a change of a thread that is delivered is counted as, and whether it is in Gmail.
    pub(crate) fn hold_to_gmail(&self, queued: &Queued, thread: &ThreadKey) {
        let Some(google) = &self.world.google else {
            return;
        };
        let made = {
            let pages = self.world.ledger.open();
            pages.get((self.device(), queued.change.id)).cloned()
        };
        let Some(made) = made else {
            return;
        };
        let chronicle = google.chronicle();
        let there = match (&queued.change.body, &made.token) {
            (ChangeBody::Classify(classify), _) => {
                self.world.weather.count(Count::SortDelivered);
                chronicle.was_in(thread, &classify.to, made.at_ms)
            }
            (ChangeBody::Reply(_), Some(word)) => {
                self.world.weather.count(Count::ReplyDelivered);
                if chronicle.was_hidden(thread) {
                    self.world.weather.count(Count::ReplyFoundAgain);
                }
                !chronicle.sent(word).is_empty()
            }
            _ => true,
        };
        drop(chronicle);
        if !there {
            self.world.ledger.broke(IN_GMAIL, made.to_string());
        }
    }
}
