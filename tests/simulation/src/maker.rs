//! The tickets that a technician makes, and what he does to them before they are in GLPI.

use tournee_core::changes::{ChangeBody, CreateTicket};
use tournee_core::domain::{Actor, Level, Named, TicketType};
use tournee_core::ids::{ChangeId, SourceId, TicketId, TicketKey, UserId};
use tournee_core::outbox::Queued;

use crate::counters::Count;
use crate::glpi::COLLEAGUE;
use crate::hand::{Failed, Hand};

impl Hand {
    /// Makes a ticket, and up to three changes on it.
    pub fn make_ticket(&mut self) {
        let sources: Vec<SourceId> = self.world.sides.iter().map(|s| s.source.clone()).collect();
        let Some(source) = self.dice.pick(&sources).cloned() else {
            return;
        };
        let Some((body, token)) = self.new_ticket(&source) else {
            return;
        };
        let anywhere = TicketKey {
            source,
            id: TicketId(0),
        };
        let Ok(id) = self.edit(&anywhere, body, Some(token), None) else {
            return;
        };
        let local = TicketKey {
            id: TicketId::local(id),
            ..anywhere
        };
        for _ in 0..self.dice.between(0, 3) {
            self.edit_ticket(&local);
        }
    }

    /// Another text in place of a new ticket's.
    pub(crate) fn remake(&mut self, old: &Queued) -> Result<ChangeId, Failed> {
        let ticket = old.change.ticket().ok_or(Failed::Invalid)?.clone();
        let (mut body, token) = self.new_ticket(&ticket.source).ok_or(Failed::Invalid)?;
        // Of the same mail, if it is of one; in the same ticket's place, if it takes one.
        if let (ChangeBody::Create(new), Some(before)) = (&mut body, old.change.body.creation()) {
            new.origin.clone_from(&before.origin);
            new.carried.clone_from(&before.carried);
        }
        let id = self.edit(&ticket, body, Some(token), Some(old.change.id))?;
        self.world.weather.count(Count::CreationReplaced);
        Ok(id)
    }

    pub(crate) fn new_ticket(&mut self, source: &SourceId) -> Option<(ChangeBody, String)> {
        let account = self.phone.account(source)?.clone();
        let me = Actor::User {
            id: account.user,
            name: account.name,
        };
        let (words, token) = self.words();
        let content = match self.dice.hit(0.8) {
            true => words,
            false => String::new(),
        };
        let create = CreateTicket {
            title: format!("Panne {token}"),
            content,
            kind: *self
                .dice
                .pick(&[TicketType::Incident, TicketType::Request])?,
            urgency: self.level(),
            impact: self.level(),
            priority: Level::MEDIUM,
            entity: Named {
                id: 0,
                name: String::new(),
            },
            category: None,
            location: None,
            requester: self.requester(&me),
            assignees: self.assignees(source, me),
            groups: Vec::new(),
            due_at: None,
            origin: None,
            carried: None,
        };
        Some((ChangeBody::Create(Box::new(create)), token))
    }

    pub(crate) fn level(&mut self) -> Level {
        let number = u8::try_from(self.dice.between(1, 5)).unwrap_or(3);
        Level::new(number).unwrap_or(Level::MEDIUM)
    }

    fn requester(&mut self, me: &Actor) -> Option<Actor> {
        match self.dice.between(0, 2) {
            0 => None,
            1 => Some(me.clone()),
            _ => Some(Actor::Email {
                address: "caisse@magasin.example".to_owned(),
            }),
        }
    }

    /// Mostly himself, sometimes nobody or the colleague.
    fn assignees(&mut self, source: &SourceId, me: Actor) -> Vec<Actor> {
        match self.dice.between(0, 9) {
            0..=5 => vec![me],
            6..=8 => Vec::new(),
            _ => {
                let user = self.side(source).map_or(0, |side| side.user(COLLEAGUE));
                vec![Actor::User {
                    id: UserId(user.unsigned_abs()),
                    name: "Collègue".to_owned(),
                }]
            }
        }
    }

    /// Where he goes on with what he made himself: a ticket that is not in GLPI yet, or, on a page that was open under
    /// its old number, one that landed.
    pub(crate) fn own_ticket(&mut self) -> Option<TicketKey> {
        let locals: Vec<TicketKey> = {
            let rows = self.phone.local_rows();
            rows.into_iter().map(|row| row.key).collect()
        };
        if !locals.is_empty() && self.dice.hit(0.4) {
            return self.dice.pick(&locals).cloned();
        }
        let landed: Vec<TicketKey> = {
            let landings = self.phone.meta().landings.iter();
            landings.map(|landing| landing.local.clone()).collect()
        };
        match !landed.is_empty() && self.dice.hit(0.1) {
            true => self.dice.pick(&landed).cloned(),
            false => None,
        }
    }
}
