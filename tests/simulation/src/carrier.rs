//! Tickets that a technician carries over from the old GLPI to the new one, as the page does it: the new ticket, what is
//! told in it, the old one's documents, and what becomes of the old one, in one gesture.

use tournee_core::carry::{description, notes};
use tournee_core::changes::{AddFollowup, AttachTicketFile, CarryOver, ChangeBody, CreateTicket};
use tournee_core::domain::{EntryKind, Ticket};
use tournee_core::ids::{ChangeId, SourceId, TicketId, TicketKey};
use tournee_core::phone::NewChange;
use tournee_core::time::Instant;

use crate::counters::Count;
use crate::hand::{Failed, Hand};

const DAY: i64 = 86_400;
/// An old ticket among those that the list shows.
const LOOKS: usize = 4;

/// A change with its word, if it has one.
type Worded = (ChangeBody, Option<String>);

impl Hand {
    /// Carries a ticket over, now and then.
    pub(crate) fn care_for_carrying(&mut self) {
        let chance = self.world.weather.storm.carried;
        if !self.dice.hit(chance) {
            return;
        }
        if let Some((old, to)) = self.some_old_ticket() {
            // What went wrong is in the trace.
            let _ = self.carry_over(&old, &to);
        }
    }

    /// One that the page would offer to carry over, and where to.
    fn some_old_ticket(&mut self) -> Option<(Ticket, SourceId)> {
        for _ in 0..LOOKS {
            let key = self.some_ticket()?;
            let Some(to) = self.phone.carries_to(&key.source) else {
                continue;
            };
            let shown = self.shown(&key).filter(|_| !key.id.is_local());
            let fits = |ticket: &Ticket| {
                let free = self.phone.carried_into(ticket).is_none();
                free && ticket.status.is_open() && ticket.timeline.is_some()
            };
            if let Some(ticket) = shown.filter(fits) {
                return Some((ticket, to));
            }
        }
        None
    }

    fn carry_over(&mut self, old: &Ticket, to: &SourceId) -> Result<ChangeId, Failed> {
        let anywhere = TicketKey {
            source: to.clone(),
            id: TicketId(0),
        };
        let (body, token) = self.new_ticket(to).ok_or(Failed::Invalid)?;
        let ChangeBody::Create(create) = body else {
            return Err(Failed::Invalid);
        };
        let create = CreateTicket {
            content: description(old, &old.key.source.0, day),
            carried: Some(old.key.clone()),
            ..*create
        };
        let beside = self.told_of(old).into_iter();
        let beside = beside.chain(steps(old, &anywhere));
        let beside: Vec<(ChangeId, Worded)> =
            beside.map(|worded| (self.new_name(), worded)).collect();
        let new = NewChange {
            id: self.new_name(),
            phone_clock: self.clock.instant(),
            target: anywhere.into(),
            body: ChangeBody::Create(Box::new(create)),
            replaces: None,
        };
        let bodies = beside.iter().map(|(id, (body, _))| (*id, body.clone()));
        let bodies: Vec<_> = bodies.collect();
        let mut next = self.phone.clone();
        let made = next.convert(new, &bodies);
        let (id, batch) = made.map_err(|_| Failed::Invalid)?;
        let words = beside.into_iter().map(|(id, (_, token))| (id, token));
        let made: Vec<_> = std::iter::once((id, Some(token))).chain(words).collect();
        self.world.weather.count(Count::EditCarry);
        self.keep(next, batch, &made)?;
        Ok(id)
    }

    /// What was said on it, in words of this change's own, and its documents.
    fn told_of(&mut self, old: &Ticket) -> Vec<Worded> {
        let mut all = Vec::new();
        for note in notes(old, &old.key.source.0, day) {
            let token = self.words().1;
            let note = AddFollowup {
                content: format!("Repris {token}.\n\n{}", note.content),
                ..note
            };
            all.push((ChangeBody::Followup(note), Some(token)));
        }
        let entries = old.timeline.iter().flatten();
        let documents = entries.filter_map(|entry| match &entry.what {
            // One that is on its way has no number yet.
            EntryKind::Document(document) if document.id != 0 => Some(document),
            _ => None,
        });
        let files = documents.map(|document| AttachTicketFile::of(&old.key, document));
        all.extend(files.map(|file| (ChangeBody::TicketFile(Box::new(file)), None)));
        all
    }
}

fn steps(old: &Ticket, to: &TicketKey) -> impl Iterator<Item = Worded> {
    let steps = CarryOver::all(old, to, &to.source.0).into_iter();
    steps.map(|step| (ChangeBody::Carry(Box::new(step)), None))
}

fn day(at: Instant) -> String {
    format!("jour {}", at.0 / DAY)
}
