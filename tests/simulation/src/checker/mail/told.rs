//! What goes on in the thread of a ticket is told on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use tournee_core::changes::ChangeBody;
use tournee_core::outbox::State;

use super::chains::Link;
use crate::checker::Facts;
use crate::chronicle::Snag;
use crate::counters::Count;
use crate::mail::Google;
use crate::mail::chronicle::{By, Chronicle, Deed};
use crate::mail::moment::{MailIs, Moment, What as Mailed};
use crate::moment::What;

const TOLD: &str = "a mail that goes on in the thread of a ticket is told on it";
const CLOSED: i64 = 6;

impl Facts<'_> {
    /// Each mail that came to the thread of a ticket is named on it, where that ticket and that thread are as they were.
    pub(super) fn told(&self, google: &Arc<Google>) {
        // What a server of before knew of who may still be told nobody can say.
        if self.server_restored {
            return;
        }
        let (chronicle, now) = (google.chronicle(), self.mails_now());
        for deed in &chronicle.deeds {
            let Mailed::Came(mail) = &deed.what else {
                continue;
            };
            let is_answer = deed.what.is_arrival() && mail.name != mail.root;
            if deed.by != By::Person || !is_answer || was_kept(&chronicle, deed, mail, &now) {
                continue;
            }
            if self.links.iter().any(|link| link.name == mail.name) {
                self.weather.count(Count::AnswerTold);
            } else if self.can_be_told(mail, deed.at_ms)
                && !self.waits_with(&mail.name)
                && !self.waits_for_its_ticket(&mail.root)
            {
                self.broke(TOLD, format!("{} in {}", mail.name, deed.thread));
            }
        }
    }

    /// Whether a conversation had tickets before a moment, of which each could be told what followed, whichever it got since.
    fn can_be_told(&self, mail: &MailIs, at_ms: u64) -> bool {
        let links = || self.links.iter().filter(|link| link.root == mail.root);
        let lost = |link: &Link| !link.linked || self.was_joined(link, u64::MAX);
        let tickets = links().map(|link| (link.side, link.ticket));
        let tickets: BTreeSet<_> = tickets.collect();
        let mut each = tickets.iter();
        links().any(|link| link.at_ms < at_ms)
            && !links().any(lost)
            && each.all(|(side, ticket)| self.takes_notes(*side, *ticket))
    }

    /// Whether its ticket is there, and he has yet to say what becomes of it: nobody could look.
    fn waits_for_its_ticket(&self, root: &str) -> bool {
        let mut all = self
            .hands
            .iter()
            .flat_map(|hand| hand.phone.outbox().iter());
        all.any(|queued| {
            let origin = queued.change.body.creation();
            let origin = origin.and_then(|create| create.origin.as_ref());
            let is_its = origin.is_some_and(|it| it.names().any(|name| name.as_str() == root));
            let is_unread = matches!(&queued.state, State::NeedsYou { problem }
                if problem.evidence.as_ref().is_some_and(|it| it.unread.is_some()));
            is_its && is_unread
        })
    }

    /// Whether what tells a mail waits for a technician.
    pub(in crate::checker) fn waits_with(&self, name: &str) -> bool {
        let mut all = self
            .hands
            .iter()
            .flat_map(|hand| hand.phone.outbox().iter());
        all.any(|queued| match &queued.change.body {
            ChangeBody::Followup(note) => note.content.contains(name),
            _ => false,
        })
    }

    /// Whether nothing ever kept a ticket from being written on.
    fn takes_notes(&self, side: usize, ticket: i64) -> bool {
        let chronicle = self.sides[side].chronicle();
        let ends = |what: &What| match what {
            What::Status { to, .. } => *to == CLOSED,
            What::Trashed | What::Purged => true,
            _ => false,
        };
        let ended = chronicle.of_ticket(ticket).any(|deed| ends(&deed.what));
        !ended && !chronicle.had(ticket, Snag::Refused)
    }
}

/// It is our own, or somebody took it away, or its thread out of sight, before it could be told.
fn was_kept(chronicle: &Chronicle, deed: &Deed, mail: &MailIs, now: &Moment) -> bool {
    let thread = now.thread(&deed.thread);
    let is_it = |one: &&MailIs| one.name == mail.name;
    let mut there = thread.mails.values().filter(is_it);
    let there = there.any(|one| !one.is_hidden());
    // Also where whoever sent it has thrown it away since.
    let sent = |what: &Mailed| matches!(what, Mailed::Came(one) if is_it(&one) && one.is_sent());
    let ours = chronicle.deeds.iter().any(|one| sent(&one.what));
    let hidden = chronicle
        .of_thread(&deed.thread)
        .any(|one| matches!(&one.what, Mailed::Boxes { to, .. } if to.is_empty()));
    ours || !there || hidden || chronicle.lost_mail(&deed.thread)
}
