//! A phone in somebody's hand: the real state machine, on a storage that can fail and in a pocket it can fall out of.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tournee_core::changes::{ChangeBody, Target};
use tournee_core::domain::Ticket;
use tournee_core::ids::{ChangeId, DeviceId, SourceId, TicketKey};
use tournee_core::phone::{Batch, NewChange, Phone, Stored};
use tournee_core::wire::Wish;

use crate::air::Air;
use crate::clock::SimClock;
use crate::counters::Count;
use crate::dice::Dice;
use crate::glpi::Side;
use crate::ledger::{Ledger, Pages, short};
use crate::mail::Google;
use crate::pocket::Pocket;
use crate::weather::Weather;

/// Passwords as the technicians know them, by GLPI and login.
pub type Passwords = Arc<Mutex<BTreeMap<(SourceId, String), String>>>;

/// What a phone needs of the world.
#[derive(Clone)]
pub struct World {
    /// The weather.
    pub weather: Arc<Weather>,
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// The way to the server.
    pub air: Air,
    /// The GLPIs, to hold the server's word against.
    pub sides: Vec<Arc<Side>>,
    /// Gmail, where there are mailboxes.
    pub google: Option<Arc<Google>>,
    /// Passwords.
    pub passwords: Passwords,
}

/// The phone did not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The storage refused, and the screen said so.
    Refused,
    /// The phone was killed in the middle.
    Killed,
    /// The core said no.
    Invalid,
    /// The network, or the server.
    Unreachable,
}

/// A phone.
pub struct Hand {
    /// Its place among all phones.
    pub index: usize,
    /// What the trace calls it.
    pub name: String,
    /// Whose it is, by his place in the sandbox's list.
    pub technician: usize,
    /// Its clock.
    pub clock: SimClock,
    /// Its memory.
    pub phone: Phone,
    /// Its storage.
    pub pocket: Pocket,
    /// The session's cookie.
    pub cookie: Option<String>,
    /// Its chance.
    pub dice: Dice,
    /// Where the names of its changes come from.
    pub names: Dice,
    /// Everything else.
    pub world: World,
    pub(crate) backup: Option<Pocket>,
    pub(crate) worded: u64,
}

impl Hand {
    /// A new phone. Twins draw the same names for their changes.
    pub fn new(world: World, index: usize, technician: usize, names: &str) -> anyhow::Result<Self> {
        let name = format!("phone {index}");
        let weather = &world.weather;
        let mut dice = weather.dice(&name);
        let device = DeviceId(dice.uuid(weather.clock.unix_ms()));
        let wrong = dice.hit(weather.storm.pockets.wrong_clocks);
        let by = match dice.between(0, 3) {
            0 => 3 * 86_400,
            1 => -5 * 86_400,
            2 => 3_700,
            _ => -90,
        };
        if wrong {
            weather.count(Count::WrongClock);
        }
        Ok(Self {
            clock: weather.clock.wrong_by(if wrong { by } else { 0 }),
            phone: Phone::load(&Stored::default(), device)?,
            pocket: Pocket::default(),
            cookie: None,
            names: weather.dice(names),
            dice,
            index,
            name,
            technician,
            world,
            backup: None,
            worded: 0,
        })
    }

    /// A copy of a phone, storage, session and all.
    pub fn cloned(&self, index: usize) -> Self {
        let name = format!("phone {index}");
        Self {
            dice: self.world.weather.dice(&name),
            names: self.world.weather.dice(&format!("{name} names")),
            clock: self.clock.wrong_by(self.clock.ahead()),
            phone: self.phone.clone(),
            pocket: self.pocket.clone(),
            cookie: self.cookie.clone(),
            technician: self.technician,
            world: self.world.clone(),
            backup: None,
            worded: 0,
            index,
            name,
        }
    }

    /// The present device.
    pub fn device(&self) -> DeviceId {
        self.phone.device()
    }

    /// The GLPI of a ticket.
    pub fn side(&self, source: &SourceId) -> Option<&Arc<Side>> {
        self.world.sides.iter().find(|side| side.source == *source)
    }

    /// A ticket as the screen shows it.
    pub fn shown(&self, key: &TicketKey) -> Option<Ticket> {
        match key.id.is_local() {
            true => self.phone.local_ticket(key),
            false => Some(self.phone.shown_ticket(&self.pocket.ticket(key)?)),
        }
    }

    pub(crate) fn say(&self, what: std::fmt::Arguments<'_>) {
        self.world.weather.say(&self.name, what);
    }

    pub(crate) fn strikes(&mut self, chance: f64, count: Count) -> bool {
        let hit = self.world.weather.strikes(&mut self.dice, chance);
        if hit {
            self.world.weather.count(count);
            self.say(format_args!("{}", count.words()));
        }
        hit
    }

    /// Stores a batch, then lets memory follow: the screen moves only after this has answered.
    ///
    /// # Errors
    /// The storage refused, or the phone was killed; memory is then what the storage holds.
    pub(crate) fn commit(
        &mut self,
        next: Phone,
        batch: Batch,
        of_answer: bool,
    ) -> Result<(), Failed> {
        let pockets = self.world.weather.storm.pockets.clone();
        let refused = match of_answer {
            true => Count::StorageRefusedAnswer,
            false => Count::StorageRefused,
        };
        if self.strikes(pockets.refused, refused) {
            self.reload();
            return Err(Failed::Refused);
        }
        if self.strikes(pockets.killed, Count::PhoneKilledBefore) {
            self.reload();
            return Err(Failed::Killed);
        }
        self.pocket.commit(batch);
        if self.strikes(pockets.killed, Count::PhoneKilledAfter) {
            self.reload();
            return Err(Failed::Killed);
        }
        self.phone = next;
        Ok(())
    }

    /// Reads memory again from the storage.
    pub(crate) fn reload(&mut self) {
        match Phone::load(&self.pocket.stored(), self.phone.device()) {
            Ok(phone) => self.phone = phone,
            Err(error) => {
                let what = format!("{}: {error}", self.name);
                self.world
                    .ledger
                    .broke("a phone reads what it stored", what);
            }
        }
    }

    /// Makes a change of a ticket.
    ///
    /// # Errors
    /// It was not made, or nobody knows.
    pub fn edit(
        &mut self,
        key: &TicketKey,
        body: ChangeBody,
        token: Option<String>,
        replaces: Option<ChangeId>,
    ) -> Result<ChangeId, Failed> {
        self.edit_on(key.clone().into(), body, token, replaces)
    }

    /// Makes a change.
    ///
    /// # Errors
    /// It was not made, or nobody knows.
    pub fn edit_on(
        &mut self,
        target: Target,
        body: ChangeBody,
        token: Option<String>,
        replaces: Option<ChangeId>,
    ) -> Result<ChangeId, Failed> {
        let id = self.new_name();
        let mut next = self.phone.clone();
        let new = NewChange {
            id,
            phone_clock: self.clock.instant(),
            target,
            body,
            replaces,
        };
        let Ok((id, batch)) = next.edit(new) else {
            return Err(Failed::Invalid);
        };
        self.keep(next, batch, &[(id, token)])?;
        Ok(id)
    }

    /// A name for a change.
    pub(crate) fn new_name(&mut self) -> ChangeId {
        let now = self.world.weather.clock.unix_ms();
        ChangeId(self.names.uuid(now / 600_000 * 600_000))
    }

    /// Asks something of a change.
    ///
    /// # Errors
    /// The storage, or the phone was killed.
    pub fn wish(&mut self, id: ChangeId, wish: Wish) -> Result<(), Failed> {
        let mut next = self.phone.clone();
        let batch = next.wish(id, wish);
        if batch.is_empty() {
            return Err(Failed::Invalid);
        }
        let device = self.device();
        let stored = self.commit(next, batch, false);
        let asked = self.phone.outbox().get(id).and_then(|queued| queued.wish);
        if asked == Some(wish) {
            self.say(format_args!("wishes {wish:?} for {}", short(id)));
            let mut pages = self.world.ledger.open();
            if let Some(made) = pages.get_mut((device, id)) {
                let queued = self.phone.outbox().get(id);
                let against = queued.map_or(&[][..], |queued| &queued.against);
                made.against.extend_from_slice(against);
            }
            self.mark_what_goes(&mut pages);
        }
        stored
    }

    /// A creation takes along what was done to its ticket, a task what was done to it.
    pub(crate) fn mark_what_goes(&self, pages: &mut Pages) {
        let outbox = self.phone.outbox().iter();
        let going =
            outbox.filter(|queued| queued.is_unsettled() && queued.wish == Some(Wish::Withdraw));
        for queued in going {
            if let Some(made) = pages.get_mut((self.device(), queued.change.id)) {
                made.taken_back = true;
            }
        }
    }

    /// What he types as his password at a GLPI.
    pub(crate) fn password(&self, source: &SourceId) -> String {
        let login = tournee_sandbox::accounts::technician(self.technician);
        let passwords = self.world.passwords.lock();
        let passwords = passwords.unwrap_or_else(PoisonError::into_inner);
        let known = passwords.get(&(source.clone(), login));
        known.map_or_else(
            || tournee_sandbox::accounts::PASSWORD.to_owned(),
            Clone::clone,
        )
    }
}
