//! What a technician attaches to tickets: small files, some of them twice, some with a note, some that are too large.

use tournee_core::changes::{AttachFile, ChangeBody};
use tournee_core::domain::Status;
use tournee_core::ids::{ChangeId, TicketKey};
use tournee_core::outbox::Queued;
use tournee_core::phone::{NewChange, Table};

use super::LARGEST;
use super::document::hash;
use crate::counters::Count;
use crate::hand::{Failed, Hand};

/// What GLPIs do with letters is their business; the word between these is ours.
const NAMES: [(&str, &str, &str); 4] = [
    ("Écran ", ".JPG", "image/jpeg"),
    ("photo-", ".jpg", "image/jpeg"),
    ("", ".txt", "text/plain"),
    ("n°2 (caisse) ", ".pdf", "application/pdf"),
];
/// More pieces than one.
const LONGEST: u64 = 90;

impl Hand {
    /// Attaches something, now and then.
    pub(crate) fn care_for_files(&mut self) {
        let files = self.world.weather.storm.files.as_ref();
        let chance = files.map_or(0.0, |files| files.attached);
        if !self.dice.hit(chance) {
            return;
        }
        let Some(key) = self.some_ticket() else {
            return;
        };
        let note = match self.dice.hit(0.2) {
            true => self.note_for_a_file(&key),
            false => None,
        };
        for _ in 0..self.dice.between(1, 2) {
            // What went wrong is in the trace.
            let _ = self.attach_to(&key, note);
        }
    }

    /// A note that a file goes with.
    fn note_for_a_file(&mut self, key: &TicketKey) -> Option<ChangeId> {
        if !self.takes_files(key) {
            return None;
        }
        let (body, token) = self.followup();
        self.edit(key, body, token, None).ok()
    }

    /// The app offers no file for a ticket that it shows as closed.
    fn takes_files(&self, key: &TicketKey) -> bool {
        let shown = self.shown(&self.phone.resolve(key));
        shown.is_some_and(|ticket| ticket.status != Status::Closed)
    }

    fn attach_to(&mut self, key: &TicketKey, note: Option<ChangeId>) -> Result<ChangeId, Failed> {
        if !self.takes_files(key) {
            return Err(Failed::Invalid);
        }
        let bytes = self.some_bytes();
        let token = self.words().1;
        let (before, after, mime) = *self.dice.pick(&NAMES).ok_or(Failed::Invalid)?;
        let file = AttachFile {
            name: format!("{before}{token}{after}"),
            mime: mime.to_owned(),
            size: bytes.len() as u64,
            hash: hash(&bytes),
            note,
        };
        let new = NewChange {
            id: self.new_name(),
            phone_clock: self.clock.instant(),
            target: key.clone().into(),
            body: ChangeBody::Attach(file),
            replaces: None,
        };
        let mut next = self.phone.clone();
        let made = next.attach(new, &bytes, None);
        let (id, batch) = made.map_err(|_| Failed::Invalid)?;
        self.keep(next, batch, &[(id, Some(token))])?;
        Ok(id)
    }

    /// How a file came to be delivered.
    pub(crate) fn file_came(&self, now: &Queued) -> Count {
        let pages = self.world.ledger.open();
        let made = pages.get((self.device(), now.change.id));
        let token = made.and_then(|made| made.token.clone());
        drop(pages);
        let side = now.change.ticket().and_then(|key| self.side(&key.source));
        let unheard = side
            .zip(token)
            .is_some_and(|(side, token)| side.chronicle().births.was_unheard(&token));
        match unheard {
            true => Count::FileFoundAgain,
            false => Count::FileDelivered,
        }
    }

    /// Bytes of his own, or those of a file that this phone has already.
    fn some_bytes(&mut self) -> Vec<u8> {
        let outbox = self.phone.outbox().iter();
        let hashes = outbox.filter_map(|queued| Some(queued.change.body.file()?.hash.to_string()));
        let hashes: Vec<String> = hashes.collect();
        let again = self.dice.pick(&hashes).cloned();
        let again = again.filter(|_| self.dice.hit(0.25));
        if let Some(bytes) = again.and_then(|hash| self.pocket.get(Table::Files, &hash)) {
            return bytes.to_vec();
        }
        let length = match self.dice.hit(0.04) {
            true => LARGEST + 1,
            false => self.dice.between(1, LONGEST),
        };
        let seed = self.dice.between(0, u64::MAX).to_le_bytes();
        let length = usize::try_from(length).unwrap_or(1);
        seed.iter().copied().cycle().take(length).collect()
    }
}
