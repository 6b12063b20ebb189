//! What a technician corrects on a ticket: one fact, or who is on it.

use tournee_core::changes::{ChangeBody, Fact, Seat, SetAsset, SetFact, SetSeat};
use tournee_core::domain::{Actor, AssetKey, AssetKind, LinkedAsset, Named, Ticket, TicketType};
use tournee_core::ids::{SourceId, UserId};
use tournee_core::time::Instant;

use crate::glpi::{COLLEAGUE, TECHNICIANS};
use crate::hand::Hand;

const HOUR: u64 = 3_600;

impl Hand {
    /// One fact of a ticket as the screen shows it, corrected.
    pub(crate) fn correction(&mut self, ticket: &Ticket) -> Option<ChangeBody> {
        let source = &ticket.key.source;
        let to = match self.dice.between(0, 8) {
            7..=8 => Fact::Description(self.words().0),
            0 => Fact::Title(format!("Panne {}", self.words().1)),
            1 => Fact::Kind(match ticket.kind {
                TicketType::Incident => TicketType::Request,
                TicketType::Request => TicketType::Incident,
            }),
            2 => Fact::Category(self.row_of(source, "ITILCategory")),
            3 => Fact::Location(self.row_of(source, "Location")),
            4 => Fact::Urgency(self.level()),
            5 => Fact::Impact(self.level()),
            _ => Fact::Due(self.due()),
        };
        let from = to.on(ticket);
        // What stands there already is no correction.
        (!from.is_same(&to)).then(|| {
            let priority = None;
            ChangeBody::Fact(Box::new(SetFact { from, to, priority }))
        })
    }

    /// A row of one of GLPI's lists, or none.
    fn row_of(&mut self, source: &SourceId, list: &str) -> Option<Named> {
        let ids: Vec<i64> = {
            let world = self.side(source)?.glpi.world();
            let table = world.table(list)?;
            table.iter().map(|row| row.id()).collect()
        };
        if self.dice.hit(0.2) {
            return None;
        }
        let id = self.dice.pick(&ids)?.cast_unsigned();
        let name = format!("#{id}");
        Some(Named { id, name })
    }

    /// Some hour of the next days, or none.
    fn due(&mut self) -> Option<Instant> {
        let hours = self.dice.between(1, 90);
        let now = self.world.weather.clock.instant();
        let at = now.0 + (hours * HOUR).cast_signed();
        self.dice.hit(0.8).then_some(Instant(at))
    }

    /// Somebody who is put on a ticket, or taken off it where the screen shows him there.
    pub(crate) fn seating(&mut self, ticket: &Ticket) -> Option<ChangeBody> {
        let source = &ticket.key.source;
        let seat = match self.dice.between(0, 12) {
            0..=1 => Seat::Requester(self.somebody(source)?),
            2 => Seat::Requester(Actor::Email {
                address: "rayon@magasin.example".to_owned(),
            }),
            3..=4 => Seat::Observer(self.somebody(source)?),
            5..=7 => Seat::Assignee(self.colleague(source)?),
            8..=9 => Seat::Group(self.row_of(source, "Group")?),
            _ => return self.linking(ticket),
        };
        let taken = !seat.is_taken(ticket);
        Some(ChangeBody::Seat(SetSeat { seat, taken }))
    }

    /// An asset that is linked, or parted where the screen shows it: few, so that they meet.
    fn linking(&mut self, ticket: &Ticket) -> Option<ChangeBody> {
        let kind = *self.dice.pick(&[AssetKind::Computer, AssetKind::Phone])?;
        let id = self.dice.between(1, 3);
        let key = AssetKey { kind, id };
        let name = format!("{kind} {id}");
        let linked = !ticket.assets.iter().any(|asset| asset.key == key);
        let asset = LinkedAsset { key, name };
        Some(ChangeBody::Asset(SetAsset { asset, linked }))
    }

    fn colleague(&mut self, source: &SourceId) -> Option<Actor> {
        let among = [TECHNICIANS[0], TECHNICIANS[1], COLLEAGUE];
        let technician = *self.dice.pick(&among)?;
        let user = self.side(source)?.user(technician);
        Some(Actor::User {
            id: UserId(user.unsigned_abs()),
            name: format!("Technicien {technician}"),
        })
    }

    fn somebody(&mut self, source: &SourceId) -> Option<Actor> {
        let users: Vec<i64> = {
            let world = self.side(source)?.glpi.world();
            let table = world.table("User")?;
            let active = table.iter().filter(|row| row.int("is_active") == 1);
            active.map(|row| row.id()).collect()
        };
        let user = *self.dice.pick(&users)?;
        Some(Actor::User {
            id: UserId(user.unsigned_abs()),
            name: format!("Utilisateur {user}"),
        })
    }
}
