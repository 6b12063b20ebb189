//! What a technician makes of mails: a ticket out of a thread, with its files and the move of its thread in the same gesture; a link to a
//! ticket that is there already, and its end.

use tournee_core::changes::{AttachMailFile, ChangeBody, ChangeKind as _, LinkMail};
use tournee_core::domain::{MailBox, MailOrigin, Thread};
use tournee_core::ids::{ChangeId, SourceId, ThreadKey, TicketId, TicketKey};
use tournee_core::phone::NewChange;

use crate::counters::Count;
use crate::hand::{Failed, Hand};

impl Hand {
    /// Makes a ticket of a thread that has none yet, as far as the screen shows.
    pub(crate) fn convert_thread(&mut self, key: &ThreadKey) {
        let row = self.phone.shown_thread_row(key);
        if row.is_none_or(|row| self.phone.ticket_of(&row).is_some()) {
            return;
        }
        let Some(thread) = self.pocket.thread(key) else {
            return;
        };
        // What went wrong is in the trace.
        let _ = self.convert(&thread);
    }

    fn convert(&mut self, thread: &Thread) -> Result<ChangeId, Failed> {
        let sources: Vec<SourceId> = self.world.sides.iter().map(|s| s.source.clone()).collect();
        let source = self.dice.pick(&sources).cloned().ok_or(Failed::Invalid)?;
        let written = thread.mails.iter();
        let written: Vec<_> = written.filter(|mail| !mail.outgoing).collect();
        // Mostly the first one, which says what it is about.
        let mail = match self.dice.hit(0.7) {
            true => written.first().copied(),
            false => self.dice.pick(&written).copied(),
        };
        let mail = mail.ok_or(Failed::Invalid)?;
        let (body, token) = self.new_ticket(&source).ok_or(Failed::Invalid)?;
        let ChangeBody::Create(mut create) = body else {
            return Err(Failed::Invalid);
        };
        create.origin = Some(MailOrigin::of(&thread.key, mail));
        let to = MailBox::of_new(create.urgency);
        let classify = self.phone.classify(&thread.key, to);
        let beside = classify.filter(|one| one.validate().is_ok());
        let beside = beside.map(ChangeBody::Classify);
        let files = AttachMailFile::all_of(&thread.key, mail).into_iter();
        let files = files.filter(|_| self.dice.hit(0.8));
        let files = files.map(|file| ChangeBody::MailFile(Box::new(file)));
        let beside: Vec<ChangeBody> = beside.into_iter().chain(files).collect();
        self.make_with(&source, ChangeBody::Create(create), token, beside)
    }

    /// One gesture, which makes both or nothing.
    fn make_with(
        &mut self,
        source: &SourceId,
        body: ChangeBody,
        token: String,
        beside: Vec<ChangeBody>,
    ) -> Result<ChangeId, Failed> {
        let id = self.new_name();
        let beside: Vec<_> = beside
            .into_iter()
            .map(|body| (self.new_name(), body))
            .collect();
        let anywhere = TicketKey {
            source: source.clone(),
            id: TicketId(0),
        };
        let new = NewChange {
            id,
            phone_clock: self.clock.instant(),
            target: anywhere.into(),
            body,
            replaces: None,
        };
        let mut next = self.phone.clone();
        let Ok((id, batch)) = next.convert(new, &beside) else {
            return Err(Failed::Invalid);
        };
        let others = beside.iter().map(|(id, _)| (*id, None));
        let made = std::iter::once((id, Some(token))).chain(others);
        let made: Vec<_> = made.collect();
        self.keep(next, batch, &made)?;
        Ok(id)
    }

    /// Links a thread to a ticket, or parts them where the screen shows them as one.
    pub(crate) fn link_thread(&mut self, key: &ThreadKey) {
        let Some(row) = self.phone.shown_thread_row(key) else {
            return;
        };
        let Some(thread) = self.pocket.thread(key) else {
            return;
        };
        let (ticket, linked) = match self.phone.ticket_of(&row) {
            Some(ticket) => (ticket, false),
            None => match self.some_ticket() {
                Some(ticket) => (ticket, true),
                None => return,
            },
        };
        let body = ChangeBody::Link(Box::new(LinkMail::of(&thread, linked)));
        let shown = self.phone.resolve(&ticket);
        let closed = |ticket: &tournee_core::domain::Ticket| {
            ticket.status == tournee_core::domain::Status::Closed
        };
        if self.shown(&shown).is_none_or(|ticket| closed(&ticket)) {
            return;
        }
        if self.edit(&ticket, body, None, None).is_ok() {
            self.world.weather.count(Count::EditLink);
        }
    }
}
